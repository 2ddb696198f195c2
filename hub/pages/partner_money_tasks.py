"""The certificates that a partner lacks for deals and funds, and its money with a deadline."""

from __future__ import annotations

from typing import Any

from flask import url_for

from core.ctx import Ctx
from core.i18n import format_date, ngettext
from core.i18n import gettext as _
from core.ids import TypeID
from deals import Perm as DealsPerm
from enablement import Gate, GatedAction, gate_for
from hub.labels import short_money
from hub.pages.task import Task
from mdf import FundRequest
from mdf import Perm as MdfPerm
from mdf.labels import request_status_label, request_tone
from mdf.queries import funded_requests


def missing_certificates(ctx: Ctx, partner_id: TypeID) -> list[Task]:
    """What the partner's people cannot do yet, with the way to it; one row per missing certificate."""
    asked = (
        (DealsPerm.REGISTRATION_EDIT, GatedAction.DEAL_REGISTRATION, _("Before you can register deals, somebody of you needs it.")),
        (MdfPerm.REQUEST_EDIT, GatedAction.MDF_REQUEST, _("Before you can ask for funds, somebody of you needs it.")),
    )
    found: dict[str, Task] = {}
    for permission, action, why in asked:
        gate: Gate | None = gate_for(ctx, partner_id, action) if ctx.may(permission) else None
        for gap in gate.gaps if gate else ():
            held = "; ".join(holder.sentence for holder in gap.holders)
            title = _("The certificate “%(title)s” is missing", title=gap.title)
            found.setdefault(gap.code, Task(title, f"{why} {held}" if held else why, gap.course_path, _("Take the course"), "learning", "attention"))
    return list(found.values())


def reserved_rows(ctx: Ctx) -> list[dict[str, Any]] | None:
    """Money with a deadline, the nearest first; None for people who do not deal with funds."""
    if not ctx.may(MdfPerm.REQUEST_READ):
        return None
    return [
        {
            "title": row.title,
            "href": url_for("funds.show", request_id=row.id),
            "chip": (row.status.value, request_status_label(row.status), *request_tone(row.status)),
            "amount": short_money(row.approved_minor or 0, row.currency),
            "ends": format_date(row.ends_on) if row.ends_on else "",
            "due": format_date(row.claim_due_on) if row.claim_due_on else "",
            "left": _left(ctx, row),
        }
        for row in funded_requests(ctx)
    ]


def _left(ctx: Ctx, row: FundRequest) -> str:
    if row.claim_due_on is None:
        return ""
    if row.ends_on is not None and row.ends_on >= ctx.today:
        return _("still running")
    days = (row.claim_due_on - ctx.today).days
    return ngettext("%(n)s day left", "%(n)s days left", days)
