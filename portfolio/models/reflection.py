"""A reflection and what can happen to it; where it may happen is the table in state.py, and nowhere else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused, Stale
from portfolio.models.account import User
from portfolio.models.aside import Addendum, Discard, Excuse, Lesson, PrivateNote
from portfolio.models.asked import Mark
from portfolio.models.attachment import Attachment
from portfolio.models.cohort import Cohort, TrainingSession
from portfolio.models.document import Document, Source
from portfolio.models.enrolment import Enrolment, Role
from portfolio.models.state import NOT_NOW, TRANSITIONS, Action, State, Visibility
from portfolio.models.submission import Comment, Submission, Withdrawal
from portfolio.models.words import LARGEST_NUMBER, PEN_LENGTH, Pen, Quoted, Words, Written

if TYPE_CHECKING:
    from portfolio.models.desk import Lease
    from portfolio.models.exception import Extension
    from portfolio.models.progress import ModuleProgress

COMMENT_LENGTH, REASON_LENGTH = 5_000, 5_000


class Reflection(Written, Base):
    """What one trainee writes about one session: the living text and its state."""

    __tablename__ = "reflection"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "training_session_id"),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "module_id"], ["module_progress.enrolment_id", "module_progress.module_id"]
        ),
        sa.CheckConstraint("(state = 'submitted') = (awaiting is not null)", name="submitted_awaits_someone"),
        sa.CheckConstraint("state in ('draft', 'excused') or submitted_at is not null", name="handed_in_has_a_time"),
        sa.CheckConstraint(f"number between 1 and {LARGEST_NUMBER}", name="number_within_reason"),
        sa.Index("ix_reflection_cohort_id_state", "cohort_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    training_session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), index=True)
    module_id: Mapped[int]
    state: Mapped[State] = mapped_column(word_of(State, "known_state"), default=State.DRAFT)
    version: Mapped[int] = mapped_column()
    visibility: Mapped[Visibility] = mapped_column(word_of(Visibility, "known_visibility"), default=Visibility.MENTOR)
    step: Mapped[int] = mapped_column(default=0)  # which sign-off step is next, from 0
    awaiting: Mapped[Role | None] = mapped_column(word_of(Role, "known_awaited_role"))
    waiting_since: Mapped[datetime | None]
    promised_on: Mapped[date | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    written_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]  # when the submission that stands was handed in
    decided_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]  # since then it is as if it had not been begun
    tab: Mapped[str | None] = mapped_column(sa.String(PEN_LENGTH))  # which tab wrote last, by saving by itself …
    stroke: Mapped[int] = mapped_column(default=0)  # … and which of its saves that was, counted from 1
    import_digest: Mapped[str | None] = mapped_column(sa.String(64))  # of the file it was taken from

    __mapper_args__ = {"version_id_col": version}

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(back_populates="reflections", lazy="raise")
    session: Mapped[TrainingSession] = relationship(lazy="raise")
    progress: Mapped["ModuleProgress"] = relationship(lazy="raise", overlaps="enrolment,reflections")
    submissions: Mapped[list[Submission]] = relationship(
        back_populates="reflection", lazy="raise", order_by=Submission.round
    )
    excuses: Mapped[list[Excuse]] = relationship(back_populates="reflection", lazy="raise", order_by=Excuse.id)
    discards: Mapped[list[Discard]] = relationship(back_populates="reflection", lazy="raise", order_by=Discard.id)
    addenda: Mapped[list[Addendum]] = relationship(back_populates="reflection", lazy="raise", order_by=Addendum.id)
    attachments: Mapped[list[Attachment]] = relationship(
        back_populates="reflection", lazy="raise", order_by=Attachment.id
    )
    lessons: Mapped[list[Lesson]] = relationship(
        back_populates="reflection", lazy="raise", order_by=Lesson.id, cascade="all, delete-orphan"
    )
    extension: Mapped["Extension | None"] = relationship(
        primaryjoin="and_(foreign(Extension.enrolment_id) == Reflection.enrolment_id,"
        " foreign(Extension.training_session_id) == Reflection.training_session_id, Extension.ended_at.is_(None))",
        viewonly=True,
        lazy="raise",
    )  # the day that was given to this trainee alone, if one holds
    note: Mapped[PrivateNote | None] = relationship(back_populates="reflection", lazy="raise")
    lease: Mapped["Lease | None"] = relationship(back_populates="reflection", lazy="raise")

    @classmethod
    def begin(
        cls,
        enrolment: Enrolment,
        session: TrainingSession,
        progress: "ModuleProgress",
        *,
        number: int | None,
        now: datetime,
    ) -> "Reflection":
        """An empty draft that knows its session; `number` is the one proposed for the writer's series."""
        if not session.is_slot:
            raise Refused(N_("No reflection is expected for this session."))
        return cls(
            cohort=session.cohort,
            enrolment=enrolment,
            session=session,
            progress=progress,
            state=State.DRAFT,
            words=Words.of_nothing(session, number),
            stroke=0,
            step=0,
            visibility=Visibility.MENTOR,
            created_at=now,
            written_at=now,
        )

    @property
    def standing(self) -> list["Submission"]:
        """What was handed in and not withdrawn, in order. Needs `submissions` and their `withdrawal` loaded."""
        return [submission for submission in self.submissions if submission.withdrawal is None]

    @property
    def latest(self) -> "Submission | None":
        """The submission that stands now."""
        return self.standing[-1] if self.standing else None

    def round_that_stands(self, round: int | None) -> "Submission | None":
        """The round of this number, or the latest if none is named. Needs the same."""
        if round is None:
            return self.latest
        for submission in self.standing:
            if submission.round == round:
                return submission
        raise Refused(N_("The text you read was taken back by its writer."))

    @property
    def is_writable(self) -> bool:
        """Whether the writer may write on."""
        return (self.state, Action.WRITE) in TRANSITIONS

    @property
    def can_withdraw(self) -> bool:
        """Whether it was handed in and nobody has taken it up yet. Needs `readings` and `comments` loaded."""
        return self.state is State.SUBMITTED and not self._is_taken_up

    @property
    def files(self) -> list[Attachment]:
        """The files that belong to the living text. Needs `attachments` loaded."""
        return [attachment for attachment in self.attachments if attachment.is_kept]

    def write(
        self,
        words: Words,
        *,
        version: int,
        visibility: Visibility | None = None,
        pen: Pen | None = None,
        now: datetime,
    ) -> None:
        """Keep what was written, if nobody else wrote since `version`; the same words again change nothing.

        A tab that saves by itself may not have heard of its last save being kept. So what it sends is taken as long
        as it wrote last, and is passed over when it comes after a later one of its own.
        """
        visibility, wrote_last = visibility or self.visibility, pen is not None and pen.tab == self.tab
        if words == self.words and visibility is self.visibility and self.discarded_at is None:
            if wrote_last and pen is not None:  # whatever else of this tab is still under way is older than this
                self.stroke = max(self.stroke, pen.stroke)
            return
        if wrote_last and pen is not None and pen.stroke <= self.stroke:
            return
        if version != self.version and not wrote_last:
            raise Stale(N_("This text was changed elsewhere after you opened it."))
        if visibility is Visibility.ONLY_ME and self.submitted_at is not None:
            raise Refused(N_("Others have been given this reflection to read, so it can no longer be for you only."))
        self._move(Action.WRITE, self.state, now)
        self.words, self.visibility, self.written_at, self.discarded_at = words, visibility, now, None
        self.tab, self.stroke = (pen.tab, pen.stroke) if pen else (None, 0)

    def attach(self, attachment: Attachment, *, now: datetime) -> None:
        """Put a file beside the living text, for the first time or again. Needs `attachments` loaded."""
        self._move(Action.WRITE, self.state, now)
        if self.discarded_at is not None:
            raise Refused(N_("This draft was discarded. Bring it back first, then its files can be changed."))
        attachment.bring_back()
        if attachment not in self.attachments:
            self.attachments.append(attachment)

    def detach(self, attachment: Attachment, *, now: datetime) -> None:
        """Take a file from the living text; for a week it can be brought back. What was handed in keeps it."""
        self._move(Action.WRITE, self.state, now)
        attachment.remove(now=now)

    def discard(self, *, now: datetime) -> None:
        """Put the draft away; for a week it can be brought back. What was handed in before stays handed in."""
        self._move(Action.DISCARD, State.DRAFT, now)
        if self.discarded_at is not None:
            return
        if not self._is_untouched:
            self.discards.append(Discard(cohort=self.cohort, words=self.words, discarded_at=now))
        for attachment in self.files:
            attachment.remove(now=now)
        self.words, self.discarded_at = Words.of_nothing(self.session, None), now
        self.tab, self.stroke = None, 0

    def restore(self, discard: Discard, *, now: datetime) -> None:
        """Bring a discarded draft back, with its files, unless another was begun since."""
        self._move(Action.RESTORE, State.DRAFT, now)
        if not discard.is_restorable(now):
            raise Refused(N_("This draft was discarded more than a week ago, or is back already."))
        if self.discarded_at is None and not self._is_untouched:
            raise Refused(N_("You have begun anew since. Discard that first, then bring the earlier draft back."))
        for attachment in self.attachments:
            if attachment.removed_at == discard.discarded_at:
                attachment.bring_back()
        self.words, self.written_at, self.discarded_at, discard.restored_at = discard.words, now, None, now
        self.tab, self.stroke = None, 0

    def begin_again(self, *, number: int | None, now: datetime) -> None:
        """Write anew where a draft was discarded; that one can still be brought back."""
        if self.discarded_at is not None:
            if not self.session.is_slot:
                raise Refused(N_("No reflection is expected for this session."))
            self.words, self.written_at, self.discarded_at = Words.of_nothing(self.session, number), now, None

    def add(self, text: str, *, now: datetime) -> Addendum:
        """Add to an accepted text, with the date; the same again directly after changes nothing."""
        self._move(Action.ADD, State.ACCEPTED, now)
        if not text.strip():
            raise Refused(N_("There is nothing to add yet."))
        if self.addenda and self.addenda[-1].text == text:
            return self.addenda[-1]
        addendum = Addendum(cohort=self.cohort, text=text, added_at=now)
        addendum.document = Document.of(Source.ADDENDUM, [text], reflection=self, at=now)
        self.addenda.append(addendum)
        return addendum

    def submit(self, *, levels: Mapping[str, float] | None = None, now: datetime) -> "Submission":
        """Hand in the text as it stands; handing in the same again changes nothing.

        `levels` are those that the writer gives it themselves, by the criteria of the module's rubric.
        """
        if self.state is State.SUBMITTED and self.latest and self.latest.words == self.words:
            return self.latest
        if not self.words.texts:
            raise Refused(N_("There is nothing to submit yet. Answer at least one question."))
        if self.visibility is Visibility.ONLY_ME:
            raise Refused(N_("This reflection is for you only. Choose who may read it, then submit."))
        rubric = self.session.module.rubric
        ratings = rubric.ratings(levels) if rubric else []
        self._move(Action.SUBMIT, State.SUBMITTED, now)
        submission = Submission(
            cohort=self.cohort,
            round=1 + max((earlier.round for earlier in self.submissions), default=0),
            words=self.words,
            submitted_at=now,
            attachments=self.files,
            ratings=ratings,
            withdrawal=None,
        )
        if self.latest:
            self.latest.document = None  # what is found is what stands
        self.submissions.append(submission)  # not `reflection=self`, which would not put it into the session
        submission.let_be_found(self)
        self._collect_lessons(now)
        self.submitted_at, self.decided_at = now, None
        self._await(step=0, since=now)
        return submission

    def withdraw(self, *, now: datetime) -> None:
        """Take back what was handed in, while no reviewer has opened it. The text stays with its writer."""
        submission = self.latest
        if self.state is State.SUBMITTED and self._is_taken_up:
            raise Refused(N_("A reviewer has opened this reflection, so it can no longer be withdrawn."))
        self._move(Action.WITHDRAW, self._before_submission(), now)
        assert submission is not None  # what is submitted has a submission: held by a CHECK and by submit()
        submission.withdrawal, submission.document = Withdrawal(withdrawn_at=now), None
        if self.latest:
            self.latest.let_be_found(self)
        self.submitted_at = self.latest.submitted_at if self.latest else None
        self.decided_at = self.latest.decided_at if self.latest else None
        self._await_nobody()

    def decided(self, *, accept: bool, level: float | None = None, now: datetime) -> None:
        """A reviewer decided for the present step: back to the writer, on to the next step, or accepted.

        `level` is the mean of what they chose by the rubric; that of whoever accepts it is the one that holds.
        """
        last = self.step + 1 >= len(self.cohort.sign_off_steps)
        if accept and not last:
            self._move(Action.PASS_ON, State.SUBMITTED, now)
            self._await(step=self.step + 1, since=now)
            return
        if accept:
            self._move(Action.ACCEPT, State.ACCEPTED, now, level=level)
        else:
            self._move(Action.RETURN, State.RETURNED, now)
        self.decided_at = now
        self._await_nobody()

    def reopened(self, *, now: datetime) -> None:
        """A reviewer opened again what had been accepted."""
        self._move(Action.REOPEN, State.RETURNED, now)
        self.decided_at = now

    def excuse(self, reason: str, *, by: User, now: datetime) -> None:
        """Nothing more is expected for this session; the writer may still write."""
        self._excused(Action.EXCUSE, State.EXCUSED, reason, by=by, now=now)

    def unexcuse(self, reason: str, *, by: User, now: datetime) -> None:
        """It is expected after all."""
        back = State.RETURNED if self.standing else State.DRAFT
        self._excused(Action.UNEXCUSE, back, reason, by=by, now=now)

    def comment(
        self,
        text: str,
        *,
        by: User,
        now: datetime,
        reply_to: Comment | None = None,
        about: Quoted | None = None,
        round: int | None = None,
    ) -> Comment:
        """Say something about a round that stands, the latest when none is named, or answer what was said.

        `about` is the passage of that round that is meant. Needs `holidays` of the cohort loaded, and the `author` of
        each comment.
        """
        submission = reply_to.submission if reply_to else self.round_that_stands(round)
        if submission is None:
            raise Refused(N_("There is nothing submitted to talk about yet."))
        if submission not in self.standing and by.id != self.enrolment.user_id:
            raise Refused(N_("The text you read was taken back by its writer."))
        # A conversation has two levels, so that it can be read on a phone.
        parent = (reply_to.parent or reply_to) if reply_to else None
        return submission.talk(text, reflection=self, parent=parent, about=about, by=by, now=now)

    @property
    def _is_untouched(self) -> bool:
        # A title or a file of the writer's own is not lost either; the number was only proposed.
        return not self.files and self.words == Words.of_nothing(self.session, self.number)

    @property
    def _is_taken_up(self) -> bool:
        # What somebody else has said of a text would be lost with it.
        submission, writer = self.latest, self.enrolment.user_id
        return submission is not None and (
            submission.is_opened or any(comment.author_id != writer for comment in submission.comments)
        )

    def _excused(self, action: Action, to: State, reason: str, *, by: User, now: datetime) -> None:
        excuse = Excuse.of(reason, is_granted=action is Action.EXCUSE, cohort=self.cohort, by=by, now=now)
        self._move(action, to, now)
        self.excuses.append(excuse)

    def _collect_lessons(self, now: datetime) -> None:
        assert self.session.template is not None  # a reflection is begun for sessions that have one
        prompts = [prompt.key for prompt in self.session.template.prompts if prompt.is_repeated]
        answers = [answer for key in prompts if isinstance(answer := self.answers.get(key), list)]
        texts = [text for answer in answers for text in answer if text.strip()]
        self.lessons = Lesson.collected(texts, before=self.lessons, cohort=self.cohort, now=now)

    def _before_submission(self) -> State:
        excuse, earlier = (self.excuses[-1] if self.excuses else None), self.standing[:-1]
        # An excuse holds until something is handed in after it and stays so.
        if excuse and excuse.is_granted and all(submission.submitted_at <= excuse.at for submission in earlier):
            return State.EXCUSED
        return State.RETURNED if earlier else State.DRAFT

    def _await(self, *, step: int, since: datetime) -> None:
        self.step, self.awaiting = step, Role(self.cohort.sign_off_steps[step])
        self.waiting_since, self.promised_on = since, self.cohort.promise(since)

    def _await_nobody(self) -> None:
        self.step, self.awaiting, self.waiting_since, self.promised_on = 0, None, None, None

    def _move(self, action: Action, to: State, now: datetime, *, level: float | None = None) -> None:
        """The only place where a state changes; the progress of the module follows in the same breath."""
        if to not in TRANSITIONS.get((self.state, action), frozenset()):
            raise Refused(NOT_NOW[self.state])
        if to is not self.state:
            mark, beside = self._mark(to, level, now), self.enrolment.progress
            self.progress.moved(self.state, to, session_id=self.session.id, mark=mark, beside=beside, now=now)
            self.state = to

    def _mark(self, to: State, level: float | None, now: datetime) -> Mark | None:
        """What there is to keep of it for the rule of its module."""
        if to in (State.DRAFT, State.EXCUSED):
            return None
        if mark := self.progress.marks.get(self.session.id):  # it stays handed in as it was first
            return replace(mark, state=to, level=level)
        first = self.standing[0].submitted_at if self.standing else now
        due_on = max(self.session.due_on, self.extension.due_on if self.extension else self.session.due_on)
        return Mark(to, self.cohort.today(first), due_on, level)
