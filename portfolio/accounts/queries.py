"""Reads for signing in."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio.database import db
from portfolio.models import Token, User
from portfolio.models.account import digest

DEMO = ("trainee@demo.example", "mentor@demo.example", "coach@demo.example", "organiser@demo.example")


def user_by_email(email: str) -> User | None:
    """The person with this address."""
    return db.session.scalars(sa.select(User).where(User.email == email.lower())).one_or_none()


def with_sign_ins(user_id: int) -> User:
    """The person, with every sign-in and every link they have."""
    query = sa.select(User).where(User.id == user_id).options(selectinload(User.sign_ins), selectinload(User.tokens))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def token_by_secret(secret: str) -> Token | None:
    """The one-use link that holds this secret, with its person, their sign-ins and their other links."""
    person = joinedload(Token.user)
    query = sa.select(Token).where(Token.digest == digest(secret))
    query = query.options(person.selectinload(User.sign_ins), person.selectinload(User.tokens))
    return db.session.scalars(query).one_or_none()


def demo_accounts() -> list[User]:
    """The people of the demo, where there is one."""
    people = db.session.scalars(sa.select(User).where(User.email.in_(DEMO), User.deactivated_at.is_(None))).all()
    return sorted(people, key=lambda person: DEMO.index(person.email))
