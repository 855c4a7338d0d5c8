"""All models, so that the metadata is whole."""

from portfolio.models.account import Language, Purpose, SignIn, Token, User
from portfolio.models.aside import Addendum, Discard, Excuse, Happened, Lesson, PrivateNote
from portfolio.models.asked import Basis, Mark, Rule
from portfolio.models.attachment import Attachment, Kind, handed_in_with
from portfolio.models.audit import ReadEvent, Reason, Visit
from portfolio.models.calibration import Calibration, Moderation, SampledText, Scoring
from portfolio.models.certificate import Certificate, CertifiedModule, Completion, Revealed
from portfolio.models.claim import Claim, Evidence, Judgement
from portfolio.models.cohort import Agenda, Cohort, Holiday, Mode, Module, TrainingSession
from portfolio.models.conflict import Conflict, Relation
from portfolio.models.cover import Cover
from portfolio.models.desk import FeedbackDraft, Lease, SavedComment
from portfolio.models.document import Document, Source
from portfolio.models.enrolment import GUIDES, Appointment, Enrolment, Mentorship, Office, Role
from portfolio.models.exception import Extension, Request, Wish
from portfolio.models.feed import CalendarFeed
from portfolio.models.guest import GuestPass
from portfolio.models.learning_outcome import LearningOutcome, OutcomeAct, OutcomeChange
from portfolio.models.nudge import Concern, Nudge, NudgeThing
from portfolio.models.programme import Programme
from portfolio.models.progress import ModuleProgress, enrol
from portfolio.models.rating import Criterion, Level, Rating, Rubric
from portfolio.models.reflection import Reflection
from portfolio.models.response import Acknowledgement, SecondLook, Verdict
from portfolio.models.review import Outcome, Reopening, Review
from portfolio.models.rubric import Prompt, Template
from portfolio.models.rule import Effect, RuleChange
from portfolio.models.session_change import Altered, SessionChange
from portfolio.models.session_impact import DayOff, Ground, Impact, Misplaced, Wanted
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
    "Altered",
    "Appointment",
    "Attachment",
    "Basis",
    "CalendarFeed",
    "Calibration",
    "Certificate",
    "CertifiedModule",
    "Claim",
    "Cohort",
    "Comment",
    "Completion",
    "Concern",
    "Conflict",
    "Cover",
    "Criterion",
    "DayOff",
    "Discard",
    "Document",
    "Effect",
    "Enrolment",
    "Evidence",
    "Excuse",
    "Extension",
    "FeedbackDraft",
    "Ground",
    "GuestPass",
    "Happened",
    "Holiday",
    "Impact",
    "Judgement",
    "Kind",
    "Language",
    "LearningOutcome",
    "Lease",
    "Lesson",
    "Level",
    "Mark",
    "Mentorship",
    "Misplaced",
    "Mode",
    "Moderation",
    "Module",
    "ModuleProgress",
    "Nudge",
    "NudgeThing",
    "Office",
    "Outcome",
    "OutcomeAct",
    "OutcomeChange",
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
    "Revealed",
    "Review",
    "Role",
    "Rubric",
    "Rule",
    "RuleChange",
    "SampledText",
    "SavedComment",
    "Scoring",
    "SecondLook",
    "SessionChange",
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
    "Wanted",
    "Wish",
    "Withdrawal",
    "Words",
    "enrol",
    "handed_in_with",
]
