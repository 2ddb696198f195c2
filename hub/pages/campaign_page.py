"""The page of one campaign: what it is made of, where it stands, what was asked, paid and sold under its code, and how it ran (A-52)."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import or_, select

from cobranding import LandingPage, page_path
from cobranding.rules.pages import PageStatus
from core import charts
from core.ctx import Ctx
from core.errors import NotFound
from core.i18n import format_date, format_datetime, format_number, language_name
from core.i18n import gettext as _
from core.ids import TypeID
from engagement import Lead
from engagement.labels import metric_label
from engagement.queries import counted_until, counts_by_day, counts_by_placement
from engagement.queries.names import asset_names, partner_names
from engagement.rules.kinds import Kind
from engagement.rules.measures import Metric
from engagement.rules.periods import Period
from hub.pages.campaign_money import claim_rows, deal_rows, has_part, request_rows
from hub.pages.gathering import Gathered, gather_campaign
from hub.pages.line_links import RowLinks
from hub.pages.line_page import LineTable, cells, definitions_href, headings, steps
from hub.rules.line import Line, by_partner, total
from hub.rules.spans import Span
from partners import partner_for
from syndication import Asset, Campaign, CollectionItem, Placement, assets_for_partner, placements_for
from syndication import Perm as ContentPerm
from syndication.labels import content_type_label
from syndication.queries import shown_status


def campaign_for(ctx: Ctx, campaign_id: TypeID) -> Campaign:
    """For a partner only a campaign in which it has something; any other one does not exist."""
    found = ctx.session.get(Campaign, campaign_id)
    if found is None or (ctx.actor.partner_id is not None and not _takes_part(ctx, found)):
        raise NotFound("campaign")
    return found


def _takes_part(ctx: Ctx, campaign: Campaign) -> bool:
    """The session shows only the partner's own rows."""
    own = (
        select(Placement.id).where(Placement.campaign_id == campaign.id),
        select(LandingPage.id).where(LandingPage.campaign_id == campaign.id),
        select(Lead.id).where(Lead.campaign == campaign.code),
    )
    return any(ctx.session.scalar(query.limit(1)) is not None for query in own) or has_part(ctx, campaign)


def campaign_values(ctx: Ctx, campaign: Campaign) -> dict[str, Any]:
    """Everything the template shows."""
    gathered = gather_campaign(ctx, campaign)
    base = "/portal" if ctx.actor.partner_id else "/desk"
    links = RowLinks.for_reader(ctx, None).of_campaign(campaign.code, "#placements")
    placements = [row for row in placements_for(ctx) if row.campaign_id == campaign.id]
    period = Period(gathered.span.first, gathered.span.last, "custom")
    return {
        "state": _state(ctx, campaign),
        "steps": steps(total(gathered.cells), links, same_days=False),
        "note": _note(ctx, gathered.span),
        "has_begun": campaign.starts_on <= ctx.today,
        "is_empty": total(gathered.cells).is_empty,
        "partners": _partners(ctx, gathered, links),
        "headings": headings(),
        "definitions_href": definitions_href(ctx),
        "chart": _chart(ctx, period, placements),
        "placements": _placements(ctx, period, placements, base),
        "assets": _assets(ctx, campaign, placements),
        "pages": _pages(ctx, campaign),
        "requests": request_rows(ctx, campaign),
        "claims": claim_rows(ctx, campaign),
        "deals": deal_rows(ctx, campaign),
        "edit_href": url_for("campaigns.edit", campaign_id=campaign.id) if ctx.may(ContentPerm.CAMPAIGN_EDIT) and base == "/desk" else None,
        "on_desk": base == "/desk",
    }


def _state(ctx: Ctx, campaign: Campaign) -> str:
    if campaign.starts_on > ctx.today:
        return "planned"
    return "ended" if campaign.ends_on < ctx.today else "running"


def _note(ctx: Ctx, span: Span) -> str:
    return _(
        "Impressions, views and clicks of its placements from %(first)s to %(last)s, %(zone)s, complete up to %(moment)s. "
        "Leads, deals and funds: everything with its code, until now. Attribution: source code of the lead.",
        first=format_date(span.first),
        last=format_date(span.last),
        zone=ctx.settings.time_zone,
        moment=format_datetime(counted_until(ctx), ctx.clock.zone, "short"),
    )


