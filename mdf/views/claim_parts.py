"""What both sides' pages of a claim show: state, invoice, proofs, money, history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from core.audit import history
from core.ctx import Ctx
from core.decisions.showing import shown_decisions
from core.i18n import format_date, format_datetime, format_number, ngettext
from core.i18n import gettext as _
from core.sla.showing import shown_clock
from mdf import claim_labels, labels
from mdf.decisions import CLAIM_CLOCK
from mdf.models import Claim, ClaimStatus, Evidence, EvidenceStatus, FundRequest, Provider
from mdf.queries.claim_money import GRANTED, settlement_for
from mdf.queries.proofs import ListedProof, proofs_of
from mdf.queries.requests import partner_names, placement_names
from mdf.rules.decisions import CLAIM
from mdf.views.request_page import span

_VENDORS_TURN = (ClaimStatus.SUBMITTED, ClaimStatus.IN_REVIEW, ClaimStatus.APPROVED, ClaimStatus.PARTIALLY_APPROVED, ClaimStatus.AWAITING_FUNDS)
_PARTNERS_TURN = (ClaimStatus.DRAFT, ClaimStatus.INFO_REQUESTED)
PICTURES = ("image/png", "image/jpeg", "image/webp")


def turn(work: Ctx, claim: Claim, partner: str) -> str:
    """Whose turn it is and since when; empty once it has ended."""
    since = format_datetime(claim.status_since, work.clock.zone, "short")
    if claim.status in (ClaimStatus.SUBMITTED, ClaimStatus.IN_REVIEW):
        return _("With the reviewer since %(moment)s", moment=since)
    if claim.status in _VENDORS_TURN:
        return _("With the payer since %(moment)s", moment=since)
    return _("With %(partner)s since %(moment)s", partner=partner, moment=since) if claim.status in _PARTNERS_TURN else ""


def claim_values(work: Ctx, claim: Claim, request: FundRequest, face: str) -> dict[str, Any]:
    """The values of a claim's page on either side."""
    partner = partner_names(work, [claim.partner_id]).get(claim.partner_id, "")
    proofs = proofs_of(work, claim, request)
    return {
        "claim": claim,
        "row": request,
        "face": face,
        "partner_name": partner,
        "status": claim_labels.status_label(claim.status),
        "tone": claim_labels.status_tone(claim.status),
        "turn": turn(work, claim, partner),
        "settlement": settlement_for(work, claim, request),
        "is_granted": claim.status in GRANTED,
        "proofs": proof_rows(work, claim, proofs, face),
        "invoice": invoice_facts(claim),
        "activity": labels.activity_label(request.activity_type),
        "days": span(request.starts_on, request.ends_on),
        "reason": claim_labels.reason_label(claim.reason_code) if claim.reason_code else "",
        "last_words": last_words(work, claim),
        "events": timeline(work, claim),
        "clock": shown_clock(work, CLAIM_CLOCK, claim.id),
        "decisions": shown_decisions(work, claim.id, (CLAIM,)),
        "bundle": bundle_of(claim, face),
    }


def bundle_of(claim: Claim, face: str) -> dict[str, Any] | None:
    """The signed bundle and its fingerprint; None until it was made."""
    if not claim.bundle_key:
        return None
    return {
        "href": url_for(f"{'desk_' if face == 'desk' else ''}bundles.download", claim_id=claim.id),
        "version": claim.bundle_version,
        "sha256": claim.bundle_sha256,
    }


def invoice_facts(claim: Claim) -> list[tuple[str, str]]:
    return [
        (_("Invoice number"), claim.invoice_no),
        (_("Invoice date"), format_date(claim.invoice_on) if claim.invoice_on else ""),
        (_("Supplier"), claim.supplier),
        (_("VAT or tax number"), claim.supplier_tax_id),
    ]


