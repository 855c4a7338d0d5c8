"""Passwords: argon2id, a few at a time."""

import os
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 1024

_hasher = PasswordHasher()
# Each hash takes 64 MiB; a class that signs in at once must not take the machine.
_turn = BoundedSemaphore(os.cpu_count() or 2)
_nobody = _hasher.hash("nobody's password")


def make_hash(password: str) -> str:
    """What is stored of a password."""
    with _turn:
        return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; for somebody unknown it takes as long, and is wrong."""
    with _turn:
        try:
            _hasher.verify(password_hash or _nobody, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(password_hash)
