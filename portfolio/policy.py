"""Who may see what, and do what. Lists and single pages both start here.

`visible_*` gives the rows a person may see; `may_*` whether something they see is theirs to do.
"""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portfolio.models import (
    GUIDES,
    Appointment,
    Attachment,
    Cohort,
    Enrolment,
    Lesson,
    Mentorship,
    Office,
    PrivateNote,
    Reflection,
    Review,
    Submission,
    TrainingSession,
    User,
    Visibility,
    Withdrawal,
    handed_in_with,
)


def _guides(user: User, enrolment_id: sa.SQLColumnExpression[int]) -> sa.Exists:
    return sa.exists().where(
        Mentorship.enrolment_id == enrolment_id,
        Mentorship.user_id == user.id,
        Mentorship.role.in_(GUIDES),
        Mentorship.ended_at.is_(None),
    )


def _holds_office(user: User, cohort_id: sa.SQLColumnExpression[int], *offices: Office) -> sa.Exists:
    return sa.exists().where(
        Appointment.cohort_id == cohort_id,
        Appointment.user_id == user.id,
        Appointment.office.in_(offices),
        Appointment.ended_at.is_(None),
    )


def _is_in_cohort(user: User, cohort_id: sa.SQLColumnExpression[int]) -> sa.Exists:
    mine = aliased(Enrolment)
    return sa.exists().where(mine.cohort_id == cohort_id, mine.user_id == user.id, mine.withdrawn_at.is_(None))


def visible_reflections(user: User) -> sa.Select[Reflection]:
    """Their own; and what was handed in by those they guide, or guided then, or reviewed; in a cohort they organise;
    or shared with a cohort they are in. Drafts and what is for its writer only: nobody else's, ever."""
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
    shared = sa.and_(Reflection.visibility == Visibility.COHORT, _is_in_cohort(user, Reflection.cohort_id))
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
                        _guides(user, Reflection.enrolment_id),
                        guided_then,
                        reviewed,
                        _holds_office(user, Reflection.cohort_id, Office.ORGANISER),
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
    return sa.union(
        sa.select(Enrolment.cohort_id).where(Enrolment.user_id == user.id),
        sa.select(Mentorship.cohort_id).where(Mentorship.user_id == user.id),
        sa.select(Appointment.cohort_id).where(Appointment.user_id == user.id),
        sa.select(Review.cohort_id).where(Review.reviewer_id == user.id),
    )


def visible_sessions(user: User) -> sa.Select[TrainingSession]:
    """The sessions of the cohorts a person is a trainee of: those they may write about."""
    return sa.select(TrainingSession).where(_is_in_cohort(user, TrainingSession.cohort_id))


def visible_enrolments(user: User) -> sa.Select[Enrolment]:
    """Their own, those of the trainees they guide, and those of the cohorts they organise or observe."""
    return sa.select(Enrolment).where(
        sa.or_(
            Enrolment.user_id == user.id,
            _guides(user, Enrolment.id),
            _holds_office(user, Enrolment.cohort_id, Office.ORGANISER, Office.OBSERVER),
        )
    )


def visible_cohorts(user: User) -> sa.Select[Cohort]:
    """The cohorts whose grid a person may see: those they organise or observe, or guide somebody in."""
    guided = sa.exists().where(
        Mentorship.cohort_id == Cohort.id,
        Mentorship.user_id == user.id,
        Mentorship.role.in_(GUIDES),
        Mentorship.ended_at.is_(None),
    )
    return sa.select(Cohort).where(sa.or_(_holds_office(user, Cohort.id, Office.ORGANISER, Office.OBSERVER), guided))


def awaiting(user: User) -> sa.Select[Reflection]:
    """What waits for a decision of this person, in a role they hold now; not of those who left the cohort."""
    theirs = sa.select(Mentorship.enrolment_id).where(Mentorship.user_id == user.id, Mentorship.ended_at.is_(None))
    return sa.select(Reflection).where(
        Reflection.enrolment_id.in_(theirs),  # said twice, so that no database looks through everybody's
        sa.exists().where(
            Enrolment.id == Reflection.enrolment_id,
            Enrolment.withdrawn_at.is_(None),
            Mentorship.enrolment_id == Reflection.enrolment_id,
            Mentorship.user_id == user.id,
            Mentorship.role == Reflection.awaiting,
            Mentorship.ended_at.is_(None),
        ),
    )


def owns(user: User, reflection: Reflection) -> bool:
    """Whether this person is its writer. Needs `enrolment` loaded."""
    return reflection.enrolment.user_id == user.id


def may_write(user: User, reflection: Reflection) -> bool:
    """Write, submit, withdraw: the writer alone, while in the cohort. Needs `enrolment` loaded."""
    return owns(user, reflection) and reflection.enrolment.is_active


def may_review(user: User, reflection: Reflection) -> bool:
    """Decide at some sign-off step. Needs `cohort` and the `mentorships` of `enrolment` loaded."""
    return any(
        mentorship.user_id == user.id and mentorship.role.value in reflection.cohort.sign_off_steps
        for mentorship in reflection.enrolment.guides()
    )


def may_decide(user: User, reflection: Reflection) -> bool:
    """Decide now: it waits for a role they hold. Needs the `mentorships` of `enrolment` loaded."""
    return reflection.awaiting is not None and any(
        mentorship.user_id == user.id for mentorship in reflection.enrolment.guides(reflection.awaiting)
    )


def may_comment(user: User, reflection: Reflection) -> bool:
    """Talk about it: the writer and those who guide them. Needs the `mentorships` of `enrolment` loaded."""
    return may_write(user, reflection) or any(
        mentorship.user_id == user.id for mentorship in reflection.enrolment.guides()
    )