def proof_rows(work: Ctx, claim: Claim, proofs: Sequence[ListedProof], face: str) -> list[dict[str, Any]]:
    """The evidence list as both sides read it."""
    places = placement_names(work, [one.item.placement_id for one in proofs if one.item.placement_id])
    return [
        {
            "item": one.item,
            "field": f"file_{one.item.id}",
            "label": labels.evidence_label(one.item.code),
            "place": places.get(one.item.placement_id, "") if one.item.placement_id else "",
            "by_hub": one.item.provider is Provider.HUB,
            "status": claim_labels.list_label(one.status, owed=_is_owed(one)),
            "state": one.status,
            "tone": claim_labels.list_tone(one.status, owed=_is_owed(one)),
            "is_decided": one.proof.is_decided,
            "is_fulfilled": one.proof.is_fulfilled,
            "pieces": [_piece(work, claim, piece, one.item.code, face) for piece in one.shown],
        }
        for one in proofs
    ]


def _is_owed(one: ListedProof) -> bool:
    return one.item.required and not one.proof.is_fulfilled


def _piece(work: Ctx, claim: Claim, piece: Evidence, code: str, face: str) -> dict[str, Any]:
    blueprint = "fund_claims" if face == "portal" else "desk_fund_claims"
    is_picture = bool(piece.object_key) and piece.media_type in PICTURES
    return {
        "row": piece,
        "name": piece.file_name or facts_words(code, piece.facts, work),
        "size": _size(piece.size) if piece.object_key else "",
        "href": url_for(f"{blueprint}.download", claim_id=claim.id, evidence_id=piece.id) if piece.object_key else "",
        "picture": url_for(f"{blueprint}.picture", claim_id=claim.id, evidence_id=piece.id) if is_picture else "",
        "when": format_datetime(piece.captured_at, work.clock.zone, "short") if piece.captured_at else "",
        "note": claim_labels.note_label(piece.note) if piece.note else "",
        "status": claim_labels.proof_label(piece.status),
        "tone": claim_labels.proof_tone(piece.status),
        "can_be_judged": piece.status is not EvidenceStatus.MISSING,
    }


def _size(size: int) -> str:
    if size < 2**20:
        return _("%(size)s KB", size=format_number(max(1, round(size / 1024))))
    return _("%(size)s MB", size=format_number(round(size / 2**20, 1)))


def facts_words(code: str, facts: dict[str, Any], work: Ctx) -> str:
    """Figures of a proof in one line; empty when there are none."""
    if not facts:
        return ""
    if "evidenced" in facts:
        counts = [f"{format_number(number)} {claim_labels.count_label(kind)}" for kind, number in _shown_counts(facts["evidenced"])]
        days = ngettext("sealed on %(n)s day", "sealed on %(n)s days", int(facts.get("sealed_days", 0)))
        return " · ".join([*counts, days])
    if "invalid_events" in facts:
        return _("%(filtered)s of %(all)s events not counted", filtered=format_number(facts["invalid_events"]), all=format_number(facts["events"]))
    if "leads" in facts:
        return _("%(leads)s leads, %(consent)s with consent", leads=format_number(facts["leads"]), consent=format_number(facts["with_consent"]))
    if "entries" in facts:
        return ngettext("%(n)s entry", "%(n)s entries", int(facts["entries"]))
    return _("Placement found on the page") if facts.get("live") or facts.get("found") else ""


def _shown_counts(evidenced: dict[str, int]) -> list[tuple[str, int]]:
    return [(kind, evidenced[kind]) for kind in ("rendered", "viewable", "click") if kind in evidenced]


def last_words(work: Ctx, claim: Claim) -> str:
    """What the other side wrote last: a question, or the words of the decision."""
    actions = ("mdf.claim.asked", "mdf.claim.rejected", "mdf.claim.partly_approved", "mdf.claim.approved")
    return next((entry.reason or "" for entry in history(work, claim.id, limit=100) if entry.action in actions), "")


def timeline(work: Ctx, claim: Claim) -> list[dict[str, Any]]:
    """The audit log of the claim as the design system's timeline takes it, newest first."""
    return [
        {
            "who": entry.actor_name,
            "entry_id": str(entry.id),
            "what": claim_labels.event_sentence(entry.action, entry.before, entry.after, claim.currency),
            "when": format_datetime(entry.at, work.clock.zone, "short"),
            "when_iso": entry.at.isoformat(),
            "reason": entry.reason,
            "tone": claim_labels.tone_of_event(entry.action),
        }
        for entry in history(work, claim.id, limit=60)
    ]
