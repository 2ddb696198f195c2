"""What the hub itself measured for a request, as plain values: for the claim's evidence, the reviewer's page and the bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.audit import ToldEntry, history
from core.ids import TypeID
from engagement import ConsentRecord, Lead, LeadStatus, SealedDay, SealedTotals, sealable_until, sealed_days, totals_of
from mdf.models import Claim, Evidence, EvidenceKind, FundRequest
from syndication import Campaign, Placement

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class Window:
    """Days of the activity, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class PlacementProof:
    """One funded placement. `pictures` and `page_check` are this claim's evidence rows; `missing_days` have no seal (yet)."""

    placement_id: TypeID
    name: str
    page_url: str
    seen_at: datetime | None
    days: list[SealedDay]
    missing_days: list[date]
    totals: SealedTotals
    pictures: list[Evidence]
    page_check: Evidence | None


@dataclass(frozen=True)
class LeadCount:
    """People who asked to be contacted in the window, from the funded placements or under the campaign's code."""

    leads: int
    with_consent: int
    withdrawn: int


@dataclass(frozen=True)
class Measured:
    """`totals` add up the placements; a visitor who met two of them stands in both. `timeline` is oldest first."""

    window: Window
    sealed_until: date
    placements: list[PlacementProof]
    totals: SealedTotals
    leads: LeadCount
    timeline: list[ToldEntry]


def measured_for(ctx: Ctx, claim: Claim) -> Measured:
    """Everything measured for the claim's request. The caller has made sure that the actor may see the claim."""
    request = ctx.session.scalars(select(FundRequest).where(FundRequest.id == claim.request_id)).one()
    window = window_of(ctx, request)
    rows = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim.id).order_by(Evidence.captured_at, Evidence.id)).all()
    proofs = [_proof(ctx, placement, window, rows) for placement in funded_placements(ctx, request)]
    totals = totals_of(day for proof in proofs for day in proof.days)
    timeline = timeline_of(ctx, request, claim)
    return Measured(window, sealable_until(ctx), proofs, totals, count_leads(ctx, request, window), timeline)


def window_of(ctx: Ctx, request: FundRequest) -> Window:
    """From the first to the last agreed day; a request without days has none but today."""
    first = request.starts_on or ctx.today
    return Window(first, max(first, request.ends_on or first))


def funded_placements(ctx: Ctx, request: FundRequest) -> list[Placement]:
    wanted = [funded.placement_id for funded in request.placements]
    return list(ctx.session.scalars(select(Placement).where(Placement.id.in_(wanted)).order_by(Placement.name, Placement.id)))


def missing_days(days: Sequence[SealedDay], window: Window) -> list[date]:
    there = {day.day for day in days}
    every = (window.first + timedelta(days=offset) for offset in range(window.days))
    return [day for day in every if day not in there]


def _proof(ctx: Ctx, placement: Placement, window: Window, rows: Sequence[Evidence]) -> PlacementProof:
    days = sealed_days(ctx, placement.id, window.first, window.last)
    mine = [row for row in rows if row.item.placement_id == placement.id]
    return PlacementProof(
        placement.id,
        placement.name,
        placement.page_url,
        placement.last_seen_at,
        days,
        missing_days(days, window),
        totals_of(days),
        [row for row in mine if row.item.kind is EvidenceKind.SCREENSHOT],
        next((row for row in mine if row.item.kind is EvidenceKind.PAGE_CHECK), None),
    )


def count_leads(ctx: Ctx, request: FundRequest, window: Window) -> LeadCount:
    """Spam does not count. Consent that was given and later withdrawn is counted apart."""
    zone = ctx.clock.zone
    begin = datetime.combine(window.first, time.min, zone)
    end = datetime.combine(window.last + timedelta(days=1), time.min, zone)
    code = ctx.session.scalar(select(Campaign.code).where(Campaign.id == request.campaign_id)) if request.campaign_id else None
    placements = [funded.placement_id for funded in request.placements]
    mine = Lead.placement_id.in_(placements)
    query = (
        select(ConsentRecord.withdrawn_at)
        .join(Lead, Lead.id == ConsentRecord.lead_id)
        .where(Lead.partner_id == request.partner_id, Lead.status != LeadStatus.SPAM, Lead.created_at >= begin, Lead.created_at < end)
        .where(mine | (Lead.campaign == code) if code else mine)
    )
    withdrawn = [at is not None for at in ctx.session.scalars(query)]
    return LeadCount(len(withdrawn), withdrawn.count(False), withdrawn.count(True))


def timeline_of(ctx: Ctx, request: FundRequest, claim: Claim | None) -> list[ToldEntry]:
    """The audit entries of request, claim and funded placements, in the order in which they happened."""
    objects = [str(request.id), *(str(funded.placement_id) for funded in request.placements)]
    if claim is not None:
        objects.append(str(claim.id))
    entries = [entry for one in objects for entry in history(ctx, one, limit=500)]
    return sorted(entries, key=lambda entry: (entry.at, str(entry.id)))
