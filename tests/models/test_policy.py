"""Who may see what, and do what: tables written by hand, and what changes them."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, selectinload

from portfolio import policy
from portfolio.models import (
    Appointment,
    Cohort,
    Outcome,
    Reflection,
    Reopening,
    Role,
    TrainingSession,
    User,
    Visibility,
    enrol,
)
from portfolio.series import Condition, Series, load_series
from tests.cast import (
    CONDUCT,
    DAY,
    FINAL,
    HOUR,
    JOB,
    SERVICE,
    SERVICE_2,
    World,
    accepted,
    begun,
    decide,
    draft,
    excused,
    make_world,
    only_me,
    returned,
    shared_with_cohort,
    submitted,
    withdrawn,
    words,
)

# --- Who sees a reflection. Ana writes them all but the last three; Paul was her mentor until the day before NOON.
#     ana: writer. ben: of the same cohort. mia: mentor. kris: coach. oki: organiser. obed: observer.
#     deni: closed account. dodi, otto, olla: trainee, mentor and organiser of another cohort.

SEES = """
                        ana  ben  mia  kris  paul  oki  obed  deni  dodi  otto  olla
begun                   yes  .    .    .     .     .    .     .     .     .     .
draft                   yes  .    .    .     .     .    .     .     .     .     .
draft_for_cohort        yes  .    .    .     .     .    .     .     .     .     .
only_me                 yes  .    .    .     .     .    .     .     .     .     .
submitted               yes  .    yes  yes   .     yes  .     .     .     .     .
submitted_days_ago      yes  .    yes  yes   yes   yes  .     .     .     .     .
withdrawn               yes  .    .    .     .     .    .     .     .     .     .
withdrawn_for_cohort    yes  .    .    .     .     .    .     .     .     .     .
returned_and_rewritten  yes  .    yes  yes   .     yes  .     .     .     .     .
returned_by_paul        yes  .    yes  yes   yes   yes  .     .     .     .     .
round_two_withdrawn     yes  .    yes  yes   .     yes  .     .     .     .     .
accepted                yes  .    yes  yes   .     yes  .     .     .     .     .
reopened                yes  .    yes  yes   .     yes  .     .     .     .     .
shared                  yes  yes  yes  yes   .     yes  .     .     .     .     .
excused                 yes  .    .    .     .     .    .     .     .     .     .
excused_only_me         yes  .    .    .     .     .    .     .     .     .     .
excused_after_return    yes  .    yes  yes   .     yes  .     .     .     .     .
of_cici                 .    .    .    yes   .     yes  .     .     .     .     .
of_dodi                 .    .    .    .     .     .    .     .     yes   yes   yes
of_dodi_shared          .    .    .    .     .     .    .     .     yes   yes   yes
"""


def returned_by_paul(world: World) -> Reflection:
    """Paul decided on it while he was her mentor; she handed it in again when he was not any more."""
    reflection = submitted(world, world.ana, at=world.now - 3 * DAY)
    [past] = [row for row in reflection.enrolment.mentorships if row.user_id == world.paul.id]
    ended, past.ended_at = past.ended_at, None
    decide(world, reflection, Outcome.RETURNED, "Go on.", by=world.paul)
    [past] = [row for row in world.enrolment(world.ana).mentorships if row.user_id == world.paul.id]
    past.ended_at = ended
    world.keep()
    return submitted(world, world.ana, said=words("Better."))


def round_two_withdrawn(world: World) -> Reflection:
    returned(world, world.ana)
    return withdrawn(world, world.ana, said=words("Better."), at=world.now + DAY)


def returned_and_rewritten(world: World) -> Reflection:
    returned(world, world.ana)
    return draft(world, world.ana, said=words("Secret as yet."))


def reopened(world: World) -> Reflection:
    reflection = accepted(world, world.ana)
    world.keep(Reopening.of(reflection, "Look again.", by=world.mia, now=world.now + DAY))
    return reflection


def excused_after_return(world: World) -> Reflection:
    reflection = returned(world, world.ana)
    reflection.excuse("Was ill.", by=world.oki, now=world.now + DAY)
    world.keep()
    return reflection


COHORT = Visibility.COHORT
KINDS: dict[str, Callable[[World], Reflection]] = {
    "begun": lambda world: begun(world, world.ana),
    "draft": lambda world: draft(world, world.ana),
    "draft_for_cohort": lambda world: draft(world, world.ana, visibility=COHORT),
    "only_me": lambda world: only_me(world, world.ana),
    "submitted": lambda world: submitted(world, world.ana),
    "submitted_days_ago": lambda world: submitted(world, world.ana, at=world.now - 3 * DAY),
    "withdrawn": lambda world: withdrawn(world, world.ana),
    "withdrawn_for_cohort": lambda world: withdrawn(world, world.ana, visibility=COHORT),
    "returned_and_rewritten": returned_and_rewritten,
    "returned_by_paul": returned_by_paul,
    "round_two_withdrawn": round_two_withdrawn,
    "accepted": lambda world: accepted(world, world.ana),
    "reopened": reopened,
    "shared": lambda world: shared_with_cohort(world, world.ana),
    "excused": lambda world: excused(world, world.ana, said=words()),
    "excused_only_me": lambda world: excused(world, world.ana, visibility=Visibility.ONLY_ME),
    "excused_after_return": excused_after_return,
    "of_cici": lambda world: submitted(world, world.cici),
    "of_dodi": lambda world: submitted(world, world.dodi),
    "of_dodi_shared": lambda world: shared_with_cohort(world, world.dodi),
}


def table(text: str) -> dict[str, dict[str, bool]]:
    """A table of yes and no."""
    head, *lines = [line.split() for line in text.strip().splitlines()]
    return {
        name: {who: {"yes": True, ".": False}[cell] for who, cell in zip(head, cells, strict=True)}
        for name, *cells in lines
    }


def sees(world: World, user: User, reflection: Reflection) -> bool:
    """Whether somebody finds a reflection, in the list and by its id."""
    visible = policy.visible_reflections(user)
    listed = [row.id for row in world.session.scalars(visible)]
    found = world.session.scalars(visible.where(Reflection.id == reflection.id)).one_or_none()
    world.session.commit()
    assert len(listed) == len(set(listed))
    assert (found is not None) == (reflection.id in listed)
    return found is not None


@pytest.mark.parametrize("kind", KINDS)
def test_who_sees_a_reflection(kind: str, world: World) -> None:
    reflection = KINDS[kind](world)
    expected = table(SEES)[kind]
    assert {who: sees(world, getattr(world, who), reflection) for who in expected} == expected


def test_every_row_of_the_table_is_tried() -> None:
    assert set(table(SEES)) == set(KINDS)


def test_what_is_for_its_writer_only_is_so_even_if_it_was_handed_in_somehow(world: World) -> None:
    reflection = accepted(world, world.ana)
    world.session.execute(sa.update(Reflection).values(visibility=Visibility.ONLY_ME))
    world.keep()
    expected = table(SEES)["only_me"]
    assert {who: sees(world, getattr(world, who), reflection) for who in expected} == expected


def test_what_is_shared_with_a_cohort_is_not_for_those_who_left_it(world: World) -> None:
    reflection = shared_with_cohort(world, world.ana)
    world.enrolment(world.ben).withdrawn_at = world.now
    world.keep()
    assert not sees(world, world.ben, reflection)
    assert sees(world, world.cici, reflection)


def test_somebody_who_left_still_sees_their_own(world: World) -> None:
    reflection = draft(world, world.ana)
    world.enrolment(world.ana).withdrawn_at = world.now
    world.keep()
    assert sees(world, world.ana, reflection)


def test_a_mentor_who_ended_sees_what_was_handed_in_until_then(world: World) -> None:
    before = submitted(world, world.ana, SERVICE, at=world.now)
    [mentorship] = world.enrolment(world.ana).guides(Role.MENTOR)
    mentorship.end(now=world.now + HOUR)
    world.keep()
    after = submitted(world, world.ana, SERVICE_2, at=world.now + 2 * HOUR)
    assert sees(world, world.mia, before)
    assert not sees(world, world.mia, after)


def test_an_organiser_whose_appointment_ended_sees_nothing_any_more(world: World) -> None:
    reflection = submitted(world, world.ana)
    row = world.load(sa.select(Appointment).where(Appointment.user_id == world.oki.id))
    row.ended_at = world.now
    world.keep()
    assert not sees(world, world.oki, reflection)
    assert world.session.scalars(policy.visible_enrolments(world.oki)).all() == []
    assert world.session.scalars(policy.visible_cohorts(world.oki)).all() == []


def test_an_assessor_scores_blind(world: World) -> None:
    reflection = submitted(world, world.ana)
    world.keep(world.enrolment(world.ana).assign(world.otto, Role.ASSESSOR, now=world.now))
    assert not sees(world, world.otto, reflection)
    assert not policy.may_comment(world.otto, world.reflection(reflection))


# --- What waits for whom

AWAITED = """
            ana  ben  mia  kris  paul  oki  obed  deni  dodi  otto  olla
