"""Completion certificates: what one says for good, what of it anybody may read, and how it ends."""

import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, Bilingual
from portfolio.errors import N_, Refused
from portfolio.models.account import NAME_LENGTH, User
from portfolio.models.cohort import COHORT_NAME_LENGTH, Cohort, Module
from portfolio.models.enrolment import GROUP_LENGTH, Enrolment
from portfolio.models.progress import ModuleProgress

# Crockford's: no I, L, O and U, so that nothing is mistaken for something else. 16 of 32 signs are 80 bits of chance.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH, GROUPED_BY = 16, 4
MEANT = str.maketrans("OIL", "011")
REVOKED_REASON_LENGTH = 1_000
HOLDS = "revoked_at IS NULL AND withdrawn_at IS NULL"


def new_number() -> str:
    """A number that nobody can guess."""
    return "".join(secrets.choice(SIGNS) for _ in range(NUMBER_LENGTH))


def number_in(typed: str) -> str | None:
    """The number that somebody typed, however they grouped it; nothing if it is none."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    signs = [sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Pd", "Cf")]
    number = "".join(signs).translate(MEANT)
    return number if len(number) == NUMBER_LENGTH and set(number) <= set(SIGNS) else None


def grouped(number: str) -> str:
    """A number as it is shown: XXXX-XXXX-XXXX-XXXX."""
    return "-".join(number[at : at + GROUPED_BY] for at in range(0, len(number), GROUPED_BY))


@dataclass(frozen=True)
class Revealed:
    """What of a certificate its holder lets anybody read who has the number. Nothing, unless they say so."""

    name: bool = False
    group: bool = False
    modules: bool = False
    signed_off: bool = False


@dataclass(frozen=True)
class Completion:
    """How far a trainee is in the modules that ask for something."""

    complete: Sequence[ModuleProgress]
    missing: Sequence[ModuleProgress]

    @classmethod
    def of(cls, rows: Iterable[ModuleProgress]) -> "Completion":
        """What of these is complete and what is not, in the order of the programme. Needs their `module` loaded."""
        asked = sorted((row for row in rows if row.module.required > 0), key=lambda row: row.module.position)
        return cls(
            complete=[row for row in asked if row.completed_at is not None],
            missing=[row for row in asked if row.completed_at is None],
        )

    @property
    def is_whole(self) -> bool:
        """Whether the programme is complete. One that asks for nothing cannot be."""
        return bool(self.complete) and not self.missing


class Certificate(Base):
    """That a trainee completed a programme, as it was on the day of issue. At most one of an enrolment holds."""

    __tablename__ = "certificate"
    __table_args__ = (
        sa.CheckConstraint(f"length(number) = {NUMBER_LENGTH}", name="number_is_whole"),
        sa.CheckConstraint("length(holder) > 0", name="has_a_holder"),
        sa.CheckConstraint("ends_on >= starts_on", name="ends_after_the_start"),
        sa.CheckConstraint("hours > 0", name="hours_if_known"),
        sa.CheckConstraint("signed_off >= 0", name="signed_off_not_negative"),
        sa.CheckConstraint(
            "(revoked_at is null) = (revoked_by_id is null) and (revoked_at is null or length(revoked_reason) > 0)",
            name="revoked_by_somebody_for_a_reason",
        ),
        sa.CheckConstraint("revoked_at is null or withdrawn_at is null", name="revoked_or_withdrawn"),
        sa.CheckConstraint(
            "(cleared_at is null) = (cleared_by_id is null) and (cleared_at is null or revoked_at is not null)",
            name="cleared_by_somebody_when_revoked",
        ),
        sa.Index(
            "uq_certificate_current",
            "enrolment_id",
            unique=True,
            sqlite_where=sa.text(HOLDS),
            postgresql_where=sa.text(HOLDS),
        ),
        sa.Index("ix_certificate_cohort_id", "cohort_id", "issued_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(NUMBER_LENGTH), unique=True)
    issued_at: Mapped[datetime]

    # As it was on that day, whatever is renamed later.
    holder: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    programme_title: Mapped[Bilingual]
    cohort_name: Mapped[str] = mapped_column(sa.String(COHORT_NAME_LENGTH))
    group: Mapped[str] = mapped_column(sa.String(GROUP_LENGTH), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[int | None]
    hour_unit: Mapped[Bilingual | None]
    signed_off: Mapped[int]  # reflections

    shows_name: Mapped[bool]
    shows_group: Mapped[bool]
    shows_modules: Mapped[bool]
    shows_signed_off: Mapped[bool]
    agreed_at: Mapped[datetime]  # when its holder last said what it shows

    withdrawn_at: Mapped[datetime | None]  # by its holder
    revoked_at: Mapped[datetime | None]  # by the organisers
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    revoked_reason: Mapped[str] = mapped_column(sa.Text, default="")
    cleared_at: Mapped[datetime | None]  # it stays revoked, and its holder may make another one
    cleared_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(lazy="raise")
    revoked_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=revoked_by_id)
    modules: Mapped[list["CertifiedModule"]] = relationship(
        back_populates="certificate",
        lazy="raise",
        order_by="CertifiedModule.position",
        cascade="all, delete-orphan",
    )

    @classmethod
    def issue(
        cls,
        enrolment: Enrolment,
        *,
        shows: Revealed,
        ends_on: date,
        before: Iterable["Certificate"],
        number: str,
        now: datetime,
    ) -> "Certificate":
        """Certify what is complete; the same again while one holds changes nothing.

        `before` is what the trainee made earlier in this cohort, `ends_on` the cohort's last day. Needs `user`,
        `cohort` with its `programme`, and `progress` with its `module` loaded.
        """
        for certificate in before:
            if certificate.holds:
                if certificate.revealed == shows:
                    return certificate
                raise Refused(N_("You have a certificate already. What it shows can be changed at any time."))
            if certificate.is_barring:
                raise Refused(N_("The organisers revoked your certificate. Ask them whether you may make another one."))
        if not enrolment.is_active:
            raise Refused(N_("You are not in this cohort any more. Ask its organisers."))
        completion, cohort = Completion.of(enrolment.progress), enrolment.cohort
        if not completion.is_whole:
            raise Refused(N_("The programme is not complete yet."))
        hours, hour_unit = _hours_in(cohort.programme.pack)
        issued = cls(
            cohort_id=enrolment.cohort_id, enrolment=enrolment, number=number, issued_at=now,
            holder=enrolment.user.name, programme_title=Bilingual(cohort.programme.title), cohort_name=cohort.name,
            group=enrolment.group, starts_on=cohort.starts_on, ends_on=max(cohort.starts_on, ends_on),
            hours=hours, hour_unit=hour_unit, signed_off=sum(row.accepted for row in enrolment.progress),
            revoked_reason="",
            modules=[
                CertifiedModule(
                    module_id=row.module_id, position=position, title=Bilingual(row.module.title),
                    completed_on=cohort.today(row.completed_at or now),
                )
                for position, row in enumerate(completion.complete, start=1)
            ],
        )  # fmt: skip
        issued._show(shows, now)
        return issued

    @property
    def holds(self) -> bool:
        """Whether it has neither been revoked nor withdrawn."""
        return self.revoked_at is None and self.withdrawn_at is None

    @property
    def is_barring(self) -> bool:
        """Whether it was revoked, and the organisers have not let its holder make another one."""
        return self.revoked_at is not None and self.cleared_at is None

    @property
    def shown_number(self) -> str:
        """The number as people read and type it."""
        return grouped(self.number)

    @property
    def revealed(self) -> Revealed:
        """What of it anybody may read."""
        return Revealed(self.shows_name, self.shows_group, self.shows_modules, self.shows_signed_off)

    def reveal(self, shows: Revealed, *, now: datetime) -> None:
        """Its holder lets anybody read this much from now on, more or less than before."""
        if not self.holds:
            raise Refused(N_("This certificate does not hold any more."))
        if shows != self.revealed:
            self._show(shows, now)

    def withdraw(self, *, now: datetime) -> None:
        """Its holder does not want it any more: nobody finds it, and another one can be made."""
        if self.revoked_at is not None:
            raise Refused(N_("The organisers revoked this certificate meanwhile."))
        self.withdrawn_at = self.withdrawn_at or now

    def revoke(self, reason: str, *, by: User, now: datetime) -> None:
        """The organisers do not stand by it any more. Once revoked, the first reason stays."""
        if not reason.strip():
            raise Refused(N_("Say why, so that others can understand it later."))
        if self.withdrawn_at is not None:
            raise Refused(N_("Its holder withdrew this certificate meanwhile, so nobody finds it any more."))
        if self.revoked_at is None:
            self.revoked_at, self.revoked_by_id = now, by.id
            self.revoked_reason = reason.strip()[:REVOKED_REASON_LENGTH]

    def clear(self, *, by: User, now: datetime) -> None:
        """It stays revoked, and its holder may make another one."""
        if self.revoked_at is None:
            raise Refused(N_("This certificate was not revoked."))
        if self.cleared_at is None:
            self.cleared_at, self.cleared_by_id = now, by.id

    def _show(self, shows: Revealed, now: datetime) -> None:
        self.shows_name, self.shows_group = shows.name, shows.group
        self.shows_modules, self.shows_signed_off = shows.modules, shows.signed_off
        self.agreed_at = now


class CertifiedModule(Base):
    """A module that a certificate names, and the day on which it was complete."""

    __tablename__ = "certified_module"
    __table_args__ = (
        sa.UniqueConstraint("certificate_id", "module_id"),
        sa.UniqueConstraint("certificate_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id", ondelete="CASCADE"))
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), index=True)
    position: Mapped[int]
    title: Mapped[Bilingual]
    completed_on: Mapped[date]

    certificate: Mapped[Certificate] = relationship(back_populates="modules", lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")


def _hours_in(pack: dict[str, object]) -> tuple[int | None, Bilingual | None]:
    """How long the programme is, if its pack knows; what is only estimated there is nothing to certify."""
    totals, unit = pack.get("totals"), pack.get("hour_unit")
    if not isinstance(totals, dict) or not isinstance(unit, dict) or totals.get("status") == "estimate":
        return None, None
    hours, label = totals.get("hours"), unit.get("label")
    if not isinstance(hours, int) or hours < 1 or not isinstance(label, dict):
        return None, None
    return hours, Bilingual(label)
