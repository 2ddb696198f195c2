"""Money is integer minor units plus an ISO 4217 code (architecture decision 10); no floats anywhere.

Rounding is half-even to the currency's minor unit (R5 of the measures).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException

from babel.numbers import NumberFormatError, format_currency, get_currency_precision, list_currencies, parse_decimal

from core.i18n import active_locale, babel_locale

#: Beyond this no column, sum or person is prepared for the amount: 10 trillion units with 3 decimals.
LARGEST_MINOR = 10**16
#: Longer than any amount within the limit, however it is grouped.
_LONGEST = 60
#: A space between groups of three digits means the same everywhere.
_GROUPED_BY_SPACE = re.compile(r"(?<=\d)\s(?=\d{3}(?:\D|\Z))")


class BadAmount(ValueError):
    """Not an amount of this currency: `code` is `not_a_number`, `too_precise`, `too_large` or `unknown_currency`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, order=False)
class Money:
    """An amount in minor units (cents, or fils for KWD, or whole yen)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z]{3}", self.currency) or self.currency not in list_currencies():
            raise BadAmount("unknown_currency")
        if abs(self.minor) > LARGEST_MINOR:
            raise BadAmount("too_large")

    @property
    def decimal(self) -> Decimal:
        """The amount in the currency's major unit, exactly."""
        return Decimal(self.minor).scaleb(-digits(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.minor

    def share(self, ratio: Decimal) -> Money:
        """A part of the amount, rounded half-even."""
        return Money(int((Decimal(self.minor) * ratio).to_integral_value(ROUND_HALF_EVEN)), self.currency)

    def format(self, locale: str | None = None) -> str:
        """For the reader: `1.234,50 €`."""
        return format_currency(self.decimal, self.currency, locale=babel_locale(locale or active_locale()))


def digits(currency: str) -> int:
    """Decimals of the currency: 2 for EUR, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def parse_money(text: str, currency: str, locale: str | None = None) -> Money:
    """What a person typed in their locale; raises BadAmount. `1.234,50` in German, `1,234.50` in English."""
    plain = _GROUPED_BY_SPACE.sub("", text.strip())
    if not plain or len(plain) > _LONGEST or any(letter.isalpha() for letter in plain):
        raise BadAmount("not_a_number")
    try:
        amount = parse_decimal(plain, locale=babel_locale(locale or active_locale()), strict=True)
    except (NumberFormatError, DecimalException):
        raise BadAmount("not_a_number") from None
    if not amount.is_finite():
        raise BadAmount("not_a_number")
    minor = amount.scaleb(digits(Money(0, currency).currency))
    if abs(minor) > LARGEST_MINOR:
        raise BadAmount("too_large")
    if minor != minor.to_integral_value():
        raise BadAmount("too_precise")
    return Money(int(minor), currency)
