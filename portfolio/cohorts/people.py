"""Bringing people into a cohort: what a file of them would change, and then exactly that."""

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portfolio.cohorts.people_csv import Capacity, FaultyPeople, Row, read_people
from portfolio.cohorts.plain_csv import Fault
from portfolio.models import Appointment, Cohort, Enrolment, Language, Office, Programme, Role, User, enrol

__all__ = ["Fault", "FaultyPeople", "Invitation", "Plan", "Row", "Step", "apply", "plan_people", "read_people"]

BATCH = 500  # rows of a statement, and trainees held in memory with all their modules
OFFICES = {Capacity.ORGANISER: Office.ORGANISER, Capacity.OBSERVER: Office.OBSERVER}


# --- What can be changed


@dataclass(frozen=True)
class Describe:
    """The job or unit of a known person is another now."""

    column: str
    text: str

    def __str__(self) -> str:
        return f"{self.column} becomes {self.text!r}"


@dataclass(frozen=True)
class Enrol:
    """A person becomes a trainee of the cohort."""

    group: str

    def __str__(self) -> str:
        return f"becomes a trainee in group {self.group!r}" if self.group else "becomes a trainee"


@dataclass(frozen=True)
class Regroup:
    """A trainee goes to another group."""

    group: str

    def __str__(self) -> str:
        return f"goes to group {self.group!r}"


@dataclass(frozen=True)
class Guide:
    """Somebody guides the trainee from now on."""

    role: Role
    email: str

    def __str__(self) -> str:
        return f"{self.role.value}: {self.email}"


@dataclass(frozen=True)
class Appoint:
    """A person becomes an organiser or observer of the cohort."""

    office: Office

    def __str__(self) -> str:
        return f"becomes an {self.office.value}"


Change = Describe | Enrol | Regroup | Guide | Appoint


@dataclass(frozen=True)
class Step:
    """What becomes of one row: its changes, and what else the organiser should know of it."""

    row: Row
    is_new: bool
    changes: tuple[Change, ...]
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        standing = "new person" if self.is_new else "known person" if self.changes else "already so"
        return "; ".join(
            [f"line {self.row.line}: {self.row.email}: {standing}", *map(str, self.changes), *self.remarks]
        )


