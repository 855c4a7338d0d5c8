"""The states of a reflection, and the one table of where what may happen to it."""

from collections.abc import Mapping
from enum import Enum

from portfolio.errors import N_


class State(Enum):
    """Where a reflection stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    EXCUSED = "excused"


class Action(Enum):
    """What can happen to a reflection."""

    WRITE = "write"
    SUBMIT = "submit"
    DISCARD = "discard"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    RETURN = "return"
    PASS_ON = "pass_on"
    ACCEPT = "accept"
    ADD = "add"
    REOPEN = "reopen"
    EXCUSE = "excuse"
    UNEXCUSE = "unexcuse"


# (state, action) -> the states it may lead to. What is not here is refused.
TRANSITIONS: Mapping[tuple[State, Action], frozenset[State]] = {
    (State.DRAFT, Action.WRITE): frozenset({State.DRAFT}),
    (State.RETURNED, Action.WRITE): frozenset({State.RETURNED}),
    (State.EXCUSED, Action.WRITE): frozenset({State.EXCUSED}),
    (State.DRAFT, Action.DISCARD): frozenset({State.DRAFT}),
    (State.DRAFT, Action.RESTORE): frozenset({State.DRAFT}),
    (State.DRAFT, Action.SUBMIT): frozenset({State.SUBMITTED}),
    (State.RETURNED, Action.SUBMIT): frozenset({State.SUBMITTED}),
    (State.EXCUSED, Action.SUBMIT): frozenset({State.SUBMITTED}),
    # To where it was before it was handed in.
    (State.SUBMITTED, Action.WITHDRAW): frozenset({State.DRAFT, State.RETURNED, State.EXCUSED}),
    (State.SUBMITTED, Action.RETURN): frozenset({State.RETURNED}),
    (State.SUBMITTED, Action.PASS_ON): frozenset({State.SUBMITTED}),
    (State.SUBMITTED, Action.ACCEPT): frozenset({State.ACCEPTED}),
    (State.ACCEPTED, Action.ADD): frozenset({State.ACCEPTED}),
    (State.ACCEPTED, Action.REOPEN): frozenset({State.RETURNED}),
    (State.DRAFT, Action.EXCUSE): frozenset({State.EXCUSED}),
    (State.RETURNED, Action.EXCUSE): frozenset({State.EXCUSED}),
    (State.EXCUSED, Action.UNEXCUSE): frozenset({State.DRAFT, State.RETURNED}),
}

NOT_NOW = {
    State.DRAFT: N_("This reflection is a draft, so that cannot be done now."),
    State.SUBMITTED: N_("This reflection is waiting for a review, so that cannot be done now."),
    State.RETURNED: N_("This reflection is back with its writer, so that cannot be done now."),
    State.ACCEPTED: N_("This reflection has been accepted, so that cannot be done now."),
    State.EXCUSED: N_("This reflection is excused, so that cannot be done now."),
}


class Visibility(Enum):
    """Who may read what was submitted."""

    ONLY_ME = "only_me"
    MENTOR = "mentor"
    COHORT = "cohort"