draft       .    .    .    .     .     .    .     .     .     .     .
first_step  .    .    yes  .     .     .    .     .     .     .     .
second_step .    .    .    yes   .     .    .     .     .     .     .
returned    .    .    .    .     .     .    .     .     .     .     .
accepted    .    .    .    .     .     .    .     .     .     .     .
withdrawn   .    .    .    .     .     .    .     .     .     .     .
of_dodi     .    .    .    .     .     .    .     .     .     yes   .
"""
STEPS: dict[str, Callable[[World], Reflection]] = {
    "draft": lambda world: draft(world, world.ana),
    "first_step": lambda world: submitted(world, world.ana),
    "second_step": lambda world: decide(world, submitted(world, world.ana), Outcome.ACCEPTED),
    "returned": lambda world: returned(world, world.ana),
    "accepted": lambda world: accepted(world, world.ana),
    "withdrawn": lambda world: withdrawn(world, world.ana),
    "of_dodi": lambda world: submitted(world, world.dodi),
}


@pytest.mark.parametrize("situation", STEPS)
def test_what_waits_for_whom_is_in_their_queue_and_theirs_to_decide(situation: str, world: World) -> None:
    reflection = STEPS[situation](world)
    expected = table(AWAITED)[situation]
    people = {who: getattr(world, who) for who in expected}
    queues = {who: world.session.scalars(policy.awaiting(user)).all() for who, user in people.items()}
    assert {who: reflection in queue for who, queue in queues.items()} == expected
    reflection = world.reflection(reflection)
    assert {who: policy.may_decide(user, reflection) for who, user in people.items()} == expected


def test_what_waits_for_somebody_is_seen_by_them(world: World) -> None:
    reflection = submitted(world, world.ana)
    assert [row.id for row in world.session.scalars(policy.awaiting(world.mia))] == [reflection.id]
    assert sees(world, world.mia, reflection)


def test_it_waits_for_all_who_hold_the_role_now(world: World) -> None:
    reflection = submitted(world, world.ana)
    [mentorship] = world.enrolment(world.ana).guides(Role.MENTOR)
    mentorship.end(now=world.now)
    for user in (world.otto, world.oki):
        world.keep(world.enrolment(world.ana).assign(user, Role.MENTOR, now=world.now))
    reflection = world.reflection(reflection)
    for user, decides in ((world.mia, False), (world.otto, True), (world.oki, True)):
        assert policy.may_decide(user, reflection) is decides
        assert (reflection in world.session.scalars(policy.awaiting(user)).all()) is decides


# --- What somebody may do with what they see

MAY = """
             ana  ben  mia  kris  sari  paul  oki  obed  deni  dodi  otto  olla
