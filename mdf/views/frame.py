"""What all pages of the room share: the tabs below "Funds", breadcrumbs, filters in the address, timelines."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, g, request, url_for

from core.audit import history
from core.ctx import Ctx
from core.errors import HubError
from core.i18n import format_datetime
from core.i18n import gettext as _
from core.ids import TypeID
from core.money import BadAmount, parse_money
from core.web import ctx
from mdf.labels import event_sentence
from mdf.permissions import Perm


def fund_tabs(face: str, active: str) -> list[dict[str, Any]]:
    """For `mdf/_frame.html`: `face` is `portal` or `desk`, `active` one of `requests`, `claims`, `budgets`."""
    prefix = "" if face == "portal" else "desk_"
    known = [
        ("requests", _("Requests"), f"{prefix}funds.index", Perm.REQUEST_READ),
        ("claims", _("Claims"), f"{prefix}fund_claims.index", Perm.CLAIM_READ),
        *([("budgets", _("Budgets"), "desk_budgets.index", Perm.BUDGET_READ)] if face == "desk" else []),
    ]
    return [
        {"label": label, "href": url_for(endpoint), "active": key == active}
        for key, label, endpoint, permission in known
        if endpoint in current_app.view_functions and ctx().may(permission)
    ]


def trail(face: str, *steps: tuple[str, str]) -> None:
    """Breadcrumbs below "Funds"."""
    g.breadcrumbs = [(_("Funds"), url_for("funds.index" if face == "portal" else "desk_funds.index")), *steps]


def asked_id(name: str, prefix: str) -> str:
    """An id out of the address; empty when it is none."""
    try:
        return str(TypeID.parse(request.args.get(name, ""), prefix))
    except ValueError:
        return ""


def asked_day(name: str) -> date | None:
    """A day out of the address; None when it is none."""
    try:
        return date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return None


def address(endpoint: str, **parameters: Any) -> str:
    """With what is set, so that addresses stay short."""
    return url_for(endpoint, **{key: value for key, value in parameters.items() if value})


def amount_code(text: str, currency: str) -> str:
    """The reason code of an amount that `read_money` refused."""
    try:
        minor = parse_money(text, currency).minor
    except BadAmount as bad:
        return "amount_absurd" if bad.code == "too_large" else "amount_unreadable"
    return "amount_not_positive" if minor <= 0 else "amount_absurd"


def step_back(refusal: HubError) -> None:
    """Before a form is shown again: nothing of the refused change stays. Programs get the refusal itself, with its reason codes."""
    ctx().session.rollback()
    if request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"]) not in (None, "text/html"):
        raise refusal


def timeline_of(work: Ctx, object_id: TypeID) -> list[dict[str, Any]]:
    """The audit log of one thing as the design system's timeline takes it, newest first."""
    return [
        {
            "who": entry.actor_name,
            "entry_id": str(entry.id),
            "what": event_sentence(entry.action, entry.after),
            "when": format_datetime(entry.at, work.clock.zone, "short"),
            "when_iso": entry.at.isoformat(),
            "reason": entry.reason,
            "tone": "negative" if entry.action.endswith((".declined", ".cancelled", ".lapsed")) else None,
        }
        for entry in history(work, object_id, limit=50)
    ]
