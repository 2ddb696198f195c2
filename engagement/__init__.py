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
    registry.declare(Perm)
