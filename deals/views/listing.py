"""The list of registrations and its export, the same for the portal and the desk; filters live in the address."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, request, url_for

from core.gates import clean_text, write_csv
from core.i18n import format_date, pgettext
from core.i18n import gettext as _
from core.ids import TypeID
from core.money import Money
from core.programme import programme_of
from core.web import ctx, render
from deals import labels
from deals.models import Registration
from deals.programme import DealTerms
from deals.queries import DealFilter, DealPage, counts_by_view, line_names, registrations_page, views_of
from deals.rules.states import DealStatus
from deals.views.parts import partner_names
from partners import active_partners


def wanted(default_view: str) -> DealFilter:
    """The filter out of the address; what cannot be read counts as not said. A period or a state alone shows every state."""
    told = request.args
    narrow = any(told.get(name) for name in ("from", "to", "campaign", "status"))
    view = told.get("view", "all" if narrow else default_view)
    return DealFilter(
        view=view if view in views_of(ctx()) else default_view,
        text=clean_text(told.get("q", "")[:200]),
        partner_id=_id(told.get("partner", ""), "prt") if ctx().actor.partner_id is None else "",
        campaign=clean_text(told.get("campaign", "")[:100]),
        product_line=clean_text(told.get("line", "")[:40]),
        status=told.get("status", "") if told.get("status", "") in set(DealStatus) else "",
        first=_day(told.get("from", "")),
        last=_day(told.get("to", "")),
        before=_id(told.get("before", ""), "dlr"),
        after=_id(told.get("after", ""), "dlr"),
    )


def _id(text: str, prefix: str) -> str:
    try:
        return str(TypeID.parse(text, prefix))
    except ValueError:
        return ""


def _day(text: str) -> date | None:
    """Years that no calendar of ours reaches are not days either: a period begins and ends at local midnight."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2200 else None


def list_page(blueprint: str, default_view: str, **more: Any) -> str:
    work, asked = ctx(), wanted(default_view)
    page = registrations_page(work, asked)
    here = url_for(f"{blueprint}.index")
    g.breadcrumbs = [(_("Deals"), here)]
    counts = counts_by_view(work, asked.partner_id)
    kept = _kept(asked)
    return render(
        "deals/deals.html",
        protection_days=programme_of(ctx()).section(DealTerms).protection_days,
        rows=rows_of(page, blueprint),
        page=page,
        wanted=asked,
        here=here,
        over_all=blueprint == "desk_deals",
        tabs=[_tab(blueprint, asked, kept, view, counts[view]) for view in views_of(work)],
        older=_address(blueprint, view=asked.view, before=page.older, **kept) if page.older else None,
        newer=_address(blueprint, view=asked.view, after=page.newer, **kept) if page.newer else None,
        export_href=_address(blueprint, "export", view=asked.view, **kept),
        filter_words=_filter_words(asked),
        lines=sorted(line_names(work).items(), key=lambda pair: pair[1].casefold()),
        states=[(one.value, labels.status_label(one)) for one in DealStatus if blueprint == "deals" or one is not DealStatus.DRAFT],
        partners=[(str(one.id), one.display_name) for one in active_partners(work)],
        **more,
    )


def _kept(asked: DealFilter) -> dict[str, str]:
    return {
        "q": asked.text,
        "partner": asked.partner_id,
        "campaign": asked.campaign,
        "line": asked.product_line,
        "status": asked.status,
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
    }


def _tab(blueprint: str, asked: DealFilter, kept: dict[str, str], view: str, count: int) -> dict[str, Any]:
    words = {
        "open": pgettext("deal", "Open"),
        "mine": pgettext("deal", "With you"),
        "waiting": pgettext("deal", "Waiting for a decision"),
        "closed": pgettext("deal", "Ended"),
        "all": pgettext("deal", "All"),
    }
    narrowed = any(value for name, value in kept.items() if name != "partner")
    href = _address(blueprint, view=view, **{**kept, "status": ""})
    return {"label": words[view], "href": href, "active": view == asked.view and not asked.status, "count": None if narrowed else count}


