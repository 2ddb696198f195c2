"""Facts about partners that other rooms may hear."""

from dataclasses import dataclass

from core.events import event


@event("partners.partner_status_changed.v1")
@dataclass(frozen=True)
class PartnerStatusChanged:
    partner_id: str
    before: str
    after: str
