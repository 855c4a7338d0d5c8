"""People: their addresses and names, their sign-ins, their one-use links, and closed accounts."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session, joinedload, selectinload

from portfolio.errors import Refused
from portfolio.models import SignIn, Token, User
from portfolio.models.account import INVITATION_LASTS, SIGN_IN_LASTS, digest
from tests.cast import DAY, HOUR, NOON, PASSWORD, person

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def sari(session: Session) -> User:
    """Somebody who has signed in nowhere yet."""
    session.add(sari := person("sari"))
    session.commit()
    return sari


def again(session: Session, user: User) -> User:
    """A person as they are stored, with their sign-ins and links."""
    query = sa.select(User).where(User.id == user.id).options(selectinload(User.sign_ins), selectinload(User.tokens))
    return session.scalars(query.execution_options(populate_existing=True)).one()


def signed_in(session: Session, user: User) -> SignIn:
    row, _ = user.sign_in(now=NOON)
    session.add(row)
    session.commit()
    return row


# --- Names


def test_addresses_are_kept_in_lower_case(session: Session) -> None:
    session.add(person("Sari", email="  Sari.Dewi@Example.ORG "))
    session.commit()
    assert session.scalars(sa.select(User.email)).one() == "sari.dewi@example.org"


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Sari", "S"), ("Sari Dewi", "SD"), ("sari ayu dewi", "SD"), ("  Sari  ", "S"), ("Émile Östberg", "ÉÖ")],
)
def test_initials_are_those_of_the_first_and_the_last_name(name: str, initials: str) -> None:
    assert User(name=name).initials == initials


def test_people_are_addressed_as_they_chose() -> None:
    assert User(name="Sari", address="Ibu").addressed == "Ibu Sari"
    assert User(name="Sari", address="").addressed == "Sari"


def test_everybody_of_the_cast_has_the_password_of_the_tests() -> None:
    assert PasswordHasher().verify(person("sari").password_hash or "", PASSWORD)


# --- Signing in


def test_of_a_sign_in_only_a_digest_is_stored(session: Session, sari: User) -> None:
    row, secret = sari.sign_in(now=NOON)
    session.add(row)
    session.commit()
    stored = session.execute(sa.select(SignIn.__table__)).one()
    assert stored.digest == digest(secret)
    assert secret not in str(stored)
    assert len(secret) >= 40


def test_no_two_sign_ins_share_a_secret(sari: User) -> None:
    assert len({sari.sign_in(now=NOON)[1] for _ in range(100)}) == 100


def test_a_sign_in_lasts_its_time_and_not_a_moment_longer(session: Session, sari: User) -> None:
    row = signed_in(session, sari)
    assert row.is_valid(NOON)
    assert row.is_valid(NOON + SIGN_IN_LASTS - MOMENT)
    assert not row.is_valid(NOON + SIGN_IN_LASTS)


def test_somebody_who_works_stays_signed_in(session: Session, sari: User) -> None:
    row = signed_in(session, sari)
    row.seen(now=NOON + HOUR)
    assert (row.seen_at, row.expires_at) == (NOON, NOON + SIGN_IN_LASTS)  # not a write at each click
    row.seen(now=NOON + 2 * DAY)
    assert (row.seen_at, row.expires_at) == (NOON + 2 * DAY, NOON + 2 * DAY + SIGN_IN_LASTS)


def test_a_sign_in_ends_once(session: Session, sari: User) -> None:
    row = signed_in(session, sari)
    row.end(now=NOON + HOUR)
    row.end(now=NOON + DAY)
    assert row.ended_at == NOON + HOUR
    assert not row.is_valid(NOON + HOUR)


def test_another_password_ends_every_other_sign_in(session: Session, sari: User) -> None:
    here, there, ended = (signed_in(session, sari) for _ in range(3))
    ended.end(now=NOON)
    session.commit()
    sari = again(session, sari)
    sari.change_password("another hash", now=NOON + HOUR, keep=here)
    session.commit()
    assert sari.password_hash == "another hash"
    assert (here.ended_at, there.ended_at, ended.ended_at) == (None, NOON + HOUR, NOON)


# --- Closed accounts


def test_a_closed_account_is_signed_out_everywhere_and_cannot_sign_in(session: Session, sari: User) -> None:
    rows = [signed_in(session, sari) for _ in range(2)]
    sari = again(session, sari)
    sari.deactivate(now=NOON + HOUR)
    session.commit()
    assert not sari.is_active
    assert [row.ended_at for row in rows] == [NOON + HOUR] * 2
    with pytest.raises(Refused, match="account is closed"):
        sari.sign_in(now=NOON + DAY)
    assert session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 2


def test_an_account_is_closed_once(session: Session, sari: User) -> None:
    sari = again(session, sari)
    sari.deactivate(now=NOON)
    sari.deactivate(now=NOON + DAY)
    assert sari.deactivated_at == NOON


# --- One-use links


def test_of_a_link_only_a_digest_is_stored(session: Session, sari: User) -> None:
    token, secret = sari.invite(now=NOON)
    session.add(token)
    session.commit()
    stored = session.execute(sa.select(Token.__table__)).one()
    assert stored.digest == digest(secret)
    assert secret not in str(stored)


def test_a_link_works_once(session: Session, sari: User) -> None:
    token, _ = sari.invite(now=NOON)
    session.add(token)
    token.use(now=NOON + HOUR)
    session.commit()
    assert token.used_at == NOON + HOUR
    with pytest.raises(Refused, match="used or has expired"):
        token.use(now=NOON + 2 * HOUR)
    assert token.used_at == NOON + HOUR


def test_a_link_works_for_its_time_and_not_a_moment_longer(sari: User) -> None:
    token, _ = sari.invite(now=NOON)
    assert token.is_usable(NOON + INVITATION_LASTS - MOMENT)
    assert not token.is_usable(NOON + INVITATION_LASTS)
    with pytest.raises(Refused):
        token.use(now=NOON + INVITATION_LASTS)
    assert token.used_at is None


def test_a_link_of_a_closed_account_is_worth_nothing(session: Session, sari: User) -> None:
    session.add(sari.invite(now=NOON)[0])
    again(session, sari).deactivate(now=NOON)
    session.commit()
    token = session.scalars(sa.select(Token).options(joinedload(Token.user))).one()
    assert not token.is_usable(NOON + HOUR)
    with pytest.raises(Refused):
        token.use(now=NOON + HOUR)
