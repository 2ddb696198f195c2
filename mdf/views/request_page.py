"""What both sides' pages of a request show: money, plan, evidence list, whose turn it is, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.ctx import Ctx
from core.decisions.showing import shown_decisions
from core.i18n import format_date, format_datetime, format_number, ngettext
from core.i18n import gettext as _
from core.money import Money
from core.sla.showing import shown_clock
from mdf import labels
from mdf.decisions import REQUEST_CLOCK
from mdf.models import FundRequest, RequestStatus
from mdf.queries.budgets import budget_for
from mdf.queries.ledger import held_by
from mdf.queries.promised import promised_terms
from mdf.queries.requests import campaign_names, partner_names, placement_names
from mdf.rules.catalogue import contract
from mdf.rules.decisions import CHECK, REQUEST
from mdf.rules.kinds import Provider
from mdf.rules.requests import claim_due_on, whose_turn
from mdf.rules.states import FUNDED
from mdf.services.requests import shares_of
from mdf.views.frame import timeline_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of evidence, for all placements together: the list as a person reads it."""

    label: str
    provider: str
    is_hub: bool
    required: bool
    when: str
    where: str


def request_values(work: Ctx, row: FundRequest) -> dict[str, Any]:
    """The values of a request's page on either side."""
    shares = shares_of(row)
    return {
        "row": row,
        "status": labels.request_status_label(row.status),
        "tone": labels.request_tone(row.status),
        "activity": labels.activity_label(row.activity_type),
        "partner_name": partner_names(work, [row.partner_id]).get(row.partner_id, ""),
        "turn": turn(work, row),
        "lines": [
            {"line": line, "key": f"line-{line.id}", "share": shares[str(line.id)], "is_cut": line.approved_minor not in (None, shares[str(line.id)])}
            for line in row.lines
        ],
        "costs_minor": sum(line.cost_minor for line in row.lines),
        "share_minor": sum(shares.values()),
        "is_decided": row.approved_minor is not None,
        "is_funded": row.status in FUNDED,
        "held": held_by(work, row),
        "plan": _plan(work, row),
        "asked": asked_for(work, row),
        "claim_due": _claim_due(work, row),
        "reason": labels.decline_reason_label(row.reason_code) if row.reason_code else "",
        "last_words": _last_words(work, row),
        "events": timeline_of(work, row.id),
        "clock": shown_clock(work, REQUEST_CLOCK, row.id),
        "decisions": shown_decisions(work, row.id, (REQUEST, CHECK)),
        "budget": budget_for(work, row.budget_id),
        "due_days": promised_terms(work, row).claim_due_days,
    }


def turn(work: Ctx, row: FundRequest) -> str:
    """Whose turn it is and since when; empty once it has ended."""
    side, since = whose_turn(row.status), format_datetime(row.status_since, work.clock.zone, "short")
    if side == "vendor":
        return _("With the reviewer since %(moment)s", moment=since)
    if side == "partner":
        partner = partner_names(work, [row.partner_id]).get(row.partner_id, "")
        return _("With %(partner)s since %(moment)s", partner=partner, moment=since)
    return ""


def span(first: date | None, last: date | None) -> str:
    """The days of the activity."""
    if first is None or last is None:
        return ""
    return _("%(first)s to %(last)s", first=format_date(first), last=format_date(last))


def _plan(work: Ctx, row: FundRequest) -> list[tuple[str, str]]:
    placements = placement_names(work, [one.placement_id for one in row.placements])
    pipeline = Money(row.expected_pipeline_minor, row.currency).format() if row.expected_pipeline_minor is not None else ""
    return [
        (_("Goal"), row.goal),
        (_("Target group"), row.target_group),
        (_("Size of the group"), format_number(row.target_size) if row.target_size is not None else ""),
        (_("Expected sales"), pipeline),
        (_("Expected leads"), format_number(row.expected_leads) if row.expected_leads is not None else ""),
        (_("Campaign"), campaign_names(work, [row.campaign_id]).get(row.campaign_id, "")),
        (_("Days"), span(row.starts_on, row.ends_on)),
        (_("Placements"), ", ".join(sorted(placements.values()))),
    ]


def asked_for(work: Ctx, row: FundRequest) -> list[Asked]:
    """The evidence list: the stored one once it is fixed, before that what the catalogue would fix today."""
    items: list[Any] = list(row.evidence_items)
    if not items:
        some_day = row.starts_on or work.today
        placed = sorted(str(one.placement_id) for one in row.placements)
        items = list(contract(row.activity_type, placed, some_day, max(some_day, row.ends_on or some_day), promised_terms(work, row)))
    grouped: dict[str, list[Any]] = {}
    for item in items:
        grouped.setdefault(item.code, []).append(item)
    is_dated = bool(row.starts_on and row.ends_on)
    return [_asked(work, code, same, is_dated) for code, same in grouped.items()]


def _asked(work: Ctx, code: str, same: list[Any], is_dated: bool) -> Asked:
    first = same[0]
    is_hub = first.provider is Provider.HUB
    places = len({one.placement_id for one in same if one.placement_id})
    provider = labels.provider_label(first.provider) if work.actor.partner_id else labels.provider_label_desk(first.provider)
    within_days = int((first.terms or {}).get("within_days") or 0)
    if within_days:
        when = ngettext("within %(n)s day after the end", "within %(n)s days after the end", within_days)
    elif first.due_on:
        when = format_date(first.due_on) if is_dated else _("on a day of the activity")
    else:
        when = _("while it runs") if is_hub else _("with the claim")
    where = _("for each of %(n)s placements", n=places) if places > 1 else ""
    return Asked(labels.evidence_label(code), provider, is_hub, first.required, when, where)


def _claim_due(work: Ctx, row: FundRequest) -> dict[str, Any] | None:
    """The last day for the claim, and how near it is."""
    day = row.claim_due_on or (claim_due_on(row.ends_on, promised_terms(work, row)) if row.ends_on else None)
    if day is None:
        return None
    left = (day - work.today).days
    return {"day": format_date(day), "days_left": left, "is_near": row.status in FUNDED and left <= 14, "fixed": row.claim_due_on is not None}


def _last_words(work: Ctx, row: FundRequest) -> str:
    """What the reviewer wrote last, where the partner has to act on it."""
    if row.status not in (RequestStatus.INFO_REQUESTED, RequestStatus.CHANGES_REQUESTED, RequestStatus.DECLINED, RequestStatus.PARTIALLY_APPROVED):
        return ""
    return next((str(event["reason"]) for event in timeline_of(work, row.id) if event["reason"]), "")


def plan_figures(row: FundRequest, share_minor: int) -> dict[str, str | None]:
    """What the plan promises for the money: cost of a lead, sales for each unit of funds."""
    leads, pipeline = row.expected_leads, row.expected_pipeline_minor
    ratio = (Decimal(pipeline) / share_minor).quantize(Decimal("0.1")) if pipeline and share_minor else None
    return {
        "per_lead": Money(round(Decimal(share_minor) / leads), row.currency).format() if leads and share_minor else None,
        "ratio": format_number(ratio) if ratio is not None else None,
    }
