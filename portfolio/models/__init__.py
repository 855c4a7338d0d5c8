"""All models, so that the metadata is whole."""

from portfolio.models.account import Language, Purpose, SignIn, Token, User
from portfolio.models.aside import Addendum, Discard, Excuse, Happened, Lesson, PrivateNote
from portfolio.models.attachment import Attachment, Kind, handed_in_with
from portfolio.models.audit import ReadEvent, Reason, Visit
from portfolio.models.calibration import Calibration, Moderation, SampledText, Scoring
from portfolio.models.cohort import Agenda, Basis, Cohort, Holiday, Mode, Module, TrainingSession
from portfolio.models.conflict import Conflict, Relation
from portfolio.models.cover import Cover
from portfolio.models.desk import FeedbackDraft, Lease, SavedComment
from portfolio.models.document import Document, Source
from portfolio.models.enrolment import GUIDES, Appointment, Enrolment, Mentorship, Office, Role
from portfolio.models.exception import Extension, Request, Wish
from portfolio.models.feed import CalendarFeed
from portfolio.models.guest import GuestPass
from portfolio.models.programme import Programme
from portfolio.models.progress import ModuleProgress, enrol
from portfolio.models.rating import Criterion, Level, Rating, Rubric
from portfolio.models.reflection import Reflection
from portfolio.models.response import Acknowledgement, SecondLook, Verdict
from portfolio.models.review import Outcome, Reopening, Review
from portfolio.models.rubric import Prompt, Template
from portfolio.models.rule import Effect, RuleChange
from portfolio.models.state import TRANSITIONS, Action, State, Visibility
from portfolio.models.submission import Comment, Submission, Turn, Withdrawal
from portfolio.models.words import Pen, Quoted, Words

__all__ = [
    "GUIDES",
    "TRANSITIONS",
    "Acknowledgement",
    "Action",
    "Addendum",
    "Agenda",
    "Appointment",
    "Attachment",
    "Basis",
    "CalendarFeed",
    "Calibration",
    "Cohort",
    "Comment",
    "Conflict",
    "Cover",
    "Criterion",
    "Discard",
    "Document",
    "Effect",
    "Enrolment",
    "Excuse",
    "Extension",
    "FeedbackDraft",
    "GuestPass",
    "Happened",
    "Holiday",
    "Kind",
    "Language",
    "Lease",
    "Lesson",
    "Level",
    "Mentorship",
    "Mode",
    "Moderation",
    "Module",
    "ModuleProgress",
    "Office",
    "Outcome",
    "Pen",
    "PrivateNote",
    "Programme",
    "Prompt",
    "Purpose",
    "Quoted",
    "Rating",
    "ReadEvent",
    "Reason",
    "Reflection",
    "Relation",
    "Reopening",
    "Request",
    "Review",
    "Role",
    "Rubric",
    "RuleChange",
    "SampledText",
    "SavedComment",
    "Scoring",
    "SecondLook",
    "SignIn",
    "Source",
    "State",
    "Submission",
    "Template",
    "Token",
    "TrainingSession",
    "Turn",
    "User",
    "Verdict",
    "Visibility",
    "Visit",
    "Wish",
    "Withdrawal",
    "Words",
    "enrol",
    "handed_in_with",
]
