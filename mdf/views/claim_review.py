"""The values of the reviewer's page: what was approved beside what is proven, and what a decision would move."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import select

from core import charts
from core.audit import history
from core.ctx import Ctx
from core.i18n import format_date, format_datetime, format_number, ngettext
from core.i18n import gettext as _
from core.money import Money
from deals import DealStatus, deal_lines
from engagement import SealedDay
from mdf import claim_labels, evidence
from mdf.evidence import Measured, PlacementProof
from mdf.models import Claim, Evidence, FundRequest
from mdf.queries.budgets import budget_for
from mdf.queries.claim_money import GRANTED, Settlement
from mdf.queries.ledger import balances_of, held_by
from mdf.queries.proofs import proofs_of
from mdf.queries.requests import campaign_names
from mdf.rules.claims import ClaimReason, invoice_date_problem, reasons_now, undecided
from mdf.rules.duties import conflict_of_duties
from mdf.services.claim_drafts import window_of
from mdf.services.review import earlier_duties
from mdf.views.claim_parts import PICTURES, claim_values
from syndication import Campaign

#: Registrations that still are, or became, sales.
_PIPELINE = (DealStatus.SUBMITTED, DealStatus.IN_REVIEW, DealStatus.INFO_REQUESTED, DealStatus.APPROVED, DealStatus.WON)
_KINDS = ("rendered", "viewable", "click")


def review_values(work: Ctx, claim: Claim, row: FundRequest) -> dict[str, Any]:
    """Everything `mdf/claim_review.html` shows."""
    values = claim_values(work, claim, row, "desk")
    measured = evidence.measured_for(work, claim)
    proofs = [one.proof for one in proofs_of(work, claim, row)]
    settlement: Settlement = values["settlement"]
    waiting = undecided(proofs)
    return values | {
        "plan": _plan(work, row),
        "figures": _figures(work, claim, row, measured, settlement),
        "placements": [_placement(work, claim, proof, row) for proof in measured.placements],
        "checks": _checks(work, claim, row, measured, settlement),
        "open_proofs": len(waiting),
        "decided_proofs": sum(proof.is_decided for proof in proofs if proof.required),
        "required_proofs": sum(proof.required for proof in proofs),
        "acceptable": sum(piece["row"].status.value in ("attached", "auto_attached") for one in values["proofs"] for piece in one["pieces"]),
        "reasons": [(reason.value, claim_labels.reason_label(reason)) for reason in reasons_now(proofs, late=claim.late)],
        "missing_impossible": ClaimReason.MISSING_EVIDENCE not in reasons_now(proofs, late=claim.late),
        "effect": _effect(work, claim, row, settlement),
        "conflict": conflict_of_duties(str(work.actor.user_id or ""), earlier_duties(claim, row)),
        "as_of": format_datetime(work.now, work.clock.zone, "short"),
    }


def _plan(work: Ctx, row: FundRequest) -> list[tuple[str, str]]:
    granted = ("mdf.request.approved", "mdf.request.partly_approved")
    approver = next((entry.actor_name for entry in history(work, row.id, limit=200) if entry.action in granted), "")
    approved_on = format_date(row.decided_at.astimezone(work.clock.zone)) if row.decided_at else ""
    return [
        (_("Goal"), row.goal),
        (_("Target group"), row.target_group),
        (_("Campaign"), campaign_names(work, [row.campaign_id]).get(row.campaign_id, "")),
        (_("Granted"), Money(row.approved_minor or 0, row.currency).format()),
        (_("Vendor's share"), _("%(rate)s %% of the cost", rate=row.participation_rate)),
        (_("Approved by"), _("%(name)s on %(day)s", name=approver, day=approved_on) if approver else approved_on),
    ]


def _figures(work: Ctx, claim: Claim, row: FundRequest, measured: Measured, settlement: Settlement) -> list[dict[str, Any]]:
    """One line per figure: planned, proven, and how much of the plan that is."""
    evidenced, leads = measured.totals.evidenced, measured.leads.leads
    pipeline = _pipeline(work, row)
    costs = sum(line.cost_minor for line in row.lines)
    return [
        _figure(_("Rendered"), None, evidenced.get("rendered", 0), _("sealed by the hub")),
        _figure(_("Views"), None, evidenced.get("viewable", 0), _("sealed by the hub")),
        _figure(_("Clicks"), None, evidenced.get("click", 0), _("sealed by the hub")),
        _figure(_("Leads"), row.expected_leads, leads, ngettext("%(n)s with consent", "%(n)s with consent", measured.leads.with_consent)),
        _figure(_("Expected sales"), row.expected_pipeline_minor, pipeline, _("deals registered from the campaign"), row.currency),
        _figure(_("Cost"), costs, settlement.invoiced_minor, _("as invoiced"), row.currency),
        _figure(
            _("Funds per lead"),
            round((row.approved_minor or 0) / row.expected_leads) if row.expected_leads else None,
            round(settlement.payable_minor / leads) if leads else None,
            _("payable sum divided by leads"),
            row.currency,
            compare=False,
        ),
    ]


def _figure(label: str, planned: int | None, proven: int | None, note: str, currency: str = "", *, compare: bool = True) -> dict[str, Any]:
    def words(value: int | None) -> str | None:
        if value is None:
            return None
        return Money(value, currency).format() if currency else format_number(value)

    share = round(100 * proven / planned) if compare and planned and proven is not None else None
    return {"label": label, "planned": words(planned), "proven": words(proven), "share": share, "note": note}


def _pipeline(work: Ctx, row: FundRequest) -> int | None:
    """Amounts of the campaign's registrations in the request's currency; None where the reader may not know."""
    if row.campaign_id is None or not work.may("deals:registration:read"):
        return None
    code = work.session.scalar(select(Campaign.code).where(Campaign.id == row.campaign_id))
    lines = [one for one in deal_lines(work) if one.partner_id == row.partner_id and one.campaign == code and one.currency == row.currency]
    return sum(one.amount_minor for one in lines if one.status in _PIPELINE)


def _placement(work: Ctx, claim: Claim, proof: PlacementProof, row: FundRequest) -> dict[str, Any]:
    days = _by_day(proof)
    labels = [format_date(day, "short") for day in days]
    series = [
        charts.Series(claim_labels.count_label(kind), tuple(None if one is None else one.get(kind, 0) for one in days.values())) for kind in _KINDS
    ]
    return {
        "id": str(proof.placement_id),
        "name": proof.name,
        "page_url": proof.page_url,
        "seen": format_datetime(proof.seen_at, work.clock.zone, "short") if proof.seen_at else "",
        "totals": [(claim_labels.count_label(kind), format_number(proof.totals.evidenced.get(kind, 0))) for kind in _KINDS],
        "filtered": format_number(proof.totals.invalid_events),
        "chart": charts.line(_("Sealed daily counts"), labels, series, unit=_("per day")) if days else None,
        "sealed": _sealed_words(proof),
        "missing": [format_date(day) for day in proof.missing_days],
        "seals": [_seal(work, day) for day in proof.days],
        "pictures": [_picture(work, claim, one, row) for one in sorted(proof.pictures, key=lambda piece: piece.item.position)],
    }


def _by_day(proof: PlacementProof) -> dict[date, dict[str, int] | None]:
    """Supplements are added to their day; a day without a seal is a gap, which is not the same as nothing."""
    days: dict[date, dict[str, int] | None] = dict.fromkeys(proof.missing_days)
    for seal in proof.days:
        there = days.get(seal.day) or {}
        days[seal.day] = {kind: there.get(kind, 0) + seal.evidenced.get(kind, 0) for kind in _KINDS}
    return dict(sorted(days.items()))


def _sealed_words(proof: PlacementProof) -> str:
    sealed = len({day.day for day in proof.days})
    return _("%(sealed)s of %(all)s days sealed", sealed=sealed, all=sealed + len(proof.missing_days))


def _seal(work: Ctx, day: SealedDay) -> dict[str, Any]:
    return {
        "day": format_date(day.day),
        "is_supplement": day.number > 0,
        "counts": [format_number(day.evidenced.get(kind, 0)) for kind in _KINDS],
        "events": format_number(day.events),
        "hash": day.hash,
        "sealed": format_datetime(day.sealed_at, work.clock.zone, "short"),
    }


def _picture(work: Ctx, claim: Claim, piece: Evidence, row: FundRequest) -> dict[str, Any]:
    when = {"screenshot_start": _("Start"), "screenshot_middle": _("Middle"), "screenshot_end": _("End")}.get(piece.item.code, "")
    is_there = bool(piece.object_key) and piece.media_type in PICTURES
    return {
        "label": when,
        "due": format_date(piece.item.due_on) if piece.item.due_on else "",
        "when": format_datetime(piece.captured_at, work.clock.zone, "short") if piece.captured_at else "",
        "src": url_for("desk_fund_claims.picture", claim_id=claim.id, evidence_id=piece.id) if is_there else "",
        "note": claim_labels.note_label(piece.note) if piece.note else "",
        "status": claim_labels.proof_label(piece.status),
        "tone": claim_labels.proof_tone(piece.status),
    }


def _checks(work: Ctx, claim: Claim, row: FundRequest, measured: Measured, settlement: Settlement) -> list[dict[str, Any]]:
    """What the hub has compared already, each with its answer: the reviewer looks at what is not in order."""
    window = window_of(work, row)
    dated = claim.invoice_on is not None and invoice_date_problem(claim.invoice_on, window, work.today) is None
    shared = _files_elsewhere(work, claim)
    missing = sum(len(one.missing_days) for one in measured.placements)
    capped = settlement.share_minor - settlement.payable_minor
    return [
        _check(not claim.late, _("Sent in time, by %(day)s", day=_due(row)), _("Sent after %(day)s, the last day", day=_due(row))),
        _check(dated, _("Invoice dated inside the approved time"), _("Invoice dated outside the approved time")),
        _check(True, _("Invoice not claimed before"), ""),
        _check(shared == 0, _("No file used for another claim"), ngettext("%(n)s file used elsewhere", "%(n)s files used elsewhere", shared)),
        _check(missing == 0, _("Every day sealed"), ngettext("%(n)s day without a seal", "%(n)s days without a seal", missing)),
        _check(capped == 0, _("Cost within what was approved"), _("%(amount)s above what was approved: not paid", amount=_money(capped, claim))),
    ]


def _check(passed: bool, good: str, bad: str) -> dict[str, Any]:
    return {"passed": passed, "words": good if passed else bad}


def _due(row: FundRequest) -> str:
    return format_date(row.claim_due_on) if row.claim_due_on else ""


def _money(minor: int, claim: Claim) -> str:
    return Money(minor, claim.currency).format()


def _files_elsewhere(work: Ctx, claim: Claim) -> int:
    """Files of this claim that stand in any other claim, of whichever partner."""
    mine = select(Evidence.sha256).where(Evidence.claim_id == claim.id, Evidence.sha256 != "")
    query = select(Evidence.sha256).where(Evidence.sha256.in_(mine), Evidence.claim_id != claim.id, Evidence.request_id != claim.request_id)
    return len(set(work.session.scalars(query)))


def _effect(work: Ctx, claim: Claim, row: FundRequest, settlement: Settlement) -> dict[str, Any]:
    """What the ledger says now, and what it would say after a full approval and the payment."""
    held, balances, budget = held_by(work, row), balances_of(work, row.budget_id), budget_for(work, row.budget_id)
    own = claim.approved_minor or 0 if claim.status in GRANTED else 0
    pays = own or settlement.payable_minor
    rest = held.committed_minor - (held.accrued_minor - own) - pays if claim.final else 0
    lines: list[tuple[str, int, int]] = [
        (_("Reserved for this request"), held.committed_minor, held.committed_minor - pays - max(rest, 0)),
        (_("Paid for this request"), held.paid_minor, held.paid_minor + pays),
        (_("Free in the budget"), balances.available, balances.available + max(rest, 0)),
        (_("Paid from the budget"), balances.paid, balances.paid + pays),
    ]
    return {"budget": budget, "lines": lines, "rest": max(rest, 0)}
