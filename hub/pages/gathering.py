"""Collects one line per partner and campaign from the rooms that know its parts: engagement, deals, mdf. Reads only, narrowed to the actor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.ctx import Ctx
from core.ids import TypeID
from deals import Perm as DealsPerm
from deals.queries import DealLine, deal_lines
from deals.rules.states import DealStatus
from engagement.queries import counts_by_partner, counts_by_placement, leads_by_campaign
from engagement.queries.totals import Counts
from engagement.rules.kinds import Kind
from engagement.rules.periods import Period
from hub.rules.line import NO_CAMPAIGN, Cell, Line, Purse
from hub.rules.spans import Span, campaign_span
from mdf import Perm as MdfPerm
from mdf.queries.ledger import FundLine, fund_lines
from syndication import Campaign, campaigns_for, placements_for

#: Registrations that were approved at some time and not given back.
APPROVED = (DealStatus.APPROVED, DealStatus.WON, DealStatus.LOST, DealStatus.EXPIRED)
#: Approved deals whose money may still come or has come.
IN_PIPELINE = (DealStatus.APPROVED, DealStatus.WON)
Place = tuple[str, str]


@dataclass
class Gathered:
    """What a page draws: the cells, and the campaigns by code that they name."""

    span: Span
    cells: list[Cell]
    campaigns: dict[str, Campaign] = field(default_factory=dict)


def gather(ctx: Ctx, span: Span) -> Gathered:
    """Everything that happened in the span: sights and clicks, leads by arrival, deals by submission and by winning, money by payment."""
    campaigns = {one.code: one for one in campaigns_for(ctx)}
    sums: defaultdict[Place, Line] = defaultdict(Line)
    days = Period(span.first, span.last, "custom")
    for place, line in _sights(ctx, days, campaigns.values()):
        sums[place] += line
    for (partner_id, code), count in leads_by_campaign(ctx, span.first, span.last).items():
        sums[str(partner_id), code if code in campaigns else NO_CAMPAIGN] += Line(leads=count)
    for deal in _deals(ctx):
        code = deal.campaign if deal.campaign in campaigns else NO_CAMPAIGN
        sums[str(deal.partner_id), code] += deal_line(deal, span, is_sourced=bool(code))
    codes = {str(one.id): code for code, one in campaigns.items()}
    for fund in _funds(ctx, span):
        sums[str(fund.partner_id), codes.get(str(fund.campaign_id), NO_CAMPAIGN)] += _fund_line(fund)
    return Gathered(span, [Cell(partner, code, line) for (partner, code), line in sums.items()], campaigns)


def gather_campaign(ctx: Ctx, campaign: Campaign) -> Gathered:
    """One campaign: sights and clicks while it ran, and everything that carries its code until today, whenever it came."""
    span = campaign_span(campaign.starts_on, campaign.ends_on, ctx.today)
    sums: defaultdict[Place, Line] = defaultdict(Line)
    for place, line in _sights(ctx, Period(span.first, span.last, "custom"), [campaign]):
        if place[1] == campaign.code:
            sums[place] += line
    for (partner_id, code), count in leads_by_campaign(ctx).items():
        if code == campaign.code:
            sums[str(partner_id), code] += Line(leads=count)
    for deal in _deals(ctx):
        if deal.campaign == campaign.code:
            sums[str(deal.partner_id), deal.campaign] += deal_line(deal, None, is_sourced=True)
    for fund in _funds(ctx, None):
        if fund.campaign_id == campaign.id:
            sums[str(fund.partner_id), campaign.code] += _fund_line(fund)
    return Gathered(span, [Cell(partner, code, line) for (partner, code), line in sums.items()], {campaign.code: campaign})


def _sights(ctx: Ctx, period: Period, campaigns: Iterable[Campaign]) -> Iterator[tuple[Place, Line]]:
    """What a campaign's placements showed on its days under its code, and the rest of each partner under none: together what was counted."""
    rest = {str(partner): _sight_line(counts) for partner, counts in counts_by_partner(ctx, period).items()}
    placements = placements_for(ctx)
    for campaign in campaigns:
        owners = {row.id: str(row.partner_id) for row in placements if row.campaign_id == campaign.id}
        first, last = max(period.first, campaign.starts_on), min(period.last, campaign.ends_on)
        if not owners or first > last:
            continue
        for placement_id, counts in counts_by_placement(ctx, Period(first, last, "custom"), list(owners)).items():
            partner, line = owners[placement_id], _sight_line(counts)
            yield (partner, campaign.code), line
            rest[partner] = _less(rest[partner], line)
    for partner, line in rest.items():
        yield (partner, NO_CAMPAIGN), line


def _sight_line(counts: Counts) -> Line:
    return Line(impressions=counts[Kind.RENDERED], views=counts[Kind.VIEWABLE], clicks=counts[Kind.CLICK])


def _less(line: Line, part: Line) -> Line:
    return Line(line.impressions - part.impressions, line.views - part.views, line.clicks - part.clicks)


def _deals(ctx: Ctx) -> list[DealLine]:
    return deal_lines(ctx) if ctx.may(DealsPerm.REGISTRATION_READ) else []


def deal_line(deal: DealLine, span: Span | None, *, is_sourced: bool) -> Line:
    """Registered on the day of submission, won on the day of winning; a span of None takes everything."""
    entered = span is None or span.first <= deal.submitted_on <= span.last
    won = deal.won_on is not None and (span is None or span.first <= deal.won_on <= span.last)
    amount = Purse.of(deal.amount_minor, deal.currency) if is_sourced else Purse()
    return Line(
        registered=int(entered),
        approved=int(entered and deal.status in APPROVED),
        won=int(won),
        pipeline_sourced=amount if entered and deal.status in IN_PIPELINE else Purse(),
        won_sourced=amount if won else Purse(),
    )


def _funds(ctx: Ctx, span: Span | None) -> list[FundLine]:
    if not ctx.may(MdfPerm.REQUEST_READ):
        return []
    return fund_lines(ctx, first=span.first, last=span.last) if span else fund_lines(ctx)


def _fund_line(fund: FundLine) -> Line:
    return Line(committed=Purse.of(fund.committed_minor, fund.currency), paid=Purse.of(fund.paid_minor, fund.currency))


def partners_in(gathered: Gathered) -> list[TypeID]:
    return [TypeID.parse(cell.partner, "prt") for cell in gathered.cells]