@dataclass(frozen=True)
class Plan:
    """What an import would do, and why it cannot. A plan with faults is not carried out."""

    steps: Sequence[Step]
    faults: Sequence[Fault]
    users: dict[str, User]  # known people by their e-mail address
    enrolments: dict[str, Enrolment]  # known trainees of the cohort, by theirs

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is so already."""
        return not any(step.is_new or step.changes for step in self.steps)


@dataclass(frozen=True)
class Invitation:
    """A new person and the secret of the link with which they choose a password. Only this once: it is not stored."""

    name: str
    email: str
    secret: str = field(repr=False)


# --- Planning


def plan_people(session: Session, cohort: Cohort, rows: Sequence[Row]) -> Plan:
    """What the rows of a file would change in a cohort; nothing is changed yet."""
    mentioned = {email for row in rows for email in (row.email, *(guide for _, guide in row.guides))}
    planner = _Planner(session, cohort, rows, mentioned)
    steps = [planner.step(row) for row in rows]
    return Plan(steps, planner.faults, planner.users, planner.enrolments)


class _Planner:
    """Walks through the rows, and remembers what they have changed so far."""

    def __init__(self, session: Session, cohort: Cohort, rows: Sequence[Row], mentioned: Collection[str]) -> None:
        self.faults: list[Fault] = []
        self.told = _merged(rows)
        self.offered = {(row.email, row.capacity.value) for row in rows}
        self.met: set[str] = set()
        self.users = _users(session, mentioned)
        emails = {user.id: email for email, user in self.users.items()}
        enrolments = _enrolments(session, cohort)
        self.enrolments = {emails[each.user_id]: each for each in enrolments if each.user_id in emails}
        self.groups = {email: enrolment.group for email, enrolment in self.enrolments.items()}
        self.guided = {
            (email, mentorship.role, emails.get(mentorship.user_id, ""))
            for email, enrolment in self.enrolments.items()
            for mentorship in enrolment.guides()
        }
        self.led = {(email, role) for email, role, _ in self.guided}
        self.led |= {(row.email, role) for row in rows for role, _ in row.guides}
        self.sign_off_steps = cohort.sign_off_steps
        self.offices = {(emails.get(user_id, ""), office) for user_id, office in _appointments(session, cohort)}

    def step(self, row: Row) -> Step:
        user, is_first = self.users.get(row.email), row.email not in self.met
        self.met.add(row.email)
        changes: list[Change] = []
        remarks: list[str] = []
        if user is not None and is_first:
            changes.extend(_descriptions(user, self.told[row.email]))
            remarks.extend(_kept(user, self.told[row.email]))
        if row.capacity is Capacity.TRAINEE:
            enrolment = self.enrolments.get(row.email)
            if enrolment is not None and not enrolment.is_active:
                remarks.append("has left the cohort, and stays out")
            else:
                changes.extend(self._as_trainee(row))
                missing = (step for step in self.sign_off_steps if (row.email, Role(step)) not in self.led)
                remarks.extend(f"has no {step}, who has to sign off" for step in missing)
        elif row.capacity in OFFICES and (row.email, OFFICES[row.capacity]) not in self.offices:
            self.offices.add((row.email, OFFICES[row.capacity]))
            changes.append(Appoint(OFFICES[row.capacity]))
        if changes and user is not None and not user.is_active:
            self.faults.append(Fault(row.line, "email", f"the account of {row.email} is closed"))
        return Step(row, user is None and is_first, tuple(changes), tuple(remarks))

    def _as_trainee(self, row: Row) -> Iterator[Change]:
        group = self.told[row.email].group
        if row.email not in self.groups:
            yield Enrol(group)
        elif group and group != self.groups[row.email]:
            yield Regroup(group)
        self.groups[row.email] = group or self.groups.get(row.email, "")
        for role, email in row.guides:
            if (reason := self._why_not(row, role, email)) is not None:
                self.faults.append(Fault(row.line, role.value, reason))
            elif (row.email, role, email) not in self.guided:
                self.guided.add((row.email, role, email))
                yield Guide(role, email)

    def _why_not(self, row: Row, role: Role, email: str) -> str | None:
        """Why a person cannot guide the trainee of this row."""
        if email == row.email:
            return "nobody reviews their own reflections"
        if email not in self.users and (email, role.value) not in self.offered:
            here = f"stands in the file, but not as {role.value}" if email in self.told else "is not in the file"
            return f"{email} {here}, and has no account"
        is_closed = email in self.users and not self.users[email].is_active
        if is_closed and (row.email, role, email) not in self.guided:
            return f"the account of {email} is closed"
        return None


def _merged(rows: Sequence[Row]) -> dict[str, Row]:
    """All that the file says of each person; their rows do not contradict each other."""
    told: dict[str, Row] = {}
    for row in rows:
        before = told.setdefault(row.email, row)
        told[row.email] = replace(
            before,
            group=before.group or row.group,
            job=before.job or row.job,
            unit=before.unit or row.unit,
            address=before.address or row.address,
            language=before.language or row.language,
        )
    return told


def _descriptions(user: User, told: Row) -> Iterator[Describe]:
    for column in ("job", "unit"):
        text = getattr(told, column)
        if text and text != getattr(user, column):
            yield Describe(column, text)


def _kept(user: User, told: Row) -> Iterator[str]:
    """What a person has chosen to be called and spoken to stays theirs."""
    if told.name != user.name:
        yield f"keeps the name {user.name!r}"
    if told.address and told.address != user.address:
        yield f"keeps the address {repr(user.address) if user.address else 'empty'}"
    if told.language and told.language is not user.language:
        yield f"keeps the language {user.language.value!r}"


# --- Reading, a few statements for any number of people


def _users(session: Session, emails: Collection[str]) -> dict[str, User]:
    wanted, found = sorted(emails), {}
    for start in range(0, len(wanted), BATCH):
        for user in session.scalars(sa.select(User).where(User.email.in_(wanted[start : start + BATCH]))):
            found[user.email] = user
    return found


def _enrolments(session: Session, cohort: Cohort) -> Sequence[Enrolment]:
    return session.scalars(
        sa.select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id)
        .options(selectinload(Enrolment.mentorships), selectinload(Enrolment.cohort))
    ).all()


def _appointments(session: Session, cohort: Cohort) -> Sequence[tuple[int, Office]]:
    found = session.execute(
        sa.select(Appointment.user_id, Appointment.office).where(
            Appointment.cohort_id == cohort.id, Appointment.ended_at.is_(None)
        )
    )
    return [(user_id, office) for user_id, office in found]


# --- Carrying out


def apply(session: Session, cohort: Cohort, plan: Plan, now: datetime) -> list[Invitation]:
    """Carry a plan out, in the transaction it was made in; the invitations of those who are new."""
    if plan.faults:
        raise FaultyPeople(cohort.name, plan.faults)
    carrying = _Import(session, cohort, plan, now)
    with _leaving_the_garbage():
        invitations = carrying.invite()
        carrying.enrol()
        for step in plan.steps:
            carrying.change(step)
        session.flush()
    return invitations


@contextmanager
def _leaving_the_garbage() -> Iterator[None]:
    """Thousands of rows are made here and none is garbage yet; looking for some takes as long as the work itself."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Import:
    """A plan being carried out, and the people and trainees that it knows by now."""

    def __init__(self, session: Session, cohort: Cohort, plan: Plan, now: datetime) -> None:
        self.session, self.cohort, self.plan, self.now = session, cohort, plan, now
        self.users, self.enrolments = dict(plan.users), dict(plan.enrolments)

    def invite(self) -> list[Invitation]:
        """Accounts for those who have none."""
        spoken = Language(self.session.get_one(Programme, self.cohort.programme_id).pack["default_language"])
        told = _merged([step.row for step in self.plan.steps])
        invitations = []
        for row in [told[step.row.email] for step in self.plan.steps if step.is_new]:
            user = User(name=row.name, email=row.email, job=row.job, unit=row.unit, address=row.address)
            user.language, user.created_at = row.language or spoken, self.now
            token, secret = user.invite(now=self.now)
            self.session.add_all([user, token])
            self.users[row.email] = user
            invitations.append(Invitation(row.name, row.email, secret))
        self.session.flush()
        return invitations

    def enrol(self) -> None:
        """New trainees, in batches: each has a row for each module, which need not all be held at once."""
        self.session.refresh(self.cohort, ["modules"])
        wanted = [
            (step.row.email, each) for step in self.plan.steps for each in step.changes if isinstance(each, Enrol)
        ]
        for start in range(0, len(wanted), BATCH):
            batch = {
                email: enrol(self.users[email], self.cohort, group=each.group, now=self.now)
                for email, each in wanted[start : start + BATCH]
            }
            self.session.add_all(batch.values())
            self.session.flush()
            for enrolment in batch.values():
                self.session.expire(enrolment, ["progress"])
            self.enrolments |= batch

    def change(self, step: Step) -> None:
        """Whatever else becomes of a row."""
        email = step.row.email
        for change in step.changes:
            match change:
                case Describe(column, text):
                    setattr(self.users[email], column, text)
                case Regroup(group):
                    self.enrolments[email].group = group
                case Guide(role, guide):
                    self.session.add(self.enrolments[email].assign(self.users[guide], role, now=self.now))
                case Appoint(office):
                    appointed = {"user": self.users[email], "office": office, "started_at": self.now}
                    self.session.add(Appointment(cohort=self.cohort, **appointed))
