"""How a registration ends, and the partner's own view of how far the sale is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.amounts import CURRENCIES, amount_problem
from core.errors import Invalid, Refused
from core.events import subscribe
from core.i18n import gettext as _
from core.ids import TypeID
from core.jobs import scheduled
from core.money import Money
from core.programme import programme_of
from core.sla import stop_clock
from deals.decisions import CLOCK
from deals.events import RegistrationClosed, RegistrationDecided
from deals.models import Registration
from deals.permissions import Perm
from deals.programme import DealTerms
from deals.rules.stages import USUAL_PROBABILITY, SalesStage
from deals.rules.states import DEALS, LIVE, DealAction, DealStatus
from deals.services.checking import close_problem
from deals.services.deciding import UNDECIDED, announce_closed, checked_reason
from deals.services.finding import lock_line, registration_for_change, standing_of
from deals.services.leads import lead_is_converted, lead_is_lost

if TYPE_CHECKING:
    from core.ctx import Ctx

_OUTCOMES = {DealAction.WIN: "won", DealAction.LOSE: "lost", DealAction.WITHDRAW: "released"}


def close_registration(
    ctx: Ctx, registration_id: TypeID, action: DealAction, *, reason: str = "", amount: Money | None = None, closed_on: date | None = None
) -> Registration:
    """Won, lost, or given up by the partner. A won deal keeps the amount that was sold and the day of the order."""
    row = registration_for_change(ctx, registration_id)
    ctx.require(Perm.REGISTRATION_EDIT, row.partner_id)
    if action not in _OUTCOMES:
        raise Refused("not_possible_now", _("A registration is won, lost or given up."))
    step = DEALS.need(row.status, action)
    reason = checked_reason(reason, needed=step.needs_reason)
    before = {"status": row.status.value, "amount_minor": row.amount_minor, "currency": row.currency}
    if action is DealAction.WIN:
        _win(ctx, row, amount, closed_on)
    was_draft = row.status is DealStatus.DRAFT
    if row.status in UNDECIDED:
        stop_clock(ctx, CLOCK, row.id, result="withdrawn")
    row.status, row.status_since = step.target, ctx.now
    row.closed_on = row.closed_on or ctx.today
    row.message = reason or row.message
    after = {"status": row.status.value, "amount_minor": row.amount_minor, "currency": row.currency}
    ctx.audit(f"deals.registration.{action.value}", row, before=before, after=after, reason=reason or None)
    if not was_draft:
        announce_closed(ctx, row, _OUTCOMES[action])
    if action is DealAction.WIN:
        lead_is_converted(ctx, row.lead_id)
    elif action is DealAction.LOSE:
        lead_is_lost(ctx, row.lead_id, reason)
    return row


def _win(ctx: Ctx, row: Registration, amount: Money | None, closed_on: date | None) -> None:
    errors = {}
    if amount is not None and (problem := amount_problem(amount)):
        errors["amount"] = problem
    if amount is not None and amount.currency not in CURRENCIES:
        errors["amount_currency"] = _("Choose a currency from the list.")
    day = closed_on or ctx.today
    submitted_on = row.submitted_at.astimezone(ctx.clock.zone).date() if row.submitted_at else day
    if not submitted_on <= day <= ctx.today:
        errors["closed_on"] = _("Enter the day of the order: not before the registration, and not after today.")
    if errors:
        raise Invalid(errors)
    if amount is not None:
        row.amount_minor, row.currency = amount.minor, amount.currency
    row.won_at, row.closed_on, row.probability = ctx.now, day, 100


def update_stage(
    ctx: Ctx, registration_id: TypeID, stage: SalesStage, probability: int | None = None, expected_close: date | None = None
) -> Registration:
    """The partner's own forecast, any time before the end; the vendor's status stays as it is."""
    row = registration_for_change(ctx, registration_id)
    ctx.require(Perm.REGISTRATION_EDIT, row.partner_id)
    if row.status not in (DealStatus.DRAFT, *LIVE):
        raise Refused("not_possible_now", _("This registration has ended. Its sales stage stays as it was."))
    errors = {}
    if probability is not None and not 0 <= probability <= 100:
        errors["probability"] = _("Enter a whole number from 0 to 100.")
    is_new = expected_close is not None and expected_close != row.expected_close
    if expected_close is not None and is_new and (problem := close_problem(ctx.today, expected_close, programme_of(ctx).section(DealTerms))):
        errors["expected_close"] = problem
    if errors:
        raise Invalid(errors)
    before = _forecast(row)
    row.stage = stage
    row.probability = USUAL_PROBABILITY[stage] if probability is None else probability
    row.expected_close = expected_close or row.expected_close
    if before != _forecast(row):
        ctx.audit("deals.registration.stage_changed", row, before=before, after=_forecast(row))
    return row


def _forecast(row: Registration) -> dict[str, object]:
    return {"stage": row.stage.value, "probability": row.probability, "expected_close": row.expected_close}


@scheduled("deals.expire", every=300)
def expire_protections(ctx: Ctx) -> None:
    """A protection whose last day is over frees the customer."""
    query = select(Registration.id).where(Registration.status == DealStatus.APPROVED, Registration.protected_until <= ctx.now)
    for registration_id in ctx.session.scalars(query.order_by(Registration.id).limit(200)).all():
        row = registration_for_change(ctx, registration_id)
        if row.status is not DealStatus.APPROVED or row.protected_until is None or row.protected_until > ctx.now:
            continue
        row.status, row.status_since, row.closed_on = DealStatus.EXPIRED, ctx.now, ctx.today
        ctx.audit("deals.registration.expire", row, before={"status": "approved"}, after={"status": "expired"})
        announce_closed(ctx, row, "expired")


@subscribe(RegistrationClosed, name="deals.settle_conflicts")
@subscribe(RegistrationDecided, name="deals.settle_conflicts")
def settle_conflicts(ctx: Ctx, fact: RegistrationClosed | RegistrationDecided) -> None:
    """When somebody's place becomes free, who waited behind it is looked at again. Runs as the hub, which sees every partner."""
    code = ctx.session.scalar(select(Registration.product_line).where(Registration.id == fact.registration_id))
    lock_line(ctx, code or "")
    query = select(Registration).where(Registration.product_line == code, Registration.status.in_(UNDECIDED), Registration.match_kind != "")
    for row in ctx.session.scalars(query.order_by(Registration.id).with_for_update(of=Registration)):
        found = standing_of(ctx, row)
        if (row.conflict, row.match_kind) == (found.is_conflict, found.match_kind.value):
            continue
        row.conflict, row.match_kind = found.is_conflict, found.match_kind.value
        if not row.match_kind:
            ctx.audit("deals.registration.conflict_cleared", row)