def _address(blueprint: str, page: str = "index", **parameters: str | None) -> str:
    told: dict[str, Any] = {key: value for key, value in parameters.items() if value}
    return url_for(f"{blueprint}.{page}", **told)


def _filter_words(asked: DealFilter) -> str:
    """The filter as a sentence; empty when nothing is filtered."""
    parts = []
    if asked.status:
        parts.append(_("in the state “%(state)s”", state=labels.status_label(DealStatus(asked.status))))
    if asked.text:
        parts.append(_("containing “%(text)s”", text=asked.text))
    if asked.partner_id:
        parts.append(_("of %(partner)s", partner=partner_names(ctx(), [asked.partner_id]).get(asked.partner_id, asked.partner_id)))
    if asked.campaign:
        parts.append(_("from the campaign %(code)s", code=asked.campaign))
    if asked.product_line:
        parts.append(_("for %(line)s", line=line_names(ctx()).get(asked.product_line, asked.product_line)))
    won = asked.status == DealStatus.WON
    if asked.first:
        day = format_date(asked.first)
        parts.append(_("won from %(day)s on", day=day) if won else _("submitted from %(day)s on", day=day))
    if asked.last:
        day = format_date(asked.last)
        parts.append(_("won until %(day)s", day=day) if won else _("submitted until %(day)s", day=day))
    return _("Deals %(conditions)s", conditions=", ".join(parts)) if parts else ""


def rows_of(page: DealPage, blueprint: str) -> list[dict[str, Any]]:
    work = ctx()
    lines, partners = line_names(work), partner_names(work, [str(deal.partner_id) for deal in page.deals])
    return [
        {
            "deal": deal,
            "href": url_for(f"{blueprint}.show", registration_id=deal.id),
            "name": deal.customer_name or _("Customer not named yet"),
            "status": labels.status_label(deal.status),
            "tone": labels.status_tone(deal.status),
            "line": lines.get(deal.product_line, deal.product_line),
            "amount": labels.amount(deal.amount_minor, deal.currency),
            "stage": labels.stage_label(deal.stage),
            "probability": labels.per_cent(deal.probability),
            "partner": partners.get(str(deal.partner_id), ""),
        }
        for deal in page.deals
    ]


_COLUMNS = [
    "id",
    "partner",
    "status",
    "stage",
    "probability",
    "customer",
    "customer_domain",
    "country",
    "product_line",
    "amount",
    "currency",
    "expected_close",
    "tender",
    "campaign",
    "conflict",
    "submission_no",
    "submitted_at",
    "decided_at",
    "reason_code",
    "rule_version",
    "protected_until",
    "closed_on",
    "created_at",
]


def export(blueprint: str, default_view: str) -> Response:
    """Exactly what is seen, all pages of it."""
    page = registrations_page(ctx(), wanted(default_view), rows=None)
    rows: list[list[Any]] = [list(_COLUMNS)]
    rows += [_cells(row["deal"], row["partner"]) for row in rows_of(page, blueprint)]
    if ctx().actor.partner_id is not None:
        # It counts everybody's submissions: a partner would read from it how many others there are.
        hidden = _COLUMNS.index("submission_no")
        rows = [[*cells[:hidden], *cells[hidden + 1 :]] for cells in rows]
    answer = Response(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="deals.csv"'
    return answer


def _cells(deal: Registration, partner: str) -> list[Any]:
    amount = Money(deal.amount_minor, deal.currency).decimal if deal.amount_minor is not None else None
    return [
        *(str(deal.id), partner, deal.status.value, deal.stage.value, deal.probability, deal.customer_name, deal.customer_domain),
        *(deal.customer_country, deal.product_line, amount, deal.currency, deal.expected_close, deal.tender, deal.source_code, deal.match_kind),
        *(deal.place, deal.submitted_at, deal.decided_at, deal.reason_code, deal.decided_rule_version, deal.protected_until),
        *(deal.closed_on, deal.created_at),
    ]
