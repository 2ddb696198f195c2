"""Colours: what can be read on what, whatever a partner chooses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranding.rules.colours import (
    BLACK,
    INK,
    WHITE,
    Colour,
    NotAColour,
    button_on,
    check_colours,
    contrast,
    ink_on,
    parse_colour,
    readable_shade,
    theme_of,
)

colours = st.builds(Colour, *(st.integers(0, 255),) * 3)


@pytest.mark.parametrize(
    ("text", "hexadecimal"),
    [("#1F6FEB", "#1f6feb"), ("1f6feb", "#1f6feb"), (" #0af ", "#00aaff"), ("rgb(31, 111, 235)", "#1f6feb"), ("rgb(0 0 0)", "#000000")],
)
def test_the_usual_spellings_of_a_colour_are_read(text: str, hexadecimal: str) -> None:
    assert parse_colour(text).hex == hexadecimal


@pytest.mark.parametrize("text", ["", "blue", "#12345", "#gggggg", "rgb(256,0,0)", "#fff;}body{display:none", "#１２３４５６", "rgb(-1,0,0)"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(NotAColour):
        parse_colour(text)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21.0)
    assert contrast(parse_colour("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)
    assert contrast(parse_colour("#777777"), WHITE) == pytest.approx(4.48, abs=0.01)


@given(colours)
def test_ink_can_be_read_on_every_ground(ground: Colour) -> None:
    assert contrast(ink_on(ground), ground) >= 4.5


@given(colours, colours)
def test_every_pair_of_a_theme_can_be_read(primary: Colour, accent: Colour) -> None:
    theme = theme_of(primary, accent)
    for text, ground in (
        (theme.on_primary, theme.primary),
        (theme.muted_on_primary, theme.primary),
        (theme.accent_on_primary, theme.primary),
        (theme.on_accent, theme.accent),
        (theme.primary_text, theme.tint),
        (theme.primary_text, WHITE),
        (theme.on_deep, theme.deep),
        (INK, theme.tint),
    ):
        assert contrast(text, ground) >= 4.5, (text.hex, ground.hex)


@given(colours, colours)
def test_a_button_is_always_noticed(primary: Colour, accent: Colour) -> None:
    assert contrast(button_on(primary, accent), primary) >= 1.8


def test_a_readable_shade_keeps_the_hue_and_a_good_colour_stays_itself() -> None:
    yellow = parse_colour("#ffd54f")
    shade = readable_shade(yellow, WHITE)
    assert contrast(shade, WHITE) >= 4.5
    assert shade.red > shade.green > shade.blue
    assert readable_shade(shade, WHITE) == shade


def test_a_pale_main_colour_is_told_with_both_colours_and_a_shade_that_would_do() -> None:
    (finding,) = check_colours(parse_colour("#ffe9a8"), parse_colour("#101820"))
    assert (finding.field, finding.colour.hex, finding.ground) == ("primary_color", "#ffe9a8", WHITE)
    assert contrast(finding.suggestion, WHITE) >= 4.5


def test_an_accent_like_the_main_colour_is_told() -> None:
    (finding,) = check_colours(parse_colour("#1f3a5f"), parse_colour("#223d63"))
    assert (finding.field, finding.ground.hex) == ("accent_color", "#1f3a5f")
    assert contrast(finding.suggestion, finding.ground) >= 3.0


def test_good_colours_are_not_commented_on() -> None:
    assert check_colours(parse_colour("#12372a"), parse_colour("#f4b942")) == []
