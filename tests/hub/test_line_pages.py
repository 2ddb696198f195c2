"""The line on the start pages and on a campaign's page: sums that agree with their rows, nothing of another partner, no broken address."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.ctx import Ctx
from core.ids import TypeID, new_id
from deals.models import Registration
from deals.rules.states import DealStatus
from engagement.models import Lead, LeadStatus, PartnerDay, PlacementDay
from hub.pages.gathering import gather, gather_campaign
from hub.rules.line import Line, Purse, by_campaign, by_partner, total
from hub.rules.spans import read_span
from partners import partner_by_slug
from syndication import Campaign, Collection, Placement

Client = Callable[[str], FlaskClient]
Work = Callable[[str], AbstractContextManager[Ctx]]
TODAY = date(2026, 3, 2)  # of tests/conftest.py
CODE = "2026-q1_dach_retrofit"


@dataclass
class Told:
    """Ids of what exists."""

    kestrel: TypeID
    brightwater: TypeID
    campaign: TypeID
    placement: TypeID


@pytest.fixture
def told(work: Work) -> Told:
    """Kestrel has one placement in a campaign and one outside, leads and deals; Brightwater only visitors."""
    with work("system") as ctx:
        kestrel, brightwater = partner_by_slug(ctx, "kestrel").id, partner_by_slug(ctx, "brightwater").id
        collection = Collection(id=new_id("col"), slug="news", name="News", created_at=ctx.now)
        campaign = Campaign(
            id=new_id("cmp"), code=CODE, name="Retrofit in a week", starts_on=TODAY - timedelta(20), ends_on=TODAY - timedelta(5), created_at=ctx.now
        )
        ctx.session.add_all([collection, campaign])
        ctx.session.flush()
        inside, outside, foreign = (
            _place(ctx, partner, collection, chosen) for partner, chosen in ((kestrel, campaign), (kestrel, None), (brightwater, None))
        )
        for partner, placement, times in ((kestrel, inside, 10), (kestrel, outside, 3), (brightwater, foreign, 2)):
            _count(ctx, partner, placement, TODAY - timedelta(10), times)
        _count(ctx, kestrel, inside, TODAY - timedelta(200), 1000)
        for index, (code, status) in enumerate(((CODE, LeadStatus.NEW), (CODE, LeadStatus.SPAM), ("evergreen", LeadStatus.LOST))):
            _lead(ctx, kestrel, code, status, index)
        _deal(ctx, kestrel, CODE, DealStatus.WON, 2_400_000, won_on=TODAY - timedelta(1))
        _deal(ctx, kestrel, CODE, DealStatus.APPROVED, 3_600_000)
        _deal(ctx, kestrel, "", DealStatus.REJECTED, 999_00)
    return Told(kestrel, brightwater, campaign.id, inside)


def _place(ctx: Ctx, partner_id: TypeID, collection: Collection, campaign: Campaign | None) -> TypeID:
    placement_id = new_id("plc")
    chosen = campaign.id if campaign else None
    ctx.session.add(
        Placement(
            id=placement_id, partner_id=partner_id, name=f"Place {placement_id[-4:]}", site="site.example", page_url="https://site.example/",
            locale="en", collection_id=collection.id, campaign_id=chosen, created_at=ctx.now, updated_at=ctx.now,
        )
    )  # fmt: skip
    return placement_id


def _count(ctx: Ctx, partner_id: TypeID, placement_id: TypeID, day: date, times: int) -> None:
    """Ten impressions, four views and one click, so many times; crawlers beside them."""
    for kind, number in (("rendered", 10), ("viewable", 4), ("click", 1)):
        common = {"day": day, "kind": kind, "verdict": "valid", "partner_id": partner_id}
        ctx.session.add(PlacementDay(**common, placement_id=placement_id, asset_id=new_id("ast"), locale="en", count=number * times))
        row = ctx.session.get(PartnerDay, common) or PartnerDay(**common, count=0)
        row.count += number * times
        ctx.session.add(row)
        ctx.session.flush()
    crawled = {"day": day, "kind": "click", "verdict": "crawler", "partner_id": partner_id}
    if ctx.session.get(PartnerDay, crawled) is None:
        ctx.session.add(PartnerDay(**crawled, count=77))


def _lead(ctx: Ctx, partner_id: TypeID, code: str, status: LeadStatus, number: int) -> None:
    ctx.session.add(
        Lead(
            id=new_id("led"), partner_id=partner_id, submission_key=f"key{number}", campaign=code, locale="en", source_kind="click",
            name=f"Person {number}", email=f"person{number}@somewhere.example", status=status, status_since=ctx.now, created_at=ctx.now - timedelta(3),
        )
    )  # fmt: skip


def _deal(ctx: Ctx, partner_id: TypeID, code: str, status: DealStatus, minor: int, won_on: date | None = None) -> None:
    ctx.session.add(
        Registration(
            id=new_id("dlr"), partner_id=partner_id, customer_name=f"Customer {minor}", product_line="meter", amount_minor=minor, currency="EUR",
            source_code=code, status=status, status_since=ctx.now, submitted_at=ctx.now - timedelta(2), closed_on=won_on, created_at=ctx.now,
        )
    )  # fmt: skip


def euro(amount: int) -> Purse:
    return Purse.of(amount, "EUR")


def test_cells_add_up_and_only_the_period_counts(told: Told, work: Work) -> None:
    with work("nora") as ctx:
        cells = gather(ctx, read_span("90d", TODAY)).cells
    assert total(cells) == Line(150, 60, 15, 2, 3, 2, 1, euro(6_000_000), euro(2_400_000))
    assert by_campaign(cells)[CODE] == Line(100, 40, 10, 1, 2, 2, 1, euro(6_000_000), euro(2_400_000))
    assert by_campaign(cells)[""] == Line(impressions=50, views=20, clicks=5, leads=1, registered=1)
    assert by_partner(cells)[str(told.brightwater)] == Line(impressions=20, views=8, clicks=2)


def test_a_partner_gathers_its_own_only(told: Told, work: Work) -> None:
    with work("pia") as ctx:
        assert set(by_partner(gather(ctx, read_span("90d", TODAY)).cells)) == {str(told.kestrel)}
    with work("zed") as ctx:
        assert total(gather(ctx, read_span("90d", TODAY)).cells) == Line(impressions=20, views=8, clicks=2)


def test_a_campaign_counts_sights_while_it_ran_and_all_that_carries_its_code(told: Told, work: Work) -> None:
    with work("nora") as ctx:
        campaign = ctx.session.get_one(Campaign, told.campaign)
        found = gather_campaign(ctx, campaign)
        assert total(found.cells) == Line(100, 40, 10, 1, 2, 2, 1, euro(6_000_000), euro(2_400_000))
        campaign.starts_on = campaign.ends_on = TODAY - timedelta(6)
        assert total(gather_campaign(ctx, campaign).cells).impressions == 0
        cells = gather(ctx, read_span("90d", TODAY)).cells
        assert by_campaign(cells)[CODE].impressions == 0, "what its placements showed on other days is not the campaign's"
        assert total(cells).impressions == 150


@pytest.mark.parametrize("span", ["", "28d", "90d", "quarter", "last_quarter", "'><script>"])
def test_start_pages_open_in_every_period(told: Told, client_as: Client, span: str) -> None:
    for who, address in (("nora", "/desk/"), ("rita", "/desk/"), ("cleo", "/desk/"), ("pia", "/portal/"), ("wim", "/portal/"), ("zed", "/portal/")):
        answer = client_as(who).get(address, query_string={"span": span})
        assert answer.status_code == 200, answer.text
        assert "<script>" not in answer.text.replace("<script src", "")


def test_every_number_leads_to_a_page_that_opens(told: Told, client_as: Client) -> None:
    for who, address in (("nora", "/desk/"), ("pia", "/portal/"), ("nora", f"/desk/results/campaigns/{told.campaign}")):
        client = client_as(who)
        main = client.get(address).text.partition('id="line"')[2].partition("</section>")[0]
        links = {one.replace("&amp;", "&") for one in re.findall(r'href="(/[^"#]+)', main)}
        assert len(links) > 5
        assert {link: client.get(link).status_code for link in links if client.get(link).status_code != 200} == {}


def test_leads_behind_the_number_are_as_many(told: Told, client_as: Client, work: Work) -> None:
    def listed() -> str:
        return client_as("nora").get(f"/desk/leads/?view=all&campaign={CODE}").text.partition("<tbody")[2]

    with work("system") as ctx:
        lead_id = ctx.session.scalars(select(Lead.id).where(Lead.name == "Person 0")).one()
    assert re.findall(r"/desk/leads/(led_\w+)", listed()) == [str(lead_id)]
    assert "Person" not in listed(), "nobody is told who it is before the lead is accepted"
    with work("system") as ctx:
        ctx.session.get_one(Lead, lead_id).status = LeadStatus.ACCEPTED
    assert "Person 0" in listed() and "Person 1" not in listed() and "Person 2" not in listed()


def test_a_campaign_of_others_does_not_exist(told: Told, client_as: Client) -> None:
    address = f"/portal/results/campaigns/{told.campaign}"
    mine = client_as("pia").get(address)
    assert mine.status_code == 200 and "Retrofit in a week" in mine.text and "€24,000" not in mine.text, "Pia reads German"
    assert client_as("zed").get(address).status_code == 404
    assert client_as("nora").get(f"/desk/results/campaigns/{new_id('cmp')}").status_code == 404


def test_the_campaign_page_holds_everything_in_one_view(told: Told, client_as: Client) -> None:
    page = client_as("nora").get(f"/desk/results/campaigns/{told.campaign}").text
    for part in (CODE, "€24,000", "Customer 2400000", "Attribution: source code of the lead", 'id="placements"', 'id="days"', "Place "):
        assert part in page, part
    listed = client_as("nora").get("/desk/publish/campaigns/").text
    assert f"/desk/results/campaigns/{told.campaign}" in listed


def test_definitions_stand_behind_every_step(told: Told, client_as: Client) -> None:
    for who, base in (("nora", "/desk"), ("pia", "/portal")):
        client = client_as(who)
        for link in set(re.findall(rf'href="({base}/results/(?:line|definitions))#([a-z]+)"', client.get(base + "/").text)):
            assert f'id="{link[1]}"' in client.get(link[0]).text, link


def test_an_empty_hub_says_where_the_line_begins(client_as: Client) -> None:
    assert "Nothing has happened in this period." in client_as("nora").get("/desk/").text


def test_moments_near_midnight_belong_to_the_programmes_day(told: Told, work: Work) -> None:
    """23:30 UTC is the next day in Berlin (R1)."""
    with work("system") as ctx:
        row = ctx.session.query(Lead).filter(Lead.email == "person0@somewhere.example").one()
        row.created_at = datetime(2026, 2, 2, 23, 30, tzinfo=UTC)
    from engagement.queries import leads_by_campaign

    with work("nora") as ctx:
        found: Any = leads_by_campaign(ctx, date(2026, 2, 3), date(2026, 2, 3))
        assert found == {(told.kestrel, CODE): 1}
        assert leads_by_campaign(ctx, date(2026, 2, 2), date(2026, 2, 2)) == {}
