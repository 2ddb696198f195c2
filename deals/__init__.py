"""Deals: what a partner registers, whether it is protected, and how it ends.

Owns deal registrations and product lines. Refuses to own the lead it came from (engagement) and the money for campaigns (mdf).

How is a registration submitted? `services/submitting.py`: gate, complete, admitted, numbered under the product line's lock, compared
with others (`rules/conflicts.py`). Who decides? `services/deciding.py`. How does it end? `services/closing.py`.
"""

from core.i18n import lazy_gettext as _l
from core.registry import Registry
from deals.events import RegistrationClosed, RegistrationDecided, RegistrationSubmitted
from deals.models import ProductLine, Registration
from deals.permissions import Perm
from deals.queries import DealLine, deal_lines
from deals.rules.states import DealAction, DealStatus
from deals.services import (
    RegistrationDraft,
    add_product_line,
    answer_question,
    close_registration,
    decide_registration,
    draft_from_lead,
    note_direct_engagement,
    save_draft,
    submit_registration,
    update_stage,
)

__all__ = [
    "DealAction",
    "DealLine",
    "DealStatus",
    "Perm",
    "ProductLine",
    "Registration",
    "RegistrationClosed",
    "RegistrationDecided",
    "RegistrationDraft",
    "RegistrationSubmitted",
    "add_product_line",
    "answer_question",
    "close_registration",
    "deal_lines",
    "decide_registration",
    "draft_from_lead",
    "note_direct_engagement",
    "register",
    "save_draft",
    "submit_registration",
    "update_stage",
]


def register(registry: Registry) -> None:
    """Hands the room's permissions and pages to the hub, and its button to the lead's page."""
    from deals import (  # noqa: F401 - declares what links can do and what is found
        decisions,
        notices,
        programme_words,
        receivers,
        search,
        signed_actions,
        turns,
        views,
    )

    registry.declare(Perm)
    for blueprint in views.BLUEPRINTS:
        registry.blueprint(blueprint)
    registry.nav("portal", "deals", _l("Deals"), "deals.index", Perm.REGISTRATION_READ, 60, "deals")
    registry.nav("desk", "deals", _l("Deals"), "desk_deals.index", Perm.REGISTRATION_READ, 60, "deals")
    registry.slot("lead_actions", views.lead_actions)
