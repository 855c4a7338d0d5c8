"""Programmes: curriculum packs in the library."""

import hashlib
import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.database import Base, Bilingual


def fingerprint(pack: dict[str, Any]) -> str:
    """The same for two packs that say the same."""
    return hashlib.sha256(json.dumps(pack, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Programme(Base):
    """One version of a curriculum pack; `pack` is the whole checked file, which never changes."""

    __tablename__ = "programme"
    __table_args__ = (sa.UniqueConstraint("slug", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60))
    version: Mapped[str] = mapped_column(sa.String(30))
    title: Mapped[Bilingual]
    pack: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    digest: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]

    @classmethod
    def from_pack(cls, pack: dict[str, Any], *, now: datetime) -> "Programme":
        """A programme from a pack that has been checked."""
        return cls(
            slug=pack["id"],
            version=str(pack["version"]),
            title=Bilingual(pack["title"]),
            pack=pack,
            digest=fingerprint(pack),
            created_at=now,
        )
