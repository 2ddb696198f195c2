"""The verbs of co-branding; each writes its change, its audit entry and its events in one transaction."""

from cobranding.services.kits import save_kit, set_vendor_look, undo_logo, upload_logo
from cobranding.services.pages import PageDraft, create_page, publish_page, save_page, withdraw_page
from cobranding.services.renditions import banner_spec, draw_banner, keep_banner, kept_banner

__all__ = [
    "PageDraft",
    "banner_spec",
    "create_page",
    "draw_banner",
    "keep_banner",
    "kept_banner",
    "publish_page",
    "save_kit",
    "save_page",
    "set_vendor_look",
    "undo_logo",
    "upload_logo",
    "withdraw_page",
]
