"""The list of requests, the same for both sides: a filter in the address, tabs, totals, rows, export."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from core.gates import clean_text, write_csv
from core.i18n import gettext as _
from core.i18n import ngettext
from core.money import Money
from core.web import ctx
from mdf import labels
from mdf.models import FundRequest
from mdf.queries.budgets import budgets_for, open_budgets
from mdf.queries.requests import VIEWS, RequestFilter, RequestPage, campaign_names, counts_by_view, partner_names, requests_page
from mdf.rules.requests import whose_turn
from mdf.rules.states import FUNDED
from mdf.views.frame import address, asked_day, asked_id, fund_tabs
from mdf.views.request_page import span, turn


def wanted(default_view: str) -> RequestFilter:
    """The filter of the address; nonsense in it means nothing."""
    view = request.args.get("view", default_view)
    return RequestFilter(
        view=view if view in VIEWS else default_view,
        text=clean_text(request.args.get("q", "")[:200]),
        partner_id=asked_id("partner", "prt") if ctx().actor.partner_id is None else "",
        budget_id=asked_id("budget", "bdg"),
        campaign=clean_text(request.args.get("campaign", "")[:100]),
        first=asked_day("from"),
        last=asked_day("to"),
        before=asked_id("before", "mrq"),
        after=asked_id("after", "mrq"),
    )


def list_values(face: str, asked: RequestFilter) -> dict[str, Any]:
    """Everything `mdf/requests.html` shows."""
    work, blueprint = ctx(), "funds" if face == "portal" else "desk_funds"
    page = requests_page(work, asked)
    counts = counts_by_view(work, asked.partner_id)
    kept = kept_in_address(asked)
    return {
        "face": face,
        "tabs": fund_tabs(face, "requests"),
        "views": [
            {"label": label, "href": address(f"{blueprint}.index", **{**kept, "view": view}), "active": view == asked.view, "count": counts[view]}
            for view, label in _view_labels(face)
        ],
        "asked": asked,
        "page": page,
        "rows": rows_of(page, blueprint),
        "totals": totals(page),
        "filter_words": filter_words(asked),
        "here": address(f"{blueprint}.index"),
        "export_href": address(f"{blueprint}.export", **kept),
        "older": address(f"{blueprint}.index", **kept, before=page.older) if page.older else None,
        "newer": address(f"{blueprint}.index", **kept, after=page.newer) if page.newer else None,
    }


def kept_in_address(asked: RequestFilter) -> dict[str, str]:
    """The filter as parameters, without the cursor."""
    return {
        "view": asked.view,
        "q": asked.text,
        "partner": asked.partner_id,
        "budget": asked.budget_id,
        "campaign": asked.campaign,
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
    }


def _view_labels(face: str) -> list[tuple[str, str]]:
    if face == "portal":
        return [
            ("all", _("All")),
            ("partner", _("With you")),
            ("vendor", _("With the reviewer")),
            ("funded", _("Approved and running")),
            ("ended", _("Ended")),
        ]
    return [
        ("vendor", _("To be decided")),
        ("partner", _("With the partner")),
        ("funded", _("Approved and running")),
        ("ended", _("Ended")),
        ("all", _("All")),
    ]


def filter_words(asked: RequestFilter) -> str:
    """The filter as a sentence; empty when nothing is filtered."""
    work, parts = ctx(), []
    if asked.text:
        parts.append(_("containing “%(text)s”", text=asked.text))
    if asked.partner_id:
        names = {str(key): name for key, name in partner_names(work, [asked.partner_id]).items()}  # type: ignore[list-item]
        parts.append(_("of %(partner)s", partner=names.get(asked.partner_id, asked.partner_id)))
    if asked.budget_id:
        known = budgets_for(work) if work.actor.partner_id is None else open_budgets(work, work.actor.partner_id)
        budgets = {str(budget.id): budget.name for budget in known}
        parts.append(_("from the budget “%(name)s”", name=budgets.get(asked.budget_id, asked.budget_id)))
    if asked.campaign:
        parts.append(_("of the campaign %(code)s", code=asked.campaign))
    if asked.first or asked.last:
        days = span(asked.first, asked.last)
        parts.append(_("active %(days)s", days=days) if days else _("active in the chosen days"))
    return _("Requests %(conditions)s", conditions=", ".join(parts)) if parts else ""


def totals(page: RequestPage) -> str:
    """How many and how much, in each currency."""
    count = ngettext("%(n)s request", "%(n)s requests", page.total)
    sums = [
        _(
            "%(asked)s asked for, %(approved)s approved",
            asked=Money(one.requested_minor, one.currency).format(),
            approved=Money(one.approved_minor, one.currency).format(),
        )
        for one in page.sums
    ]
    return " · ".join([count, *sums])


def rows_of(page: RequestPage, blueprint: str) -> list[dict[str, Any]]:
    work = ctx()
    partners = partner_names(work, [row.partner_id for row in page.requests])
    campaigns = campaign_names(work, [row.campaign_id for row in page.requests])
    return [
        {
            "request": row,
            "href": address(f"{blueprint}.show", request_id=row.id),
            "status": labels.request_status_label(row.status),
            "tone": labels.request_tone(row.status),
            "partner": partners.get(row.partner_id, ""),
            "campaign": campaigns.get(row.campaign_id, ""),
            "days": span(row.starts_on, row.ends_on),
            "activity": labels.activity_label(row.activity_type),
            "turn": turn(work, row) if whose_turn(row.status) != "nobody" else "",
            "due": row.claim_due_on if row.status in FUNDED else None,
        }
        for row in page.requests
    ]


_COLUMNS = (
    *("id", "partner", "title", "activity_type", "campaign", "status", "status_since", "starts_on", "ends_on", "currency"),
    *("participation_rate", "requested_minor", "approved_minor", "expected_pipeline_minor", "expected_leads", "claim_due_on", "submitted_at"),
)


def export(asked: RequestFilter, blueprint: str) -> Response:
    """Exactly what the filter shows, all pages of it. Amounts in minor units."""
    page = requests_page(ctx(), asked, rows=None)
    rows: list[list[Any]] = [list(_COLUMNS)]
    rows += [[_cell(one["request"], one, column) for column in _COLUMNS] for one in rows_of(page, blueprint)]
    answer = Response(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="requests.csv"'
    return answer


def _cell(row: FundRequest, shown: dict[str, Any], column: str) -> Any:
    if column in ("partner", "campaign"):
        return shown[column]
    value = getattr(row, column)
    return str(value) if column in ("id", "activity_type", "status") else value
