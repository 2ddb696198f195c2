"""Partners: who sells with us, where, and at which tier.

Owns the partner record and its status. Refuses to own people (core), content (syndication) or money (mdf).
"""

from core.registry import Registry
from partners.events import PartnerStatusChanged
from partners.models import Partner, PartnerModel, PartnerStatus
from partners.permissions import Perm
from partners.programme import TierTerms
from partners.queries import active_partners, may_enter, partner_by_slug, partner_for
from partners.services import PartnerDraft, admit_partner, suspend_partner

__all__ = [
    "Partner",
    "PartnerDraft",
    "PartnerModel",
    "PartnerStatus",
    "PartnerStatusChanged",
    "Perm",
    "TierTerms",
    "active_partners",
    "admit_partner",
    "partner_by_slug",
    "partner_for",
    "register",
    "suspend_partner",
]


def register(registry: Registry) -> None:
    from partners import programme_words  # noqa: F401 - declares

    registry.declare(Perm)
    registry.door(may_enter)
