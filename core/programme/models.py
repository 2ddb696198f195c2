"""The versions. A draft may be changed, a published one never again: the database refuses (measures, section 6)."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.append_only import create_with
from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID


class VersionStatus(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class ProgrammeVersion(Base):
    """`text` as typed, for people; `content` as understood when it was published, defaults included: a later release cannot change it.

    `revision` counts the saves of a draft, so that of two editors the second is told. `number` is given at publication.
    """

    __tablename__ = "core_programme_version"
    id: Mapped[TypeID] = mapped_column(IdColumn("prg"), primary_key=True)
    number: Mapped[int | None] = mapped_column(unique=True)
    status: Mapped[VersionStatus] = mapped_column(TextEnum(VersionStatus), index=True)
    effective_on: Mapped[date | None] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(500), default="")
    short_notice_reason: Mapped[str] = mapped_column(String(500), default="")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[TypeID | None] = mapped_column(IdColumn("usr"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[TypeID | None] = mapped_column(IdColumn("usr"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[TypeID | None] = mapped_column(IdColumn("usr"))

    __table_args__ = (
        CheckConstraint(
            "(status = 'published') = (number IS NOT NULL AND effective_on IS NOT NULL AND published_at IS NOT NULL)",
            name="published_is_complete",
        ),
        CheckConstraint("number IS NULL OR number >= 2", name="packaged_is_first"),
        Index(None, "effective_on", "number"),
    )


_TABLE = "core_programme_version"
_SAYING = "a published programme version is never changed"


def _guards(dialect: str) -> list[str]:
    """Drafts stay editable; what is published can neither be changed, nor deleted, nor replaced."""
    if dialect == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, '{_SAYING}'); END"
        taken = f"EXISTS (SELECT 1 FROM {_TABLE} WHERE status = 'published' AND (id = NEW.id OR number = NEW.number))"  # noqa: S608
        return [
            *(
                f"CREATE TRIGGER {_TABLE}_no_{verb} BEFORE {verb.upper()} ON {_TABLE} WHEN OLD.status = 'published' {body}"
                for verb in ("update", "delete")
            ),
            # INSERT OR REPLACE would delete the old row without asking the trigger that forbids deletion.
            f"CREATE TRIGGER {_TABLE}_no_replace BEFORE INSERT ON {_TABLE} WHEN {taken} {body}",
        ]
    function = f"{_TABLE}_stands"
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_SAYING}'; END $$",
        *(
            f"CREATE TRIGGER {_TABLE}_no_{verb} BEFORE {verb.upper()} ON {_TABLE} FOR EACH ROW WHEN (OLD.status = 'published') "
            f"EXECUTE FUNCTION {function}()"
            for verb in ("update", "delete")
        ),
    ]


create_with(ProgrammeVersion.__table__, _guards)
