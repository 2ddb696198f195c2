"""Line breaks: kinsoku, units, syllables, and no orphan in the last line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranding.banners.breaking import NO_LINE_END, NO_LINE_START, SOFT_HYPHEN, best_lines, pieces, syllable_cuts


def lines_of(text: str, width: int, most: int = 9, divide: bool = False) -> list[str]:
    """Lines at a fixed width per character."""
    broken = best_lines(pieces(text, divide), lambda start, end: float(end - start), width, most, 1.0)
    assert broken is not None
    return [text[start:end] + ("-" if hyphen else "") for start, end, hyphen in broken.spans]


def test_words_stay_whole_and_lines_are_even() -> None:
    assert lines_of("one two three four five six", 15) == ["one two three", "four five six"]


def test_fewer_lines_win_over_more_even_ones() -> None:
    assert len(lines_of("aa bb cc dd", 9)) == 2


@pytest.mark.parametrize("text", ["save 15 % now", "at 20 °C outside", "for 5 € only"])
def test_a_number_keeps_its_unit(text: str) -> None:
    number = next(word for word in text.split() if word.isdigit())
    assert not any(line.endswith(number) for line in lines_of(text, 8))


def test_a_dash_never_begins_a_line() -> None:
    assert not any(line.startswith("–") for line in lines_of("nights use power – and nobody knows why", 16))


@given(st.text(alphabet="ビルの電力を見える化して、夜間「無駄」消費。ー(A)っャ15%", min_size=4, max_size=40), st.integers(4, 12))
def test_japanese_lines_follow_kinsoku(text: str, width: int) -> None:
    text = " ".join(text.split())
    broken = best_lines(pieces(text), lambda start, end: float(end - start), width, 40)
    if broken is None:
        return
    for start, end, _ in broken.spans[1:]:
        assert text[start] not in NO_LINE_START, text[start:end]
    for start, end, _ in broken.spans[:-1]:
        assert text[end - 1] not in NO_LINE_END, text[start:end]


@given(st.text(alphabet="abc däé-日本の、「」أب ", min_size=1, max_size=60), st.integers(3, 30))
def test_no_character_is_lost(text: str, width: int) -> None:
    text = " ".join(text.split())
    parts = pieces(text)
    assert "".join(text[part.start : part.end] for part in parts).replace(" ", "") == text.replace(" ", "")
    broken = best_lines(parts, lambda start, end: float(end - start), width, 99)
    if broken is not None:
        assert "".join(text[start:end] for start, end, _ in broken.spans).replace(" ", "") == text.replace(" ", "")


def test_phrases_in_japanese_quotes_stay_together() -> None:
    lines = lines_of("ビルの電力を「見える化」して夜間の無駄を減らす", 13)
    assert any("「見える化」" in line for line in lines)


def test_long_german_words_are_divided_between_syllables() -> None:
    assert lines_of("Gebäudeenergiemanagement", 14, divide=True)[0].endswith("-")
    for cut in syllable_cuts("Gebäudeenergiemanagement"):
        assert 4 <= cut <= len("Gebäudeenergiemanagement") - 4
    assert syllable_cuts("Deutschland") == [7]  # "sch" and "ch" stay whole


def test_an_author_can_say_where_a_word_may_be_divided() -> None:
    text = f"Netz{SOFT_HYPHEN}anschluss"
    assert lines_of(text, 10) == [f"Netz{SOFT_HYPHEN}-", "anschluss"]


def test_what_does_not_fit_is_said() -> None:
    assert best_lines(pieces("aaaa bbbb"), lambda start, end: float(end - start), 3, 5) is None
