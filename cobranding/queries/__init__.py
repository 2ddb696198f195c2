"""Reads of co-branding. Never writes."""

from cobranding.queries.content import ContentFilter, Shown, content_for, entitled_asset, public_asset, shown_by_id
from cobranding.queries.pages import locale_of_page, page_for, pages_for, public_page, published_page, revisions_of, taken_slugs

__all__ = [
    "ContentFilter",
    "Shown",
    "content_for",
    "entitled_asset",
    "locale_of_page",
    "page_for",
    "pages_for",
    "public_asset",
    "public_page",
    "published_page",
    "revisions_of",
    "shown_by_id",
    "taken_slugs",
]
