"""Brand kits, landing pages with their revisions, consent texts for ever, and where drawn banners are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cobranding.rules.pages import PageStatus
from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.kv import KeyValue
from core.scoping import PartnerOwned
from core.storage import declare_reference, declare_references_in_json


class BrandKit(PartnerOwned, Base):
    """How one partner looks. `logo` and `previous_logo` hold key, size and measured facts, so that undo is one swap."""

    __tablename__ = "cobranding_kit"
    __table_args__ = (UniqueConstraint("partner_id"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("kit"), primary_key=True)
    logo: Mapped[dict[str, Any] | None] = mapped_column(Json)
    previous_logo: Mapped[dict[str, Any] | None] = mapped_column(Json)
    primary_color: Mapped[str] = mapped_column(String(7))
    accent_color: Mapped[str] = mapped_column(String(7))
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_role: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(String(2000), default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(200), default="")

    @property
    def logo_key(self) -> str | None:
        """Key of the logo in the object store."""
        return str(self.logo["key"]) if self.logo else None


class LandingPage(PartnerOwned, Base):
    """One page of one partner about one asset in one language. `revision` counts saved changes."""

    __tablename__ = "cobranding_page"
    __table_args__ = (UniqueConstraint("partner_id", "slug"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("pag"), primary_key=True)
    asset_id: Mapped[TypeID] = mapped_column(IdColumn("ast"), ForeignKey("syndication_asset.id"), index=True)
    campaign_id: Mapped[TypeID | None] = mapped_column(IdColumn("cmp"), ForeignKey("syndication_campaign.id"))
    template: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))
    headline: Mapped[str] = mapped_column(String(300))
    intro: Mapped[str] = mapped_column(Text, default="")
    cta_label: Mapped[str] = mapped_column(String(80))
    #: Names of the fields the form asks for, in order; `required` ones are listed in `required_fields`.
    form_fields: Mapped[list[Any]] = mapped_column(Json, default=list)
    required_fields: Mapped[list[Any]] = mapped_column(Json, default=list)
    consent_text: Mapped[str] = mapped_column(Text)
    consent_version: Mapped[str] = mapped_column(String(40))
    status: Mapped[PageStatus] = mapped_column(TextEnum(PageStatus), default=PageStatus.DRAFT, index=True)
    status_since: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(200), default="")


class LandingPageRevision(PartnerOwned, Base):
    """What a page said before each saved change."""

    __tablename__ = "cobranding_page_revision"
    page_id: Mapped[TypeID] = mapped_column(IdColumn("pag"), ForeignKey("cobranding_page.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(200))


class ConsentText(Base):
    """Every consent text that ever stood on a page, by the hash of its words: a lead's consent can always be read again."""

    __tablename__ = "cobranding_consent_text"
    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime]


class Rendition(Base):
    """A drawn banner: the hash of everything it was drawn from, and the object that came out (A-46: same in, same out)."""

    __tablename__ = "cobranding_rendition"
    input_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    object_key: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]


declare_reference(Rendition.object_key)
declare_references_in_json(BrandKit.logo, lambda logo: [str(logo["key"])])
declare_references_in_json(BrandKit.previous_logo, lambda logo: [str(logo["key"])])
# The vendor's own logo lies among the named values of the installation.
declare_references_in_json(
    KeyValue.value, lambda kept: [str(kept["logo"]["key"])] if isinstance(kept, dict) and isinstance(kept.get("logo"), dict) else []
)
