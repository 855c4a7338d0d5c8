"""All models, so that the metadata is whole."""

from portfolio.models.account import Language, Purpose, SignIn, Token, User
from portfolio.models.audit import ReadEvent, Reason, Visit
from portfolio.models.cohort import Agenda, Basis, Cohort, Holiday, Mode, Module, TrainingSession
from portfolio.models.enrolment import GUIDES, Appointment, Enrolment, Mentorship, Office, Role
from portfolio.models.programme import Programme
from portfolio.models.progress import ModuleProgress, enrol
from portfolio.models.reflection import (
    TRANSITIONS,
    Action,
    Comment,
    Excuse,
    Reflection,
    State,
    Submission,
    Visibility,
    Withdrawal,
)
from portfolio.models.review import Outcome, Reopening, Review
from portfolio.models.rubric import Prompt, Template
from portfolio.models.words import Words

__all__ = [
    "GUIDES",
    "TRANSITIONS",
    "Action",
    "Agenda",
    "Appointment",
    "Basis",
    "Cohort",
    "Comment",
    "Enrolment",
    "Excuse",
    "Holiday",
    "Language",
    "Mentorship",
    "Mode",
    "Module",
    "ModuleProgress",
    "Office",
    "Outcome",
    "Programme",
    "Prompt",
    "Purpose",
    "ReadEvent",
    "Reason",
    "Reflection",
    "Reopening",
    "Review",
    "Role",
    "SignIn",
    "State",
    "Submission",
    "Template",
    "Token",
    "TrainingSession",
    "User",
    "Visibility",
    "Visit",
    "Withdrawal",
    "Words",
    "enrol",
]
