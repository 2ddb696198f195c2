"""What both sides' pages of a registration show: facts, history, whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from babel import Locale
from flask import url_for
from sqlalchemy import select

from core.audit import history
from core.ctx import Ctx
from core.decisions.showing import shown_decisions
from core.i18n import active_locale, babel_locale, format_date, format_datetime, pgettext
from core.i18n import gettext as _
from core.ids import TypeID
from core.sla.showing import shown_clock
from deals import labels
from deals.decisions import CLOCK
from deals.models import Registration
from deals.queries import line_names
from deals.rules.decisions import ADMISSION, DECISION, STANDING
from deals.rules.protection import last_protected_day
from deals.rules.states import DealStatus, whose_turn
from deals.services.checking import COUNTRIES
from engagement import Lead, lead_title
from partners import Partner
from syndication import Placement


def partner_names(work: Ctx, ids: Iterable[str]) -> dict[str, str]:
    wanted = [TypeID.parse(one, "prt") for one in dict.fromkeys(ids)]
    rows = work.session.scalars(select(Partner).where(Partner.id.in_(wanted))) if wanted else ()
    return {str(row.id): row.display_name for row in rows}


def country_name(code: str) -> str:
    locale: Locale = babel_locale(active_locale())
    return str(locale.territories.get(code, code)) if code else ""


def country_choices() -> list[tuple[str, str]]:
    return sorted(((code, country_name(code)) for code in COUNTRIES), key=lambda pair: pair[1].casefold())


def deal_values(work: Ctx, row: Registration) -> dict[str, Any]:
    """The values that a registration's page shows on either side."""
    return {
        "deal": row,
        "name": row.customer_name or _("Customer not named yet"),
        "status": labels.status_label(row.status),
        "tone": labels.status_tone(row.status),
        "turn": turn(work, row),
        "amount": labels.amount(row.amount_minor, row.currency),
        "stage": labels.stage_label(row.stage),
        "probability": labels.per_cent(row.probability),
        "facts": _facts(work, row),
        "customer": _customer(row),
        "reason": labels.reason_label(row.reason_code) if row.reason_code else "",
        "protected_last": last_protected_day(row.protected_until, work.clock.zone) if row.protected_until else None,
        "days_left": _days_left(work, row),
        "events": timeline_of(work, row.id),
        "partner_name": partner_names(work, [str(row.partner_id)]).get(str(row.partner_id), ""),
        "clock": shown_clock(work, CLOCK, row.id),
        "decisions": shown_decisions(work, row.id, (DECISION, STANDING, ADMISSION)),
    }


def turn(work: Ctx, row: Registration) -> str:
    """Whose turn it is and since when; empty once it has ended."""
    side, since = whose_turn(row.status), format_datetime(row.status_since, work.clock.zone, "short")
    if side == "vendor":
        return _("With the channel manager since %(moment)s", moment=since)
    if side == "partner":
        partner = partner_names(work, [str(row.partner_id)]).get(str(row.partner_id), "")
        return _("With %(partner)s since %(moment)s", partner=partner, moment=since)
    return ""


def _days_left(work: Ctx, row: Registration) -> int | None:
    if row.status is not DealStatus.APPROVED or row.protected_until is None:
        return None
    return max(0, (last_protected_day(row.protected_until, work.clock.zone) - work.today).days)


def _facts(work: Ctx, row: Registration) -> list[tuple[str, str]]:
    if row.tender and row.tender_published_on:
        tender = _("yes, published on %(day)s", day=format_date(row.tender_published_on))
    else:
        tender = _("yes, not published yet") if row.tender else _("no")
    return [
        (_("Product line"), line_names(work).get(row.product_line, row.product_line)),
        (_("Expected amount") if row.status is not DealStatus.WON else _("Amount sold"), labels.amount(row.amount_minor, row.currency)),
        (_("Expected order"), format_date(row.expected_close) if row.expected_close else ""),
        (pgettext("deal", "Tender"), tender),
        (_("Competitor"), row.competitor),
    ]


def _customer(row: Registration) -> list[tuple[str, str]]:
    return [
        (_("Company"), row.customer_name),
        (_("Domain"), row.customer_domain),
        (_("Country"), country_name(row.customer_country)),
        (_("Contact"), row.contact_name),
        (_("E-mail"), row.contact_email),
    ]


def timeline_of(work: Ctx, registration_id: TypeID) -> list[dict[str, Any]]:
    """The audit log of the registration as the design system's timeline takes it, newest first."""
    return [
        {
            "who": entry.actor_name,
            "entry_id": str(entry.id),
            "what": labels.event_sentence(entry.action, entry.before, entry.after),
            "when": format_datetime(entry.at, work.clock.zone, "short"),
            "when_iso": entry.at.isoformat(),
            "reason": entry.reason,
            "tone": "negative" if entry.action.endswith((".reject", ".lose", ".release")) else None,
        }
        for entry in history(work, registration_id, limit=50)
    ]


def source_rows(work: Ctx, row: Registration, lead_endpoint: str) -> list[tuple[str, str, str]]:
    """(term, words, address) of where the deal came from; empty without a lead."""
    if row.lead_id is None:
        return []
    lead = work.session.get(Lead, row.lead_id)
    placement = work.session.get(Placement, row.placement_id) if row.placement_id else None
    found = [
        (_("Lead"), lead_title(lead) if lead else str(row.lead_id), url_for(lead_endpoint, lead_id=row.lead_id) if lead else ""),
        (_("Campaign"), row.source_code, ""),
        (_("Placement"), placement.name if placement else "", ""),
    ]
    return [one for one in found if one[1]]
