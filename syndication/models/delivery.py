"""Where the content goes: collections, campaigns, placements on partners' sites, and the rendered views between them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned
from syndication.rules import PlacementStatus


class PlacementKind(StrEnum):
    WIDGET = "widget"
    FEED = "feed"


class PlacementLayout(StrEnum):
    LIST = "list"
    CARDS = "cards"


class Collection(Base):
    """A set of assets for an audience. `revision` counts everything that changes its views; the builder catches up with it."""

    __tablename__ = "syndication_collection"
    id: Mapped[TypeID] = mapped_column(IdColumn("col"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    #: What visitors read above the list, by locale; the name is for the vendor's desk.
    titles: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    audience: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    built_revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    items: Mapped[list[CollectionItem]] = relationship(back_populates="collection", cascade="all, delete-orphan")


class CollectionItem(Base):
    __tablename__ = "syndication_collection_item"
    collection_id: Mapped[TypeID] = mapped_column(IdColumn("col"), ForeignKey("syndication_collection.id"), primary_key=True)
    asset_id: Mapped[TypeID] = mapped_column(IdColumn("ast"), ForeignKey("syndication_asset.id"), primary_key=True, index=True)
    added_at: Mapped[datetime]
    collection: Mapped[Collection] = relationship(back_populates="items")


class Campaign(Base):
    """`code` stands in every tagged link: `yyyy-qN_region_theme` (measures.md, UTM)."""

    __tablename__ = "syndication_campaign"
    id: Mapped[TypeID] = mapped_column(IdColumn("cmp"), primary_key=True)
    code: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime]


class Placement(PartnerOwned, Base):
    """One place on one page of one partner's site that shows one collection (requirement A-55)."""

    __tablename__ = "syndication_placement"
    id: Mapped[TypeID] = mapped_column(IdColumn("plc"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    site: Mapped[str] = mapped_column(String(255))
    page_url: Mapped[str] = mapped_column(String(1000))
    kind: Mapped[PlacementKind] = mapped_column(TextEnum(PlacementKind), default=PlacementKind.WIDGET)
    layout: Mapped[PlacementLayout] = mapped_column(TextEnum(PlacementLayout), default=PlacementLayout.CARDS)
    locale: Mapped[str] = mapped_column(String(20))
    collection_id: Mapped[TypeID] = mapped_column(IdColumn("col"), ForeignKey("syndication_collection.id"), index=True)
    campaign_id: Mapped[TypeID | None] = mapped_column(IdColumn("cmp"), ForeignKey("syndication_campaign.id"))
    allowed_domains: Mapped[list[Any]] = mapped_column(Json, default=list)
    status: Mapped[PlacementStatus] = mapped_column(TextEnum(PlacementStatus), default=PlacementStatus.PLANNED)
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RenderedView(Base):
    """A collection in one locale and format, cut at its slots. `is_valid` false: something in it was recalled, build it again."""

    __tablename__ = "syndication_view"
    collection_id: Mapped[TypeID] = mapped_column(IdColumn("col"), ForeignKey("syndication_collection.id"), primary_key=True)
    format: Mapped[str] = mapped_column(String(20), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)
    segments: Mapped[bytes] = mapped_column(LargeBinary)
    #: [asset id, locale] of each item in order: what its guid is made of.
    guid_keys: Mapped[list[Any]] = mapped_column(Json, default=list)
    etag: Mapped[str] = mapped_column(String(64))
    last_modified: Mapped[datetime]
    item_count: Mapped[int] = mapped_column(default=0)
    built_revision: Mapped[int] = mapped_column(default=0)
    is_valid: Mapped[bool] = mapped_column(default=True)
