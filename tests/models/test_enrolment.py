"""Who guides whom, from when to when; and how a programme becomes a cohort."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portfolio.errors import Refused
from portfolio.models import Agenda, Cohort, Enrolment, Mentorship, Module, Role, Template, TrainingSession
from tests.cast import CEREMONY, CONDUCT, DAY, FINAL, JOB, SERVICE_2, World, make_world

# --- Guiding


def guides(world: World, place: Enrolment, role: Role | None = None) -> list[int]:
    return [mentorship.user_id for mentorship in place.guides(role)]


def test_those_who_guide_a_trainee_now(world: World) -> None:
    place = world.enrolment(world.ana)
    assert sorted(guides(world, place)) == sorted([world.mia.id, world.kris.id])
    assert guides(world, place, Role.MENTOR) == [world.mia.id]
    assert guides(world, place, Role.COACH) == [world.kris.id]
    assert guides(world, place, Role.SUPERVISOR) == []


def test_nobody_guides_themselves(world: World) -> None:
    place = world.enrolment(world.ana)
    for role in Role:
        with pytest.raises(Refused, match="their own reflections"):
            place.assign(world.ana, role, now=world.now)
    assert len(world.enrolment(world.ana).mentorships) == 3


def test_who_guides_already_is_not_assigned_again(world: World) -> None:
    place = world.enrolment(world.ana)
    world.keep(same := place.assign(world.mia, Role.MENTOR, now=world.now))
    assert same.started_at < world.now
    assert len(world.enrolment(world.ana).mentorships) == 3


def test_a_second_person_and_a_second_role_are_new(world: World) -> None:
    place = world.enrolment(world.ana)
    world.keep(place.assign(world.otto, Role.MENTOR, now=world.now))
    world.keep(place.assign(world.mia, Role.SUPERVISOR, now=world.now))
    place = world.enrolment(world.ana)
    assert guides(world, place, Role.MENTOR) == [world.mia.id, world.otto.id]
    assert guides(world, place, Role.SUPERVISOR) == [world.mia.id]
    assert place.mentorships[-1].cohort_id == world.cohort.id


def test_reassigning_keeps_what_was(world: World) -> None:
    [mentorship] = world.enrolment(world.ana).guides(Role.MENTOR)
    mentorship.end(now=world.now)
    mentorship.end(now=world.now + DAY)
    world.keep()
    place = world.enrolment(world.ana)
    assert guides(world, place, Role.MENTOR) == []
    world.keep(place.assign(world.mia, Role.MENTOR, now=world.now + DAY))
    spans = [
        (row.started_at, row.ended_at) for row in world.enrolment(world.ana).mentorships if row.user_id == world.mia.id
    ]
    assert spans == [(world.now - 30 * DAY, world.now), (world.now + DAY, None)]


def test_assessors_are_not_among_those_who_read_and_talk(world: World) -> None:
    world.keep(world.enrolment(world.ana).assign(world.otto, Role.ASSESSOR, now=world.now))
    place = world.enrolment(world.ana)
    assert world.otto.id not in guides(world, place)
    assert guides(world, place, Role.ASSESSOR) == [world.otto.id]


def test_somebody_who_left_is_not_active(world: World) -> None:
    place = world.enrolment(world.ana)
    assert place.is_active
    place.withdrawn_at = world.now
    assert not place.is_active


def test_history_of_guiding_hangs_from_the_cohort(world: World) -> None:
    rows = world.session.execute(sa.select(Mentorship.cohort_id, Enrolment.cohort_id).join(Mentorship.enrolment)).all()
    assert len(rows) == 7
    assert all(of_mentorship == of_enrolment for of_mentorship, of_enrolment in rows)


# --- A programme unfolds into a cohort


def test_sessions_are_held_on_working_days_from_the_first(world: World) -> None:
    days = [(session.opens_on.day, session.due_on.day) for session in world.sessions]
    # Thursday the 5th is a holiday, the 7th and 8th are a weekend; the last has three days.
    assert days == [(2, 2), (3, 3), (4, 4), (6, 6), (9, 9), (10, 12)]
    assert {session.opens_on.strftime("%Y-%m") for session in world.sessions} == {"2026-03"}
    assert world.other_sessions[CEREMONY].opens_on == date(2026, 3, 5)  # no holiday there


def test_sessions_are_numbered_in_the_programme_and_in_their_module(world: World) -> None:
    assert [session.position for session in world.sessions] == [1, 2, 3, 4, 5, 6]
    assert [session.part for session in world.sessions] == [1, 2, 1, 2, 1, 2]
    assert dict(world.sessions[SERVICE_2].theme) == {"id": "id: Service", "en": "Service"}


def test_a_module_requires_what_its_sessions_expect(world: World) -> None:
    modules = world.session.scalars(
        sa.select(Module).where(Module.cohort_id == world.cohort.id).order_by(Module.position)
    ).all()
    assert [(module.slug, module.required, module.parts, module.position) for module in modules] == [
        ("service", 2, 2, 1),
        ("conduct", 1, 2, 2),
        ("job", 2, 2, 3),
    ]
    agendas = world.session.scalars(sa.select(Agenda).where(Agenda.cohort_id == world.cohort.id)).all()
    assert [(agenda.slug, agenda.position) for agenda in agendas] == [("values", 1), ("work", 2)]


def test_each_session_asks_what_the_programme_says(world: World) -> None:
    slugs: dict[int | None, str | None] = {
        template.id: template.slug for template in world.session.scalars(sa.select(Template))
    } | {None: None}
    assert [slugs[session.template_id] for session in world.sessions] == [
        "diary", "diary", "what", None, "diary", "final",
    ]  # fmt: skip
    assert [session.is_slot for session in world.sessions] == [True, True, True, False, True, True]
    assert [session.facilitator for session in world.sessions[:3]] == ["Ibu Farah", "Ibu Farah", ""]


def test_a_cohort_has_a_curriculum_of_its_own(world: World) -> None:
    world.sessions[CONDUCT].title = {"id": "Lain", "en": "Another"}
    world.sessions[JOB].retired_at = world.now
    world.keep()
    rows = world.session.scalars(
        sa.select(TrainingSession).where(TrainingSession.cohort_id == world.other.id).order_by(TrainingSession.position)
    ).all()
    assert rows[CONDUCT].title["en"] == "Conduct"
    assert rows[JOB].is_slot
    assert not world.sessions[JOB].is_slot


def test_the_template_of_a_session_is_asked_in_writing_but_for_the_session_itself(world: World) -> None:
    found = {
        template.slug: template
        for template in world.session.scalars(sa.select(Template).options(selectinload(Template.prompts)))
    }
    assert [prompt.key for prompt in found["diary"].written] == ["discussed", "view", "lessons"]
    assert [prompt.is_repeated for prompt in found["diary"].written] == [False, False, True]
    assert [slug for slug, template in found.items() if template.is_final] == ["final"]
    assert world.sessions[FINAL].template_id == found["final"].id


def test_a_cohort_in_no_known_zone_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        make_world(session, time_zone="Asia/Bandung")
    assert session.scalar(sa.select(sa.func.count()).select_from(Cohort)) == 0
