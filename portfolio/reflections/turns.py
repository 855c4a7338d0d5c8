"""Whose turn it is in a reflection, and whom it waits for."""

from enum import Enum

from portfolio import policy
from portfolio.models import Comment, Reflection, State, Turn, User


class Whose(Enum):
    """Whose turn it is, seen by one of those who take turns."""

    YOURS = "yours"
    WRITERS = "writers"
    REVIEWERS = "reviewers"  # of the role for which the reflection waits
    ANSWER = "answer"  # somebody's, in a conversation
    LOOK = "look"  # that of whoever looks again


def whose_turn(reflection: Reflection, user: User) -> Whose | None:
    """Whose turn it is, if anybody's. Needs all of the reflection loaded."""
    is_mine = policy.owns(user, reflection)
    talk = [comment for submission in reflection.standing for comment in submission.comments if comment.turn]
    with_writer = reflection.state is State.RETURNED or any(comment.turn is Turn.WRITER for comment in talk)
    looks = [review.second_look for review in (reflection.latest.reviews if reflection.latest else [])]
    open_looks = [look for look in looks if look is not None and look.is_open]
    yours = (
        with_writer or _has_unread(reflection)
        if is_mine
        else policy.may_decide(user, reflection)
        or any(_waits_for(user, comment, reflection) for comment in talk)
        or any(look.reader_id == user.id for look in open_looks)
    )
    if yours:
        return Whose.YOURS
    if with_writer:
        return Whose.WRITERS
    if reflection.awaiting is not None:
        return Whose.REVIEWERS
    if talk:
        return Whose.ANSWER
    return Whose.LOOK if open_looks else None


def _has_unread(reflection: Reflection) -> bool:
    reviews = reflection.latest.reviews if reflection.latest else []
    return any(review.feedback and review.acknowledgement is None for review in reviews)


def _waits_for(user: User, comment: Comment, reflection: Reflection) -> bool:
    """As `policy.replies_awaiting` has it, for one conversation of a reflection that is loaded."""
    if comment.turn is not Turn.GUIDE or not reflection.enrolment.is_guided_by(user):
        return False
    guides = reflection.enrolment.guides()
    if comment.awaits_id not in [mentorship.user_id for mentorship in guides]:
        return True
    held = [mentorship for mentorship in guides if mentorship.is_held_by(user)]
    return comment.awaits_id in [mentorship.user_id for mentorship in held]
