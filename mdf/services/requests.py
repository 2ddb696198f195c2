"""A request from the partner's side: drafted, submitted, answered, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.decisions import explain
from core.decisions.deciding import keep
from core.errors import Invalid, NotFound, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from enablement import GatedAction, require_gate
from mdf.decisions import REQUEST_CLOCK
from mdf.events import RequestStatusChanged, RequestSubmitted
from mdf.messages import reason_words
from mdf.models import Budget, BudgetStatus, Claim, ClaimStatus, FundedPlacement, FundRequest, RequestLine, RequestStatus
from mdf.permissions import Perm
from mdf.rules.decisions import CHECK, facts_as_inputs
from mdf.rules.kinds import ActivityType
from mdf.rules.ledger import line_shares
from mdf.rules.requests import BudgetTerms, RequestFacts, impossible
from mdf.rules.states import REQUESTS, RequestAction
from mdf.services.clocks import follow
from mdf.services.ledger import LONGEST_REASON, release_rest
from partners import partner_for
from syndication import Campaign, Placement, PlacementStatus

if TYPE_CHECKING:
    from core.ctx import Ctx

EDITABLE = (RequestStatus.DRAFT, RequestStatus.CHANGES_REQUESTED)
#: A claim in one of these states needs the money of its request.
CLAIM_NEEDS_IT = (
    *(ClaimStatus.SUBMITTED, ClaimStatus.IN_REVIEW, ClaimStatus.INFO_REQUESTED),
    *(ClaimStatus.APPROVED, ClaimStatus.PARTIALLY_APPROVED, ClaimStatus.AWAITING_FUNDS),
)


@dataclass(frozen=True)
class LineDraft:
    """One planned cost in full, in minor units of the request's currency."""

    description: str
    cost_minor: int


@dataclass(frozen=True)
class RequestDraft:
    """A form as read. `participation_rate` None: what the budget gives at most."""

    title: str
    budget_id: TypeID
    activity_type: ActivityType
    currency: str
    campaign_id: TypeID | None = None
    goal: str = ""
    target_group: str = ""
    target_size: int | None = None
    expected_pipeline_minor: int | None = None
    expected_leads: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    participation_rate: int | None = None
    lines: tuple[LineDraft, ...] = ()
    placement_ids: tuple[TypeID, ...] = ()


def save_request(ctx: Ctx, partner_id: TypeID, draft: RequestDraft, request_id: TypeID | None = None) -> FundRequest:
    """A draft may have gaps but no nonsense; with an id the stored draft is replaced. Invalid names field and reason code."""
    ctx.require(Perm.REQUEST_EDIT, partner_id)
    request = locked_request(ctx, request_id) if request_id else None
    if request is not None and request.status not in EDITABLE:
        raise Refused("read_only", _("A submitted request cannot be changed. Wait for the decision, or cancel it and start again."))
    _check(ctx, partner_id, draft)
    before = _told(request) if request else None
    if request is None:
        request = FundRequest(
            id=new_id("mrq", int(ctx.now.timestamp() * 1000)),
            partner_id=partner_id,
            status=RequestStatus.DRAFT,
            status_since=ctx.now,
            created_at=ctx.now,
        )
    _fill(ctx, request, draft)
    ctx.session.add(request)
    ctx.session.flush()
    if before != _told(request):
        ctx.audit("mdf.request.edited" if before else "mdf.request.created", request, before=before, after=_told(request))
    return request


def submit_request(ctx: Ctx, request_id: TypeID) -> FundRequest:
    """Fixes share and amount; from here on the request is read-only. It binds no money (MDF-01)."""
    request = locked_request(ctx, request_id)
    ctx.require(Perm.REQUEST_EDIT, request.partner_id)
    REQUESTS.need(request.status, RequestAction.SUBMIT)
    require_gate(ctx, request.partner_id, GatedAction.MDF_REQUEST)
    budget = ctx.session.get_one(Budget, request.budget_id, populate_existing=True)
    facts, terms = facts_of(request), terms_of(ctx, budget)
    check = explain(ctx, CHECK, {"facts": facts_as_inputs(facts), "budget": asdict(terms), "today": ctx.today})
    refuse(dict(check.verdict.values.get("all", [])), facts.currency)
    _check_placements(ctx, request.partner_id, tuple(row.placement_id for row in request.placements))
    request.requested_minor = sum(shares_of(request).values())
    if not request.requested_minor:
        refuse({"line-1-cost": "share_is_nothing"}, facts.currency)
    keep(ctx, check, request.id, request.partner_id)
    request.submitted_by, request.submitted_at = str(ctx.actor.user_id or ""), ctx.now
    step(ctx, request, RequestAction.SUBMIT, after={"requested_minor": request.requested_minor, "participation_rate": request.participation_rate})
    ctx.emit(RequestSubmitted(str(request.id), str(request.partner_id), request.requested_minor, request.currency))
    return request


