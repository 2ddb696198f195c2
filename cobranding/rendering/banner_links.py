"""Addresses of banners; the hash of the inputs rides along, so that a changed brand is never answered from a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranding.services.renditions import banner_spec, input_hash

if TYPE_CHECKING:
    from cobranding.looks import Look
    from cobranding.models import LandingPage
    from cobranding.queries import Shown


def banner_path(look: Look, vendor: Look, shown: Shown, size: str = "1200x628", extension: str = "jpg") -> str:
    """`/p/<partner>/banner/<locale>/<asset>/<size>.<ext>?v=…`"""
    version = input_hash(banner_spec(look, vendor, shown), size, extension)[:12]
    return f"/p/{look.slug}/banner/{shown.text.locale}/{shown.asset.id}/{size}.{extension}?v={version}"


def page_banner_path(look: Look, vendor: Look, shown: Shown, page: LandingPage) -> str:
    """`/p/<partner>/<page>/banner.jpg?v=…`: the page's own words, for whoever shares its address."""
    spec = banner_spec(look, vendor, shown, title=page.headline, cta=page.cta_label)
    return f"/p/{look.slug}/{page.slug}/banner.jpg?v={input_hash(spec, '1200x628', 'jpg')[:12]}"
