"""Who may see what was written, whose progress, and which cohort."""

from collections.abc import Iterable

import sqlalchemy as sa

from portfolio.models import (
    GUIDES,
    Appointment,
    Attachment,
    Cohort,
    Comment,
    Enrolment,
    Lesson,
    Mentorship,
    Module,
    Office,
    PrivateNote,
    Reflection,
    Review,
    Role,
    SecondLook,
    Submission,
    TrainingSession,
    User,
    Visibility,
    Withdrawal,
    handed_in_with,
)
from portfolio.policy.holding import guides, guides_somebody_in, holds_office, is_in_cohort


def visible_reflections(user: User) -> sa.Select[Reflection]:
    """Their own; and what was handed in by those they guide, or guided then, or reviewed, or were asked to look at
    again; in a cohort they organise; or shared with a cohort they are in. Drafts and what is for its writer only:
    nobody else's, ever."""
    guided_then = sa.exists().where(
        Mentorship.enrolment_id == Reflection.enrolment_id,
        Mentorship.user_id == user.id,
        Mentorship.role.in_(GUIDES),
        Mentorship.ended_at > Reflection.submitted_at,
    )
    reviewed = sa.exists().where(
        Submission.reflection_id == Reflection.id,
        Review.submission_id == Submission.id,
        Review.reviewer_id == user.id,
    )
    asked_again = sa.exists().where(SecondLook.reflection_id == Reflection.id, SecondLook.reader_id == user.id)
    shared = sa.and_(Reflection.visibility == Visibility.COHORT, is_in_cohort(user, Reflection.cohort_id))
    return (
        sa.select(Reflection)
        .join(Reflection.enrolment)
        .where(
            sa.or_(
                Enrolment.user_id == user.id,
                sa.and_(
                    Reflection.submitted_at.is_not(None),
                    Reflection.visibility != Visibility.ONLY_ME,
                    sa.or_(
                        guides(user, Reflection.enrolment_id),
                        guided_then,
                        reviewed,
                        asked_again,
                        holds_office(user, Reflection.cohort_id, Office.ORGANISER),
                        shared,
                    ),
                ),
            )
        )
    )


def visible_attachments(user: User) -> sa.Select[Attachment]:
    """Their own; and those handed in with what stands of a reflection that they may see."""
    readable = visible_reflections(user).with_only_columns(Reflection.id)
    handed_in = sa.exists().where(
        handed_in_with.c.attachment_id == Attachment.id,
        handed_in_with.c.submission_id == Submission.id,
        Submission.reflection_id.in_(readable),
        ~sa.exists().where(Withdrawal.submission_id == Submission.id),
    )
    mine = sa.exists().where(
        Reflection.id == Attachment.reflection_id,
        Enrolment.id == Reflection.enrolment_id,
        Enrolment.user_id == user.id,
    )
    return sa.select(Attachment).where(sa.or_(mine, handed_in))


def visible_lessons(user: User) -> sa.Select[Lesson]:
    """Those they wrote themselves, also after they left the cohort; nobody else's, ever."""
    mine = own_reflections(user).with_only_columns(Reflection.id)
    return sa.select(Lesson).where(Lesson.reflection_id.in_(mine))


def own_reflections(user: User) -> sa.Select[Reflection]:
    """What they write themselves."""
    return sa.select(Reflection).join(Reflection.enrolment).where(Enrolment.user_id == user.id)


def visible_notes(user: User) -> sa.Select[PrivateNote]:
    """Those they wrote themselves, beside their own reflections; nobody else's, ever."""
    mine = own_reflections(user).with_only_columns(Reflection.id)
    return sa.select(PrivateNote).where(PrivateNote.reflection_id.in_(mine))


def cohorts_to_search(user: User) -> sa.CompoundSelect[int]:
    """The cohorts in which a person can have anything to see; what they see there, `visible_reflections` says."""
    standing_in = [cover.cohort_id for cover in user.standing_in]
    return sa.union(
        sa.select(Enrolment.cohort_id).where(Enrolment.user_id == user.id),
        sa.select(Mentorship.cohort_id).where(Mentorship.user_id == user.id),
        sa.select(Appointment.cohort_id).where(Appointment.user_id == user.id),
        sa.select(Review.cohort_id).where(Review.reviewer_id == user.id),
        sa.select(SecondLook.cohort_id).where(SecondLook.reader_id == user.id),
        sa.select(Cohort.id).where(Cohort.id.in_(standing_in)),
    )


def visible_sessions(user: User) -> sa.Select[TrainingSession]:
    """The sessions of the cohorts a person is a trainee of: those they may write about."""
    return sa.select(TrainingSession).where(is_in_cohort(user, TrainingSession.cohort_id))


