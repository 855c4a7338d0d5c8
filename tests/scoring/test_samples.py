"""Samples: who may score what, the lottery, passing on, closing, and the figures of what was scored."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio.agreement import alpha, mean_kappa, with_interval
from portfolio.calibrations.eligibility import Bar, Left, Lottery, lottery, same_unit
from portfolio.calibrations.figures import Score, apart, table
from portfolio.errors import Refused
from portfolio.models import (
    Appointment,
    Calibration,
    Cohort,
    Conflict,
    Moderation,
    Office,
    Relation,
    Role,
    Rubric,
    SampledText,
    Scoring,
    User,
    Visibility,
)
from tests import cast
from tests.cast import CONDUCT, DAY, JOB, NOON, SERVICE, SERVICE_2, World
from tests.markup import Page
from tests.scoring.sampling import assessor, rubric_in, sample, score_all, scorings

Browsers = Callable[[User | None], FlaskClient]
LEVELS = {"level-causes": "2", "level-steps": "3"}


def drawn_from(app: Flask, world: World) -> Lottery:
    """What the next sample of the first cohort is drawn from."""
    world.session.commit()
    with app.app_context():
        return lottery(world.cohort)


def bars(found: Lottery, user: User) -> Counter[Bar]:
    """Why somebody may not score, by how many texts."""
    return found.bars[user.id]


# --- Which texts, and who


def test_only_what_is_accepted_of_those_who_are_there_and_share_it(app: Flask, world: World):
    kept = cast.accepted(world, world.ana, SERVICE)
    cast.submitted(world, world.ana, SERVICE_2)
    cast.returned(world, world.ana, CONDUCT)
    cast.draft(world, world.ana, JOB)
    cast.withdrawn(world, world.ben, SERVICE)
    gone = cast.accepted(world, world.ben, CONDUCT)
    world.enrolment(world.ben).withdrawn_at = NOON
    cast.accepted(world, world.dodi)
    found = drawn_from(app, world)
    assert kept.latest is not None
    assert gone.latest is not None
    assert [text.submission_id for text in found.texts] == [kept.latest.id]
    assert found.left_out == {Left.NOT_ACCEPTED: 2, Left.WRITER_LEFT: 1}
    assert found.candidates == {kept.latest.id: [world.asta.id]}


def test_the_last_round_counts_and_a_round_opened_again_does_not(app: Flask, world: World):
    cast.returned(world, world.ana, at=NOON - 3 * DAY, decided=NOON - 2 * DAY)
    second = cast.accepted(world, world.ana, at=NOON - DAY, said=cast.words("Better."))
    assert second.latest is not None
    assert second.latest.round == 2
    assert [text.submission_id for text in drawn_from(app, world).texts] == [second.latest.id]


@pytest.mark.parametrize(
    ("unit", "other", "same"),
    [
        ("Dinas Perhubungan", "DINAS  PERHUBUNGAN.", True),
        ("Dinas-Perhubungan", "Dinas Perhubungan", True),
        ("Dinas Perhubungan", "Dinas Pertanian", False),
        ("", "", False),
        (" - ", ".", False),
    ],
)
def test_units_are_compared_by_their_letters(unit: str, other: str, same: bool):
    assert (bool(same_unit(unit)) and same_unit(unit) == same_unit(other)) is same


def test_who_knows_the_writer_may_not_score_and_it_is_said_why(app: Flask, session: Session, world: World):
    ana, ben = world.ana, world.ben
    ana.unit = "Dinas Perhubungan"
    mine = cast.accepted(world, ana, SERVICE)
    cast.accepted(world, ben, SERVICE)
    found = {name: assessor(world, name) for name in ("guided", "elsewhere", "clash", "past", "talked", "decided")}
    found["unit"] = assessor(world, "unit", unit="dinas perhubungan")
    place = world.enrolment(ana)
    was = place.assign(found["guided"], Role.COACH, now=NOON - 9 * DAY)
    was.end(now=NOON - 8 * DAY)
    # Ana is a trainee of the other cohort too, in which somebody guides her.
    twice = cast.enrol(ana, world.other, now=NOON)
    world.keep(was, twice)
    world.keep(twice.assign(found["elsewhere"], Role.MENTOR, now=NOON))
    for name, ended in (("clash", None), ("past", NOON)):
        world.keep(
            Conflict(
                cohort=world.cohort, enrolment_id=place.id, user=found[name], relation=Relation.FAMILY,
                declared_by=world.oki, declared_at=NOON, ended_at=ended,
            )
        )  # fmt: skip
    world.keep(world.reflection(mine).comment("A word.", by=found["talked"], now=NOON))
    decided = world.enrolment(ben).assign(found["decided"], Role.ASSESSOR, now=NOON)
    world.keep(decided)
    # Fellow trainees and organisers could read it.
    world.keep(Appointment(cohort=world.cohort, user=world.cici, office=Office.ASSESSOR, started_at=NOON))
    world.keep(Appointment(cohort=world.cohort, user=world.oki, office=Office.ASSESSOR, started_at=NOON))
    lots = drawn_from(app, world)
    assert {name: dict(bars(lots, user)) for name, user in found.items()} == {
        "guided": {Bar.GUIDE: 1},
        "elsewhere": {Bar.GUIDE: 1},
        "clash": {Bar.CONFLICT: 1},
        "past": {Bar.CONFLICT: 1},
        "talked": {Bar.ANSWERED: 1},
        "decided": {Bar.GUIDE: 1},  # of Ben's text
        "unit": {Bar.UNIT: 1},
    }
    assert bars(lots, world.asta) == {}
    assert bars(lots, world.cici) == {}
    assert bars(lots, world.oki) == {Bar.READER: 2}
    mine = world.reflection(mine)
    mine.visibility = Visibility.COHORT
    world.keep()
    assert bars(drawn_from(app, world), world.cici) == {Bar.READER: 1}


def test_who_decided_who_read_and_who_had_it_before_may_not(app: Flask, session: Session, world: World):
    first = cast.accepted(world, world.ana, SERVICE)
    second = cast.accepted(world, world.ben, SERVICE)
    reader, had = assessor(world, "reader"), assessor(world, "had")
    cast.read(world, first, reader)
    assert second.latest is not None
    sample(world, {second.latest.id: [had.id, world.asta.id]})
    world.keep(Appointment(cohort=world.cohort, user=world.mia, office=Office.ASSESSOR, started_at=NOON))
    lots = drawn_from(app, world)
    assert bars(lots, reader) == {Bar.READER: 1}
    assert bars(lots, had) == {Bar.EARLIER: 1}
    assert sum(bars(lots, world.mia).values()) == 2


def test_an_ended_appointment_and_a_closed_account_are_not_in_the_lottery(app: Flask, session: Session, world: World):
    cast.accepted(world, world.ana)
    closed = assessor(world, "closed", deactivated_at=NOON)
    assert [each.user_id for each in drawn_from(app, world).appointments] == [world.asta.id]
    [mine] = session.scalars(sa.select(Appointment).where(Appointment.user_id == world.asta.id))
    mine.end(now=NOON)
    assert drawn_from(app, world).appointments == []
    assert closed.deactivated_at == NOON


# --- The lottery

ABLE = {submission: [1, 2, 3, 4] for submission in range(1, 41)}


def draw(able: dict[int, list[int]] = ABLE, *, seed: str, percent: int = 50, per_text: int = 2) -> Calibration:
    """A sample that nobody stores."""
    return Calibration.draw(
        Cohort(), Rubric(), able, percent=percent, per_text=per_text,
        seed=seed, by=cast.person("oki"), now=NOON,
    )  # fmt: skip


def who_scores_what(calibration: Calibration) -> list[tuple[int, list[int]]]:
    """The texts in the order of the draw, with those who score them."""
    return [(text.submission_id, [each.assessor_id for each in text.scorings]) for text in calibration.texts]


def test_the_same_seed_draws_the_same_and_another_does_not():
    shuffled = {submission: ABLE[submission][::-1] for submission in sorted(ABLE, reverse=True)}
    assert who_scores_what(draw(seed="lot")) == who_scores_what(draw(seed="lot"))
    assert who_scores_what(draw(shuffled, seed="lot")) == who_scores_what(draw(seed="lot"))
    assert who_scores_what(draw(seed="lot")) != who_scores_what(draw(seed="other"))
    assert {text.code for text in draw(seed="lot").texts}.isdisjoint(text.code for text in draw(seed="lot").texts)


@pytest.mark.parametrize("seed", ["a", "b", "c", "d", "e"])
def test_nobody_gets_more_than_one_text_more_than_another(seed: str):
    drawn = draw(seed=seed, percent=70, per_text=3)
    load = Counter(who for _, assessors in who_scores_what(drawn) for who in assessors)
    assert len(drawn.texts) == 28
    assert max(load.values()) - min(load.values()) <= 1
    assert all(len(set(assessors)) == 3 for _, assessors in who_scores_what(drawn))


def test_a_text_that_too_few_may_score_is_not_drawn():
    able = {1: [1], 2: [1, 2], 3: []}
    assert who_scores_what(draw(able, seed="x", percent=100)) in ([(2, [1, 2])], [(2, [2, 1])])
    with pytest.raises(Refused):
        draw({1: [1], 3: []}, seed="x", percent=100)


# --- The organiser's page


def test_an_organiser_appoints_draws_follows_and_closes(session: Session, world: World, client_for: Browsers):
    for n in (SERVICE, SERVICE_2, CONDUCT):
        cast.accepted(world, world.ana, n)
    rubric = rubric_in(world)
    world.keep(cast.person("rian"))
    oki, here = client_for(world.oki), f"/cohorts/{world.cohort.id}/calibrations"
    assert "may score 3 of 3 texts" in oki.get(here).text
    for email, status in (("RIAN@test.example ", 303), ("rian@test.example", 303), ("nobody@test.example", 422)):
        assert oki.post(f"/cohorts/{world.cohort.id}/assessors", data={"email": email}).status_code == status
    assert oki.post(f"/cohorts/{world.cohort.id}/assessors", data={"email": world.oki.email}).status_code == 409
    assert session.scalar(sa.select(sa.func.count()).where(Appointment.office == Office.ASSESSOR)) == 2
    form = {"percent": "60", "per_text": "2", "rubric": str(rubric.id), "seed": " known "}
    for wrong in ({"percent": "0"}, {"percent": "101"}, {"per_text": "1"}, {"rubric": "0"}):
        assert oki.post(here, data=form | wrong).status_code == 422
    assert oki.post(here, data=form | {"per_text": "3"}).status_code == 409
    answer = oki.post(here, data=form)
    [drawn] = session.scalars(sa.select(Calibration))
    assert (answer.status_code, answer.location) == (303, f"/calibrations/{drawn.id}")
    assert (drawn.seed, drawn.percent, drawn.per_text) == ("known", 60, 2)
    assert session.scalar(sa.select(sa.func.count(Scoring.id))) == 4  # two texts, 60 % of three, by two
    assert "0 of 4 scores are there" in oki.get(here).text
    assert oki.post(f"/calibrations/{drawn.id}/closing").status_code == 303
    session.refresh(drawn)
    assert drawn.closed_at == NOON


def test_no_score_is_on_a_page_before_the_sample_is_closed(session: Session, world: World, client_for: Browsers):
    accepted = cast.accepted(world, world.ana)
    rian = assessor(world, "rian")
    assert accepted.latest is not None
    drawn = sample(world, {accepted.latest.id: [world.asta.id, rian.id]})
    [text] = drawn.texts
    asta, oki = client_for(world.asta), client_for(world.oki)
    told = LEVELS | {"note": "What I noted for nobody yet."}
    assert asta.post(f"/scoring/{text.code}", data=told).status_code == 303
    assert asta.post(f"/scoring/{text.code}", data=told | {"level-causes": "1"}).status_code == 303  # thought again
    pages = [f"/calibrations/{drawn.id}", f"/reflections/{accepted.id}", f"/cohorts/{world.cohort.id}/calibrations"]
    for who, addresses in ((oki, pages), (client_for(rian), [f"/scoring/{text.code}", "/scoring/"]),
                           (client_for(world.ana), [pages[1], "/progress/"])):  # fmt: skip
        for address in addresses:
            page = who.get(address).text
            assert "What I noted" not in page
            assert "Thought" not in Page(page).all("main")[0].words or "/scoring/" in address
    assert "checked" not in client_for(rian).get(f"/scoring/{text.code}").text
    assert oki.post(f"/calibrations/{drawn.id}/closing").status_code == 303
    assert "What I noted" in oki.get(f"/calibrations/{drawn.id}").text
    assert "What I noted" not in client_for(world.ana).get(f"/reflections/{accepted.id}").text
    assert asta.post(f"/scoring/{text.code}", data=LEVELS).status_code == 409
    assert client_for(rian).post(f"/scoring/{text.code}", data=LEVELS).status_code == 409
    [mine] = [each for each in scorings(world, drawn) if each.assessor_id == world.asta.id]
    assert {rating.criterion: rating.level for rating in mine.ratings} == {"causes": 1, "steps": 3}


def test_a_text_that_was_passed_on_goes_to_somebody_else_who_may(session: Session, world: World, client_for: Browsers):
    accepted = cast.accepted(world, world.ana)
    rian, sita, kin = assessor(world, "rian"), assessor(world, "sita"), assessor(world, "kin", unit="Office")
    world.ana.unit = "office"
    assert accepted.latest is not None
    drawn = sample(world, {accepted.latest.id: [world.asta.id, rian.id]})
    [text] = drawn.texts
    oki, place = client_for(world.oki), f"/sampled-texts/{text.id}/scorings"
    assert oki.post(place, data={"assessor": str(sita.id)}).status_code == 409  # nobody has passed it on
    assert (
        client_for(world.asta).post(f"/scoring/{text.code}/recusal", data={"reason": "I know her."}).status_code == 303
    )
    page = oki.get(f"/calibrations/{drawn.id}").text
    assert "I know her." in page
    offered = [option.words for option in Page(page).all("option")]
    assert offered == ["Sita"]
    for wrong in (kin, world.mia):
        assert oki.post(place, data={"assessor": str(wrong.id)}).status_code == 422
    assert oki.post(place, data={"assessor": str(world.asta.id)}).status_code in (409, 422)
    assert oki.post(place, data={"assessor": str(sita.id)}).status_code == 303
    assert text.code in client_for(sita).get("/scoring/").text
    assert oki.post(place, data={"assessor": str(kin.id)}).status_code in (409, 422)
    oki.post(f"/calibrations/{drawn.id}/closing")
    assert len(scorings(world, drawn)) == 3


# --- What was scored

# Twelve texts, by three people; two scored each.
CAUSES = [(1, 2, None), (2, 2, None), (3, 1, None), (4, 3, None), (1, None, 1), (2, None, 3), (2, None, 2),
          (4, None, 4), (None, 3, 2), (None, 1, 1), (None, 2, 4), (None, 3, 3)]  # fmt: skip


def scored(world: World, texts: int) -> tuple[Calibration, list[User]]:
    """A closed sample of so many of those texts; each "steps" is one more than "causes", at most 4."""
    people = [world.asta, assessor(world, "rian"), assessor(world, "sita")]
    writers = [world.ana, world.ben]
    able = {}
    for number in range(texts):
        accepted = cast.accepted(world, writers[number % 2], number // 2)
        assert accepted.latest is not None
        able[accepted.latest.id] = [
            person.id for person, level in zip(people, CAUSES[number], strict=True) if level is not None
        ]
    drawn = sample(world, able, seed="kalibrasi")
    places = {submission: number for number, submission in enumerate(able)}
    for scoring in scorings(world, drawn):
        level = CAUSES[places[scoring.text.submission_id]][[person.id for person in people].index(scoring.assessor_id)]
        assert level is not None
        scoring.score({"causes": level, "steps": min(level + 1, 4)}, "", now=NOON)
    drawn.close(now=NOON)
    world.keep()
    return drawn, people


@pytest.fixture
def long_world(session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    """A cohort in which there are texts enough."""
    monkeypatch.setattr("portfolio.clock.now", lambda: NOON)
    return cast.make_world(session, now=NOON, sessions=10, steps=["mentor"])


def test_the_figures_on_the_page_are_those_of_the_library(long_world: World, client_for: Browsers):
    drawn, _ = scored(long_world, 12)
    page = Page(client_for(long_world.oki).get(f"/calibrations/{drawn.id}").text)
    causes = list(zip(*CAUSES, strict=True))
    steps = [[level and min(level + 1, 4) for level in row] for row in causes]
    seed, scale = 473877781, [1.0, 2.0, 3.0, 4.0]
    wanted = []
    for rows in (causes, steps):
        for figure in (
            with_interval(partial(alpha, metric="ordinal"), rows, seed=seed),
            with_interval(partial(mean_kappa, levels=scale), rows, seed=seed),
        ):
            assert figure.value is not None
            assert figure.low is not None
            assert figure.high is not None
            wanted.append((f"{figure.value:.2f}", f"95 per cent interval {figure.low:.2f} to {figure.high:.2f}"))
    shown = [dd.words for dd in page.all("dd")]
    assert [(value in dd, interval in dd) for (value, interval), dd in zip(wanted, shown, strict=True)] == [
        (True, True)
    ] * 4, (wanted, shown)
    tables = page.all("table")
    rows_of_causes = [[cell.words for cell in row.all("th", "td")] for row in tables[0].all("tr")[1:]]
    assert sorted(row[:7] for row in rows_of_causes) == [
        ["Asta", "2", "3", "1", "2", "2.38", "1 – 4"],
        ["Rian", "2", "3", "3", "·", "2.12", "1 – 3"],
        ["Sita", "2", "2", "2", "2", "2.50", "1 – 4"],
    ]
    assert "6 of 12 texts with two scores or more got the same level from everybody." in page.root.words


def test_the_largest_differences_come_first(long_world: World, client_for: Browsers):
    drawn, _ = scored(long_world, 12)
    page = client_for(long_world.oki).get(f"/calibrations/{drawn.id}").text
    codes = [
        section.get("id") for section in Page(page).all("section") if (section.get("id") or "").startswith("text-")
    ]
    texts = long_world.session.scalars(sa.select(SampledText).where(SampledText.calibration_id == drawn.id))
    by_submission = {text.submission_id: f"text-{text.code}" for text in texts}
    in_order = [by_submission[submission] for submission in sorted(by_submission)]
    two_apart = {in_order[2], in_order[10]}
    one_apart = {in_order[number] for number in (0, 3, 5, 8)}
    assert set(codes[:2]) == two_apart
    assert set(codes[2:6]) == one_apart
    assert page.count("2 levels apart") == 2


def test_with_fewer_than_ten_texts_there_are_counts_and_it_is_said_why(long_world: World, client_for: Browsers):
    drawn, _ = scored(long_world, 9)
    page = client_for(long_world.oki).get(f"/calibrations/{drawn.id}").text
    assert "alpha" not in page
    assert page.count("with fewer than 10 texts scored by two people") == 2
    assert "of 9 texts with two scores or more" in page


def test_a_figure_that_is_not_defined_is_not_made_up(long_world: World, client_for: Browsers):
    able = {}
    rian = assessor(long_world, "rian")
    for number in range(10):
        accepted = cast.accepted(long_world, [long_world.ana, long_world.ben][number % 2], number // 2)
        assert accepted.latest is not None
        able[accepted.latest.id] = [long_world.asta.id, rian.id]
    drawn = sample(long_world, able)
    score_all(long_world, drawn, [{"causes": 3, "steps": 3}] * 20)
    drawn.close(now=NOON)
    long_world.keep()
    page = client_for(long_world.oki).get(f"/calibrations/{drawn.id}").text
    assert page.count("not defined") == 4
    assert "nan" not in page.casefold()


def test_a_level_is_settled_with_a_reason_and_what_was_settled_before_stays(
    session: Session, world: World, client_for: Browsers
):
    accepted = cast.accepted(world, world.ana)
    assert accepted.latest is not None
    drawn = sample(world, {accepted.latest.id: [world.asta.id, world.olla.id]})
    [text] = drawn.texts
    score_all(world, drawn, [{"causes": 1, "steps": 3}, {"causes": 4, "steps": 3}])
    oki, place = client_for(world.oki), f"/sampled-texts/{text.id}/moderations"
    form = {"criterion": "causes", "level": "2.0", "reason": "It names one cause, and weighs it."}
    assert oki.post(place, data=form).status_code == 409  # not closed yet
    oki.post(f"/calibrations/{drawn.id}/closing")
    for wrong in ({"level": "2.5"}, {"level": "9"}, {"level": "x"}, {"criterion": "style"}, {"reason": " "}):
        answer = oki.post(place, data=form | wrong)
        assert answer.status_code == 422, wrong
        assert wrong == {"reason": " "} or "It names one cause" in answer.text
    assert oki.post(place, data=form).status_code == 303
    assert oki.post(place, data=form | {"level": "3", "reason": "Read again, with Olla."}).status_code == 303
    kept = session.scalars(sa.select(Moderation).order_by(Moderation.id)).all()
    assert [(each.criterion, each.level, each.by_id) for each in kept] == [
        ("causes", 2, world.oki.id), ("causes", 3, world.oki.id),
    ]  # fmt: skip
    page = oki.get(f"/calibrations/{drawn.id}").text
    assert page.index("It names one cause") < page.index("Read again, with Olla.")
    levels = {(each.assessor_id, rating.criterion): rating.level for each in scorings(world, drawn)
              for rating in each.ratings}  # fmt: skip
    assert sorted(levels.values()) == [1, 3, 3, 4]


def test_gaps_and_tables():
    scores = [Score(1, 7, "a", 1), Score(1, 8, "a", 3.5), Score(1, 7, "b", 2), Score(1, 8, "b", 3), Score(2, 8, "a", 4)]
    assert apart(scores) == {1: (2.5, 3.5), 2: (0, 0)}
    assert table([score for score in scores if score.criterion == "a"]) == ((1, None), (3.5, 4))
