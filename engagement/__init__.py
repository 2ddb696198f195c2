"""Engagement: what comes back from partners' sites.

Owns the collector, events and their roll-ups, clicks, leads and consent. Refuses to own what is shown (syndication), how a landing
page looks (cobranding) and what a deal is worth (deals).
"""

from core.registry import Registry
from engagement.collect import Collector, Intake, collector, intake_for
from engagement.events import LeadCaptured, LeadStatusChanged
from engagement.models import ConsentRecord, Lead, LeadStatus
from engagement.permissions import Perm
from engagement.tasks import drain_spool

__all__ = [
    "Collector",
    "ConsentRecord",
    "Intake",
    "Lead",
    "LeadCaptured",
    "LeadStatus",
    "LeadStatusChanged",
    "Perm",
    "collector",
    "drain_spool",
    "intake_for",
    "register",
]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub, and listens to readers of co-branded pages."""
    from cobranding import on_page_view
    from engagement import views
    from engagement.visits import count_visit

    registry.declare(Perm)
    registry.blueprint(views.public)
    on_page_view("engagement", count_visit)
