"""Pages that compose several rooms: the start pages, the line from impressions to the return, campaigns, the style guide."""

from core.i18n import lazy_gettext as _l
from core.permissions import SIGNED_IN
from core.registry import Registry


def register(registry: Registry) -> None:
    from hub.pages import lines, start
    from hub.pages.campaign_links import campaign_links
    from hub.pages.delivery import placement_delivery

    for blueprint in (start.front, start.desk, start.portal, lines.desk, lines.portal):
        registry.blueprint(blueprint)
    registry.nav("desk", "start", _l("Start"), "desk.start", SIGNED_IN, 10, "home")
    registry.nav("portal", "start", _l("Start"), "portal.start", SIGNED_IN, 10, "home")
    registry.slot("placement_delivery", placement_delivery)
    registry.slot("campaign_links", campaign_links)
