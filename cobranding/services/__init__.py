"""The verbs of co-branding; each writes its change, its audit entry and its events in one transaction."""

from cobranding.services.kits import save_kit, set_vendor_look, undo_logo, upload_logo
from cobranding.services.pages import PageDraft, create_page, default_consent, publish_page, save_page, withdraw_page
from cobranding.services.renditions import FORMATS, SIZES, banner_spec, draw_banner, keep_banner, kept_banner, original_spec, plain_spec

__all__ = [
    "FORMATS",
    "SIZES",
    "PageDraft",
    "banner_spec",
    "create_page",
    "default_consent",
    "draw_banner",
    "keep_banner",
    "kept_banner",
    "original_spec",
    "plain_spec",
    "publish_page",
    "save_kit",
    "save_page",
    "set_vendor_look",
    "undo_logo",
    "upload_logo",
    "withdraw_page",
]
