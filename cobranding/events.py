"""Facts about brands and landing pages that other rooms may hear."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import event


@event("cobranding.brand_kit_changed.v1")
@dataclass(frozen=True)
class BrandKitChanged:
    """A partner looks different now; `fields` are the names that changed."""

    partner_id: str
    fields: list[str]


@event("cobranding.landing_page_published.v1")
@dataclass(frozen=True)
class LandingPagePublished:
    """A landing page became public, or public again."""

    page_id: str
    partner_id: str
    asset_id: str
    locale: str


@event("cobranding.landing_page_withdrawn.v1")
@dataclass(frozen=True)
class LandingPageWithdrawn:
    """`reason` is `partner` or `asset_withdrawn`."""

    page_id: str
    partner_id: str
    reason: str
