"""What a page or banner has to know about the two brands: read once, frozen, with safe defaults for a new partner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cobranding.banners import Picture, logo_facts
from cobranding.models import BrandKit
from cobranding.rules.colours import Colour, Theme, parse_colour, theme_of
from cobranding.rules.logos import LogoFacts, choose_ground
from core.accounts import Organization, OrganizationKind
from core.kv import read_value
from core.storage import media_path

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.ids import TypeID
    from partners import Partner

DEFAULT_PRIMARY = "#1f3a5f"
DEFAULT_ACCENT = "#d9962e"
VENDOR_KEY = "cobranding.vendor"


@dataclass(frozen=True)
class Logo:
    """A stored logo and what was measured in it at the upload."""

    key: str
    media_type: str
    width: int
    height: int
    facts: LogoFacts

    @property
    def path(self) -> str:
        return media_path(self.key, self.media_type)

    def ground(self, theme: Theme) -> Colour:
        """What has to stand behind it."""
        return choose_ground(self.facts, theme.deep).colour


@dataclass(frozen=True)
class Contact:
    """The block that visitors see; empty parts are left out."""

    name: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    website: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.email or self.phone)


@dataclass(frozen=True)
class Look:
    """One brand: the partner's on its pages, the vendor's beside it."""

    name: str
    primary: str
    accent: str
    logo: Logo | None = None
    contact: Contact = Contact()
    intro: str = ""
    slug: str = ""
    legal_name: str = ""

    @property
    def theme(self) -> Theme:
        return theme_of(parse_colour(self.primary), parse_colour(self.accent))

    @property
    def ground(self) -> Colour:
        """The ground of the page's head: what the logo needs, else white."""
        return self.logo.ground(self.theme) if self.logo else Colour(255, 255, 255)


def kit_of(ctx: Ctx, partner_id: TypeID) -> BrandKit | None:
    """The partner's kit, None while nothing was saved."""
    return ctx.session.scalar(select(BrandKit).where(BrandKit.partner_id == partner_id))


def look_of(ctx: Ctx, partner: Partner) -> Look:
    """How the partner looks; its name and neutral colours where it has not chosen any."""
    kit = kit_of(ctx, partner.id)
    if kit is None:
        return Look(partner.display_name, DEFAULT_PRIMARY, DEFAULT_ACCENT, slug=partner.slug, legal_name=partner.legal_name)
    return Look(
        name=partner.display_name,
        primary=kit.primary_color,
        accent=kit.accent_color,
        logo=stored_logo(kit.logo),
        contact=Contact(kit.contact_name, kit.contact_role, kit.contact_email, kit.contact_phone, kit.address, kit.website),
        intro=kit.intro,
        slug=partner.slug,
        legal_name=partner.legal_name,
    )


def vendor_look(ctx: Ctx) -> Look:
    """The vendor as it stands beside a partner."""
    kept = read_value(ctx, VENDOR_KEY) or {}
    name = kept.get("name") or ctx.session.scalar(select(Organization.name).where(Organization.kind == OrganizationKind.VENDOR))
    return Look(
        name=name or "",
        primary=kept.get("primary") or DEFAULT_PRIMARY,
        accent=kept.get("accent") or DEFAULT_ACCENT,
        logo=stored_logo(kept.get("logo")),
    )


def stored_logo(kept: Mapping[str, Any] | None) -> Logo | None:
    """A logo as it is kept in a row."""
    if not kept:
        return None
    facts = kept["facts"]
    edge = tuple((parse_colour(colour), float(share)) for colour, share in facts["edge"])
    border = parse_colour(facts["border"]) if facts["border"] else None
    measured = LogoFacts(facts["width"], facts["height"], edge, border, facts["opaque"])
    return Logo(kept["key"], kept["media_type"], kept["width"], kept["height"], measured)


def kept_logo(key: str, media_type: str, width: int, height: int, data: bytes) -> dict[str, Any]:
    """A logo as it will be kept, measured now so that no page has to decode it."""
    facts = logo_facts(Picture.of(data))
    return {
        "key": key,
        "media_type": media_type,
        "width": width,
        "height": height,
        "facts": {
            "width": facts.width,
            "height": facts.height,
            "edge": [[colour.hex, round(share, 4)] for colour, share in facts.edge],
            "border": facts.border.hex if facts.border else None,
            "opaque": facts.opaque,
        },
    }