own          yes  .    .    .     .     .     .    .     .     .     .     .
write        yes  .    .    .     .     .     .    .     .     .     .     .
review       .    .    yes  yes   .     .     .    .     .     .     .     .
comment      yes  .    yes  yes   yes   .     .    .     .     .     .     .
"""


@pytest.mark.parametrize("kind", ["draft", "submitted", "returned_and_rewritten", "accepted", "shared", "excused"])
def test_what_somebody_may_do(kind: str, world: World) -> None:
    # Sari supervises Ana: she reads and talks, but signs nothing in this cohort.
    reflection = KINDS[kind](world)
    sari = User(name="Sari", email="sari@test.example", created_at=world.now)
    world.keep(sari)
    world.keep(world.enrolment(world.ana).assign(sari, Role.SUPERVISOR, now=world.now))
    reflection = world.reflection(reflection)
    may = {"own": policy.owns, "write": policy.may_write, "review": policy.may_review, "comment": policy.may_comment}
    expected = table(MAY)
    people = {who: sari if who == "sari" else getattr(world, who) for who in expected["own"]}
    assert {
        thing: {who: asked(user, reflection) for who, user in people.items()} for thing, asked in may.items()
    } == expected


def test_who_signs_nothing_in_a_cohort_reviews_nothing_there(session: Session) -> None:
    world = make_world(session, steps=["mentor"])
    reflection = submitted(world, world.ana)
    assert policy.may_review(world.mia, reflection)
    assert not policy.may_review(world.kris, reflection)
    assert policy.may_comment(world.kris, reflection)


def test_somebody_who_left_may_write_and_say_nothing_more(world: World) -> None:
    reflection = returned(world, world.ana)
    world.enrolment(world.ana).withdrawn_at = world.now
    world.keep()
    reflection = world.reflection(reflection)
    assert policy.owns(world.ana, reflection)
    assert not policy.may_write(world.ana, reflection)
    assert not policy.may_comment(world.ana, reflection)


# --- Whose progress somebody sees, and what they may write about

PLACES = """
       ana  ben  mia  kris  paul  oki  obed  deni  dodi  otto  olla
