"""Public pages in both brands: rendered from frozen looks, without session, cookie or inline style."""

from cobranding.rendering.arrival import CONTEXT_PURPOSE, FormState, arrival_from, form_context
from cobranding.rendering.banner_links import banner_path
from cobranding.rendering.brand_css import brand_css, brand_css_path
from cobranding.rendering.pages import asset_page_path, page_path, render_asset_page, render_gone, render_landing_page, render_thanks

__all__ = [
    "CONTEXT_PURPOSE",
    "FormState",
    "arrival_from",
    "asset_page_path",
    "banner_path",
    "brand_css",
    "brand_css_path",
    "form_context",
    "page_path",
    "render_asset_page",
    "render_gone",
    "render_landing_page",
    "render_thanks",
]
