"""Bringing people into a cohort: what a file of them would change, and that an import changes just that."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portfolio.cohorts.packs import install_templates
from portfolio.cohorts.people import FaultyPeople, Invitation, Plan, apply, plan_people
from portfolio.models import Appointment, Cohort, Enrolment, Language, Mentorship, Office, Programme, Role, Token, User
from portfolio.models.account import digest
from tests import rows
from tests.cohorts.files import ANA, BEN, EVERYBODY, KRIS, MIA, NOW, read
from tests.site import Statements

LATER = NOW + timedelta(days=1)


def bring(session: Session, cohort: Cohort, *lines: str) -> tuple[Plan, list[Invitation]]:
    plan = plan_people(session, cohort, read(*lines))
    assert plan.faults == []
    invitations = apply(session, cohort, plan, NOW)
    session.commit()
    return plan, invitations


def plan_of(session: Session, cohort: Cohort, *lines: str) -> Plan:
    return plan_people(session, cohort, read(*lines))


def user(session: Session, name: str) -> User:
    return session.scalars(sa.select(User).where(User.email == f"{name}@demo.example")).one()


def guides(session: Session, name: str) -> set[tuple[str, Role]]:
    found = session.execute(
        sa.select(User.name, Mentorship.role)
        .join(Mentorship.user)
        .join(Mentorship.enrolment)
        .where(Enrolment.user_id == user(session, name).id, Mentorship.ended_at.is_(None))
    )
    return {(called, role) for called, role in found}


def test_everybody_is_brought_in(session: Session, cohort: Cohort):
    plan, invitations = bring(session, cohort, *EVERYBODY)
    assert [str(step) for step in plan.steps] == [
        "line 2: mia@demo.example: new person",
        "line 3: kris@demo.example: new person",
        "line 4: ana@demo.example: new person; becomes a trainee in group '1'; "
        "mentor: mia@demo.example; coach: kris@demo.example",
        "line 5: ben@demo.example: new person; becomes a trainee in group '1'; "
        "mentor: mia@demo.example; coach: kris@demo.example",
        "line 6: olga@demo.example: new person; becomes an organiser",
    ]
    assert [invitation.email for invitation in invitations] == [step.row.email for step in plan.steps]
    assert guides(session, "ana") == {("Mia Lestari", Role.MENTOR), ("Kris Widodo", Role.COACH)}
    mia, ana = user(session, "mia"), user(session, "ana")
    assert (mia.addressed, mia.job, mia.unit, mia.password_hash) == (
        "Ibu Mia Lestari",
        "Kepala Bidang",
        "Dinas A",
        None,
    )
    enrolment = session.scalars(
        sa.select(Enrolment).where(Enrolment.user_id == ana.id).options(selectinload(Enrolment.progress))
    ).one()
    assert (enrolment.group, len(enrolment.progress)) == ("1", 10)
    (appointment,) = session.scalars(sa.select(Appointment))
    assert (appointment.user_id, appointment.office) == (user(session, "olga").id, Office.ORGANISER)


def test_the_language_is_that_of_the_row_else_of_the_programme(session: Session, cohort: Cohort):
    bring(session, cohort, MIA, KRIS)
    assert user(session, "mia").language is Language.INDONESIAN
    assert user(session, "kris").language is Language.ENGLISH  # the default of the pack


def test_a_secret_fits_its_token_and_shows_nowhere(session: Session, cohort: Cohort):
    _, (invitation,) = bring(session, cohort, MIA)
    (token,) = session.scalars(sa.select(Token))
    assert token.digest == digest(invitation.secret)
    assert invitation.secret not in repr(invitation)


def test_a_second_import_changes_nothing(session: Session, cohort: Cohort, engine: sa.Engine):
    bring(session, cohort, *EVERYBODY)
    before = rows.read(engine)
    session.expunge_all()
    cohort = session.get_one(Cohort, cohort.id)
    plan = plan_people(session, cohort, read(*reversed(EVERYBODY)))
    assert plan.changes_nothing
    assert {str(step).split(": ")[2] for step in plan.steps} == {"already so"}
    assert apply(session, cohort, plan, LATER) == []
    session.commit()
    assert rows.read(engine) == before


def test_planning_changes_nothing(session: Session, cohort: Cohort, engine: sa.Engine):
    before = rows.read(engine)
    plan_of(session, cohort, *EVERYBODY)
    session.commit()
    assert rows.read(engine) == before


def test_known_people_get_another_job_unit_and_group_but_keep_what_is_theirs(session: Session, cohort: Cohort):
    bring(session, cohort, *EVERYBODY)
    user(session, "ana").password_hash = "hash"
    plan, invitations = bring(
        session, cohort, "trainee,Ana Putri,ana@demo.example,2,Auditor,Dinas B,Ibu,en,,,", BEN.replace(",1,", ",,")
    )
    assert [str(step) for step in plan.steps] == [
        "line 2: ana@demo.example: known person; job becomes 'Auditor'; unit becomes 'Dinas B'; goes to group '2'; "
        "keeps the name 'Ana Sari'; keeps the address empty",
        "line 3: ben@demo.example: already so",
    ]
    assert invitations == []
    ana = user(session, "ana")
    assert (ana.name, ana.job, ana.unit, ana.address, ana.password_hash) == (
        "Ana Sari",
        "Auditor",
        "Dinas B",
        "",
        "hash",
    )
    assert set(session.scalars(sa.select(Enrolment.group))) == {"1", "2"}


def test_new_mentors_are_added_and_old_ones_stay(session: Session, cohort: Cohort):
    bring(session, cohort, *EVERYBODY)
    nina = "mentor,Nina,nina@demo.example,,,,,,,,"
    bring(session, cohort, nina, "trainee,Ana Sari,ana@demo.example,,,,,,nina@demo.example,,")
    assert guides(session, "ana") == {("Mia Lestari", Role.MENTOR), ("Nina", Role.MENTOR), ("Kris Widodo", Role.COACH)}


def test_a_guide_who_has_an_account_need_not_stand_in_the_file(session: Session, cohort: Cohort):
    bring(session, cohort, MIA, KRIS)
    bring(session, cohort, ANA)
    assert len(guides(session, "ana")) == 2


def test_guides_may_come_after_their_trainees_and_a_trainee_may_stand_twice(session: Session, cohort: Cohort):
    again = "trainee,Ana Sari,ana@demo.example,,,,Ibu,,nina@demo.example,,"
    plan, _ = bring(session, cohort, again, ANA, KRIS, MIA, "mentor,Nina,nina@demo.example")
    assert [step.is_new for step in plan.steps] == [True, False, True, True, True]
    assert len(guides(session, "ana")) == 3
    assert session.scalars(sa.select(Enrolment.group)).all() == ["1"]
    assert user(session, "ana").address == "Ibu"
    assert user(session, "ana").job == "Analis"


def test_a_person_may_be_in_two_cohorts(session: Session, cohort: Cohort):
    bring(session, cohort, *EVERYBODY)
    programme = session.scalars(sa.select(Programme)).one()
    values = {"starts_on": cohort.starts_on, "time_zone": "Asia/Jakarta", "now": NOW}
    other = Cohort.unfold(programme, name="B", templates=install_templates(session), **values)
    session.add(other)
    session.commit()
    plan, invitations = bring(session, other, *EVERYBODY)
    assert invitations == []
    assert [len(step.changes) for step in plan.steps] == [0, 0, 3, 3, 1]
    assert session.scalar(sa.select(sa.func.count(User.id))) == 5
    assert session.scalar(sa.select(sa.func.count(Enrolment.id))) == 4


@pytest.mark.parametrize(
    ("line", "column", "why"),
    [
        (
            "trainee,D,d@demo.example,,,,,,nobody@demo.example,,",
            "mentor",
            "nobody@demo.example is not in the file, and has",
        ),
        (
            "trainee,D,d@demo.example,,,,,,kris@demo.example,,",
            "mentor",
            "stands in the file, but not as mentor, and has",
        ),
        ("trainee,D,d@demo.example,,,,,,d@demo.example,,", "mentor", "nobody reviews their own reflections"),
        ("trainee,D,d@demo.example,,,,,,,,mia@demo.example", "supervisor", "but not as supervisor"),
    ],
)
def test_one_faulty_line_among_good_ones_leaves_nothing_behind(
    session: Session, cohort: Cohort, engine: sa.Engine, line: str, column: str, why: str
):
    before = rows.read(engine)
    plan = plan_of(session, cohort, *EVERYBODY, line)
    assert [(fault.line, fault.column) for fault in plan.faults] == [(7, column)]
    assert why in plan.faults[0].reason
    with pytest.raises(FaultyPeople):
        apply(session, cohort, plan, NOW)
    session.commit()
    assert rows.read(engine) == before


def test_closed_accounts_get_nothing_new_and_disturb_nothing(session: Session, cohort: Cohort):
    bring(session, cohort, *EVERYBODY)
    for name in ("mia", "ana"):
        user(session, name).deactivated_at = NOW
    session.commit()
    assert plan_of(session, cohort, *EVERYBODY).changes_nothing
    plan = plan_of(
        session, cohort, ANA.replace("Analis", "Auditor"), "trainee,D,d@demo.example,,,,,,mia@demo.example,,"
    )
    assert [(fault.line, fault.column) for fault in plan.faults] == [(2, "email"), (3, "mentor")]


def test_who_has_left_stays_out(session: Session, cohort: Cohort):
    bring(session, cohort, *EVERYBODY)
    for enrolment in session.scalars(sa.select(Enrolment).where(Enrolment.user_id == user(session, "ana").id)):
        enrolment.withdrawn_at = NOW
    session.commit()
    plan = plan_of(session, cohort, *EVERYBODY)
    assert plan.changes_nothing
    assert plan.steps[2].remarks == ("has left the cohort, and stays out",)


def test_a_trainee_whom_nobody_can_sign_off_is_remarked_on(session: Session, cohort: Cohort):
    cohort.sign_off_steps = ["mentor", "coach"]
    lone, again = "trainee,D,d@demo.example,1", "trainee,D,d@demo.example,,,,,,,kris@demo.example,"
    plan, _ = bring(session, cohort, *EVERYBODY, lone)
    assert [step.remarks for step in plan.steps if step.remarks] == [
        ("has no mentor, who has to sign off", "has no coach, who has to sign off")
    ]
    plan, _ = bring(session, cohort, lone, again)
    assert [step.remarks for step in plan.steps] == [("has no mentor, who has to sign off",)] * 2


def test_an_ended_mentorship_is_begun_anew_when_the_file_says_so(session: Session, cohort: Cohort):
    bring(session, cohort, *EVERYBODY)
    for mentorship in session.scalars(sa.select(Mentorship).where(Mentorship.role == Role.MENTOR)):
        mentorship.end(now=NOW)
    session.commit()
    assert guides(session, "ana") == {("Kris Widodo", Role.COACH)}
    bring(session, cohort, *EVERYBODY)
    assert len(guides(session, "ana")) == 2
    assert session.scalar(sa.select(sa.func.count(Mentorship.id)).where(Mentorship.role == Role.MENTOR)) == 4


def crowd(size: int) -> list[str]:
    mentors = [f"mentor,Mentor {n},m{n}@demo.example" for n in range(size // 10)]
    trainee = "trainee,Trainee {n},t{n}@demo.example,{group},,,,,m{mentor}@demo.example,,"
    return mentors + [trainee.format(n=n, group=n % 5, mentor=n % len(mentors)) for n in range(size - len(mentors))]


def test_planning_asks_the_database_as_often_for_many_as_for_few(session: Session, cohort: Cohort, queries: Statements):
    asked = []
    for size in (10, 400):
        with queries:
            plan = plan_of(session, cohort, *crowd(size))
        assert plan.faults == []
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 4, str(queries)


@pytest.mark.slow
def test_a_thousand_people_are_brought_in_within_seconds(session: Session, cohort: Cohort):
    started = time.process_time()
    _, invitations = bring(session, cohort, *crowd(1_000))
    assert len(invitations) == 1_000
    assert time.process_time() - started < 20
    started = time.process_time()
    assert plan_of(session, cohort, *crowd(1_000)).changes_nothing
    assert time.process_time() - started < 5
