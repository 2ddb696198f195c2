"""What the vendor has to say: assets, their localizations with every revision, and the imports they came from."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.storage import declare_reference, declare_references_in_json, declare_references_in_text
from syndication.rules import AssetStatus


class TranslationStatus(StrEnum):
    """Requirements, section 6: `missing` has no row, it is what a table of languages shows for a gap."""

    MISSING = "missing"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CURRENT = "current"
    STALE = "stale"


class ImportStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportRun(Base):
    """One import and its report: what came in, and every error by file and line."""

    __tablename__ = "syndication_import"
    id: Mapped[TypeID] = mapped_column(IdColumn("imp"), primary_key=True)
    source: Mapped[str] = mapped_column(String(300))
    status: Mapped[ImportStatus] = mapped_column(TextEnum(ImportStatus), default=ImportStatus.RUNNING)
    actor_name: Mapped[str] = mapped_column(String(200), default="")
    #: The account of who started it, for telling them how it went; none from a command line.
    started_by: Mapped[str | None] = mapped_column(String(40))
    #: The language in which the report is written: the reader's.
    locale: Mapped[str] = mapped_column(String(20), default="en")
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    #: Object keys of the uploaded files, by name; emptied when the run is over.
    uploads: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    report: Mapped[list[Any]] = mapped_column(Json, default=list)


class Asset(Base):
    """One piece of content in all its languages. `revision` counts changes of the source text."""

    __tablename__ = "syndication_asset"
    id: Mapped[TypeID] = mapped_column(IdColumn("ast"), primary_key=True)
    external_key: Mapped[str | None] = mapped_column(String(300), unique=True)
    slug: Mapped[str] = mapped_column(String(120), index=True)
    content_type: Mapped[str] = mapped_column(String(40), index=True)
    status: Mapped[AssetStatus] = mapped_column(TextEnum(AssetStatus), default=AssetStatus.DRAFT, index=True)
    status_since: Mapped[datetime]
    source_locale: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    campaign_id: Mapped[TypeID | None] = mapped_column(IdColumn("cmp"), ForeignKey("syndication_campaign.id"))
    author: Mapped[str | None] = mapped_column(String(300))
    tags: Mapped[list[Any]] = mapped_column(Json, default=list)
    image_key: Mapped[str | None] = mapped_column(String(64))
    image_alt: Mapped[str] = mapped_column(String(500), default="")
    publish_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    import_id: Mapped[TypeID | None] = mapped_column(IdColumn("imp"), ForeignKey("syndication_import.id"))
    localizations: Mapped[list[Localization]] = relationship(
        back_populates="asset", cascade="all, delete-orphan", order_by="Localization.locale", lazy="selectin"
    )


class Localization(Base):
    """One asset in one language. `body_html` passed `core.gates.clean`; `raw` is what came in, kept for cleaning again."""

    __tablename__ = "syndication_localization"
    __table_args__ = (UniqueConstraint("asset_id", "locale"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("loc"), primary_key=True)
    asset_id: Mapped[TypeID] = mapped_column(IdColumn("ast"), ForeignKey("syndication_asset.id"))
    locale: Mapped[str] = mapped_column(String(20), index=True)
    direction: Mapped[str] = mapped_column(String(3))
    slug: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(500))
    summary: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    raw: Mapped[str] = mapped_column(Text, default="", deferred=True)
    raw_format: Mapped[str] = mapped_column(String(20), default="html")
    clean_version: Mapped[int] = mapped_column(default=0)
    status: Mapped[TranslationStatus] = mapped_column(TextEnum(TranslationStatus), default=TranslationStatus.CURRENT)
    #: Revision of the asset's source text that this text says; lower than the asset's means stale.
    source_revision: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    #: The revision that came from the last import; a higher one was edited here.
    imported_revision: Mapped[int] = mapped_column(default=0)
    measured_language: Mapped[str | None] = mapped_column(String(20))
    author: Mapped[str | None] = mapped_column(String(300))
    image_key: Mapped[str | None] = mapped_column(String(64))
    image_alt: Mapped[str] = mapped_column(String(500), default="")
    published_on: Mapped[date | None]
    #: Hash and place of the file it was imported from: the same bytes again change nothing.
    source_sha256: Mapped[str | None] = mapped_column(String(64))
    source_path: Mapped[str | None] = mapped_column(String(500))
    updated_at: Mapped[datetime]
    asset: Mapped[Asset] = relationship(back_populates="localizations", lazy="joined")


class LocalizationRevision(Base):
    """The text before each change, so that an edit can be undone and a reader's question answered."""

    __tablename__ = "syndication_revision"
    localization_id: Mapped[TypeID] = mapped_column(IdColumn("loc"), ForeignKey("syndication_localization.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(500))
    summary: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(200))


declare_reference(Asset.image_key)
declare_reference(Localization.image_key)
declare_references_in_json(ImportRun.uploads, lambda uploads: [str(key) for key in uploads.values()])
for _column in (Localization.body_html, Localization.raw, LocalizationRevision.body_html):
    declare_references_in_text(_column)
