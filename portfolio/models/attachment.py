"""Files that a writer puts beside a reflection: photos, PDF, audio, documents."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.models.account import User
from portfolio.models.cohort import Cohort

if TYPE_CHECKING:
    from portfolio.models.reflection import Reflection

FILE_NAME_LENGTH, KEY_LENGTH, UPLOAD_LENGTH = 120, 40, 40


class Kind(Enum):
    """What a file is, as its bytes say."""

    IMAGE = "image"
    PDF = "pdf"
    AUDIO = "audio"
    DOCUMENT = "document"


# Which files were handed in with which submission; never changed.
handed_in_with = sa.Table(
    "submission_attachment",
    Base.metadata,
    sa.Column("submission_id", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("attachment_id", sa.ForeignKey("attachment.id"), primary_key=True, index=True),
)


class Attachment(Base):
    """A file beside a reflection. Its bytes lie in the store under `key`, which we chose."""

    __tablename__ = "attachment"
    __table_args__ = (
        sa.UniqueConstraint("reflection_id", "upload"),
        sa.CheckConstraint("size > 0", name="has_a_size"),
        sa.Index("ix_attachment_owner_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"))
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    upload: Mapped[str] = mapped_column(sa.String(UPLOAD_LENGTH))  # made by the browser: a repeated upload is one file
    key: Mapped[str] = mapped_column(sa.String(KEY_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(sa.String(FILE_NAME_LENGTH))  # as its owner calls it; never a path
    kind: Mapped[Kind] = mapped_column(word_of(Kind, "known_kind"))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]  # from the living text; what was handed in keeps it

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    owner: Mapped[User] = relationship(lazy="raise")
    reflection: Mapped["Reflection"] = relationship(back_populates="attachments", lazy="raise")

    @property
    def is_kept(self) -> bool:
        """Whether it belongs to the living text."""
        return self.removed_at is None

    @property
    def is_image(self) -> bool:
        """Whether it can be shown in the page."""
        return self.kind is Kind.IMAGE

    def remove(self, *, now: datetime) -> None:
        """Take it from the living text; it can be brought back for a week."""
        self.removed_at = self.removed_at or now

    def bring_back(self) -> None:
        """Undo the removal."""
        self.removed_at = None
