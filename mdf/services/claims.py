"""The partner's side of a claim: open, fill in, submit, answer, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.errors import Invalid, NotFound, Refused
from core.i18n import format_date
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from mdf import evidence
from mdf.claim_events import ClaimMoved, ClaimSubmitted
from mdf.decisions import CLAIM_CLOCK
from mdf.models import Claim, ClaimStatus, Evidence, EvidenceStatus, FundRequest, Provider
from mdf.permissions import Perm
from mdf.queries.claim_money import commitment_left, settlement_for
from mdf.queries.proofs import proofs_of
from mdf.rules.claims import invoice_key, is_late, plain, unfulfilled, why_not_claimable
from mdf.rules.states import CLAIMS, ClaimAction
from mdf.rules.states import EvidenceStatus as State
from mdf.services.claim_drafts import ClaimDraft, ClaimLineDraft, write_draft
from mdf.services.clocks import follow
from mdf.tasks import make_bundle

if TYPE_CHECKING:
    from core.ctx import Ctx

__all__ = ["ClaimDraft", "ClaimLineDraft", "answer_claim", "cancel_claim", "move", "open_claim", "save_claim", "submit_claim", "with_request"]

LONGEST_REASON = 500
#: The partner may change the claim: before it is sent, and when it was asked something.
EDITABLE = (ClaimStatus.DRAFT, ClaimStatus.INFO_REQUESTED)
#: How the history calls a step.
PAST = {
    ClaimAction.SUBMIT: "submitted",
    ClaimAction.TAKE: "taken",
    ClaimAction.ASK: "asked",
    ClaimAction.ANSWER: "answered",
    ClaimAction.APPROVE: "approved",
    ClaimAction.APPROVE_PARTLY: "partly_approved",
    ClaimAction.REJECT: "rejected",
    ClaimAction.RELEASE_PAYMENT: "released",
    ClaimAction.PAY: "paid",
    ClaimAction.CANCEL: "cancelled",
    ClaimAction.REOPEN: "reopened",
}
#: No claim follows while one of these is open.
UNDECIDED = (ClaimStatus.DRAFT, ClaimStatus.SUBMITTED, ClaimStatus.IN_REVIEW, ClaimStatus.INFO_REQUESTED)


def open_claim(ctx: Ctx, request_id: TypeID) -> Claim:
    """A draft with everything attached that the hub measured; the draft that is there already, if there is one."""
    request = ctx.session.scalar(select(FundRequest).where(FundRequest.id == request_id).with_for_update(of=FundRequest))
    if request is None:
        raise NotFound("request")
    ctx.require(Perm.CLAIM_EDIT, request.partner_id)
    earlier = ctx.session.scalars(select(Claim).where(Claim.request_id == request.id)).all()
    for claim in earlier:
        if claim.status is ClaimStatus.DRAFT:
            return claim
    _refuse_unclaimable(ctx, request, list(earlier))
    claim = Claim(
        id=new_id("clm", int(ctx.now.timestamp() * 1000)),
        partner_id=request.partner_id,
        request_id=request.id,
        currency=request.currency,
        status=ClaimStatus.DRAFT,
        status_since=ctx.now,
        created_at=ctx.now,
    )
    ctx.session.add(claim)
    ctx.session.flush()
    evidence.attach_measured(ctx, claim)
    _complete_list(ctx, claim, request)
    ctx.audit("mdf.claim.opened", claim, after={"request": str(request.id)})
    return claim


def _refuse_unclaimable(ctx: Ctx, request: FundRequest, earlier: list[Claim]) -> None:
    code = why_not_claimable(request.status, request.ends_on, ctx.today)
    if code is None and any(claim.status in UNDECIDED for claim in earlier):
        code = "claim_open"
    if code is None and commitment_left(ctx, request) <= 0:
        code = "nothing_left"
    if code is not None:
        raise Refused(code, _way_out(code, request))


def _way_out(code: str, request: FundRequest) -> str:
    """What happened, and what the partner can do."""
    if code == "activity_running":
        if request.ends_on is None:
            return _("The request names no end of the activity. Complete the request first.")
        return _("The activity runs until %(day)s. File the claim from the day after.", day=format_date(request.ends_on))
    return {
        "request_not_approved": _("This request is not approved, so nothing can be claimed for it. Wait for the decision, or answer what was asked."),
        "request_declined": _("This request was declined, so nothing can be claimed for it. Send a new request for the next activity."),
        "request_cancelled": _("This request was cancelled and its money went back. Send a new request before you spend again."),
        "request_lapsed": _("The time for this claim has passed and the money went back. Ask your channel manager about a new request."),
        "request_closed": _("This request is closed: its last claim was paid. Send a new request for further costs."),
        "claim_open": _("A claim for this request is being decided. Wait for the decision, or answer what was asked there."),
        "nothing_left": _("Everything that was approved has been claimed. Further costs need a new request."),
    }[code]


def _complete_list(ctx: Ctx, claim: Claim, request: FundRequest) -> None:
    """Every line of the list has a row in the claim; what an earlier claim showed of the hub's own proofs counts again."""
    there = {row.item_id for row in ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim.id))}
    for item in request.evidence_items:
        if item.id in there:
            continue
        earlier = _measured_before(ctx, item.id) if item.provider is Provider.HUB else []
        rows = [_again(ctx, claim, row) for row in earlier]
        ctx.session.add_all(
            rows
            or [
                Evidence(
                    id=new_id("evd", int(ctx.now.timestamp() * 1000)),
                    partner_id=claim.partner_id,
                    request_id=request.id,
                    item_id=item.id,
                    claim_id=claim.id,
                    created_at=ctx.now,
                )
            ]
        )
    ctx.session.flush()


