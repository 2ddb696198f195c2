"""Amounts in forms: read as the reader writes, written back alike, refused with what to do."""

from __future__ import annotations

import pytest

from core.amounts import amount_problem, currency_choices, example, money_values, read_money
from core.errors import Invalid
from core.i18n import use_locale
from core.money import BadAmount, Money, parse_money


@pytest.mark.parametrize(
    ("locale", "written"), [("de", "1.234,50"), ("en", "1,234.50"), ("fr", "1 234,50"), ("fr", "1\u202f234,50"), ("en", "1 234.50")]
)
def test_an_amount_is_read_in_the_readers_locale(locale: str, written: str) -> None:
    with use_locale(locale):
        assert read_money({"amount": written, "amount_currency": "EUR"}, "amount") == Money(123450, "EUR")


@pytest.mark.parametrize("locale", ["en", "de", "fr", "ar", "ja", "hi"])
@pytest.mark.parametrize("money", [Money(123456789, "EUR"), Money(1234567, "JPY"), Money(1, "USD")])
def test_what_a_form_shows_it_reads_back(locale: str, money: Money) -> None:
    with use_locale(locale):
        assert read_money(money_values("amount", money.minor, money.currency), "amount") == money


@pytest.mark.parametrize(
    ("written", "currency", "field", "says"),
    [
        ("", "EUR", "amount", "12,500.00"),
        ("ten", "EUR", "amount", "in figures"),
        ("1e999999999", "EUR", "amount", "in figures"),
        ("1e3", "EUR", "amount", "in figures"),
        ("9" * 500, "EUR", "amount", "in figures"),
        ("-5", "EUR", "amount", "minus"),
        ("0", "EUR", "amount", "above zero"),
        ("1,000,000,000.01", "EUR", "amount", "at most"),
        ("99999999999999999999", "EUR", "amount", "at most"),
        ("10.5", "JPY", "amount", "12,500"),
        ("10.555", "EUR", "amount", "small unit"),
        ("10", "XXX", "amount_currency", "list"),
        ("10", "", "amount_currency", "list"),
    ],
)
def test_what_nobody_can_mean_is_refused_with_field_and_remedy(written: str, currency: str, field: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_money({"amount": written, "amount_currency": currency}, "amount")
    assert list(refused.value.errors) == [field]
    assert says in refused.value.errors[field]


def test_zero_stands_only_where_the_form_says_so_and_a_fixed_currency_needs_no_field() -> None:
    assert read_money({"amount": "0"}, "amount", currency="EUR", zero=True) == Money(0, "EUR")
    assert amount_problem(Money(-1, "EUR"), zero=True)
    assert not amount_problem(Money(1, "EUR"))


def test_an_exponent_that_overflows_is_no_amount() -> None:
    with pytest.raises(BadAmount):
        parse_money("1e999999999", "EUR", "en")


def test_a_form_that_comes_back_with_nonsense_still_shows_an_example() -> None:
    assert example("<b>") == example("") == "12,500.00"


def test_currencies_are_named_in_the_readers_language() -> None:
    with use_locale("de"):
        assert ("JPY", "JPY – Japanischer Yen") in currency_choices()
