"""The reviewer's side of a claim: take, ask, judge each proof, decide (requirements A-40)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.decisions import decide
from core.errors import Invalid, NotFound, Refused
from core.i18n import gettext as _
from core.i18n import ngettext
from core.ids import TypeID
from core.money import Money
from mdf.claim_events import ClaimDecided
from mdf.models import Claim, ClaimStatus, EntryKind, Evidence, EvidenceStatus, FundRequest
from mdf.permissions import Perm
from mdf.queries.claim_money import Settlement, settlement_for
from mdf.queries.proofs import proofs_of
from mdf.rules.claims import ClaimReason, ProofVerdict, amount_problems, reasons_now, undecided, verdict_status
from mdf.rules.decisions import CLAIM, proof_as_inputs
from mdf.rules.duties import APPLICANT, CLAIM_REVIEWER, REQUEST_APPROVER, conflict_of_duties
from mdf.rules.ledger import line_shares
from mdf.rules.states import CLAIMS, ClaimAction
from mdf.services.claims import LONGEST_REASON, move, with_request
from mdf.services.ledger import post

if TYPE_CHECKING:
    from core.ctx import Ctx

_REVIEWABLE = (ClaimStatus.SUBMITTED, ClaimStatus.IN_REVIEW)


def earlier_duties(claim: Claim, request: FundRequest) -> dict[str, str]:
    """Who did what in this matter before, for the separation of duties; two people of the partner may have applied."""
    applicants = {f"{APPLICANT}:{who}": who for who in (request.submitted_by, claim.submitted_by)}
    return {**applicants, REQUEST_APPROVER: request.decided_by, CLAIM_REVIEWER: claim.decided_by}


def refuse_conflict(ctx: Ctx, claim: Claim, request: FundRequest) -> None:
    """Raises Refused `separation_of_duties` when the actor had another part in this claim."""
    duty = conflict_of_duties(str(ctx.actor.user_id or ""), earlier_duties(claim, request))
    if duty is None:
        return
    message = {
        REQUEST_APPROVER: _("You approved the request, so somebody else has to review its claim and pay it. Ask a colleague."),
        CLAIM_REVIEWER: _("You decided this claim, so somebody else has to pay it. Ask a colleague."),
    }.get(duty, _("You asked for this money, so somebody else has to decide about it."))
    raise Refused("separation_of_duties", message)


def _for_review(ctx: Ctx, claim_id: TypeID) -> tuple[Claim, FundRequest]:
    claim, request = with_request(ctx, claim_id, Perm.CLAIM_DECIDE)
    refuse_conflict(ctx, claim, request)
    return claim, request


def take_claim(ctx: Ctx, claim_id: TypeID) -> Claim:
    """Says that somebody is looking; the partner cannot cancel any more."""
    claim, _request = _for_review(ctx, claim_id)
    move(ctx, claim, ClaimAction.TAKE)
    return claim


def ask_claim(ctx: Ctx, claim_id: TypeID, question: str) -> Claim:
    """Sends the claim back with a question; the partner may change it and answers."""
    claim, _request = _for_review(ctx, claim_id)
    move(ctx, claim, ClaimAction.ASK, question)
    return claim


def judge_evidence(ctx: Ctx, evidence_id: TypeID, verdict: ProofVerdict, comment: str = "") -> Evidence:
    """Accepts one proof, rejects it with a comment, or waives it with a reason; may be changed until the claim is decided."""
    row = ctx.session.scalar(select(Evidence).where(Evidence.id == evidence_id))
    if row is None or row.claim_id is None:
        raise NotFound("evidence")
    claim, _request = _for_review(ctx, row.claim_id)
    row = _as_it_is_now(ctx, evidence_id)
    if claim.status not in _REVIEWABLE:
        raise Refused("not_possible_now", _("Proofs are judged while the claim is in review."))
    comment = comment.strip()
    if verdict is not ProofVerdict.ACCEPT and not comment:
        raise Invalid({f"comment_{row.id}": _("Say why: the partner reads it, and it is kept with the claim.")})
    if len(comment) > LONGEST_REASON:
        raise Invalid({f"comment_{row.id}": _("Use at most %(limit)s characters.", limit=LONGEST_REASON)})
    status = verdict_status(verdict, row.status)
    if status is None:
        raise Refused("not_possible_now", _("There is nothing to judge here yet. Ask the partner for it, or waive it with a reason."))
    _judge(ctx, claim, row, status, comment)
    return row


def _as_it_is_now(ctx: Ctx, evidence_id: TypeID) -> Evidence:
    """Under the claim's lock: a colleague may have judged it, or the partner taken it off, while we waited."""
    row = ctx.session.scalar(select(Evidence).where(Evidence.id == evidence_id).execution_options(populate_existing=True))
    if row is None:
        raise NotFound("evidence")
    return row