def answer_request(ctx: Ctx, request_id: TypeID, answer: str) -> FundRequest:
    """The partner's answer to a question goes back to the reviewer and into the history."""
    request = locked_request(ctx, request_id)
    ctx.require(Perm.REQUEST_EDIT, request.partner_id)
    return step(ctx, request, RequestAction.ANSWER, reason=answer)


def cancel_request(ctx: Ctx, request_id: TypeID, reason: str) -> FundRequest:
    """Money that was reserved goes back. Not while a claim needs it."""
    request = locked_request(ctx, request_id)
    ctx.require(Perm.REQUEST_EDIT, request.partner_id)
    REQUESTS.need(request.status, RequestAction.CANCEL)
    if has_open_claim(ctx, request):
        raise Refused("claim_open", _("A claim for this request is under way. Wait for its decision, or cancel the claim first."))
    step(ctx, request, RequestAction.CANCEL, reason=reason)
    release_rest(ctx, request, request_reason(reason))
    return request


def locked_request(ctx: Ctx, request_id: TypeID) -> FundRequest:
    """The actor's request as everybody before us left it; NotFound for a stranger."""
    query = select(FundRequest).where(FundRequest.id == request_id).with_for_update().execution_options(populate_existing=True)
    request = ctx.session.scalar(query)
    if request is None:
        raise NotFound("request")
    return request


def step(ctx: Ctx, request: FundRequest, action: RequestAction, *, reason: str = "", after: Mapping[str, object] | None = None) -> FundRequest:
    """One change of state with its record. Who may is asked by the verb; whether it is possible, here."""
    taken = REQUESTS.need(request.status, action)
    reason = request_reason(reason)
    if taken.needs_reason and not reason:
        raise Invalid({"reason": _("Say why: the other side reads it, and it stands in the history.")}, {"reason": "reason_missing"})
    before, request.status, request.status_since = request.status, taken.target, ctx.now
    follow(ctx, REQUEST_CLOCK, request.id, request.partner_id, action)
    ctx.session.flush()
    told = {"status": request.status.value, **(after or {})}
    ctx.audit(f"mdf.request.{_PAST[action]}", request, before={"status": before.value}, after=told, reason=reason or None)
    ctx.emit(RequestStatusChanged(str(request.id), str(request.partner_id), before.value, request.status.value))
    return request


_PAST = {
    RequestAction.SUBMIT: "submitted",
    RequestAction.TAKE: "taken",
    RequestAction.ASK: "asked",
    RequestAction.ANSWER: "answered",
    RequestAction.APPROVE: "approved",
    RequestAction.APPROVE_PARTLY: "partly_approved",
    RequestAction.RETURN: "returned",
    RequestAction.DECLINE: "declined",
    RequestAction.START: "started",
    RequestAction.CLOSE: "closed",
    RequestAction.CANCEL: "cancelled",
    RequestAction.LAPSE: "lapsed",
    RequestAction.REOPEN: "reopened",
}


def has_open_claim(ctx: Ctx, request: FundRequest) -> bool:
    query = select(Claim.id).where(Claim.request_id == request.id, Claim.status.in_(CLAIM_NEEDS_IT)).limit(1)
    return ctx.session.scalar(query) is not None


def request_reason(text: str) -> str:
    """A person's words as they are kept."""
    reason = clean_lines(text)
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": _("Use at most %(limit)s characters.", limit=LONGEST_REASON)}, {"reason": "too_long"})
    return reason


def clean_lines(text: str) -> str:
    """Legal characters, no spaces at the ends, the lines kept."""
    return "\n".join(clean_text(line) for line in text.splitlines()).strip()


def shares_of(request: FundRequest) -> dict[str, int]:
    """Line id → the vendor's share of it; together exactly the share of the whole."""
    shares = line_shares(tuple(line.cost_minor for line in request.lines), request.participation_rate)
    return {str(line.id): share for line, share in zip(request.lines, shares, strict=True)}


def facts_of(request: FundRequest) -> RequestFacts:
    """The stored request as the rules see it."""
    return RequestFacts(
        title=request.title,
        activity_type=request.activity_type,
        goal=request.goal,
        target_group=request.target_group,
        target_size=request.target_size,
        expected_pipeline_minor=request.expected_pipeline_minor,
        expected_leads=request.expected_leads,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        currency=request.currency,
        participation_rate=request.participation_rate,
        costs=tuple((line.description, line.cost_minor) for line in request.lines),
        has_campaign=request.campaign_id is not None,
        placements=len(request.placements),
    )