def _partners(ctx: Ctx, gathered: Gathered, links: RowLinks) -> LineTable | None:
    """Only where there is something to compare: several partners in one campaign."""
    lines: dict[str, Line] = by_partner(gathered.cells)
    if ctx.actor.partner_id or len(lines) < 2:
        return None
    names = partner_names(ctx, lines)
    rows = [
        {"name": names[key].text, "href": url_for("desk_results.partner", partner_id=key), "cells": cells(line, links.of_partner(key))}
        for key, line in lines.items()
    ]
    return LineTable("by-partner", _("By partner"), _("Partner"), rows)


def _chart(ctx: Ctx, period: Period, placements: list[Placement]) -> charts.Chart:
    """What could really be seen, and what was clicked, day by day."""
    by_day = counts_by_day(ctx, period, [row.id for row in placements])
    days = [format_date(day, "short") for day in by_day]
    series = [
        charts.Series(metric_label(Metric.VIEWS), tuple(counts[Kind.VIEWABLE] for counts in by_day.values())),
        charts.Series(metric_label(Metric.CLICKS), tuple(counts[Kind.CLICK] for counts in by_day.values())),
    ]
    return charts.line(_("Views and clicks"), days, series, unit=_("per day"))


def _placements(ctx: Ctx, period: Period, placements: list[Placement], base: str) -> list[dict[str, Any]]:
    counts = counts_by_placement(ctx, period, [row.id for row in placements])
    partners = partner_names(ctx, [str(row.partner_id) for row in placements])
    days = f"period=custom&from={period.first.isoformat()}&to={period.last.isoformat()}"
    rows = []
    for row in placements:
        results = f"{base}/results/{f'{row.partner_id}/' if base == '/desk' else ''}?{days}&placement={row.id}"
        found = counts.get(row.id) or {}
        numbers = [found.get(kind, 0) for kind in (Kind.RENDERED, Kind.VIEWABLE, Kind.CLICK)]
        rows.append(
            {
                "name": row.name,
                "site": row.site,
                "href": url_for("placements.show", placement_id=row.id) if base == "/portal" else results,
                "partner": partners[str(row.partner_id)].text,
                "status": shown_status(ctx, row).value,
                "numbers": [{"text": format_number(value), "href": results if value else None} for value in numbers],
            }
        )
    return rows


def _assets(ctx: Ctx, campaign: Campaign, placements: list[Placement]) -> list[dict[str, Any]]:
    """What was made for it, and what its placements show; for a partner as far as it receives it."""
    placed = select(CollectionItem.asset_id).where(CollectionItem.collection_id.in_([row.collection_id for row in placements]))
    query = select(Asset).where(or_(Asset.campaign_id == campaign.id, Asset.id.in_(placed))).order_by(Asset.published_at.desc(), Asset.id)
    found = list(ctx.session.scalars(query).unique())
    if ctx.actor.partner_id is not None:
        received = {one.asset.id for one in assets_for_partner(ctx, ctx.actor.partner_id)}
        found = [asset for asset in found if asset.id in received]
    names = asset_names(ctx, [str(asset.id) for asset in found])
    endpoint = "content.show" if ctx.actor.partner_id else "assets.show"
    return [
        {
            "name": names[str(asset.id)],
            "href": url_for(endpoint, asset_id=asset.id),
            "kind": content_type_label(asset.content_type),
            "status": asset.status.value,
            "languages": ", ".join(language_name(text.locale, ctx.locale) for text in asset.localizations),
        }
        for asset in found
    ]


def _pages(ctx: Ctx, campaign: Campaign) -> list[dict[str, Any]]:
    """Landing pages of the campaign; a partner's own link to their page in the portal, the vendor's reader to the public one."""
    rows = list(ctx.session.scalars(select(LandingPage).where(LandingPage.campaign_id == campaign.id).order_by(LandingPage.headline)))
    partners = partner_names(ctx, [str(row.partner_id) for row in rows])
    return [
        {
            "name": row.headline,
            "lang": row.locale,
            "href": url_for("my_pages.show", page_id=row.id) if ctx.actor.partner_id and ctx.may("cobranding:page:read") else _public(ctx, row),
            "partner": partners[str(row.partner_id)].text,
            "status": row.status.value,
            "language": language_name(row.locale, ctx.locale),
        }
        for row in rows
    ]


def _public(ctx: Ctx, page: LandingPage) -> str | None:
    return page_path(partner_for(ctx, page.partner_id).slug, page) if page.status is PageStatus.PUBLISHED else None
