"""What the trainees of the demo answer to feedback, the second looks they ask for, and who is too close to whom."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from portfolio.demo.shown import shown
from portfolio.demo.stories import Actors
from portfolio.models import (
    Acknowledgement,
    Conflict,
    Enrolment,
    Mentorship,
    Reflection,
    Relation,
    Review,
    Role,
    SecondLook,
    State,
    User,
    Verdict,
)

READ_AFTER, UNREAD_SINCE = timedelta(hours=5), timedelta(days=4)
ASKED, ANSWERED = timedelta(days=1), timedelta(hours=20)


def respond(actors: Actors, enrolments: list[Enrolment], now: datetime) -> Mentorship:
    """Let them answer. What was said in the last days is still to be read, and a little of what was said before.

    What is given back is to be stored: the new mentor of somebody whose mentor was too close.
    """
    for rank, enrolment in enumerate(enrolments):
        unread = _newest(enrolment) if rank == 0 else []  # whom visitors are finds some for sure
        for n, review in enumerate(_feedback(enrolment)):
            is_old = review.decided_at < now - UNREAD_SINCE and review not in unread
            if is_old and (rank == 0 or (rank + n) % 4):
                acted_on = shown()["acted_on"][n % 3] if (rank + n) % 5 == 1 else ""
                is_helpful = None if n % 3 == 2 else (rank + n) % 11 != 3
                read_at = review.decided_at + READ_AFTER
                mark = Acknowledgement.of(review, is_helpful=is_helpful, acted_on=acted_on, now=read_at)
                mark.cohort_id = enrolment.cohort_id  # which the review is not stored with yet
    first, second, third = actors.mentors.values()  # of the groups B, A and C
    organiser, told = actors.organiser, shown()["second_looks"]
    own, given, _ = (
        _asked(_of(enrolments, group), told[which]["reason"], now - ASKED)
        for group, which in (("B", "answered"), ("A", "given"), ("C", "waiting"))
    )
    own.give_to(second, by=organiser, now=now - ANSWERED)
    own.settle(Verdict.UPHELD, told["answered"]["answer"], by=second, now=now - ANSWERED / 2)
    given.give_to(first, by=organiser, now=now - ANSWERED)
    return _too_close(_of(reversed(enrolments), "C"), third, first, now)


def _of(enrolments: Iterator[Enrolment] | list[Enrolment], group: str) -> Enrolment:
    return next(enrolment for enrolment in enrolments if enrolment.group == group)


def _feedback(enrolment: Enrolment) -> Iterator[Review]:
    for reflection in enrolment.reflections:
        for submission in reflection.standing:
            yield from (review for review in submission.reviews if review.feedback)


def _newest(enrolment: Enrolment) -> list[Review]:
    """The two newest words on texts that stand accepted."""
    texts = [each.latest for each in enrolment.reflections if each.state is State.ACCEPTED]
    reviews = [review for latest in texts if latest for review in latest.reviews if review.feedback]
    return sorted(reviews, key=lambda review: review.decided_at)[-2:]


def _asked(enrolment: Enrolment, reason: str, now: datetime) -> SecondLook:
    """About the first text of a trainee that was accepted with a word from the mentor."""

    def fits(reflection: Reflection) -> bool:
        latest = reflection.latest
        return reflection.state is State.ACCEPTED and latest is not None and bool(latest.reviews[0].feedback)

    reflection = next(reflection for reflection in enrolment.reflections if fits(reflection))
    return SecondLook.ask(reflection, reason, now=now)


def _too_close(enrolment: Enrolment, mentor: User, other: User, now: datetime) -> Mentorship:
    """Their mentor says so; another one has them since."""
    said = now - timedelta(hours=2)
    Conflict.declare(enrolment, mentor, Relation.FAMILY, shown()["conflict"]["note"], by=mentor, now=said)
    return enrolment.assign(other, Role.MENTOR, now=now - timedelta(hours=1))
