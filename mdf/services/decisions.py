"""A request from the vendor's side: taken, asked about, returned, declined, or approved with its money and its evidence list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.decisions import Decision, decide, explain
from core.decisions.deciding import keep
from core.errors import Invalid, Refused
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.programme import programme_of
from mdf.events import RequestApproved
from mdf.messages import reason_words
from mdf.models import BudgetStatus, EntryKind, EvidenceItem, FundRequest
from mdf.permissions import Perm
from mdf.programme import FundTerms
from mdf.rules.catalogue import contract
from mdf.rules.decisions import REQUEST
from mdf.rules.duties import APPLICANT, conflict_of_duties
from mdf.rules.kinds import DeclineReason
from mdf.rules.requests import claim_due_on
from mdf.rules.states import REQUESTS, RequestAction
from mdf.services.ledger import locked_budget, post, release_rest
from mdf.services.requests import has_open_claim, locked_request, shares_of, step

if TYPE_CHECKING:
    from core.ctx import Ctx

_GRANTS = (RequestAction.APPROVE, RequestAction.APPROVE_PARTLY)
_DECISIONS = (*_GRANTS, RequestAction.TAKE, RequestAction.ASK, RequestAction.RETURN, RequestAction.DECLINE)


def decide_request(
    ctx: Ctx,
    request_id: TypeID,
    action: RequestAction,
    amounts: Mapping[TypeID, int] | None = None,
    reason: str = "",
    *,
    reason_code: str = DeclineReason.OTHER,
) -> FundRequest:
    """What the reviewer does. `amounts`: granted per line id in minor units, for approvals; without them the whole share.

    An approval reserves the money; when the budget has too little it is Refused `fund_short` and nothing has changed.
    """
    request = locked_request(ctx, request_id)
    ctx.require(Perm.REQUEST_DECIDE, request.partner_id)
    if action not in _DECISIONS:
        raise Refused("not_possible_now", _("This is not possible in the present state. Reload the page to see what is."))
    _keep_duties_apart(ctx, request)
    if action in _GRANTS:
        return _grant(ctx, request, amounts, reason)
    if action in (RequestAction.RETURN, RequestAction.DECLINE):
        request.reason_code = _reason_code(reason_code)
    told: dict[str, object] = {"reason_code": request.reason_code} if request.reason_code else {}
    if action is RequestAction.DECLINE:
        decision = decide(ctx, REQUEST, request.id, request.partner_id, {"action": "decline", "reason_code": request.reason_code})
        _sign(ctx, request, decision)
        told |= _rule_of(decision)
    return step(ctx, request, action, reason=reason, after=told or None)


def close_request(ctx: Ctx, request_id: TypeID, reason: str = "") -> FundRequest:
    """Nothing more will be claimed: the rest goes back to the budget."""
    request = locked_request(ctx, request_id)
    ctx.require(Perm.REQUEST_DECIDE, request.partner_id)
    REQUESTS.need(request.status, RequestAction.CLOSE)
    if has_open_claim(ctx, request):
        raise Refused("claim_open", _("A claim for this request is under way. Decide it first."))
    return finish(ctx, request, RequestAction.CLOSE, reason)


def finish(ctx: Ctx, request: FundRequest, action: RequestAction, reason: str) -> FundRequest:
    """The last step of a funded request and the release of what it still holds. The caller has locked it and asked who may."""
    step(ctx, request, action, reason=reason)
    release_rest(ctx, request, reason)
    return request


def _keep_duties_apart(ctx: Ctx, request: FundRequest) -> None:
    if conflict_of_duties(str(ctx.actor.user_id or ""), {APPLICANT: request.submitted_by}):
        raise Refused("separation_of_duties", _("You submitted this request yourself. A colleague has to decide it."))


def _grant(ctx: Ctx, request: FundRequest, amounts: Mapping[TypeID, int] | None, reason: str) -> FundRequest:
    shares = shares_of(request)
    granted = {str(key): amount for key, amount in amounts.items()} if amounts is not None else dict(shares)
    explained = explain(ctx, REQUEST, _inputs(request, shares, granted))
    if explained.verdict.result == "refused":
        problems = dict(explained.verdict.values["all"])
        raise Invalid({field: reason_words(code, request.currency) for field, code in problems.items()}, problems)
    action = RequestAction.APPROVE if explained.verdict.result == "approved" else RequestAction.APPROVE_PARTLY
    REQUESTS.need(request.status, action)
    budget = locked_budget(ctx, request.budget_id)
    if budget.status is not BudgetStatus.OPEN:
        raise Refused("budget_not_open", _("The budget “%(name)s” is not open. Open it first, then approve.", name=budget.name))
    total = sum(granted.values())
    for line in request.lines:
        line.approved_minor = granted[str(line.id)]
    request.approved_minor = total
    decision = keep(ctx, explained, request.id, request.partner_id)
    _sign(ctx, request, decision)
    step(ctx, request, action, reason=reason, after={"approved_minor": total, "currency": request.currency, **_rule_of(decision)})
    post(ctx, budget.id, EntryKind.COMMIT, total, request=request, reason=request.title)
    _freeze_evidence(ctx, request)
    ctx.emit(RequestApproved(str(request.id), str(request.partner_id), total, request.currency))
    return request


def _freeze_evidence(ctx: Ctx, request: FundRequest) -> None:
    """The list by which the claim will be judged; from here on the database itself refuses to change it (N-22)."""
    starts_on, ends_on = request.starts_on, request.ends_on
    if starts_on is None or ends_on is None:
        raise ValueError("a submitted request has its days")
    programme = programme_of(ctx)
    terms = programme.section(FundTerms)
    request.claim_due_on, written_at = claim_due_on(ends_on, terms), ctx.now
    placements = sorted(str(row.placement_id) for row in request.placements)
    items = contract(request.activity_type, placements, starts_on, ends_on, terms)
    ctx.session.add_all(
        EvidenceItem(
            id=new_id("evi", int(written_at.timestamp() * 1000)),
            partner_id=request.partner_id,
            request_id=request.id,
            position=position,
            code=item.code,
            kind=item.kind,
            provider=item.provider,
            required=item.required,
            placement_id=TypeID.parse(item.placement_id, "plc") if item.placement_id else None,
            due_on=item.due_on,
            terms={**item.terms, "catalogue": programme.version},
            created_at=written_at,
        )
        for position, item in enumerate(items, start=1)
    )
    ctx.session.flush()
    ctx.session.expire(request, ["evidence_items"])
    ctx.audit("mdf.request.evidence_fixed", request, after={"items": [item.code for item in items], "claim_due_on": request.claim_due_on.isoformat()})


def _inputs(request: FundRequest, shares: Mapping[str, int], granted: Mapping[str, int]) -> dict[str, object]:
    return {
        "action": "approve",
        "shares": shares,
        "granted": granted,
        "currency": request.currency,
        "activity_type": request.activity_type,
        "placements": sorted(str(row.placement_id) for row in request.placements),
        "starts_on": request.starts_on,
        "ends_on": request.ends_on,
    }


def _rule_of(decision: Decision) -> dict[str, object]:
    """For the event log: which rule decided, in which version, under which programme."""
    return {
        "rule": decision.rule,
        "rule_version": decision.rule_version,
        "programme_version": decision.programme_version,
        "decision": str(decision.id),
    }


def _sign(ctx: Ctx, request: FundRequest, decision: Decision) -> None:
    request.decided_by, request.decided_at = str(ctx.actor.user_id or ""), ctx.now
    request.decided_rule_version = decision.programme_version


def _reason_code(code: str) -> str:
    if code not in list(DeclineReason):
        raise Invalid({"reason_code": reason_words("reason_code_missing")}, {"reason_code": "reason_code_missing"})
    return str(DeclineReason(code).value)