def accept_open(ctx: Ctx, claim_id: TypeID) -> int:
    """Accepts every proof that is there and not judged yet; returns how many."""
    claim, _request = _for_review(ctx, claim_id)
    if claim.status not in _REVIEWABLE:
        raise Refused("not_possible_now", _("Proofs are judged while the claim is in review."))
    waiting = (EvidenceStatus.ATTACHED, EvidenceStatus.AUTO_ATTACHED)
    rows = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim.id, Evidence.status.in_(waiting)).order_by(Evidence.id)).all()
    if rows:
        for row in rows:
            _set(ctx, claim, row, EvidenceStatus.ACCEPTED, "")
        told = {"accepted": len(rows), "evidence": [str(row.id) for row in rows]}
        ctx.audit("mdf.claim.proofs_accepted", claim, after=told)
    return len(rows)


def _set(ctx: Ctx, claim: Claim, row: Evidence, status: EvidenceStatus, comment: str) -> None:
    if claim.status is ClaimStatus.SUBMITTED:
        move(ctx, claim, ClaimAction.TAKE)
    row.status, row.comment, row.decided_by, row.decided_at = status, comment, str(ctx.actor.user_id or ""), ctx.now


def _judge(ctx: Ctx, claim: Claim, row: Evidence, status: EvidenceStatus, comment: str) -> None:
    before = row.status
    _set(ctx, claim, row, status, comment)
    told = {"item": row.item.code, "evidence": str(row.id)}
    ctx.audit("mdf.claim.proof_judged", claim, before={**told, "proof": before.value}, after={**told, "proof": status.value}, reason=comment or None)


def decide_claim(
    ctx: Ctx,
    claim_id: TypeID,
    action: ClaimAction,
    *,
    amounts: Mapping[str, int] | None = None,
    reason: str = "",
    reason_code: str = "",
) -> Claim:
    """Approves in full or in part (`amounts`: approved line → minor units), or rejects with a code of the list.

    An approval books APPROVE_CLAIM in the same transaction, so that the money is there or nothing is decided.
    """
    claim, request = _for_review(ctx, claim_id)
    if action not in (ClaimAction.APPROVE, ClaimAction.APPROVE_PARTLY, ClaimAction.REJECT):
        raise NotFound("action")
    CLAIMS.need(claim.status, action)
    code = _reason_code(ctx, claim, request, action, reason_code)
    granted = {} if action is ClaimAction.REJECT else _granted(ctx, claim, request, action, amounts)
    total = sum(granted.values())
    decision = decide(ctx, CLAIM, claim.id, claim.partner_id, _inputs(ctx, claim, request, action, code, granted))
    if decision.values.get("approved_minor") != total:
        raise RuntimeError("what was checked for the page is not what the rule decides")
    _write_amounts(claim, request, granted)
    claim.approved_minor, claim.reason_code = total, code
    claim.decided_by, claim.decided_at, claim.decided_rule_version = str(ctx.actor.user_id or ""), ctx.now, decision.programme_version
    told = {"rule": decision.rule, "rule_version": decision.rule_version, "programme_version": decision.programme_version}
    move(ctx, claim, action, reason, approved_minor=total, reason_code=code, decision=str(decision.id), **told)
    if action is ClaimAction.REJECT:
        claim.invoice_key = ""
    else:
        post(ctx, request.budget_id, EntryKind.APPROVE_CLAIM, total, request=request, claim=claim, reason=reason)
    ctx.emit(ClaimDecided(str(claim.id), str(request.id), str(claim.partner_id), claim.status.value, total, claim.currency, code))
    return claim