def _measured_before(ctx: Ctx, item_id: TypeID) -> list[Evidence]:
    """The pieces of the latest claim that had some."""
    query = select(Evidence).where(Evidence.item_id == item_id, Evidence.claim_id.is_not(None), Evidence.status != EvidenceStatus.MISSING)
    rows = ctx.session.scalars(query.order_by(Evidence.claim_id, Evidence.id)).all()
    return [row for row in rows if row.claim_id == rows[-1].claim_id]


def _again(ctx: Ctx, claim: Claim, row: Evidence) -> Evidence:
    kept = (
        "partner_id",
        "request_id",
        "item_id",
        "object_key",
        "media_type",
        "file_name",
        "sha256",
        "size",
        "source",
        "captured_at",
        "facts",
        "note",
    )
    values = {name: getattr(row, name) for name in kept}
    return Evidence(id=new_id("evd", int(ctx.now.timestamp() * 1000)), claim_id=claim.id, status=State.AUTO_ATTACHED, created_at=ctx.now, **values)


def with_request(ctx: Ctx, claim_id: TypeID, permission: Perm) -> tuple[Claim, FundRequest]:
    """Both rows locked, the claim first as everywhere in this room. A stranger gets NotFound."""
    fresh = {"populate_existing": True}
    claim = ctx.session.scalar(select(Claim).where(Claim.id == claim_id).with_for_update(of=Claim), execution_options=fresh)
    if claim is None:
        raise NotFound("claim")
    ctx.require(permission, claim.partner_id)
    locked = select(FundRequest).where(FundRequest.id == claim.request_id).with_for_update(of=FundRequest)
    return claim, ctx.session.scalars(locked, execution_options=fresh).one()


def move(ctx: Ctx, claim: Claim, action: ClaimAction, reason: str = "", **after: object) -> None:
    """Takes the step of the table and writes it down; Refused when it is not possible now, Invalid without a needed reason."""
    step = CLAIMS.need(claim.status, action)
    reason = reason.strip()
    if step.needs_reason and not reason:
        raise Invalid({"reason": _("Say why in a sentence or two: it is kept with the claim and shown to the other side.")})
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": _("Use at most %(limit)s characters.", limit=LONGEST_REASON)})
    before, claim.status, claim.status_since = claim.status, step.target, ctx.now
    follow(ctx, CLAIM_CLOCK, claim.id, claim.partner_id, action)
    told = {"status": claim.status.value, **after}
    ctx.audit(f"mdf.claim.{PAST[action]}", claim, before={"status": before.value}, after=told, reason=reason or None)
    ctx.emit(ClaimMoved(str(claim.id), str(claim.request_id), str(claim.partner_id), before.value, claim.status.value))


def save_claim(ctx: Ctx, claim_id: TypeID, draft: ClaimDraft) -> Claim:
    """The invoice and its lines as far as they are known; what is given has to be possible."""
    claim, request = with_request(ctx, claim_id, Perm.CLAIM_EDIT)
    if claim.status not in EDITABLE:
        raise Refused("not_possible_now", _("The claim has been sent. You can change it again when the reviewer asks you something."))
    write_draft(ctx, claim, request, draft)
    claim.claimed_minor = settlement_for(ctx, claim, request).payable_minor
    return claim