def visible_enrolments(user: User) -> sa.Select[Enrolment]:
    """Their own, those of the trainees they guide, and those of the cohorts they organise or observe."""
    return sa.select(Enrolment).where(
        sa.or_(
            Enrolment.user_id == user.id,
            guides(user, Enrolment.id),
            holds_office(user, Enrolment.cohort_id, Office.ORGANISER, Office.OBSERVER),
        )
    )


def followed_enrolments(user: User) -> sa.Select[Enrolment]:
    """Their own, those of the trainees they guide, and those of the cohorts they organise."""
    organised = holds_office(user, Enrolment.cohort_id, Office.ORGANISER)
    return sa.select(Enrolment).where(sa.or_(Enrolment.user_id == user.id, guides(user, Enrolment.id), organised))


def visible_cohorts(user: User) -> sa.Select[Cohort]:
    """The cohorts whose grid a person may see: those they organise or observe, or guide somebody in."""
    oversees = holds_office(user, Cohort.id, Office.ORGANISER, Office.OBSERVER)
    return sa.select(Cohort).where(sa.or_(oversees, guides_somebody_in(user, Cohort.id)))


def organised_cohorts(user: User) -> sa.Select[Cohort]:
    """The cohorts they organise."""
    return sa.select(Cohort).where(holds_office(user, Cohort.id, Office.ORGANISER))


def overseen_cohorts(user: User) -> sa.Select[Cohort]:
    """The cohorts they organise or observe: those of which they see every trainee's progress."""
    return sa.select(Cohort).where(holds_office(user, Cohort.id, Office.ORGANISER, Office.OBSERVER))


def organised_modules(user: User) -> sa.Select[Module]:
    """The modules of the cohorts they organise."""
    return sa.select(Module).where(holds_office(user, Module.cohort_id, Office.ORGANISER))


def organised_sessions(user: User) -> sa.Select[TrainingSession]:
    """The sessions of the cohorts they organise."""
    return sa.select(TrainingSession).where(holds_office(user, TrainingSession.cohort_id, Office.ORGANISER))


def visible_reviews(user: User) -> sa.Select[Review]:
    """The decisions on what they may read, of rounds that stand."""
    readable = visible_reflections(user).with_only_columns(Reflection.id)
    return sa.select(Review).join(Review.submission).where(Submission.reflection_id.in_(readable))


def visible_comments(user: User) -> sa.Select[Comment]:
    """What was said of what they may read; of a withdrawn round the writer alone knows."""
    readable = visible_reflections(user).with_only_columns(Reflection.id)
    mine = own_reflections(user).with_only_columns(Reflection.id)
    stands = ~sa.exists().where(Withdrawal.submission_id == Submission.id)
    return (
        sa.select(Comment)
        .join(Comment.submission)
        .where(Submission.reflection_id.in_(readable), sa.or_(stands, Submission.reflection_id.in_(mine)))
    )


def owns(user: User, reflection: Reflection) -> bool:
    """Whether this person is its writer. Needs `enrolment` loaded."""
    return reflection.enrolment.user_id == user.id


def may_write(user: User, reflection: Reflection) -> bool:
    """Write, submit, withdraw: the writer alone, while in the cohort. Needs `enrolment` loaded."""
    return owns(user, reflection) and reflection.enrolment.is_active


def may_review(user: User, reflection: Reflection) -> bool:
    """Decide at some sign-off step. Needs `cohort` and the `mentorships` of `enrolment` loaded."""
    return any(reflection.enrolment.is_guided_by(user, Role(step)) for step in reflection.cohort.sign_off_steps)


def may_decide(user: User, reflection: Reflection) -> bool:
    """Decide now: it waits for a role they hold. Needs the `mentorships` of `enrolment` loaded."""
    return reflection.awaiting is not None and reflection.enrolment.is_guided_by(user, reflection.awaiting)


def may_comment(user: User, reflection: Reflection) -> bool:
    """Talk about it: the writer and those who guide them. Needs the `mentorships` of `enrolment` loaded."""
    return may_write(user, reflection) or reflection.enrolment.is_guided_by(user)


def may_hear(user: User, reflection: Reflection, organised: Iterable[int]) -> bool:
    """Read what the writer answered to a decision, and what came of a second look: the writer, those who guide them or
    decided, whoever looks again, organisers; not those with whom it is shared.

    `organised` are the ids of the cohorts they organise. Needs the submissions with their reviews and second looks
    loaded, and the `mentorships` of `enrolment`.
    """
    reviews = [review for submission in reflection.submissions for review in submission.reviews]
    looks = [review.second_look for review in reviews if review.second_look]
    return (
        owns(user, reflection)
        or reflection.enrolment.is_guided_by(user)
        or reflection.cohort_id in organised
        or any(review.reviewer_id == user.id for review in reviews)
        or any(look.reader_id == user.id for look in looks)
    )
