"""Money: minor units, the currency's own decimals, half-even, and no silent guessing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.money import BadAmount, Money, parse_money


@pytest.mark.parametrize(
    ("text", "currency", "locale", "minor"),
    [
        ("1.234,50", "EUR", "de", 123450),
        ("1,234.50", "EUR", "en", 123450),
        ("1234", "JPY", "ja", 1234),
        ("1.234", "KWD", "en", 1234),
        ("-5", "EUR", "en", -500),
    ],
)
def test_amounts_are_read_as_typed(text: str, currency: str, locale: str, minor: int) -> None:
    assert parse_money(text, currency, locale) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("ten", "EUR", "not_a_number"),
        ("", "EUR", "not_a_number"),
        ("NaN", "EUR", "not_a_number"),
        ("1.005", "EUR", "too_precise"),
        ("1.5", "JPY", "too_precise"),
        ("9" * 30, "EUR", "too_large"),
        ("1", "XYZ", "unknown_currency"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str, code: str) -> None:
    with pytest.raises(BadAmount) as refused:
        parse_money(text, currency, "en")
    assert refused.value.code == code


def test_halves_go_to_the_even_neighbour() -> None:
    assert Money(5, "EUR").share(Decimal("0.5")).minor == 2
    assert Money(7, "EUR").share(Decimal("0.5")).minor == 4


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        Money(1, "EUR") + Money(1, "USD")


def test_the_reader_sees_their_own_format() -> None:
    assert Money(123450, "EUR").format("de") == "1.234,50\xa0€"
    assert Money(1234, "JPY").format("en") == "¥1,234"
