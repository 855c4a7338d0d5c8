"""Packs and files to be made faulty, and the cohort that people are brought into."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml
from sqlalchemy.orm import Session

from portfolio.cohorts import packs
from portfolio.models import Cohort
from tests.cohorts.files import NOW, SMALL, Pack


@pytest.fixture
def pack() -> Pack:
    """A sound curriculum pack, to be changed by the test."""
    shipped = packs.shipped_pack(SMALL)
    assert shipped is not None
    return copy.deepcopy(shipped)


@pytest.fixture
def as_file() -> Callable[[Any], bytes]:
    """A pack as it would stand in a file."""
    return lambda pack: yaml.safe_dump(pack, allow_unicode=True, sort_keys=False).encode()


@pytest.fixture
def cohort(session: Session, pack: Pack) -> Cohort:
    """A cohort without anybody in it."""
    programme, _ = packs.load_programme(session, pack, NOW)
    cohort = Cohort.unfold(
        programme,
        name="Angkatan I",
        starts_on=date(2027, 1, 4),
        time_zone="Asia/Jakarta",
        templates=packs.install_templates(session),
        now=NOW,
    )
    session.add(cohort)
    session.commit()
    return cohort
