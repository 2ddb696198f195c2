"""Tables of the engagement room. No decision lives here."""

from engagement.models.consents import WithdrawalNotice
from engagement.models.events import ClickId, DaySalt, Event, RawId, SpoolOffset
from engagement.models.leads import ConsentRecord, Lead, LeadStep
from engagement.models.rollups import (
    NO_ASSET,
    NO_PLACEMENT,
    AssetDay,
    PartnerDay,
    PartnerVisitors,
    PlacementDay,
    PlacementVisitors,
    ProgrammeDay,
    ProgrammeVisitors,
    RefusedDay,
)
from engagement.models.seals import DaySeal, SealChain
from engagement.rules.lead_states import LeadStatus

__all__ = [
    "NO_ASSET",
    "NO_PLACEMENT",
    "AssetDay",
    "ClickId",
    "ConsentRecord",
    "DaySalt",
    "DaySeal",
    "Event",
    "Lead",
    "LeadStatus",
    "LeadStep",
    "PartnerDay",
    "PartnerVisitors",
    "PlacementDay",
    "PlacementVisitors",
    "ProgrammeDay",
    "ProgrammeVisitors",
    "RawId",
    "RefusedDay",
    "SealChain",
    "SpoolOffset",
    "WithdrawalNotice",
]
