"""Co-branding: the vendor's content in the partner's colours.

Owns brand kits, page templates, landing pages, the hosted co-branded page of every asset, and banners. Does not own the
content (syndication) nor what visitors do with it (engagement: it receives the form and counts the visits).
"""

from cobranding.contacts import contact_blocks
from cobranding.destinations import destination, farewell, logo_url
from cobranding.events import BrandKitChanged, LandingPagePublished, LandingPageWithdrawn
from cobranding.looks import Look, kit_of, look_of, vendor_look
from cobranding.models import BrandKit, ConsentText, LandingPage
from cobranding.permissions import Perm
from cobranding.queries import page_for, pages_for, public_page, published_page
from cobranding.rendering import CONTEXT_PURPOSE, FormState, arrival_from, form_context, page_path, render_landing_page
from cobranding.rules.kits import is_email, is_phone
from cobranding.rules.pages import FIELD_LENGTHS, PageStatus
from cobranding.services import (
    PageDraft,
    create_page,
    publish_page,
    save_kit,
    save_page,
    set_vendor_look,
    undo_logo,
    upload_logo,
    withdraw_page,
)
from cobranding.visits import PageVisit, on_page_view
from cobranding.words import Words, words_for
from core.i18n import lazy_gettext as _l
from core.registry import Registry

__all__ = [
    "CONTEXT_PURPOSE",
    "FIELD_LENGTHS",
    "BrandKit",
    "BrandKitChanged",
    "ConsentText",
    "FormState",
    "LandingPage",
    "LandingPagePublished",
    "LandingPageWithdrawn",
    "Look",
    "PageDraft",
    "PageStatus",
    "PageVisit",
    "Perm",
    "Words",
    "arrival_from",
    "contact_blocks",
    "create_page",
    "destination",
    "farewell",
    "form_context",
    "is_email",
    "is_phone",
    "kit_of",
    "logo_url",
    "look_of",
    "on_page_view",
    "page_for",
    "page_path",
    "pages_for",
    "public_page",
    "publish_page",
    "published_page",
    "register",
    "render_landing_page",
    "save_kit",
    "save_page",
    "set_vendor_look",
    "undo_logo",
    "upload_logo",
    "vendor_look",
    "withdraw_page",
    "words_for",
]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub, and the contact blocks to syndication."""
    import cobranding.search
    import cobranding.tasks  # noqa: F401 - declares the subscribers
    from cobranding import views
    from syndication import Perm as Content
    from syndication import provide_contacts

    registry.declare(Perm)
    for blueprint in views.BLUEPRINTS:
        registry.blueprint(blueprint)
    registry.nav("portal", "content", _l("Content"), "content.index", Content.CONTENT_READ, 20, "content")
    registry.nav("portal", "pages", _l("My pages"), "my_pages.index", Perm.PAGE_READ, 30, "pages")
    registry.nav("portal", "brand", _l("Brand kit"), "brand_kit.show", Perm.KIT_EDIT, 80, "palette")
    provide_contacts(contact_blocks)
