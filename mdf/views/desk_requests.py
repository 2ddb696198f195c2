"""Desk, "Funds": what partners ask for, and the reviewer's decision beside the plan and the money that is left."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for

from core.amounts import read_money, typed
from core.errors import Invalid, NotFound, Refused
from core.i18n import gettext as _
from core.ids import TypeID
from core.money import Money
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from mdf import labels
from mdf.models import FundRequest, RequestStatus
from mdf.permissions import Perm
from mdf.queries.ledger import balances_of, held_by
from mdf.queries.requests import request_for
from mdf.rules.kinds import DeclineReason
from mdf.rules.states import REQUESTS, RequestAction
from mdf.services.decisions import close_request, decide_request
from mdf.services.requests import shares_of
from mdf.views import listing
from mdf.views.frame import amount_code, step_back, trail
from mdf.views.request_page import plan_figures, request_values

desk = PrivateBlueprint("desk_funds", __name__, face="desk", url_prefix="/desk/funds")


@desk.get("/")
@needs(Perm.REQUEST_READ)
def index() -> str:
    trail("desk")
    return render("mdf/requests.html", **listing.list_values("desk", listing.wanted("vendor")), deadlines=[], may_edit=False)


@desk.get("/requests.csv")
@needs(Perm.REQUEST_READ)
def export() -> Response:
    return listing.export(listing.wanted("vendor"), "desk_funds")


@desk.get("/<typeid('mrq'):request_id>")
@needs(Perm.REQUEST_READ)
def show(request_id: TypeID) -> str:
    return _page(request_id, {})


@desk.post("/<typeid('mrq'):request_id>/decide")
@needs(Perm.REQUEST_DECIDE)
def decide(request_id: TypeID) -> Any:
    try:
        row = _decide(request_id)
    except (Invalid, Refused) as refusal:
        step_back(refusal)
        errors = refusal.errors if isinstance(refusal, Invalid) else {"": refusal.message}
        return _page(request_id, errors), refusal.status
    flash(_("The request is now: %(status)s.", status=labels.request_status_label(row.status)))
    return redirect(url_for("desk_funds.show", request_id=request_id), 303)


@desk.get("/<typeid('mrq'):request_id>/close")
@needs(Perm.REQUEST_DECIDE)
def close_form(request_id: TypeID) -> str:
    """Asked first, because no claim can follow."""
    row = request_for(ctx(), request_id)
    here = url_for("desk_funds.show", request_id=row.id)
    trail("desk", (row.title, here), (_("Close"), ""))
    left = Money(held_by(ctx(), row).committed_minor, row.currency).format()
    return render(
        "mdf/confirm.html",
        title=_("Close “%(title)s”?", title=row.title),
        consequence=_("%(amount)s go back to the budget, and no claim can be filed any more.", amount=left),
        action=url_for("desk_funds.close", request_id=row.id),
        fields={},
        confirm_label=_("Close the request"),
        cancel_href=here,
    )


@desk.post("/<typeid('mrq'):request_id>/close")
@needs(Perm.REQUEST_DECIDE)
def close(request_id: TypeID) -> Any:
    close_request(ctx(), request_id)
    flash(_("Closed. What was left went back to the budget."))
    return redirect(url_for("desk_funds.show", request_id=request_id), 303)


def _decide(request_id: TypeID) -> FundRequest:
    wish = request.form.get("do", "")
    if wish not in list(RequestAction):
        raise NotFound("action")
    action, row = RequestAction(wish), request_for(ctx(), request_id)
    amounts = _amounts(row) if action is RequestAction.APPROVE else None
    code = request.form.get("reason_code", "")
    if action in (RequestAction.RETURN, RequestAction.DECLINE):
        return decide_request(ctx(), request_id, action, amounts, request.form.get("reason", ""), reason_code=code)
    return decide_request(ctx(), request_id, action, amounts, request.form.get("reason", ""))


def _amounts(row: FundRequest) -> dict[TypeID, int]:
    """What stands in the fields, in the reader's locale; every field that cannot be read is named."""
    found, errors, reasons = {}, {}, {}
    for line in row.lines:
        name = f"line-{line.id}"
        try:
            found[line.id] = read_money(request.form, name, currency=row.currency, zero=True).minor
        except Invalid as refusal:
            errors |= refusal.errors
            reasons[name] = amount_code(request.form.get(name, ""), row.currency)
    if errors:
        raise Invalid(errors, reasons)
    return found


def _page(request_id: TypeID, errors: dict[str, str]) -> str:
    work = ctx()
    row = request_for(work, request_id)
    trail("desk", (row.title, ""))
    offered = {step.action for step in REQUESTS.offered(row.status, work.actor.permissions)}
    values = request_values(work, row)
    own = row.submitted_by == str(work.actor.user_id)
    return render(
        "mdf/desk_request.html",
        face="desk",
        **values,
        offered={action.value for action in offered},
        may_decide=RequestAction.APPROVE in offered and not own,
        is_own=own and RequestAction.APPROVE in offered,
        may_close=RequestAction.CLOSE in offered,
        balances=balances_of(work, row.budget_id),
        figures=plan_figures(row, values["share_minor"]),
        typed={f"line-{line.id}": _typed(row, str(line.id)) for line in row.lines},
        reasons=[(code.value, labels.decline_reason_label(code.value)) for code in DeclineReason],
        chosen=request.form.get("reason_code", ""),
        words=request.form.get("reason", ""),
        errors=errors,
        is_waiting=row.status in (RequestStatus.SUBMITTED, RequestStatus.IN_REVIEW),
    )


def _typed(row: FundRequest, line_id: str) -> str:
    """What the reviewer typed, else the whole share."""
    return request.form.get(f"line-{line_id}") or typed(shares_of(row)[line_id], row.currency)
