"""Cover and giving trainees to another, on the pages: what is open goes along, what was decided stays."""

import pytest
import sqlalchemy as sa

from portfolio import clock
from portfolio.models import Conflict, Cover, Mentorship, Reflection, Relation, Review, Role
from tests.cast import DAY, HOUR, NOON, SERVICE_2, World, returned, submitted
from tests.models.test_cover import place
from tests.site import Site

TODAY, TOMORROW = "2026-03-04", "2026-03-05"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def arrange(site: Site, world: World, first: str = TODAY, last: str = TODAY):
    """Mia lets Oki stand in, as the form sends it."""
    form = {"stand_in": str(world.oki.id), "starts_on": first, "ends_on": last}
    return site.sign_in(world.mia.id).post(f"/cohorts/{world.cohort.id}/cover", data=form)


def covers(world: World) -> list[Cover]:
    found = list(world.session.scalars(sa.select(Cover).execution_options(populate_existing=True)))
    world.session.commit()
    return found


def test_who_stands_in_decides_today_and_is_refused_tomorrow(site: Site, world: World, monkeypatch: pytest.MonkeyPatch):
    reflection = submitted(world, world.ana)
    review = f"/reflections/{reflection.id}/review"
    organiser = site.sign_in(world.oki.id)
    assert organiser.get(review).status_code == 403
    assert arrange(site, world).status_code == 303
    assert "stands in for" in organiser.get("/cover/").text
    assert world.ana.name in organiser.get("/reviews/").text
    assert organiser.get(review).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOON + DAY)
    form = {"round": "1", "step": "0", "outcome": "accepted", "feedback": ""}
    assert organiser.post(review, data=form).status_code == 403
    monkeypatch.setattr(clock, "now", lambda: NOON + HOUR)
    assert organiser.post(review, data=form).status_code == 303
    decided = world.load(sa.select(Review))
    assert (decided.reviewer_id, decided.role) == (world.oki.id, Role.MENTOR)


def test_who_is_too_close_to_a_trainee_does_not_stand_in_for_them(site: Site, world: World):
    hers, his = submitted(world, world.ana), submitted(world, world.ben)
    world.keep(Conflict.declare(place(world, world.ana), world.oki, Relation.FAMILY, "", by=world.oki, now=NOON))
    arrange(site, world)
    organiser = site.sign_in(world.oki.id)
    answers = [organiser.get(f"/reflections/{reflection.id}/review").status_code for reflection in (hers, his)]
    assert answers == [403, 200]
    assert "Ben" in (desk := organiser.get("/reviews/").text)
    assert "Ana" not in desk


def test_a_mentor_says_it_of_nobody_but_themselves(site: Site, world: World):
    form = {"absent": str(world.kris.id), "stand_in": str(world.oki.id), "starts_on": TODAY, "ends_on": TODAY}
    assert site.sign_in(world.mia.id).post(f"/cohorts/{world.cohort.id}/cover", data=form).status_code == 303
    assert [cover.absent_id for cover in covers(world)] == [world.mia.id]


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [(TOMORROW, TODAY, 409), ("2026-02-01", "2026-02-02", 409), ("", TODAY, 422), ("soon", TODAY, 422)],
)
def test_days_that_make_no_sense_are_said_in_words_and_given_back(
    site: Site, world: World, first: str, last: str, status: int
):
    answer = arrange(site, world, first, last)
    assert answer.status_code == status
    assert covers(world) == []


def test_a_stand_in_is_somebody_of_the_cohort(site: Site, world: World):
    form = {"stand_in": str(world.otto.id), "starts_on": TODAY, "ends_on": TODAY}
    answer = site.sign_in(world.mia.id).post(f"/cohorts/{world.cohort.id}/cover", data=form)
    assert (answer.status_code, covers(world)) == (422, [])


def test_cover_that_is_called_off_ends_at_once(site: Site, world: World):
    reflection = submitted(world, world.ana)
    arrange(site, world)
    [cover] = covers(world)
    assert site.sign_in(world.mia.id).post(f"/cover/{cover.id}/end").status_code == 303
    assert site.sign_in(world.oki.id).get(f"/reflections/{reflection.id}/review").status_code == 403


# --- Giving trainees to another