ana    yes  .    yes  yes   .     yes  yes   .     .     .     .
ben    .    yes  yes  yes   .     yes  yes   .     .     .     .
cici   .    .    .    yes   .     yes  yes   .     .     .     .
dodi   .    .    .    .     .     .    .     .     yes   yes   yes
"""
GRIDS = """
        ana  ben  mia  kris  paul  oki  obed  deni  dodi  otto  olla
First   .    .    yes  yes   .     yes  yes   .     .     .     .
Second  .    .    .    .     .     .    .     .     .     yes   yes
"""
WRITES_ABOUT = """
        ana  ben  mia  kris  paul  oki  obed  deni  dodi  otto  olla
First   yes  yes  .    .     .     .    .     .     .     .     .
Second  .    .    .    .     .     .    .     .     yes   .     .
"""


def test_whose_progress_somebody_sees(world: World) -> None:
    for name, expected in table(PLACES).items():
        place = world.enrolment(getattr(world, name))
        seen = {who: place in world.session.scalars(policy.visible_enrolments(getattr(world, who))) for who in expected}
        assert seen == expected, name


def test_whose_grid_somebody_sees(world: World) -> None:
    for name, expected in table(GRIDS).items():
        seen = {
            who: name in [cohort.name for cohort in world.session.scalars(policy.visible_cohorts(getattr(world, who)))]
            for who in expected
        }
        assert seen == expected, name


def test_what_somebody_may_write_about(world: World) -> None:
    for name, sessions in (("First", world.sessions), ("Second", world.other_sessions)):
        expected = table(WRITES_ABOUT)[name]
        wanted = {session.id for session in sessions}
        for who, writes in expected.items():
            seen = {session.id for session in world.session.scalars(policy.visible_sessions(getattr(world, who)))}
            assert wanted <= seen if writes else not wanted & seen, (name, who)


def test_somebody_who_left_writes_about_nothing(world: World) -> None:
    world.enrolment(world.ana).withdrawn_at = world.now
    world.keep()
    assert world.session.scalars(policy.visible_sessions(world.ana)).all() == []


def test_somebody_may_be_in_two_cohorts(world: World) -> None:
    other = world.load(sa.select(Cohort).where(Cohort.id == world.other.id).options(selectinload(Cohort.modules)))
    world.keep(enrol(world.ben, other, now=world.now))
    shared = [shared_with_cohort(world, who) for who in (world.ana, world.dodi)]
    assert [sees(world, world.ben, reflection) for reflection in shared] == [True, True]
    assert len(world.session.scalars(policy.visible_sessions(world.ben)).all()) == 12


# --- A trainee's series, as others see it


@pytest.fixture
def series_of_ana(world: World, app: Flask) -> Callable[[User], Series]:
    """One of each kind, and what somebody sees of them on Tuesday the 10th."""
    draft(world, world.ana, SERVICE, said=words(title="Secret draft"))
    only_me(world, world.ana, SERVICE_2, said=words(title="Secret diary"))
    shared_with_cohort(world, world.ana, CONDUCT, said=words(template="what", title="For all"))
    excused(world, world.ana, JOB, said=words(title="Secret excuse"))
    returned(world, world.ana, FINAL, said=words(template="final", title="Handed in"))
    draft(world, world.ana, FINAL, said=words(template="final", title="Secret revision"))

    def seen(viewer: User) -> Series:
        place = world.enrolment(world.ana)
        with app.app_context():
            return load_series(place, date(2026, 3, 10), viewer=viewer)

    return seen


LATE, OPEN, WAITING, EXCUSED, RETURNED = (
    Condition.LATE, Condition.OPEN, Condition.WAITING, Condition.EXCUSED, Condition.RETURNED,
)  # fmt: skip
#                  service  again  conduct  job      final
SERIES = {
    "ana": ([LATE, LATE, WAITING, EXCUSED, RETURNED], [True, True, True, True, True]),
    "mia": ([LATE, LATE, WAITING, EXCUSED, RETURNED], [False, False, True, False, True]),
    "kris": ([LATE, LATE, WAITING, EXCUSED, RETURNED], [False, False, True, False, True]),
    "oki": ([LATE, LATE, WAITING, EXCUSED, RETURNED], [False, False, True, False, True]),
    "ben": ([LATE, LATE, WAITING, EXCUSED, OPEN], [False, False, True, False, False]),
    "obed": ([LATE, LATE, LATE, EXCUSED, OPEN], [False, False, False, False, False]),
}


@pytest.mark.parametrize("who", SERIES)
def test_what_others_may_not_read_does_not_exist_for_them_but_that_it_is_excused(
    who: str, world: World, series_of_ana: Callable[[User], Series]
) -> None:
    conditions, there = SERIES[who]
    series = series_of_ana(getattr(world, who))
    assert [slot.condition for slot in series.slots] == conditions
    assert [slot.reflection is not None for slot in series.slots] == there


@pytest.mark.parametrize("who", [who for who in SERIES if who != "ana"])
def test_nothing_of_a_living_text_is_loaded_for_others(
    who: str, world: World, series_of_ana: Callable[[User], Series]
) -> None:
    found = [slot.reflection for slot in series_of_ana(getattr(world, who)).slots if slot.reflection]
    assert len(found) == sum(SERIES[who][1])
    for reflection in found:
        assert sa.inspect(reflection).unloaded >= {"title", "answers", "facilitator"}
        assert "Secret" not in repr(vars(reflection))


def test_the_writer_sees_the_titles_of_their_living_texts(
    world: World, series_of_ana: Callable[[User], Series]
) -> None:
    titles = [slot.reflection.title for slot in series_of_ana(world.ana).slots if slot.reflection]
    assert titles == ["Secret draft", "Secret diary", "For all", "Secret excuse", "Secret revision"]


def test_a_series_is_counted_by_two_numbers_and_a_marker(world: World, series_of_ana: Callable[[User], Series]) -> None:
    series = series_of_ana(world.ana)
    assert (series.submitted, series.accepted, series.total) == (2, 0, 4)
    assert (series.expected, series.behind) == (3, 2)  # the last is due on the 12th
    assert [slot.session.position for slot in series.todays] == []
    assert [slot.session.position for slot in series_of_ana(world.ben).todays] == [6]


def test_a_retired_session_is_shown_only_where_something_was_written(world: World, app: Flask) -> None:
    submitted(world, world.ana, SERVICE)
    for n in (SERVICE, SERVICE_2):
        world.session.execute(
            sa.update(TrainingSession).where(TrainingSession.id == world.sessions[n].id).values(retired_at=world.now)
        )
    place = world.enrolment(world.ana)
    with app.app_context():
        for viewer, positions in ((world.ana, [1, 3, 5, 6]), (world.mia, [1, 3, 5, 6]), (world.ben, [3, 5, 6])):
            series = load_series(place, date(2026, 3, 4), viewer=viewer)
            assert [slot.session.position for slot in series.slots] == positions


def test_a_slot_stands_where_the_calendar_says_while_nothing_is_handed_in(world: World, app: Flask) -> None:
    draft(world, world.ana, CONDUCT)
    place = world.enrolment(world.ana)
    expected = {
        date(2026, 3, 1): [Condition.UPCOMING, Condition.UPCOMING, Condition.DRAFT],
        date(2026, 3, 2): [Condition.OPEN, Condition.UPCOMING, Condition.DRAFT],
        date(2026, 3, 3): [Condition.LATE, Condition.OPEN, Condition.DRAFT],
        date(2026, 3, 4): [Condition.LATE, Condition.LATE, Condition.DRAFT],
        date(2026, 3, 5): [Condition.LATE, Condition.LATE, Condition.LATE],
    }
    with app.app_context():
        for today, conditions in expected.items():
            slots = load_series(place, today, viewer=world.ana).slots
            assert [slot.condition for slot in slots[:3]] == conditions, today
