"""What is promised and kept, for everybody: counted at most once an hour, since anybody may ask at any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from portfolio.models import Cohort
from portfolio.service.figures import Figures, Spread
from portfolio.service.queries import figures_of_all

COUNTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Promise:
    """What a cohort promises, and how it was kept when it was counted last; no figures where they are too few."""

    cohort: str
    promised: int  # working days
    share: float | None
    to_first_answer: Spread | None
    to_decision: Spread | None
    counted_at: datetime

    @classmethod
    def of(cls, cohort: Cohort, figures: Figures) -> "Promise":
        """Of one cohort; its name and numbers only."""
        told = not figures.is_small
        return cls(
            cohort=cohort.name,
            promised=cohort.promised_working_days,
            share=figures.share if told else None,
            to_first_answer=figures.to_first_answer if told else None,
            to_decision=figures.to_decision if told else None,
            counted_at=figures.now,
        )


def promises(cohorts: Sequence[Cohort], now: datetime) -> list[Promise]:
    """Those of these cohorts, counted within the last hour."""
    counted: dict[tuple[int, int], Promise] = current_app.extensions.setdefault("promises", {})
    old = [cohort for cohort in cohorts if not _is_fresh(counted.get(_key(cohort)), now)]
    figures = figures_of_all(old, now) if old else {}
    counted |= {_key(cohort): Promise.of(cohort, figures[cohort.id]) for cohort in old}
    return [counted[_key(cohort)] for cohort in cohorts]


def _key(cohort: Cohort) -> tuple[int, int]:
    return cohort.id, cohort.promised_working_days


def _is_fresh(promise: Promise | None, now: datetime) -> bool:
    return promise is not None and now - COUNTED_EVERY < promise.counted_at <= now
