"""Templates: the prompts that a reflection answers."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, Bilingual

FINAL = "final"
SESSION_STEP = "session"  # answered by the session's own fields: theme, date, facilitator
PARTS_AT_MOST = 10


class Template(Base):
    """A way to reflect: a list of prompts."""

    __tablename__ = "template"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(30), unique=True)
    title: Mapped[Bilingual]

    prompts: Mapped[list["Prompt"]] = relationship(
        back_populates="template", lazy="raise", order_by="Prompt.position", cascade="all, delete-orphan"
    )

    @property
    def is_final(self) -> bool:
        """Whether this is for the capstone, which has no number and shows as FINAL."""
        return self.slug == FINAL

    @property
    def written(self) -> list["Prompt"]:
        """The prompts that are answered in writing."""
        return [prompt for prompt in self.prompts if prompt.key != SESSION_STEP]


class Prompt(Base):
    """One question of a template; a repeated one takes several answers."""

    __tablename__ = "prompt"
    __table_args__ = (
        sa.UniqueConstraint("template_id", "key"),
        sa.UniqueConstraint("template_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("template.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(30))
    label: Mapped[Bilingual]
    prompt: Mapped[Bilingual]
    not_here: Mapped[Bilingual | None]
    is_repeated: Mapped[bool] = mapped_column(default=False)

    template: Mapped[Template] = relationship(back_populates="prompts", lazy="raise")
