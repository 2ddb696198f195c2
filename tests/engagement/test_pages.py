"""The pages: the same numbers for partner and vendor, nothing of one partner for another, and no address that breaks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from cobranding import LandingPage
from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from engagement import Intake, Lead
from engagement.queries import Scope, counts_by_day, counts_by_partner, counts_by_placement, results_for
from engagement.rules.measures import COUNTED, Metric
from engagement.rules.periods import BadPeriod, read_period
from tests.engagement.conftest import Sender, World
from tests.engagement.test_drain import traffic
from tests.engagement.test_leads import FILLED, Visitor, lead, leads, visitor

__all__ = ["lead", "visitor"]
Client = Callable[[str], FlaskClient]
#: Who FILLED is, and what they wrote.
CONTACT = ("Jana Möller", "jana@hotel-elbe.example")


@pytest.fixture
def counted(world: World, sender: Sender, intake: Intake, drained: Callable[[], Any], clock: FixedClock) -> FixedClock:
    traffic(sender, world, 4, 60)
    drained()
    return clock


def period(clock: FixedClock, **told: str) -> Any:
    return read_period(told, clock.today())


def table(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text)))


def test_partner_and_vendor_see_the_same_numbers(database: Database, cast: Any, world: World, counted: FixedClock, client_as: Client) -> None:
    seen = []
    for who, scope in (("pia", Scope()), ("nora", Scope(world.kestrel)), ("pia", Scope(world.brightwater))):
        with database.reading(cast[who]) as ctx:
            seen.append(results_for(ctx, scope, period(counted)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0].total.value(Metric.VIEWS)
    mine, theirs = client_as("pia"), client_as("nora")
    for name in ("days", "placements", "assets", "locales"):
        own = table(mine, f"/portal/results/table.csv?table={name}")
        vendors = table(theirs, f"/desk/results/{world.kestrel}/table.csv?table={name}")
        assert [row[2:3] + row[4:] for row in own[1:]] == [row[2:3] + row[4:] for row in vendors[1:]]
        assert len(own) > 1


def test_the_programme_is_the_sum_of_its_partners_but_for_visitors(database: Database, world: World, counted: FixedClock) -> None:
    with database.reading(SYSTEM) as ctx:
        everybody = results_for(ctx, Scope(), period(counted))
        parts = [results_for(ctx, Scope(partner), period(counted)) for partner in (world.kestrel, world.brightwater)]
        places = [results_for(ctx, Scope(None, place), period(counted)) for place in (world.placement, world.second_placement, world.rival_placement)]
    for some in (parts, places):
        for metric in (Metric.VIEWS, Metric.CLICKS, Metric.PAGE_READS, Metric.LEADS):
            assert sum(int(one.total.value(metric) or 0) for one in some) == everybody.total.value(metric)
        assert sum((one.filtered for one in some), start=type(everybody.filtered)()) == everybody.filtered
    assert {row.key for row in everybody.partners} == {str(world.kestrel), str(world.brightwater)}
    assert sum(int(row.numbers.value(Metric.VIEWS) or 0) for row in everybody.assets) == everybody.total.value(Metric.VIEWS)


def test_a_rival_sees_nothing_of_it(world: World, counted: FixedClock, client_as: Client) -> None:
    zed = client_as("zed")
    assert str(world.placement) not in zed.get("/portal/results/").text
    assert "Start page" not in zed.get(f"/portal/results/?placement={world.placement}").text
    rows = table(zed, f"/portal/results/table.csv?table=days&placement={world.placement}")
    assert {cell for row in rows[1:] for cell in row[5:7]} <= {"0", ""}
    assert zed.get(f"/desk/results/{world.kestrel}/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?period=7d&metric=visitors",
        "?period=90d&metric=click_rate",
        "?period=365d&metric=leads",
        "?period=custom&from=2026-02-01&to=2026-03-01",
        "?period=custom&from=2026-02-30",
        "?period=custom&from=2026-03-02&to=2026-03-01",
        "?period=custom&from=1999-01-01&to=2026-03-01",
        "?period=custom",
        "?period='\"><script>&metric=%00&placement=plc_x&from=x",
    ],
)
def test_every_address_of_results_opens(world: World, counted: FixedClock, client_as: Client, query: str) -> None:
    for who, address in (("pia", "/portal/results/"), ("nora", "/desk/results/"), ("nora", f"/desk/results/{world.kestrel}/")):
        answer = client_as(who).get(address + query)
        assert answer.status_code == 200, answer.text
        assert "<script>&" not in answer.text


def test_the_page_tells_what_was_not_counted_and_how_fresh_it_is(world: World, counted: FixedClock, client_as: Client) -> None:
    page = client_as("nora").get("/desk/results/?period=90d").text
    assert "machines that say so" in page
    assert "sites on which the placement may not stand" in page
    assert "Complete up to" in page
    assert re.search(r"definitions#clicks", page)
    assert "Kestrel" in page


def test_an_empty_hub_says_what_belongs_here(world: World, intake: Intake, client_as: Client) -> None:
    page = client_as("zed").get("/portal/results/").text
    assert "Nothing has been counted in this period." in page
    assert client_as("zed").get("/portal/results/definitions").status_code == 200
    assert client_as("nora").get("/desk/results/definitions").status_code == 200
    assert client_as("zed").get("/portal/leads/").status_code == 200


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"period": "custom", "from": "2026-02-30"}, "from"),
        ({"period": "custom", "from": "2026-02-01", "to": "nonsense"}, "to"),
        ({"period": "custom", "from": "2026-02-02", "to": "2026-02-01"}, "to"),
        ({"period": "custom", "from": "2020-02-02", "to": "2026-02-01"}, "from"),
        ({"period": "custom", "from": "0001-01-01", "to": "0001-01-01"}, "to"),
    ],
)
def test_impossible_periods_name_the_field(clock: FixedClock, told: dict[str, str], field: str) -> None:
    with pytest.raises(BadPeriod) as refusal:
        read_period(told, clock.today())
    assert refusal.value.field == field


def test_days_changed_in_the_form_are_meant_even_beside_a_preset(clock: FixedClock) -> None:
    form = {"period": "28d", "from": "2026-02-03", "to": "2026-03-02", "shown": "2026-02-03.2026-03-02"}
    assert read_period(form, clock.today()).key == "28d"
    changed = read_period(form | {"from": "2026-02-20"}, clock.today())
    assert (changed.key, changed.first.isoformat(), changed.last.isoformat()) == ("custom", "2026-02-20", "2026-03-02")


def test_periods_are_whole_days_and_compare_with_as_many_before(clock: FixedClock) -> None:
    month = read_period({"period": "28d"}, clock.today())
    assert len(month.days) == len(month.before.days) == 28
    assert month.before.last + timedelta(days=1) == month.first
    assert month.last == clock.today()


def test_a_lead_is_shown_with_source_and_consent_and_moves(client_as: Client, lead: Lead, landing: LandingPage) -> None:
    pia = client_as("pia")
    listed, page = pia.get("/portal/leads/").text, pia.get(f"/portal/leads/{lead.id}").text
    assert "Hotel Elbe" in listed and f"/portal/leads/{lead.id}" in listed
    for words in (landing.consent_version, lead.consent.text_sha256, landing.consent_text[:40]):
        assert words in page
    for told in (listed, page, pia.get("/portal/leads/?q=jana").text.partition("<main")[2].partition("<tbody")[2]):
        assert all(secret not in told for secret in CONTACT), "who it is shows once the lead is accepted"
    assert pia.post(f"/portal/leads/{lead.id}/accept").status_code == 303
    page = pia.get(f"/portal/leads/{lead.id}").text
    assert all(told in page for told in CONTACT)
    assert "Jana Möller" in pia.get("/portal/leads/?q=jana").text
    assert pia.post(f"/portal/leads/{lead.id}/accept").status_code == 409
    assert pia.post(f"/portal/leads/{lead.id}/lose", data={"reason": " "}).status_code == 422
    assert pia.post(f"/portal/leads/{lead.id}/lose", data={"reason": "Kein Budget"}).status_code == 303
    assert "Kein Budget" in pia.get(f"/portal/leads/{lead.id}").text
    assert pia.post(f"/portal/leads/{lead.id}/nonsense").status_code == 404
    assert "Jana" not in pia.get("/portal/leads/").text
    assert "Jana" in pia.get("/portal/leads/?view=closed&q=elbe").text


def test_the_vendor_reads_leads_of_all_partners_but_changes_none(client_as: Client, lead: Lead) -> None:
    cleo = client_as("cleo")
    assert "Kestrel" in cleo.get("/desk/leads/").text
    assert cleo.get(f"/desk/leads/{lead.id}").status_code == 200
    assert cleo.post(f"/portal/leads/{lead.id}/accept").status_code == 404
    assert client_as("rita").get("/desk/leads/").status_code == 403


def test_a_rival_gets_404_for_every_address_of_a_lead(client_as: Client, lead: Lead) -> None:
    zed = client_as("zed")
    assert zed.get(f"/portal/leads/{lead.id}").status_code == 404
    assert zed.post(f"/portal/leads/{lead.id}/accept").status_code == 404
    assert "Jana" not in zed.get(f"/portal/leads/?partner={lead.partner_id}").text
    assert "jana" not in zed.get("/portal/leads/leads.csv").text.lower()


def test_exported_leads_hold_no_formulas(database: Database, client_as: Client, landing: LandingPage, visitor: Visitor) -> None:
    form = visitor.open(f"/p/kestrel/{landing.slug}") | FILLED | {"name": '=HYPERLINK("https://evil.example")', "company": "@SUM(1)"}
    visitor.send(landing, form)
    kept, pia = leads(database)[0], client_as("pia")
    assert kept.name.startswith("=")
    for accepted in (False, True):
        rows = table(pia, "/portal/leads/leads.csv")
        row = dict(zip(rows[0], rows[1], strict=True))
        assert row["company"].startswith("'@")
        assert row["name"].startswith("'=") if accepted else row["name"] == row["email"] == row["phone"] == row["message"] == ""
        if not accepted:
            assert pia.post(f"/portal/leads/{kept.id}/accept").status_code == 303


def test_lists_of_many_leads_have_pages(database: Database, client_as: Client, landing: LandingPage, visitor: Visitor) -> None:
    for number in range(30):
        told = {"name": f"Person {number:02}", "company": f"Company {number:02}"}
        visitor.send(landing, visitor.open(f"/p/kestrel/{landing.slug}") | FILLED | told)
    pia = client_as("pia")
    first = pia.get("/portal/leads/").text
    assert "Company 29" in first and "Company 04" not in first and "Person" not in first.partition("<tbody")[2]
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = pia.get(older[1].replace("&amp;", "&")).text
    assert "Company 04" in second and "Company 29" not in second and "Person" not in second.partition("<tbody")[2]
    newer = re.search(r'rel="prev" href="([^"]+)"', second)
    assert newer is not None
    newest = next(one for one in leads(database) if one.name == "Person 29")
    assert pia.post(f"/portal/leads/{newest.id}/accept").status_code == 303
    again = pia.get(newer[1].replace("&amp;", "&")).text
    assert "Person 29" in again and "Person 28" not in again, "the name shows of the one that was accepted"


@pytest.mark.parametrize("query", ["?view=x&before=led_1&after=%00&q=%25_%5C&placement=plc_x&partner=x", "?q=" + "a" * 5000])
def test_every_address_of_leads_opens(client_as: Client, lead: Lead, query: str) -> None:
    assert client_as("pia").get("/portal/leads/" + query).status_code == 200
    assert client_as("cleo").get("/desk/leads/" + query).status_code == 200


def test_counts_beside_deals_and_money_are_those_of_the_results_page(world: World, counted: FixedClock, work: Any) -> None:
    whole = period(counted)
    with work("nora") as ctx:
        by_partner = counts_by_partner(ctx, whole)
        places = (world.placement, world.second_placement)
        by_placement, by_day = counts_by_placement(ctx, whole, places), counts_by_day(ctx, whole, places)
        assert counts_by_placement(ctx, whole, []) == {}
        for metric, kind in COUNTED.items():
            assert by_partner[world.kestrel][kind] == results_for(ctx, Scope(world.kestrel), whole).total.value(metric)
            assert sum(by_placement[place][kind] for place in by_placement) == sum(day[kind] for day in by_day.values())
    assert len(by_day) == len(whole.days)
    with work("pia") as ctx:
        assert set(counts_by_partner(ctx, whole)) == {world.kestrel}
        assert counts_by_placement(ctx, whole, [world.rival_placement]) == {}


@pytest.mark.parametrize(
    "query", ["view=all", "view=all&campaign=2026-q1_dach_retrofit&from=2026-03-01&to=2026-03-31", "from=9999-12-31&to=0001-01-01"]
)
def test_leads_are_narrowed_by_campaign_and_days(world: World, counted: FixedClock, client_as: Client, query: str) -> None:
    assert client_as("pia").get(f"/portal/leads/?{query}").status_code == 200
