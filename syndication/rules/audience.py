"""Who receives a collection, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Audience:
    """Limits that must all hold; an empty limit lets everyone pass. `partners` are TypeIDs."""

    tiers: frozenset[str] = field(default_factory=frozenset)
    regions: frozenset[str] = field(default_factory=frozenset)
    partners: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def from_json(cls, stored: Mapping[str, Sequence[str]] | None) -> Audience:
        """As kept in the collection's row; missing keys mean no limit."""
        kept = stored or {}
        return cls(frozenset(kept.get("tiers", ())), frozenset(kept.get("regions", ())), frozenset(kept.get("partners", ())))

    def to_json(self) -> dict[str, Any]:
        """Sorted, so that the audit log shows a change only where there is one."""
        return {"tiers": sorted(self.tiers), "regions": sorted(self.regions), "partners": sorted(self.partners)}

    @property
    def is_everyone(self) -> bool:
        return not (self.tiers or self.regions or self.partners)


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """What the rule knows of a partner."""

    partner_id: str
    active: bool
    tier: str
    region: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a partner receives it. `reason` is a code: in_audience, not_active, other_tier, other_region, not_named."""

    receives: bool
    reason: str


def reach_of(audience: Audience, partner: PartnerFacts) -> Reach:
    """Access derives from status and attributes at the time of reading; nothing is copied at activation."""
    if not partner.active:
        return Reach(False, "not_active")
    if audience.partners and partner.partner_id not in audience.partners:
        return Reach(False, "not_named")
    if audience.tiers and partner.tier not in audience.tiers:
        return Reach(False, "other_tier")
    if audience.regions and partner.region not in audience.regions:
        return Reach(False, "other_region")
    return Reach(True, "in_audience")