def submit_claim(ctx: Ctx, claim_id: TypeID) -> Claim:
    """Sends a complete claim to the reviewer and has its bundle made."""
    claim, request = with_request(ctx, claim_id, Perm.CLAIM_EDIT)
    CLAIMS.need(claim.status, ClaimAction.SUBMIT)
    code = why_not_claimable(request.status, request.ends_on, ctx.today)
    if code is not None:
        raise Refused(code, _way_out(code, request))
    evidence.attach_measured(ctx, claim)
    claim.late = is_late(request.claim_due_on, ctx.today)
    claim.submitted_by, claim.submitted_at = str(ctx.actor.user_id or ""), ctx.now
    _send(ctx, claim, request, again=False)
    return claim


def answer_claim(ctx: Ctx, claim_id: TypeID, text: str) -> Claim:
    """Answers the reviewer's question; the claim goes back to them, complete as before, with a new bundle."""
    claim, request = with_request(ctx, claim_id, Perm.CLAIM_EDIT)
    CLAIMS.need(claim.status, ClaimAction.ANSWER)
    _send(ctx, claim, request, again=True, reason=text)
    return claim


def _send(ctx: Ctx, claim: Claim, request: FundRequest, *, again: bool, reason: str = "") -> None:
    _require_complete(ctx, claim, request)
    claim.claimed_minor = settlement_for(ctx, claim, request).payable_minor
    _take_invoice(ctx, claim)
    move(ctx, claim, ClaimAction.ANSWER if again else ClaimAction.SUBMIT, reason, claimed_minor=claim.claimed_minor, late=claim.late)
    ctx.emit(ClaimSubmitted(str(claim.id), str(request.id), str(claim.partner_id), claim.claimed_minor, claim.currency, again))
    ctx.enqueue(make_bundle, claim.id)


def _require_complete(ctx: Ctx, claim: Claim, request: FundRequest) -> None:
    errors: dict[str, str] = {}
    if not plain(claim.invoice_no):
        errors["invoice_no"] = _("Enter the number that stands on the invoice.")
    if claim.invoice_on is None:
        errors["invoice_on"] = _("Enter the date that stands on the invoice.")
    if not plain(claim.supplier):
        errors["supplier"] = _("Enter who wrote the invoice.")
    if not plain(claim.supplier_tax_id):
        errors["supplier_tax_id"] = _("Enter the supplier's VAT or tax number as it stands on the invoice.")
    if not claim.lines:
        errors["line_1_amount"] = _("Enter at least one line of the invoice with its amount.")
    for listed in proofs_of(ctx, claim, request):
        if listed.item.provider is Provider.UPLOAD and listed.proof in unfulfilled([listed.proof]):
            errors[f"file_{listed.item.id}"] = _("This proof was agreed at approval and is missing: choose a file.")
    if errors:
        raise Invalid(errors, {field: "missing_evidence" if field.startswith("file_") else "incomplete" for field in errors})


def _take_invoice(ctx: Ctx, claim: Claim) -> None:
    """The invoice belongs to this claim alone; the index in the database decides between two that are sent at once."""
    number = plain(claim.invoice_no)
    others = ctx.session.scalars(
        select(Claim).where(Claim.partner_id == claim.partner_id, Claim.id != claim.id, Claim.invoice_key.like(f"%|{number}"))
    ).all()
    if any(plain(other.supplier) == plain(claim.supplier) or plain(other.supplier_tax_id) == plain(claim.supplier_tax_id) for other in others):
        raise _duplicate()
    try:
        with ctx.session.begin_nested():
            claim.invoice_key = invoice_key(claim.supplier_tax_id, claim.invoice_no)
            ctx.session.flush()
    except IntegrityError:
        raise _duplicate() from None


def _duplicate() -> Refused:
    return Refused(
        "duplicate_evidence",
        _("This invoice was claimed before: the same supplier, the same number. Check the number, or cancel the other claim first."),
    )


def cancel_claim(ctx: Ctx, claim_id: TypeID, reason: str) -> Claim:
    """Takes the claim back; the request stays approved, and a new claim may follow."""
    claim, _request = with_request(ctx, claim_id, Perm.CLAIM_EDIT)
    move(ctx, claim, ClaimAction.CANCEL, reason)
    claim.invoice_key = ""
    return claim
