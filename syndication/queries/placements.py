"""The register of placements (requirement A-55)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import NotFound
from core.ids import TypeID
from partners import Partner
from syndication.models import Placement
from syndication.rules import PlacementStatus, seen_status

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class PartnerPlacements:
    """A partner with its placements."""

    partner: Partner
    placements: tuple[Placement, ...]

    @property
    def open_count(self) -> int:
        """Placements that have not ended."""
        return sum(placement.status is not PlacementStatus.ENDED for placement in self.placements)


def placements_for(ctx: Ctx, partner_id: TypeID | None = None) -> list[Placement]:
    """The actor's placements, or those of one partner for the vendor; ended ones last."""
    query = select(Placement)
    if partner_id is not None:
        query = query.where(Placement.partner_id == partner_id)
    rows = list(ctx.session.scalars(query.order_by(Placement.name, Placement.id)))
    return sorted(rows, key=lambda row: row.status is PlacementStatus.ENDED)


def placement_for(ctx: Ctx, placement_id: TypeID) -> Placement:
    """One placement; another partner's does not exist."""
    row = ctx.session.scalar(select(Placement).where(Placement.id == placement_id))
    if row is None:
        raise NotFound("placement")
    return row


def partners_with_placements(ctx: Ctx) -> list[PartnerPlacements]:
    """Every partner the actor may know of, by name, with its placements: two statements."""
    partners = select(Partner).order_by(Partner.display_name)
    if ctx.actor.partner_id is not None:
        partners = partners.where(Partner.id == ctx.actor.partner_id)
    grouped: dict[TypeID, list[Placement]] = {}
    for row in placements_for(ctx):
        grouped.setdefault(row.partner_id, []).append(row)
    return [PartnerPlacements(partner, tuple(grouped.get(partner.id, ()))) for partner in ctx.session.scalars(partners)]


def shown_status(ctx: Ctx, placement: Placement) -> PlacementStatus:
    """Its status now: live placements that were not seen for seven days are unconfirmed."""
    return seen_status(placement.status, placement.last_seen_at, ctx.now)
