"""Words and formats of pages that set several rooms beside each other, and the definitions of their numbers."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal

from core.i18n import active_locale, babel_locale
from core.i18n import gettext as _
from core.money import Money, digits
from hub.rules.spans import LAST_QUARTER, THIS_QUARTER


def short_money(minor: int, currency: str) -> str:
    """`€96,400`; with cents only where there are any, so that a row of numbers stays short and exact."""
    money = Money(minor, currency)
    if minor % 10 ** digits(currency):
        return money.format()
    locale = babel_locale(active_locale())
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (0, 0)
    return str(pattern.apply(money.decimal, locale, currency=currency, currency_digits=False))


def ratio_words(value: Decimal) -> str:
    """`12.05 to 1`."""
    return _("%(ratio)s to 1", ratio=format_decimal(value, format="#,##0.00", locale=babel_locale(active_locale())))


def span_label(key: str) -> str:
    return {
        "28d": _("Last 28 days"),
        "90d": _("Last 90 days"),
        THIS_QUARTER: _("This quarter"),
        LAST_QUARTER: _("Last quarter"),
    }[key]


@dataclass(frozen=True, slots=True)
class LineDefinition:
    """One entry of the data dictionary as people read it; `anchor` is its place on the page."""

    anchor: str
    name: str
    meaning: str
    formula: str
    limits: str


def line_definitions() -> list[LineDefinition]:
    """The steps that the results page does not define; impressions, views and clicks stand there."""
    return [
        LineDefinition(
            "leads",
            _("Leads"),
            _("How many people sent a form and agreed to be contacted."),
            _("Leads received in the period, without those that somebody marked as spam. By campaign: leads whose link carried its code."),
            _(
                "A lead keeps the code it came with, even if its placement changes campaign later. Impressions, views and clicks of a "
                "campaign are those of the placements that belong to it now, on the days of the campaign."
            ),
        ),
        LineDefinition(
            "deals",
            _("Deals registered"),
            _("How many deals partners registered for protection."),
            _("Registrations submitted in the period. “Approved” counts those of them that were approved and not given back."),
            _("Deals that partners never register cannot be counted."),
        ),
        LineDefinition(
            "won",
            _("Deals won"),
            _("How many registered deals ended with an order."),
            _("Registrations whose day of closing as won lies in the period, whenever they were registered."),
            _("Closed by the partner; the amount is the registered one."),
        ),
        LineDefinition(
            "sourced",
            _("Won through campaigns"),
            _("The amount of won deals that began with a campaign."),
            _(
                "Attribution model: source code of the lead. A deal counts in full for the one campaign whose code its lead carried, and for no other."
            ),
            _("A campaign that only helped a deal along is not credited. Deals without a code stand in the count of won deals, not in this amount."),
        ),
        LineDefinition(
            "paid",
            _("Funds paid"),
            _("Market development funds that were paid out to partners."),
            _("Payments of approved claims in the ledger with their day in the period. What is approved or reserved is not paid."),
            _("In the currency of the budget. Currencies are not converted and never added up."),
        ),
        LineDefinition(
            "return",
            _("Return"),
            _("What came back for each unit of money paid."),
            _("Won through campaigns divided by funds paid, in the same currency. A sum is divided by a sum: never a mean of ratios."),
            _("Without funds paid there is no return. Without a control group it is a ratio, not a proof that the funds caused it."),
        ),
    ]
