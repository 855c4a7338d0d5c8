"""Reads for certificates: what a trainee may certify, what one says, and those of a cohort."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Certificate,
    CertifiedModule,
    Cohort,
    Enrolment,
    ModuleProgress,
    TrainingSession,
    User,
)

PAGE = 50


def places_of(user: User) -> Sequence[Enrolment]:
    """Where a person is a trainee or was, the newest cohort first, those they have left last."""
    own = policy.enrolments_to_certify(user).options(joinedload(Enrolment.cohort, innerjoin=True))
    return db.session.scalars(own.order_by(Enrolment.withdrawn_at.is_not(None), Enrolment.cohort_id.desc())).all()


def whole(enrolments: sa.Select[Enrolment]) -> sa.Select[Enrolment]:
    """Enrolments with what it takes to certify them."""
    return enrolments.options(
        joinedload(Enrolment.user, innerjoin=True),
        joinedload(Enrolment.cohort, innerjoin=True).joinedload(Cohort.programme, innerjoin=True),
        selectinload(Enrolment.progress).joinedload(ModuleProgress.module, innerjoin=True),
    )


def to_issue(user: User) -> sa.Select[Enrolment]:
    """The same, of a person's own, while nobody else makes one: of a double click, the second waits for the first."""
    return whole(policy.enrolments_to_certify(user)).with_for_update(of=[Enrolment], key_share=True)


def certificates_of(enrolment: Enrolment) -> Sequence[Certificate]:
    """All that a trainee made in a cohort, the newest first."""
    theirs = sa.select(Certificate).where(Certificate.enrolment_id == enrolment.id)
    options = joinedload(Certificate.enrolment), selectinload(Certificate.modules)
    return db.session.scalars(theirs.options(*options).order_by(Certificate.id.desc())).all()


def last_day(cohort: Cohort) -> date:
    """The day on which the last session of a cohort is over."""
    held = sa.select(sa.func.max(TrainingSession.due_on)).where(
        TrainingSession.cohort_id == cohort.id, TrainingSession.retired_at.is_(None)
    )
    return db.session.scalar(held) or cohort.starts_on


def with_sheet(certificates: sa.Select[Certificate]) -> sa.Select[Certificate]:
    """Certificates with what stands on their sheet."""
    return certificates.options(
        joinedload(Certificate.cohort, innerjoin=True),
        joinedload(Certificate.enrolment, innerjoin=True),
        selectinload(Certificate.modules),
    )


def to_change(certificates: sa.Select[Certificate]) -> sa.Select[Certificate]:
    """Certificates with what their verbs need; locked."""
    whole = certificates.options(joinedload(Certificate.enrolment, innerjoin=True).joinedload(Enrolment.user))
    return whole.with_for_update(of=[Certificate], key_share=True)


def of_number(number: str) -> Certificate | None:
    """The one that anybody may ask about who has its number, with what its holder may have agreed to show."""
    asked = policy.certificate_of_number(number).options(
        joinedload(Certificate.cohort, innerjoin=True), joinedload(Certificate.modules)
    )
    return db.session.scalars(asked).unique().one_or_none()


def is_reopened(certificate: Certificate) -> bool:
    """Whether a module that it names is not complete any more, because something in it was reopened since."""
    undone = (
        sa.select(CertifiedModule.id)
        .join(
            ModuleProgress,
            sa.and_(
                ModuleProgress.module_id == CertifiedModule.module_id,
                ModuleProgress.enrolment_id == certificate.enrolment_id,
            ),
        )
        .where(CertifiedModule.certificate_id == certificate.id, ModuleProgress.completed_at.is_(None))
    )
    return db.session.scalar(sa.select(undone.exists())) or False


def number_in(cohort: Cohort) -> int:
    """How many certificates there are of a cohort."""
    return db.session.scalar(sa.select(sa.func.count(Certificate.id)).where(_of(cohort))) or 0


def certificates_in(cohort: Cohort, page: int) -> Sequence[Certificate]:
    """The certificates of a cohort on a page, the newest first, with who revoked them."""
    newest = sa.select(Certificate).where(_of(cohort)).order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    options = joinedload(Certificate.revoked_by), joinedload(Certificate.enrolment, innerjoin=True)
    return db.session.scalars(newest.options(*options).limit(PAGE).offset((page - 1) * PAGE)).all()


def _of(cohort: Cohort) -> sa.ColumnElement[bool]:
    return Certificate.cohort_id == cohort.id
