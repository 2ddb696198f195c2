"""The list of claims and its export, the same for both sides; the filter stands in the address."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request

from core.gates import clean_text, write_csv
from core.i18n import format_date, ngettext, pgettext
from core.i18n import gettext as _
from core.money import Money
from core.web import ctx
from mdf import claim_labels
from mdf.models import ClaimStatus
from mdf.queries.claims import ClaimFilter, ClaimPage, ListedClaim, claims_due, claims_page, counts_by_view, views_of
from mdf.queries.requests import partner_names
from mdf.views.claim_parts import turn
from mdf.views.frame import address, asked_day, asked_id, fund_tabs
from partners import active_partners

BLUEPRINTS = {"portal": "fund_claims", "desk": "desk_fund_claims"}


def wanted(default_view: str) -> ClaimFilter:
    """Nonsense in the address means nothing. A period, a campaign or a state alone shows every state."""
    told = request.args
    narrow = any(told.get(name) for name in ("from", "to", "campaign", "status"))
    view = told.get("view", "all" if narrow else default_view)
    return ClaimFilter(
        view=view if view in views_of(ctx()) else default_view,
        text=clean_text(told.get("q", "")[:200]),
        partner_id=asked_id("partner", "prt") if ctx().actor.partner_id is None else "",
        campaign=clean_text(told.get("campaign", "")[:100]),
        status=told.get("status", "") if told.get("status", "") in set(ClaimStatus) else "",
        late=told.get("late", "") == "1",
        first=_day("from"),
        last=_day("to"),
        before=asked_id("before", "clm"),
        after=asked_id("after", "clm"),
    )


def _day(name: str) -> date | None:
    """A period begins and ends at local midnight: years that no calendar of ours reaches are not days."""
    day = asked_day(name)
    return day if day and 1970 <= day.year <= 2200 else None


def list_values(face: str, asked: ClaimFilter) -> dict[str, Any]:
    """Everything `mdf/claims.html` shows."""
    work, index = ctx(), f"{BLUEPRINTS[face]}.index"
    page = claims_page(work, asked)
    counts = counts_by_view(work, asked.partner_id)
    kept = _kept(asked)
    return {
        "face": face,
        "tabs": fund_tabs(face, "claims"),
        "views": [_tab(index, asked, kept, view, counts[view]) for view in views_of(work)],
        "asked": asked,
        "page": page,
        "rows": [_row(face, one, names) for names in [_partners(page)] for one in page.claims],
        "totals": _totals(page),
        "filter_words": _filter_words(asked),
        "here": address(index),
        "partners": [(str(one.id), one.display_name) for one in active_partners(work)] if face == "desk" else [],
        "export_href": address(f"{BLUEPRINTS[face]}.export", **{**kept, "view": asked.view}),
        "older": address(index, **{**kept, "view": asked.view}, before=page.older) if page.older else None,
        "newer": address(index, **{**kept, "view": asked.view}, after=page.newer) if page.newer else None,
        "due": claims_due(work) if face == "portal" else [],
    }


def _kept(asked: ClaimFilter) -> dict[str, str]:
    return {
        "q": asked.text,
        "partner": asked.partner_id,
        "campaign": asked.campaign,
        "status": asked.status,
        "late": "1" if asked.late else "",
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
    }


def _tab(index: str, asked: ClaimFilter, kept: dict[str, str], view: str, count: int) -> dict[str, Any]:
    words = {
        "open": pgettext("claim", "Open"),
        "mine": pgettext("claim", "With you"),
        "waiting": pgettext("claim", "To be decided"),
        "asked": pgettext("claim", "With the partner"),
        "to_pay": pgettext("claim", "To be paid"),
        "closed": pgettext("claim", "Ended"),
        "all": pgettext("claim", "All"),
    }
    narrowed = any(value for name, value in kept.items() if name != "partner")
    href = address(index, **{**kept, "status": "", "view": view})
    return {"label": words[view], "href": href, "active": view == asked.view and not asked.status, "count": None if narrowed else count}


def _filter_words(asked: ClaimFilter) -> str:
    """The filter as a sentence; empty when nothing is filtered."""
    parts = []
    if asked.status:
        parts.append(_("in the state “%(state)s”", state=claim_labels.status_label(ClaimStatus(asked.status))))
    if asked.text:
        parts.append(_("containing “%(text)s”", text=asked.text))
    if asked.partner_id:
        names = {str(key): name for key, name in partner_names(ctx(), [asked.partner_id]).items()}  # type: ignore[list-item]
        parts.append(_("of %(partner)s", partner=names.get(asked.partner_id, asked.partner_id)))
    if asked.campaign:
        parts.append(_("of the campaign %(code)s", code=asked.campaign))
    if asked.late:
        parts.append(_("that came late"))
    if asked.first or asked.last:
        paid = asked.status == ClaimStatus.PAID
        if asked.first:
            words = _("paid from %(day)s on", day=format_date(asked.first)) if paid else _("sent from %(day)s on", day=format_date(asked.first))
            parts.append(words)
        if asked.last:
            parts.append(_("paid until %(day)s", day=format_date(asked.last)) if paid else _("sent until %(day)s", day=format_date(asked.last)))
    return _("Claims %(conditions)s", conditions=", ".join(parts)) if parts else ""


def _totals(page: ClaimPage) -> str:
    count = ngettext("%(n)s claim", "%(n)s claims", page.total)
    sums = [
        _("%(claimed)s claimed, %(approved)s approved", claimed=Money(claimed, code).format(), approved=Money(approved, code).format())
        for code, (claimed, approved) in sorted(page.sums.items())
    ]
    return " · ".join([count, *sums])


def _partners(page: ClaimPage) -> dict[str, str]:
    return {str(key): name for key, name in partner_names(ctx(), [one.claim.partner_id for one in page.claims]).items()}


def _row(face: str, one: ListedClaim, partners: dict[str, str]) -> dict[str, Any]:
    claim = one.claim
    return {
        "claim": claim,
        "request": one.request,
        "campaign": one.campaign,
        "href": address(f"{BLUEPRINTS[face]}.show", claim_id=claim.id),
        "status": claim_labels.status_label(claim.status),
        "tone": claim_labels.status_tone(claim.status),
        "partner": partners.get(str(claim.partner_id), ""),
        "turn": turn(ctx(), claim, partners.get(str(claim.partner_id), "")),
    }


_COLUMNS = (
    *("id", "partner", "request_id", "title", "campaign", "status", "late", "invoice_no", "invoice_on", "supplier", "supplier_tax_id"),
    *("currency", "claimed", "approved", "reason_code", "payment_ref", "submitted_at", "decided_at", "decided_rule_version", "paid_at"),
)


def export(asked: ClaimFilter) -> Response:
    """Exactly what the filter shows, all pages of it; amounts in major units."""
    page = claims_page(ctx(), asked, rows=None)
    partners = _partners(page)
    rows: list[list[Any]] = [list(_COLUMNS)]
    rows += [[_cell(one, partners, column) for column in _COLUMNS] for one in page.claims]
    answer = Response(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="claims.csv"'
    return answer


def _cell(one: ListedClaim, partners: dict[str, str], column: str) -> Any:
    claim = one.claim
    if column in ("claimed", "approved"):
        minor = claim.claimed_minor if column == "claimed" else claim.approved_minor
        return None if minor is None else Money(minor, claim.currency).decimal
    special = {"partner": partners.get(str(claim.partner_id), ""), "title": one.request.title, "campaign": one.campaign}
    if column in special:
        return special[column]
    value = getattr(claim, column)
    return str(value) if column in ("id", "request_id", "status") else value
