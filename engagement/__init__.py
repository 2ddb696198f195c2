"""Engagement: what comes back from partners' sites.

Owns the collector, events, their roll-ups and daily seals, clicks, leads and consent. Refuses to own what is shown (syndication), how a landing
page looks (cobranding) and what a deal is worth (deals).

Where does a click go? `views/public.py` (the tracked link) → `collect/intake.py` (judged, on the disk) → `drain/draining.py` (into the
database with its roll-ups, once) → `queries/results.py` (the numbers) and, with its click id, `services/leads.py` (the lead's source).
"""

from core.i18n import lazy_gettext as _l
from core.registry import Registry
from engagement.collect import Collector, Intake, collector, intake_for
from engagement.events import ConsentWithdrawn, LeadCaptured, LeadStatusChanged
from engagement.labels import lead_title
from engagement.models import ConsentRecord, Lead, LeadStatus, WithdrawalNotice
from engagement.permissions import Perm
from engagement.queries import lead_for
from engagement.rules.lead_states import LeadAction
from engagement.seals import (
    SealedDay,
    SealedTotals,
    SealReport,
    inclusion_proof,
    seal_all_due,
    sealable_until,
    sealed_days,
    sealed_until,
    totals_of,
    verify_seals,
)
from engagement.services import change_lead_status
from engagement.services.consents import declare_receiver, withdraw_for_person
from engagement.tasks import drain_spool

__all__ = [
    "Collector",
    "ConsentRecord",
    "ConsentWithdrawn",
    "Intake",
    "Lead",
    "LeadAction",
    "LeadCaptured",
    "LeadStatus",
    "LeadStatusChanged",
    "Perm",
    "SealReport",
    "SealedDay",
    "SealedTotals",
    "WithdrawalNotice",
    "change_lead_status",
    "collector",
    "declare_receiver",
    "drain_spool",
    "inclusion_proof",
    "intake_for",
    "lead_for",
    "lead_title",
    "register",
    "seal_all_due",
    "sealable_until",
    "sealed_days",
    "sealed_until",
    "totals_of",
    "verify_seals",
    "withdraw_for_person",
]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub, and listens to readers of co-branded pages."""
    from cobranding import on_page_view
    from core.privacy.views import TABS
    from engagement import notices, receivers, search, signed_actions, turns, views  # noqa: F401 - declares what links can do and what is found
    from engagement.visits import count_visit

    registry.declare(Perm)
    TABS[:] = [*(tab for tab in TABS if tab[0] != "withdrawals"), ("withdrawals", _l("Withdrawn consents"), "withdrawals.index")]
    for blueprint in views.BLUEPRINTS:
        registry.blueprint(blueprint)
    registry.nav("portal", "leads", _l("Leads"), "leads.index", Perm.LEAD_READ, 50, "leads")
    registry.nav("portal", "results", _l("Results"), "results.show", Perm.RESULTS_READ, 90, "results")
    registry.nav("desk", "leads", _l("Leads"), "desk_leads.index", Perm.LEAD_READ, 50, "leads")
    registry.nav("desk", "results", _l("Results"), "desk_results.show", Perm.RESULTS_READ, 90, "results")
    on_page_view("engagement", count_visit)
