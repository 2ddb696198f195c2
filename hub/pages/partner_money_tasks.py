"""What deals, funds and certificates ask of a partner, and its money with a deadline."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select

from core.ctx import Ctx
from core.i18n import format_date, ngettext
from core.i18n import gettext as _
from core.ids import TypeID
from core.money import Money
from deals import DealStatus, Registration
from deals import Perm as DealsPerm
from enablement import Gate, GatedAction, gate_for
from hub.labels import short_money
from hub.pages.task import Task
from mdf import ClaimStatus, FundRequest, RequestStatus
from mdf import Perm as MdfPerm
from mdf.labels import request_status_label, request_tone
from mdf.queries import funded_requests
from mdf.queries.claims import ClaimFilter, DueClaim, claims_due, claims_page

#: A deadline this near is coloured.
SOON_DAYS = 14
_ASKED = (RequestStatus.INFO_REQUESTED, RequestStatus.CHANGES_REQUESTED)


def partner_money_tasks(ctx: Ctx, partner_id: TypeID) -> list[Task]:
    """Money with a deadline first, then questions, then what stands in the way."""
    found: list[Task] = []
    if ctx.may(MdfPerm.CLAIM_EDIT):
        found += [_due(ctx, row) for row in claims_due(ctx)]
        found += _asked_claims(ctx)
    if ctx.may(MdfPerm.REQUEST_EDIT):
        found += _asked_requests(ctx)
    if ctx.may(DealsPerm.REGISTRATION_EDIT):
        found += _asked_deals(ctx)
    return found + _gates(ctx, partner_id)


def _due(ctx: Ctx, row: DueClaim) -> Task:
    days = (row.due_on - ctx.today).days
    due = ngettext("until %(day)s, %(n)s day left", "until %(day)s, %(n)s days left", days, day=format_date(row.due_on))
    why = _("%(amount)s are reserved for you and go back after this day.", amount=Money(row.approved_minor, row.currency).format())
    href = url_for("fund_claims.show", claim_id=row.draft_id) if row.draft_id else url_for("funds.show", request_id=row.request_id)
    title = _("File the claim for “%(title)s”", title=row.title)
    return Task(title, why, href, _("Open"), "funds", "negative" if days <= SOON_DAYS else "attention", due)


def _asked_claims(ctx: Ctx) -> list[Task]:
    page = claims_page(ctx, ClaimFilter(view="all", status=ClaimStatus.INFO_REQUESTED.value), rows=None)
    title = _("The reviewer has a question about your claim")
    return [
        Task(title, one.request.title, url_for("fund_claims.show", claim_id=one.claim.id), _("Answer"), "mail", "attention", _since(ctx, one.claim))
        for one in page.claims
    ]


def _asked_requests(ctx: Ctx) -> list[Task]:
    rows = ctx.session.scalars(select(FundRequest).where(FundRequest.status.in_(_ASKED)).order_by(FundRequest.status_since))
    words = {
        RequestStatus.INFO_REQUESTED: (_("The vendor has a question about your request"), _("Answer")),
        RequestStatus.CHANGES_REQUESTED: (_("Your request came back for changes"), _("Change it")),
    }
    return [
        Task(words[row.status][0], row.title, url_for("funds.show", request_id=row.id), words[row.status][1], "mail", "attention", _since(ctx, row))
        for row in rows
    ]


def _asked_deals(ctx: Ctx) -> list[Task]:
    query = select(Registration).where(Registration.status == DealStatus.INFO_REQUESTED).order_by(Registration.status_since)
    title = _("The vendor has a question about a deal")
    return [
        Task(title, row.customer_name, url_for("deals.show", registration_id=row.id), _("Answer"), "mail", "attention", _since(ctx, row))
        for row in ctx.session.scalars(query)
    ]


def _since(ctx: Ctx, row: Any) -> str:
    return _("since %(day)s", day=format_date(row.status_since.astimezone(ctx.clock.zone)))


def _gates(ctx: Ctx, partner_id: TypeID) -> list[Task]:
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