def hand_over(site: Site, world: World, **form: str | list[str]):
    """Oki gives Ana from Mia to Kris, unless something else is said."""
    ana = str(world.enrolment(world.ana).id)
    usual = {"role": "mentor", "giver": str(world.mia.id), "taker": str(world.kris.id), "enrolment": ana}
    return site.sign_in(world.oki.id).post(f"/cohorts/{world.cohort.id}/mentors", data=usual | form)


def test_what_is_open_goes_along_and_what_was_decided_stays_readable(site: Site, world: World):
    waiting = submitted(world, world.ana, SERVICE_2)
    decided = returned(world, world.ana)
    mia, kris = site.sign_in(world.mia.id), site.sign_in(world.kris.id)
    page = f"/reflections/{waiting.id}/review"
    assert mia.get(page).status_code == 200
    assert kris.get(page).status_code == 303  # not his turn
    assert hand_over(site, world).status_code == 303
    form = {"round": "1", "step": "0", "outcome": "accepted", "feedback": ""}
    assert mia.post(page, data=form).status_code in (403, 404)
    assert kris.get(page).status_code == 200
    assert mia.get(f"/reflections/{decided.id}").status_code == 200
    assert world.reflection(decided).submissions[0].reviews[0].reviewer_id == world.mia.id
    ended = world.load(
        sa.select(Mentorship).where(Mentorship.user_id == world.mia.id, Mentorship.ended_at.is_not(None))
    )
    assert ended.ended_at == NOON


def test_what_is_handed_in_after_the_change_is_not_there_for_whoever_gave_it_away(site: Site, world: World):
    hand_over(site, world)
    later = submitted(world, world.ana, at=NOON + HOUR)
    assert site.sign_in(world.mia.id).get(f"/reflections/{later.id}").status_code == 404
    assert site.sign_in(world.kris.id).get(f"/reflections/{later.id}").status_code == 200


def test_a_trainee_without_a_mentor_is_named_and_given_one(site: Site, world: World):
    cici = str(world.enrolment(world.cici).id)
    organiser = site.sign_in(world.oki.id)
    assert "Without a mentor" in organiser.get(f"/cohorts/{world.cohort.id}/mentors").text
    assert hand_over(site, world, giver="", taker=str(world.mia.id), enrolment=cici).status_code == 303
    assert world.enrolment(world.cici).is_guided_by(world.mia, Role.MENTOR)
    assert "Without a mentor" not in organiser.get(f"/cohorts/{world.cohort.id}/mentors").text


@pytest.mark.parametrize(
    "form", [{"enrolment": []}, {"taker": ""}, {"taker": "999"}, {"role": "assessor"}, {"taker": "x"}]
)
def test_a_form_that_says_too_little_comes_back(site: Site, world: World, form: dict[str, str]):
    assert hand_over(site, world, **form).status_code == 422
    assert not world.enrolment(world.ana).is_guided_by(world.kris, Role.MENTOR)


def test_who_declared_a_conflict_is_not_given_that_trainee(site: Site, world: World):
    world.keep(Conflict.declare(place(world, world.ana), world.otto, Relation.FAMILY, "", by=world.oki, now=NOON))
    world.keep(world.enrolment(world.ben).assign(world.otto, Role.MENTOR, now=NOON))
    answer = hand_over(site, world, taker=str(world.otto.id))
    assert answer.status_code == 409
    assert "too close" in answer.text
    assert world.enrolment(world.ana).is_guided_by(world.mia, Role.MENTOR)


def test_nobody_is_given_themselves_and_nothing_is_half_done(site: Site, world: World):
    world.keep(world.enrolment(world.ben).assign(world.ana, Role.MENTOR, now=NOON))  # a trainee who guides another
    both = [str(world.enrolment(trainee).id) for trainee in (world.ben, world.ana)]
    answer = hand_over(site, world, taker=str(world.ana.id), enrolment=both)
    assert answer.status_code == 409
    assert world.enrolment(world.ben).is_guided_by(world.mia, Role.MENTOR)


def test_places_of_another_cohort_are_not_touched(site: Site, world: World):
    dodi = str(world.enrolment(world.dodi).id)
    assert hand_over(site, world, enrolment=dodi).status_code == 303
    assert not world.enrolment(world.dodi).is_guided_by(world.kris)
    assert isinstance(submitted(world, world.dodi), Reflection)
