"""Who makes a certificate, and who sees and revokes one. Whoever has its number sees what its holder agreed to."""

from collections.abc import Iterable

import sqlalchemy as sa

from portfolio.models import Certificate, Enrolment, Office, User
from portfolio.policy.holding import holds_office


def enrolments_to_certify(user: User) -> sa.Select[Enrolment]:
    """Where they are a trainee, or were: their own alone."""
    return sa.select(Enrolment).where(Enrolment.user_id == user.id)


def visible_certificates(user: User) -> sa.Select[Certificate]:
    """Their own, and those of the cohorts they organise."""
    mine = enrolments_to_certify(user).with_only_columns(Enrolment.id)
    return sa.select(Certificate).where(
        sa.or_(
            Certificate.enrolment_id.in_(mine),
            holds_office(user, Certificate.cohort_id, Office.ORGANISER),
        )
    )


def certificate_of_number(number: str) -> sa.Select[Certificate]:
    """The one with this number, for whoever has the number: unless its holder withdrew it."""
    return sa.select(Certificate).where(Certificate.number == number, Certificate.withdrawn_at.is_(None))


def may_reveal(user: User, certificate: Certificate) -> bool:
    """Say what it shows, or withdraw it: its holder alone. Needs `enrolment` loaded."""
    return certificate.enrolment.user_id == user.id


def may_revoke(user: User, certificate: Certificate, organised: Iterable[int]) -> bool:
    """Revoke it, or let its holder make another one: organisers, of any but their own. `organised` are the ids of
    the cohorts they organise. Needs `enrolment` loaded."""
    return certificate.cohort_id in organised and certificate.enrolment.user_id != user.id
