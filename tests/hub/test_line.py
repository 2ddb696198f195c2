"""The arithmetic of the line from impressions to the return (reference cases ROI-01, ROI-03 and ROI-05 of the measures)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.rules.line import NO_CAMPAIGN, Cell, Line, Purse, Return, by_campaign, by_partner, total
from hub.rules.spans import campaign_span, read_span


def euro(amount: str) -> Purse:
    return Purse.of(int(Decimal(amount) * 100), "EUR")


def campaign(code: str, paid: str, won: str, partner: str = "kestrel") -> Cell:
    return Cell(partner, code, Line(won=1, won_sourced=euro(won), paid=euro(paid)))


def test_pipeline_and_revenue_per_euro_paid() -> None:
    """ROI-01: what was approved is no divisor."""
    line = Line(pipeline_sourced=euro("60000.00"), won_sourced=euro("24000.00"), committed=euro("10000.00"), paid=euro("8000.00"))
    (found,) = line.returns
    assert (found.pipeline_per_unit, found.revenue_per_unit, found.net) == (Decimal("7.5000"), Decimal("3.0000"), Decimal("2.0000"))


def test_a_roll_up_is_a_ratio_of_sums_and_no_spend_is_no_number() -> None:
    """ROI-03: 19500/10000, with the revenue of the campaign that cost nothing; its own ratio is null."""
    cells = [campaign("C1", "1000.00", "10000.00"), campaign("C2", "9000.00", "9000.00"), campaign("C3", "0.00", "500.00")]
    assert [one.revenue_per_unit for one in total(cells).returns] == [Decimal("1.9500")]
    alone = {code: line.returns[0].revenue_per_unit for code, line in by_campaign(cells).items()}
    assert alone == {"C1": Decimal("10.0000"), "C2": Decimal("1.0000"), "C3": None}


def test_currencies_are_never_mixed() -> None:
    """ROI-05 needs a rate of the day; without one each currency stands for itself."""
    cells = [campaign("C1", "1000.00", "5850.00"), Cell("minato", "C4", Line(won_sourced=Purse.of(900_000, "JPY"), paid=Purse.of(300_000, "JPY")))]
    assert total(cells).returns == (Return("JPY", 0, 900_000, 300_000), Return("EUR", 0, 585_000, 100_000))
    only_won = Line(won_sourced=Purse.of(5, "KWD"), paid=euro("10.00"))
    assert [(one.currency, one.revenue_per_unit) for one in only_won.returns] == [("EUR", Decimal("0.0000")), ("KWD", None)]


def test_rows_add_up_to_the_total_both_ways() -> None:
    cells = [
        Cell("kestrel", "C1", Line(impressions=900, views=400, clicks=30, leads=4, registered=2, approved=1, won=1, won_sourced=euro("12.50"))),
        Cell("kestrel", NO_CAMPAIGN, Line(impressions=100, views=50, clicks=5)),
        Cell("minato", NO_CAMPAIGN, Line(impressions=7, paid=Purse.of(3, "JPY"))),
        Cell("zeta", "C9", Line()),
    ]
    assert sum(by_partner(cells).values(), Line()) == sum(by_campaign(cells).values(), Line()) == total(cells)
    assert list(by_partner(cells)) == ["kestrel", "minato"], "whoever has nothing is no row"
    assert list(by_campaign(cells)) == ["C1", NO_CAMPAIGN], "what belongs to no campaign comes last"


def test_a_purse_that_is_spent_is_empty() -> None:
    assert not Purse.of(0, "EUR") and not Purse.of(None, "EUR")
    assert Purse.of(5, "EUR") + Purse.of(-5, "EUR") == Purse()
    assert Line().is_empty and Line().returns == ()


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("28d", date(2026, 4, 23), date(2026, 5, 20)),
        ("90d", date(2026, 2, 20), date(2026, 5, 20)),
        ("quarter", date(2026, 4, 1), date(2026, 5, 20)),
        ("last_quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("nonsense", date(2026, 2, 20), date(2026, 5, 20)),
    ],
)
def test_spans(key: str, first: date, last: date) -> None:
    span = read_span(key, date(2026, 5, 20))
    assert (span.first, span.last) == (first, last)


def test_quarters_around_new_year_and_campaigns_that_have_not_begun() -> None:
    assert read_span("last_quarter", date(2026, 2, 10)).first == date(2025, 10, 1)
    assert campaign_span(date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 10)).days == 10
    assert campaign_span(date(2026, 3, 1), date(2026, 3, 31), date(2026, 2, 1)).days == 1
    assert campaign_span(date(2026, 3, 1), date(2026, 3, 31), date(2026, 6, 1)).last == date(2026, 3, 31)