def terms_of(ctx: Ctx, budget: Budget) -> BudgetTerms:
    """What the budget allows today."""
    is_open = budget.status is BudgetStatus.OPEN and budget.closes_on >= ctx.today
    return BudgetTerms(is_open, budget.currency, budget.participation_rate, budget.opens_on, budget.closes_on)


def refuse(problems: Mapping[str, str], currency: str = "EUR") -> None:
    """Raises Invalid with words for the codes, when there are any."""
    if problems:
        raise Invalid({field: reason_words(code, currency) for field, code in problems.items()}, problems)


def _check(ctx: Ctx, partner_id: TypeID, draft: RequestDraft) -> None:
    budget = ctx.session.get(Budget, draft.budget_id)
    region = partner_for(ctx, partner_id).region
    if budget is None or budget.region not in ("", region) or budget.status is BudgetStatus.PLANNED:
        refuse({"budget": "budget_unknown"})
    assert budget is not None
    facts = RequestFacts(
        title=clean_text(draft.title),
        activity_type=draft.activity_type,
        goal=clean_lines(draft.goal),
        target_group=clean_lines(draft.target_group),
        target_size=draft.target_size,
        expected_pipeline_minor=draft.expected_pipeline_minor,
        expected_leads=draft.expected_leads,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        currency=draft.currency,
        participation_rate=budget.participation_rate if draft.participation_rate is None else draft.participation_rate,
        costs=tuple((clean_text(line.description), line.cost_minor) for line in draft.lines),
        has_campaign=draft.campaign_id is not None,
        placements=len(draft.placement_ids),
    )
    problems = impossible(facts, terms_of(ctx, budget))
    if draft.campaign_id is not None and ctx.session.get(Campaign, draft.campaign_id) is None:
        problems["campaign"] = "campaign_unknown"
    refuse(problems, budget.currency)
    _check_placements(ctx, partner_id, draft.placement_ids)


def _check_placements(ctx: Ctx, partner_id: TypeID, placement_ids: tuple[TypeID, ...]) -> None:
    """Only placements of this partner that are still answered; somebody else's looks as if it did not exist."""
    query = select(Placement.id, Placement.status).where(Placement.id.in_(placement_ids), Placement.partner_id == partner_id)
    found = {row.id: row.status for row in ctx.session.execute(query)} if placement_ids else {}
    if set(placement_ids) - found.keys():
        refuse({"placements": "placement_unknown"})
    if any(status is PlacementStatus.ENDED for status in found.values()):
        refuse({"placements": "placement_ended"})


def _fill(ctx: Ctx, request: FundRequest, draft: RequestDraft) -> None:
    budget = ctx.session.get_one(Budget, draft.budget_id)
    request.budget_id, request.campaign_id = draft.budget_id, draft.campaign_id
    request.title, request.activity_type = clean_text(draft.title)[:200], draft.activity_type
    request.goal, request.target_group = clean_lines(draft.goal), clean_lines(draft.target_group)
    request.target_size, request.expected_leads = draft.target_size, draft.expected_leads
    request.expected_pipeline_minor = draft.expected_pipeline_minor
    request.starts_on, request.ends_on = draft.starts_on, draft.ends_on
    request.currency = draft.currency
    request.participation_rate = draft.participation_rate or budget.participation_rate
    request.lines = [
        RequestLine(
            id=new_id("mrl"),
            partner_id=request.partner_id,
            position=position,
            description=clean_text(line.description)[:200],
            cost_minor=line.cost_minor,
        )
        for position, line in enumerate(draft.lines, start=1)
    ]
    kept = {row.placement_id: row for row in request.placements}
    request.placements = [
        kept.get(placement_id) or FundedPlacement(partner_id=request.partner_id, placement_id=placement_id)
        for placement_id in dict.fromkeys(draft.placement_ids)
    ]
    request.requested_minor = sum(line_shares(tuple(line.cost_minor for line in draft.lines), request.participation_rate))


def _told(request: FundRequest) -> dict[str, object]:
    return {
        "title": request.title,
        "budget": str(request.budget_id),
        "campaign": str(request.campaign_id or ""),
        "activity_type": request.activity_type.value,
        "goal": request.goal,
        "target_group": request.target_group,
        "target_size": request.target_size,
        "expected_pipeline_minor": request.expected_pipeline_minor,
        "expected_leads": request.expected_leads,
        "starts_on": request.starts_on.isoformat() if request.starts_on else None,
        "ends_on": request.ends_on.isoformat() if request.ends_on else None,
        "currency": request.currency,
        "participation_rate": request.participation_rate,
        "lines": [f"{line.description}: {line.cost_minor}" for line in request.lines],
        "placements": sorted(str(row.placement_id) for row in request.placements),
    }
