"""The line from impressions to the return on funds: what adds up, and what may be divided by what (measures 10; ROI-01, ROI-03, ROI-05).

Every number of a line belongs to one partner and at most one campaign, so rows of a table add up to the total. Money stands per
currency and is never added across currencies: without a rate of the day there is no common sum (R5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import ROUND_HALF_EVEN, Decimal

#: Of placements, leads, deals and funds that belong to no campaign.
NO_CAMPAIGN = ""
_FOUR = Decimal("0.0001")


@dataclass(frozen=True)
class Purse:
    """Amounts in minor units by currency; a currency without money is not in it."""

    amounts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, minor: int | None, currency: str) -> Purse:
        return cls({currency: minor} if minor else {})

    def __add__(self, other: Purse) -> Purse:
        currencies = {*self.amounts, *other.amounts}
        sums = {currency: self.amounts.get(currency, 0) + other.amounts.get(currency, 0) for currency in currencies}
        return Purse({currency: minor for currency, minor in sorted(sums.items()) if minor})

    def __bool__(self) -> bool:
        return bool(self.amounts)


@dataclass(frozen=True)
class Line:
    """What happened, from the first sight to the money. Additive: `a + b` is the line of both together.

    `won_sourced` and `pipeline_sourced` are amounts of deals that carry a campaign's code (the attribution model), because only
    these may stand above the funds paid.
    """

    impressions: int = 0
    views: int = 0
    clicks: int = 0
    leads: int = 0
    registered: int = 0
    approved: int = 0
    won: int = 0
    pipeline_sourced: Purse = Purse()
    won_sourced: Purse = Purse()
    committed: Purse = Purse()
    paid: Purse = Purse()

    def __add__(self, other: Line) -> Line:
        return Line(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(self))

    @property
    def returns(self) -> tuple[Return, ...]:
        """One per currency in which anything was won or paid; most paid first."""
        currencies = sorted({*self.won_sourced.amounts, *self.paid.amounts}, key=lambda one: (-self.paid.amounts.get(one, 0), one))
        return tuple(
            Return(one, self.pipeline_sourced.amounts.get(one, 0), self.won_sourced.amounts.get(one, 0), self.paid.amounts.get(one, 0))
            for one in currencies
        )


@dataclass(frozen=True)
class Return:
    """Amounts of one currency in minor units. Divided by what was paid, never by what was approved."""

    currency: str
    pipeline_minor: int
    won_minor: int
    paid_minor: int

    @property
    def revenue_per_unit(self) -> Decimal | None:
        """Won revenue per unit of money paid; None without spend, which is not the same as zero."""
        return ratio(self.won_minor, self.paid_minor)

    @property
    def pipeline_per_unit(self) -> Decimal | None:
        return ratio(self.pipeline_minor, self.paid_minor)

    @property
    def net(self) -> Decimal | None:
        """(won - paid) / paid."""
        return ratio(self.won_minor - self.paid_minor, self.paid_minor)


def ratio(above: int, below: int) -> Decimal | None:
    """A fraction with four decimals, half-even; None when there is nothing to divide by (R3)."""
    if below <= 0:
        return None
    return (Decimal(above) / Decimal(below)).quantize(_FOUR, ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Cell:
    """A line of one partner in one campaign (or NO_CAMPAIGN)."""

    partner: str
    campaign: str
    line: Line


def total(cells: Iterable[Cell]) -> Line:
    """Ratios of the total are ratios of its sums (ROI-03)."""
    return sum((cell.line for cell in cells), start=Line())


def by_partner(cells: Iterable[Cell]) -> dict[str, Line]:
    """Lines by partner, the busiest first; partners without anything are left out."""
    return _grouped((cell.partner, cell.line) for cell in cells)


def by_campaign(cells: Iterable[Cell]) -> dict[str, Line]:
    """Lines by campaign code; what belongs to none comes last."""
    found = _grouped((cell.campaign, cell.line) for cell in cells)
    without = found.pop(NO_CAMPAIGN, None)
    return found | ({NO_CAMPAIGN: without} if without is not None else {})


def _grouped(parts: Iterable[tuple[str, Line]]) -> dict[str, Line]:
    sums: dict[str, Line] = {}
    for key, line in parts:
        sums[key] = sums.get(key, Line()) + line
    rows = [(key, line) for key, line in sums.items() if not line.is_empty]
    return dict(sorted(rows, key=lambda row: (-row[1].won, -row[1].registered, -row[1].leads, -row[1].clicks, -row[1].impressions, row[0])))
