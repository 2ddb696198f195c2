"""The line as a page shows it: a chain of steps and the tables by partner and by campaign, every number with the way to its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from core.ctx import Ctx
from core.i18n import format_date, format_datetime, format_list, format_number, format_percent
from core.i18n import gettext as _
from core.ids import TypeID
from engagement.labels import metric_label
from engagement.queries import counted_until
from engagement.queries.names import partner_names
from engagement.rules.measures import Metric
from hub import labels
from hub.pages.gathering import Gathered, gather
from hub.pages.line_links import RowLinks
from hub.rules.line import NO_CAMPAIGN, Line, Purse, Return, by_campaign, by_partner, total
from hub.rules.spans import SPANS, Span, read_span

#: How each step is drawn: counts, then money, then the ratio of the two.
_KINDS = (*[None] * 6, "money", "money", "ratio")


@dataclass(frozen=True)
class LineTable:
    """Rows are {"name","href","lang","cells"}; a cell is a list of {"text","href"}, one for each currency where it is money."""

    key: str
    caption: str
    column: str
    rows: list[dict[str, Any]]


def line_values(ctx: Ctx, key: str) -> dict[str, Any]:
    """For the start pages: everything of the actor's world in the chosen days."""
    span = read_span(key, ctx.today)
    gathered, links = gather(ctx, span), RowLinks.for_reader(ctx, span)
    whole = total(gathered.cells)
    return {
        "steps": steps(whole, links),
        "tables": [table for table in (_partners(ctx, gathered, links), _campaigns(gathered, links)) if table.rows],
        "headings": headings(),
        "foot": cells(whole, links),
        "choices": [(one, labels.span_label(one)) for one in SPANS],
        "chosen": span.key,
        "is_empty": whole.is_empty,
        "note": freshness(ctx, span),
        "definitions_href": definitions_href(ctx),
    }


def definitions_href(ctx: Ctx) -> str:
    return url_for("lines.definitions") if ctx.actor.partner_id else url_for("desk_lines.definitions")


def freshness(ctx: Ctx, span: Span) -> str:
    """Period, zone, model and how far everything is counted: what a number needs beside it."""
    return _(
        "%(first)s to %(last)s, %(zone)s. Visits complete up to %(moment)s; leads, deals and funds as of now. Attribution: source code of the lead.",
        first=format_date(span.first),
        last=format_date(span.last),
        zone=ctx.settings.time_zone,
        moment=format_datetime(counted_until(ctx), ctx.clock.zone, "short"),
    )


def headings() -> list[str]:
    return [
        metric_label(Metric.IMPRESSIONS),
        metric_label(Metric.VIEWS),
        metric_label(Metric.CLICKS),
        metric_label(Metric.LEADS),
        _("Deals registered"),
        _("Deals won"),
        _("Won through campaigns"),
        _("Funds paid"),
        _("Return"),
    ]


def steps(line: Line, links: RowLinks, *, same_days: bool = True) -> list[dict[str, Any]]:
    """The chain. Notes say the share of the step before where the one really comes from the other: leads only of the `same_days`."""
    notes = [
        "",
        _share(line.views, line.impressions),
        _share(line.clicks, line.views),
        _share(line.leads, line.clicks) if same_days else "",
        _("%(n)s of them approved", n=format_number(line.approved)) if line.registered else "",
        "",
        "",
        _committed(line.committed),
        _return_note(line),
    ]
    anchors = ("", "", "", "leads", "deals", "won", "sourced", "paid", "return")
    base = "/portal" if links.base == "/portal" else "/desk"
    defined = [f"{base}/results/definitions#{metric.value}" for metric in (Metric.IMPRESSIONS, Metric.VIEWS, Metric.CLICKS)]
    return [
        {
            "label": label,
            "values": values,
            "note": note,
            "definition_href": defined[at] if at < len(defined) else f"{base}/results/line#{anchors[at]}",
            "kind": _KINDS[at],
        }
        for at, (label, values, note) in enumerate(zip(headings(), cells(line, links), notes, strict=True))
    ]


def _share(value: int, before: int) -> str:
    return _("%(share)s of the step before", share=format_percent(value / before)) if before else ""


def _committed(purse: Purse) -> str:
    reserved = [labels.short_money(minor, currency) for currency, minor in purse.amounts.items()]
    return _("%(amounts)s reserved besides", amounts=format_list(reserved)) if reserved else ""


def _return_note(line: Line) -> str:
    paid = [one for one in line.returns if one.paid_minor]
    if not paid:
        return _("Nothing was paid in this period.")
    told = [
        _(
            "%(won)s won for %(paid)s paid",
            won=labels.short_money(one.won_minor, one.currency),
            paid=labels.short_money(one.paid_minor, one.currency),
        )
        for one in paid
    ]
    return format_list(told)


def cells(line: Line, links: RowLinks) -> list[list[dict[str, Any]]]:
    """In the order of the headings; an empty list means that there is not enough data."""
    counts = (
        (line.impressions, links.seen(Metric.IMPRESSIONS)),
        (line.views, links.seen(Metric.VIEWS)),
        (line.clicks, links.seen(Metric.CLICKS)),
        (line.leads, links.leads()),
        (line.registered, links.deals()),
        (line.won, links.deals("won")),
    )
    return [
        *([{"text": format_number(value), "href": href if value else None}] for value, href in counts),
        _amounts(line.won_sourced, links.deals("won")),
        _amounts(line.paid, links.claims()),
        [{"text": _return_words(one, len(line.returns) > 1), "href": None} for one in line.returns if one.revenue_per_unit is not None],
    ]


def _amounts(purse: Purse, href: str | None) -> list[dict[str, Any]]:
    if not purse:
        return [{"text": format_number(0), "href": None}]
    return [{"text": labels.short_money(minor, currency), "href": href} for currency, minor in purse.amounts.items()]


def _return_words(one: Return, among_others: bool) -> str:
    assert one.revenue_per_unit is not None
    words = labels.ratio_words(one.revenue_per_unit)
    return f"{one.currency} {words}" if among_others else words


def _partners(ctx: Ctx, gathered: Gathered, links: RowLinks) -> LineTable:
    lines = {} if ctx.actor.partner_id else by_partner(gathered.cells)
    names = partner_names(ctx, lines)
    rows = []
    for key, line in lines.items():
        name = names[key].text if key in names else key
        rows.append({"name": name, "href": url_for("desk_results.partner", partner_id=key), "cells": cells(line, links.of_partner(key))})
    return LineTable("by-partner", _("By partner"), _("Partner"), rows)


def _campaigns(gathered: Gathered, links: RowLinks) -> LineTable:
    rows: list[dict[str, Any]] = []
    for code, line in by_campaign(gathered.cells).items():
        if code == NO_CAMPAIGN:
            rows.append({"name": _("Without a campaign"), "href": None, "cells": cells(line, links.of_campaign(code, ""))})
            continue
        campaign = gathered.campaigns[code]
        href = campaign_href(links.base, campaign.id)
        rows.append({"name": campaign.name, "href": href, "cells": cells(line, links.of_campaign(code, href + "#placements"))})
    # Without any campaign the one row would say what the chain says.
    return LineTable("by-campaign", _("By campaign"), _("Campaign"), rows if any(row["href"] for row in rows) else [])


def campaign_href(base: str, campaign_id: TypeID) -> str:
    return f"{base}/results/campaigns/{campaign_id}"
