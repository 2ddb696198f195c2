"""Desk, "Deals": the channel manager's list and the page on which a registration is decided."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, request, url_for

from core.errors import Invalid, NotFound, Refused
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from deals import labels, services
from deals.models import Registration
from deals.permissions import Perm
from deals.queries import registration_for, rivals_for_desk
from deals.rules.admission import ReasonCode
from deals.rules.states import DEALS, DealAction
from deals.services.deciding import DECISIONS
from deals.views import listing
from deals.views.parts import deal_values, partner_names, source_rows

bp = PrivateBlueprint("desk_deals", __name__, face="desk", url_prefix="/desk/deals")


@bp.get("/")
@needs(Perm.REGISTRATION_READ)
def index() -> str:
    return listing.list_page("desk_deals", "waiting", may_decide=ctx().may(Perm.REGISTRATION_DECIDE))


@bp.get("/deals.csv")
@needs(Perm.REGISTRATION_READ)
def export() -> Response:
    return listing.export("desk_deals", "waiting")


@bp.get('/<typeid("dlr"):registration_id>')
@needs(Perm.REGISTRATION_READ)
def show(registration_id: TypeID) -> str:
    return _show(registration_for(ctx(), registration_id), request.args.get("ask", ""), {})


@bp.post('/<typeid("dlr"):registration_id>/<action>')
@needs(Perm.REGISTRATION_DECIDE)
def decide(registration_id: TypeID, action: str) -> Any:
    row = registration_for(ctx(), registration_id)
    if action not in list(DECISIONS):
        raise NotFound("action")
    form = request.form
    try:
        done = services.decide_registration(
            ctx(), registration_id, DealAction(action), reason=form.get("reason", ""), reason_code=form.get("reason_code", "")
        )
    except Invalid as refusal:
        return _show(row, action, refusal.errors), refusal.status
    except Refused as refusal:
        if refusal.code != "protected_for_another":
            raise
        return _show(row, action, {"reason": refusal.message}), refusal.status
    flash(_("The registration is now: %(status)s.", status=labels.status_label(done.status)), "positive")
    return redirect(url_for("desk_deals.show", registration_id=registration_id), 303)


def _show(row: Registration, asking: str, errors: dict[str, str]) -> str:
    work = ctx()
    g.breadcrumbs = [(_("Deals"), url_for("desk_deals.index")), (row.customer_name, "")]
    offered = [step.action for step in DEALS.offered(row.status, work.actor.permissions) if step.action in DECISIONS]
    rivals = rivals_for_desk(work, row)
    is_blocked = any(rival.is_protected for rival in rivals) and DealAction.APPROVE in offered
    offered = [action for action in offered if action is not DealAction.APPROVE or not is_blocked]
    names = partner_names(work, [str(rival.registration.partner_id) for rival in rivals])
    needs_words = {step.action for step in DEALS.steps if step.needs_reason} | ({DealAction.APPROVE} if rivals else set())
    return render(
        "deals/desk_deal.html",
        **deal_values(work, row),
        source=source_rows(work, row, "desk_leads.show"),
        direct=[(action.value, labels.action_label(action)) for action in offered if action not in needs_words],
        asked=[(action.value, _asked_label(action)) for action in offered if action in needs_words],
        asking=asking if errors or asking in {action.value for action in offered} else "",
        is_blocked=is_blocked,
        typed=request.form,
        errors=errors,
        reasons=[(code.value, labels.reason_label(code.value)) for code in ReasonCode],
        rivals=[
            {
                "deal": rival.registration,
                "partner": names.get(str(rival.registration.partner_id), ""),
                "status": labels.status_label(rival.registration.status),
                "tone": labels.status_tone(rival.registration.status),
                "kind": labels.match_label(rival.kind.value),
            }
            for rival in rivals
        ],
    )


def _asked_label(action: DealAction) -> str:
    """Approving past an earlier registration opens a form first, and its button says so."""
    return _("Approve …") if action is DealAction.APPROVE else labels.action_label(action)
