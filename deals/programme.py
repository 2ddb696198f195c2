"""What the programme file says about deals: protection, admission, conflicts (A-29, A-30)."""

from __future__ import annotations

from core.i18n import lazy_gettext as _l
from core.programme import ProgrammeSection, declare_section, term
from core.programme.amounts import Amounts, minor_of

_LEAST = {
    "EUR": 5_000,
    "USD": 5_000,
    "GBP": 4_500,
    "CHF": 5_000,
    "AED": 20_000,
    "SAR": 20_000,
    "JPY": 800_000,
    "SEK": 55_000,
    "DKK": 37_500,
    "NOK": 55_000,
    "PLN": 22_000,
    "CZK": 125_000,
    "AUD": 8_000,
    "CAD": 7_000,
    "INR": 450_000,
    "SGD": 7_000,
}


class DealTerms(ProgrammeSection):
    """Section `deals`."""

    protection_days: int = term(
        90,
        _l("Protection"),
        _l("Whole local days for which an approved registration keeps the customer for the partner."),
        unit="days",
        ge=1,
        le=730,
    )
    extension_days: int = term(
        60, _l("Extension of the protection"), _l("What one extension adds, asked for before the protection ends."), unit="days", ge=0, le=365
    )
    extensions: int = term(1, _l("Number of extensions"), _l("How often one registration can be extended."), unit="times", ge=0, le=10)
    direct_engagement_days: int = term(
        180,
        _l("Own contact of the vendor"),
        _l("A customer whom the vendor has talked to itself within these days is not registered."),
        unit="days",
        ge=0,
        le=1095,
    )
    longest_outlook_days: int = term(
        3 * 366, _l("Longest outlook"), _l("An order or a tender is expected at most so many days ahead."), unit="days", ge=30, le=3660
    )
    least_amount: Amounts = term(
        lambda: dict(_LEAST),
        _l("Smallest deal"),
        _l("In whole units of each currency. A currency that is not named has no smallest deal."),
        unit="money",
    )
    similar_names_percent: int = term(
        92,
        _l("Likeness of names"),
        _l("From this likeness on, two names in one country are looked at by a person. The same domain is always a conflict."),
        unit="percent",
        ge=50,
        le=100,
    )

    def least_minor(self, currency: str) -> int:
        """The smallest deal in minor units; 0 where none is set."""
        return minor_of(self.least_amount, currency)


declare_section("deals", DealTerms)
