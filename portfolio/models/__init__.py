"""All models, so that the metadata is whole."""

from portfolio.models.account import Language, Purpose, SignIn, Token, User
from portfolio.models.aside import Addendum, Discard, Excuse, Happened, Lesson, PrivateNote
from portfolio.models.attachment import Attachment, Kind, handed_in_with
from portfolio.models.audit import ReadEvent, Reason, Visit
from portfolio.models.cohort import Agenda, Basis, Cohort, Holiday, Mode, Module, TrainingSession
from portfolio.models.document import Document, Source
from portfolio.models.enrolment import GUIDES, Appointment, Enrolment, Mentorship, Office, Role
from portfolio.models.programme import Programme
from portfolio.models.progress import ModuleProgress, enrol
from portfolio.models.reflection import TRANSITIONS, Action, Reflection, State, Visibility
from portfolio.models.review import Outcome, Reopening, Review
from portfolio.models.rubric import Prompt, Template
from portfolio.models.submission import Comment, Submission, Withdrawal
from portfolio.models.words import Pen, Words

__all__ = [
    "GUIDES",
    "TRANSITIONS",
    "Action",
    "Addendum",
    "Agenda",
    "Appointment",
    "Attachment",
    "Basis",
    "Cohort",
    "Comment",
    "Discard",
    "Document",
    "Enrolment",
    "Excuse",
    "Happened",
    "Holiday",
    "Kind",
    "Language",
    "Lesson",
    "Mentorship",
    "Mode",
    "Module",
    "ModuleProgress",
    "Office",
    "Outcome",
    "Pen",
    "PrivateNote",
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
    "Source",
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
    "handed_in_with",
]
