"""Attaching what the hub measured to a claim: one row per line of the evidence list that the hub has to bring (A-41, N-01)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.ids import new_id
from engagement import SealedDay, sealable_until, sealed_days, totals_of
from mdf.evidence.measuring import Window, count_leads, funded_placements, missing_days, timeline_of, window_of
from mdf.models import Claim, Evidence, EvidenceItem, EvidenceKind, EvidenceStatus, FundRequest, Provider
from syndication import Placement

if TYPE_CHECKING:
    from core.ctx import Ctx

#: Kinds of figures that an item may name alone, by the suffix of its code.
_FIGURES = {"rendered": "rendered", "viewable": "viewable", "clicks": "click"}
_TAKEN_WHILE_IT_RUNS = (EvidenceKind.SCREENSHOT, EvidenceKind.PAGE_CHECK)


@dataclass(frozen=True)
class _Found:
    """What an item's row will say. Without facts it stays missing, and `note` says why."""

    facts: Mapping[str, Any] | None
    note: str = ""


def attach_measured(ctx: Ctx, claim: Claim) -> list[Evidence]:
    """Brings the hub's rows of this claim up to date and writes the figures to `claim.results`.

    May be called again at any time; what a reviewer has decided stays as it was decided.
    """
    request = ctx.session.scalars(select(FundRequest).where(FundRequest.id == claim.request_id)).one()
    window = window_of(ctx, request)
    measured = _Measuring(ctx, request, claim, window)
    rows = []
    for item in request.evidence_items:
        if item.provider is Provider.HUB:
            row = _adopted(ctx, claim, item) if item.kind in _TAKEN_WHILE_IT_RUNS else _figures(ctx, claim, item, measured)
            rows += [row] if row else []
    claim.results = measured.results()
    ctx.session.flush()
    return rows


def _adopted(ctx: Ctx, claim: Claim, item: EvidenceItem) -> Evidence | None:
    """A picture or page check of the time when the activity ran. None: an earlier claim has it."""
    rows = ctx.session.scalars(select(Evidence).where(Evidence.item_id == item.id).order_by(Evidence.created_at, Evidence.id)).all()
    for row in rows:
        if row.claim_id in (None, claim.id):
            row.claim_id = claim.id
            return row
    return None if rows else _row(ctx, claim, item, note="not_taken")


def _figures(ctx: Ctx, claim: Claim, item: EvidenceItem, measured: _Measuring) -> Evidence:
    row = ctx.session.scalar(select(Evidence).where(Evidence.item_id == item.id, Evidence.claim_id == claim.id).order_by(Evidence.id).limit(1))
    row = row or _row(ctx, claim, item)
    if row.status not in (EvidenceStatus.MISSING, EvidenceStatus.AUTO_ATTACHED):
        return row
    found = measured.of(item)
    row.status = EvidenceStatus.MISSING if found.facts is None else EvidenceStatus.AUTO_ATTACHED
    row.facts, row.note = dict(found.facts or {}), found.note
    row.captured_at = None if found.facts is None else ctx.now
    row.source = str(item.placement_id or request_source(claim))
    return row


def request_source(claim: Claim) -> str:
    return str(claim.request_id)


def _row(ctx: Ctx, claim: Claim, item: EvidenceItem, note: str = "") -> Evidence:
    row = Evidence(
        id=new_id("evd", int(ctx.now.timestamp() * 1000)),
        partner_id=claim.partner_id,
        request_id=claim.request_id,
        item_id=item.id,
        item=item,
        claim_id=claim.id,
        status=EvidenceStatus.MISSING,
        note=note,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    return row


class _Measuring:
    """Reads each placement's sealed days once, however many items ask for them."""

    def __init__(self, ctx: Ctx, request: FundRequest, claim: Claim, window: Window) -> None:
        self.ctx, self.request, self.claim, self.window = ctx, request, claim, window
        self.placements = {placement.id: placement for placement in funded_placements(ctx, request)}
        self.days = {one: sealed_days(ctx, one, window.first, window.last) for one in self.placements}

    def of(self, item: EvidenceItem) -> _Found:
        readers: dict[str, Callable[[EvidenceItem], _Found]] = {
            "invalid_traffic": self._invalid_traffic,
            "leads": self._leads,
            "timeline": self._timeline,
        }
        if item.code in readers:
            return readers[item.code](item)
        if item.code.startswith("sealed_"):
            return self._sealed(item)
        return _Found(None, "not_measured")

    def _of_placement(self, item: EvidenceItem) -> tuple[Placement | None, Sequence[SealedDay], str]:
        placement = self.placements.get(item.placement_id) if item.placement_id else None
        days = self.days.get(item.placement_id, []) if item.placement_id else []
        if not days:
            return placement, days, "not_measured" if placement and placement.last_seen_at else "never_seen"
        return placement, days, "not_sealed_yet" if self.window.last > sealable_until(self.ctx) else ""

    def _sealed(self, item: EvidenceItem) -> _Found:
        _placement, days, note = self._of_placement(item)
        if not days:
            return _Found(None, note)
        totals = totals_of(days)
        kind = _FIGURES.get(item.code.removeprefix("sealed_"))
        evidenced = {kind: totals.evidenced.get(kind, 0)} if kind else dict(totals.evidenced)
        without = missing_days(days, self.window)
        facts = {
            **self._span(days),
            "days_without_seal": [day.isoformat() for day in without],
            "evidenced": evidenced,
            "valid": {name: number for name, number in totals.valid.items() if name in evidenced},
            "chain": {"first": days[0].statement.seq, "last": max(day.statement.seq for day in days), "hash": days[-1].hash},
        }
        return _Found(facts, note)

    def _invalid_traffic(self, item: EvidenceItem) -> _Found:
        """Everything that arrived and was not counted, by reason, and what was counted but proves nothing more."""
        _placement, days, note = self._of_placement(item)
        if not days:
            return _Found(None, note)
        totals = totals_of(days)
        facts = {
            **self._span(days),
            "events": totals.events,
            "invalid": dict(totals.invalid),
            "invalid_events": totals.invalid_events,
            "repeated": dict(totals.repeated),
        }
        return _Found(facts, note)

    def _leads(self, _item: EvidenceItem) -> _Found:
        return _Found({**self._window(), **asdict(count_leads(self.ctx, self.request, self.window))})

    def _timeline(self, item: EvidenceItem) -> _Found:
        entries = timeline_of(self.ctx, self.request, self.claim)
        mine = [entry for entry in entries if item.placement_id is None or entry.object_id == str(item.placement_id)]
        return _Found({**self._window(), "entries": len(mine), "newest": mine[-1].at.isoformat() if mine else None})

    def _window(self) -> dict[str, Any]:
        return {"first": self.window.first.isoformat(), "last": self.window.last.isoformat(), "days": self.window.days}

    def _span(self, days: Sequence[SealedDay]) -> dict[str, Any]:
        return {**self._window(), "sealed_days": len({day.day for day in days}), "supplements": sum(day.number > 0 for day in days)}

    def results(self) -> dict[str, Any]:
        """The figures beside the plan: what the reviewer sees first, and what the bundle states."""
        totals = totals_of(day for days in self.days.values() for day in days)
        return {
            **self._window(),
            "sealed_days": sum(len({day.day for day in days}) for days in self.days.values()),
            "evidenced": dict(totals.evidenced),
            "valid": dict(totals.valid),
            "invalid": dict(totals.invalid),
            "leads": asdict(count_leads(self.ctx, self.request, self.window)),
            "measured_at": self.ctx.now.isoformat(),
        }
