"""Portal, "Deals": the partner's list, a registration's page, and what the partner may do there."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, redirect, request, url_for

from core.amounts import currency_choices, money_values, read_money
from core.errors import Invalid, NotFound
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from deals import labels, services
from deals.models import Registration
from deals.permissions import Perm
from deals.queries import protected_class, registration_for
from deals.rules.stages import SalesStage
from deals.rules.states import DEALS, LIVE, DealAction, DealStatus
from deals.views import listing
from deals.views.form_values import days_in, whole_number
from deals.views.parts import deal_values, source_rows

bp = PrivateBlueprint("deals", __name__, face="portal", url_prefix="/portal/deals")
#: In the order in which a page offers them.
_ASKED = (DealAction.ANSWER, DealAction.WIN, DealAction.LOSE, DealAction.WITHDRAW)


@bp.get("/")
@needs(Perm.REGISTRATION_READ)
def index() -> str:
    return listing.list_page("deals", "open", may_edit=ctx().may(Perm.REGISTRATION_EDIT))


@bp.get("/deals.csv")
@needs(Perm.REGISTRATION_READ)
def export() -> Response:
    return listing.export("deals", "open")


@bp.get('/<typeid("dlr"):registration_id>')
@needs(Perm.REGISTRATION_READ)
def show(registration_id: TypeID) -> str:
    return _show(registration_for(ctx(), registration_id), request.args.get("ask", ""), {}, {})


@bp.post('/<typeid("dlr"):registration_id>/stage')
@needs(Perm.REGISTRATION_EDIT)
def stage(registration_id: TypeID) -> Any:
    row, form = registration_for(ctx(), registration_id), request.form
    errors: dict[str, str] = {}
    days = days_in(form, ("expected_close",), errors)
    probability = whole_number(form, "probability", errors)
    if form.get("stage") not in set(SalesStage):
        errors["stage"] = _("Choose a stage.")
    try:
        if errors:
            raise Invalid(errors)
        services.update_stage(ctx(), registration_id, SalesStage(form["stage"]), probability, days["expected_close"])
    except Invalid as refusal:
        return _show(row, "stage", form.to_dict(), refusal.errors), refusal.status
    flash(_("Your forecast is saved."))
    return redirect(url_for("deals.show", registration_id=registration_id), 303)


@bp.post('/<typeid("dlr"):registration_id>/<action>')
@needs(Perm.REGISTRATION_EDIT)
def change(registration_id: TypeID, action: str) -> Any:
    row = registration_for(ctx(), registration_id)
    if action not in list(_ASKED):
        raise NotFound("action")
    try:
        done = _take(registration_id, DealAction(action))
    except Invalid as refusal:
        return _show(row, action, request.form.to_dict(), refusal.errors), refusal.status
    flash(_("The registration is now: %(status)s.", status=labels.status_label(done.status)), "positive")
    return redirect(url_for("deals.show", registration_id=registration_id), 303)


def _take(registration_id: TypeID, action: DealAction) -> Registration:
    form, work = request.form, ctx()
    if action is DealAction.ANSWER:
        return services.answer_question(work, registration_id, form.get("reason", ""))
    if action is not DealAction.WIN:
        return services.close_registration(work, registration_id, action, reason=form.get("reason", ""))
    errors: dict[str, str] = {}
    days = days_in(form, ("closed_on",), errors)
    amount = None
    try:
        amount = read_money(form, "amount")
    except Invalid as refusal:
        errors.update(refusal.errors)
    if errors:
        raise Invalid(errors)
    return services.close_registration(work, registration_id, action, amount=amount, closed_on=days["closed_on"])


def _show(row: Registration, asking: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    work = ctx()
    g.breadcrumbs = [(_("Deals"), url_for("deals.index")), (row.customer_name or _("Draft"), "")]
    may_edit = work.may(Perm.REGISTRATION_EDIT, row.partner_id)
    offered = {step.action for step in DEALS.offered(row.status, work.actor.permissions)} if may_edit else set()
    offered -= {DealAction.WITHDRAW} if row.status is DealStatus.DRAFT and asking != DealAction.WITHDRAW else set()
    return render(
        "deals/deal.html",
        **deal_values(work, row),
        source=source_rows(work, row, "leads.show"),
        actions=[(action.value, labels.action_label(action)) for action in _ASKED if action in offered],
        may_finish=may_edit and row.status is DealStatus.DRAFT,
        may_correct=may_edit and row.status is DealStatus.INFO_REQUESTED,
        may_forecast=may_edit and row.status in (DealStatus.DRAFT, *LIVE),
        asking=asking if asking in {action.value for action in offered} else "",
        typed=_typed(row, typed, work.today),
        errors=errors,
        currencies=currency_choices(),
        stages=[(one.value, labels.stage_label(one)) for one in SalesStage],
        protected_days=protected_class(work, row),
        conflict_sentence=labels.match_sentence(row.match_kind),
    )


def _typed(row: Registration, typed: dict[str, str], today: date) -> dict[str, str]:
    """What the small forms of the page hold: what was typed, else what is stored."""
    stored = {
        "stage": row.stage.value,
        "probability": str(row.probability),
        "expected_close": row.expected_close.isoformat() if row.expected_close else "",
        "closed_on": today.isoformat(),
        **(money_values("amount", row.amount_minor, row.currency) if row.amount_minor is not None else {}),
    }
    return {**stored, **typed}