def _inputs(ctx: Ctx, claim: Claim, request: FundRequest, action: ClaimAction, code: str, granted: Mapping[str, int]) -> dict[str, object]:
    """What the rule looks at: the lines in their order, the proofs, and what the reviewer wants to grant."""
    settlement = settlement_for(ctx, claim, request)
    facts = [(line.key, line.facts) for line in settlement.lines]
    return {
        "action": action,
        "reason_code": code,
        "late": claim.late,
        "currency": claim.currency,
        "left_minor": settlement.left_minor,
        "participation_rate": request.participation_rate,
        "lines": [[key, fact.approved_minor, fact.settled_minor, fact.invoiced_minor] for key, fact in facts],
        "proofs": [proof_as_inputs(listed.proof) for listed in proofs_of(ctx, claim, request)],
        "amounts": dict(granted) if action is ClaimAction.APPROVE_PARTLY else None,
    }


def _reason_code(ctx: Ctx, claim: Claim, request: FundRequest, action: ClaimAction, reason_code: str) -> str:
    if action is ClaimAction.APPROVE:
        return ""
    possible = reasons_now([listed.proof for listed in proofs_of(ctx, claim, request)], late=claim.late)
    if reason_code == ClaimReason.MISSING_EVIDENCE and ClaimReason.MISSING_EVIDENCE not in possible:
        raise Invalid(
            {"reason_code": _("Every proof that was agreed at approval is there, so none can be called missing. Choose another reason.")},
            {"reason_code": "not_possible"},
        )
    if reason_code not in possible:
        raise Invalid({"reason_code": _("Choose a reason from the list.")})
    return reason_code


def _granted(ctx: Ctx, claim: Claim, request: FundRequest, action: ClaimAction, amounts: Mapping[str, int] | None) -> dict[str, int]:
    waiting = undecided([listed.proof for listed in proofs_of(ctx, claim, request)])
    if waiting:
        message = ngettext(
            "%(n)s required proof has no verdict that carries an approval. Accept it, or waive it with a reason.",
            "%(n)s required proofs have no verdict that carries an approval. Accept them, or waive them with a reason.",
            len(waiting),
        )
        raise Refused("proofs_open", message)
    settlement = settlement_for(ctx, claim, request)
    granted = dict(settlement.payables if action is ClaimAction.APPROVE or amounts is None else amounts)
    problems = amount_problems(action, settlement.payables, granted)
    if problems:
        named = {f"amount_{key}" if key else "amounts": (key, code) for key, code in problems.items()}
        words = {field: _amount_words(code, settlement, key) for field, (key, code) in named.items()}
        raise Invalid(words, {field: code for field, (_key, code) in named.items()})
    return granted


def _amount_words(code: str, settlement: Settlement, key: str) -> str:
    if code == "above_payable":
        line = next(line for line in settlement.lines if line.key == key)
        most = Money(line.payable_minor, settlement.currency).format()
        return _("At most %(most)s can be paid for this line: the share of the invoice, within what was approved.", most=most)
    return {
        "unknown_line": _("This line belongs to another request."),
        "negative": _("An amount cannot be negative. Write it without the minus sign."),
        "nothing": _("Nothing would be paid. Enter an amount for at least one line, or reject the claim."),
        "all_of_it": _("These are the full amounts. Approve the claim in full, or lower at least one line."),
    }[code]


def _write_amounts(claim: Claim, request: FundRequest, granted: Mapping[str, int]) -> None:
    """The amount of an approved line is spread over the invoice lines on it, none above its own share while there is another."""
    for key in {str(line.request_line_id) for line in claim.lines}:
        lines = [line for line in claim.lines if str(line.request_line_id) == key]
        rest = granted.get(key, 0)
        for line, share in zip(lines, line_shares(tuple(line.amount_minor for line in lines), request.participation_rate), strict=True):
            line.approved_minor = rest if line is lines[-1] else min(rest, share)
            rest -= line.approved_minor
