"""An amount of money in a form: read as the reader's locale writes it, written the same way again (macro `money_field`).

The field `<name>` carries the number and `<name>_currency` the code. A refusal names the field and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel.numbers import format_decimal, get_currency_name, list_currencies

from core.errors import Invalid
from core.i18n import active_locale, babel_locale
from core.i18n import gettext as _
from core.money import BadAmount, Money, digits, parse_money

#: What forms offer; a programme that pays in others passes its own.
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "AED", "JPY", "SEK", "DKK", "NOK", "PLN", "CZK", "AUD", "CAD", "INR", "SAR", "SGD")
#: In major units: beyond it somebody leaned on a key.
LARGEST_TYPED = 1_000_000_000


def read_money(
    form: Mapping[str, str],
    name: str,
    *,
    currency: str | None = None,
    currencies: Sequence[str] = CURRENCIES,
    zero: bool = False,
) -> Money:
    """The amount under `name`; `currency` fixes the code where the form does not ask for it. Raises Invalid.

    Nothing typed is refused too: ask `form[name].strip()` first where an amount is optional.
    """
    code = currency or form.get(f"{name}_currency", "").strip().upper()
    if currency is None and code not in currencies:
        raise Invalid({f"{name}_currency": _("Choose a currency from the list.")})
    try:
        amount = parse_money(form.get(name, ""), code)
    except BadAmount as refusal:
        raise Invalid({name: _what_to_do(refusal.code, code)}) from None
    problem = amount_problem(amount, zero=zero)
    if problem:
        raise Invalid({name: problem})
    return amount


def amount_problem(amount: Money, *, zero: bool = False) -> str:
    """Why nobody can mean this amount, in words that say what to do; empty when it may stand. Services ask it as well."""
    if amount.minor < 0:
        return _("An amount cannot be negative. Write it without the minus sign.")
    if amount.minor == 0 and not zero:
        return _("Enter an amount above zero.")
    if amount.minor > LARGEST_TYPED * 10 ** digits(amount.currency):
        return _what_to_do("too_large", amount.currency)
    return ""


def _what_to_do(code: str, currency: str) -> str:
    if code == "too_large":
        return _("This amount is too large. Enter at most %(most)s.", most=Money(LARGEST_TYPED * 10 ** digits(currency), currency).format())
    if code == "too_precise":
        return _("%(currency)s has no such small unit. Write the amount like %(example)s.", currency=currency, example=example(currency))
    return _("Enter an amount in figures, such as %(example)s.", example=example(currency))


def example(currency: str) -> str:
    """`12.500,00` for EUR in German, `12,500` for JPY in English; a form may come back with a code that nobody knows."""
    if currency not in list_currencies():
        currency = CURRENCIES[0]
    return typed(12_500 * 10 ** digits(currency), currency)


def typed(minor: int, currency: str) -> str:
    """An amount as the reader would type it, so that a form shows it and reads it back alike."""
    places, locale = digits(currency), babel_locale(active_locale())
    grouping = str(locale.decimal_formats[None].pattern).partition(".")[0]  # India groups by two
    pattern = f"{grouping}.{'0' * places}" if places else grouping
    return str(format_decimal(Money(minor, currency).decimal, format=pattern, locale=locale))


def money_values(name: str, minor: int, currency: str) -> dict[str, str]:
    """The values of a `money_field` for a stored amount."""
    return {name: typed(minor, currency), f"{name}_currency": currency}


def currency_choices(currencies: Sequence[str] = CURRENCIES) -> list[tuple[str, str]]:
    """(code, code and name in the reader's language), in the order given."""
    return [(code, f"{code} – {get_currency_name(code, locale=babel_locale(active_locale()))}") for code in currencies]
