"""Geometry of charts: round axes, zero where it belongs, gaps that stay gaps, labels that never touch."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import charts
from core.charts import Event, Series
from core.charts.scale import LABEL_GAP, spread, text_width

DAYS = tuple(f"{day} Mar" for day in range(1, 32))
amounts = st.floats(min_value=0, max_value=1e9, allow_nan=False)


@given(low=st.integers(-10_000, 10_000), extent=st.integers(0, 10_000))
def test_ticks_enclose_the_values_at_even_round_steps(low: int, extent: int) -> None:
    ticks = charts.nice_ticks(low, low + extent)
    steps = {round(after - before, 6) for before, after in itertools.pairwise(ticks)}
    assert ticks[0] <= low
    assert ticks[-1] >= low + extent
    assert len(steps) == 1
    assert 2 <= len(ticks) <= 8
    assert all(float(tick).is_integer() for tick in ticks), "counts have no halves"


@given(high=st.floats(min_value=1e-6, max_value=1e12))
def test_ticks_of_shares_start_at_zero(high: float) -> None:
    ticks = charts.nice_ticks(0, high)
    assert ticks[0] == 0
    assert ticks[-1] >= high * 0.999


@given(st.lists(st.floats(min_value=10, max_value=230), min_size=1, max_size=4))
def test_direct_labels_never_touch_and_stay_in_order(wanted: list[float]) -> None:
    placed = spread(wanted, 10, 230)
    ordered = sorted(placed)
    assert all(after - before >= LABEL_GAP - 1e-6 for before, after in itertools.pairwise(ordered))
    assert all(10 <= at <= 230 for at in placed)
    assert [wanted[index] for index in sorted(range(len(wanted)), key=lambda index: placed[index])] == sorted(wanted)


def test_a_line_of_counts_starts_at_zero_and_ends_at_its_label() -> None:
    chart = charts.line("Items seen", DAYS, [Series("Seen", tuple(range(100, 131)))])
    assert chart.enough
    for frame in chart.frames:
        assert frame.y_ticks[0].label == "0"
        assert frame.labels[0].label == "130"
        assert frame.labels[0].x + text_width("130") <= frame.width
        assert frame.paths[0].line.count("L") == 30


def test_a_missing_value_breaks_the_line_and_is_no_zero() -> None:
    chart = charts.line("Items seen", DAYS[:5], [Series("Seen", (5, 6, None, 7, 8))])
    path = chart.frames[0].paths[0]
    assert len(re.findall("M", path.line)) == 2
    assert path.area.count("Z") == 2
    assert chart.rows[2] == ("3 Mar", ("–",))


def test_a_value_between_two_gaps_is_a_dot() -> None:
    chart = charts.line("Items seen", DAYS[:6], [Series("Seen", (5, 6, None, 7, None, 8))])
    assert len(chart.frames[0].dots) == 2


@pytest.mark.parametrize("values", [(), (3,), (None, None), (None, 4)])
def test_too_little_is_a_result(values: tuple[int | None, ...]) -> None:
    chart = charts.line("Items seen", DAYS[: len(values)], [Series("Seen", values)])
    assert not chart.enough
    assert chart.frames == ()


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=40))
def test_bars_stand_on_zero_and_stack_without_overlap(pairs: list[tuple[float, float]]) -> None:
    labels = [str(index) for index in range(len(pairs))]
    series = [Series("Widget", tuple(a for a, _b in pairs)), Series("Feed", tuple(b for _a, b in pairs))]
    for frame in charts.bar("Clicks", labels, series).frames:
        assert all(bar.y + bar.height <= frame.base + 0.2 for bar in frame.bars)
        assert all(bar.y >= 9.8 for bar in frame.bars)
        assert all(frame.left <= bar.x + 0.1 for bar in frame.bars)
        assert all(bar.x + bar.width <= frame.right + 0.1 for bar in frame.bars)


def test_twice_the_amount_is_twice_the_height() -> None:
    low, high = charts.bar("Clicks", ("a", "b"), [Series("Clicks", (40, 80))]).frames[0].bars
    assert high.height == pytest.approx(2 * low.height, abs=0.2)


def test_bars_refuse_negative_amounts_and_everybody_refuses_a_fifth_series() -> None:
    with pytest.raises(ValueError, match="never negative"):
        charts.bar("Clicks", ("a",), [Series("Clicks", (-1,))])
    with pytest.raises(ValueError, match="group the rest"):
        charts.line("Clicks", ("a",), [Series(str(number), (1,)) for number in range(5)])
    with pytest.raises(ValueError, match="2 values for 1 positions"):
        charts.line("Clicks", ("a",), [Series("Clicks", (1, 2))])


@pytest.mark.parametrize("kind", [charts.line, charts.bar])
def test_axis_labels_keep_their_distance_and_stay_inside(kind) -> None:
    for frame in kind("Clicks", DAYS, [Series("Clicks", tuple(range(31)))]).frames:
        first, last = frame.x_ticks[0], frame.x_ticks[-1]
        assert (first.label, last.label) == ("1 Mar", "31 Mar")
        for before, after in itertools.pairwise(frame.x_ticks):
            assert after.at - before.at >= text_width(after.label)
        assert last.at + (text_width(last.label) / 2 if last.anchor == "middle" else 0) <= frame.width


def test_events_outside_of_the_axis_are_left_out() -> None:
    events = [Event(30, "Campaign ends"), Event(2, "Campaign starts"), Event(99, "Never")]
    chart = charts.line("Clicks", DAYS, [Series("Clicks", tuple(range(31)))], events=events)
    assert chart.events == (("3 Mar", "Campaign starts"), ("31 Mar", "Campaign ends"))
    assert [mark.anchor for mark in chart.frames[0].events] == ["start", "end"]


def test_a_funnel_says_what_part_went_on() -> None:
    funnel = charts.funnel("From seen to lead", [("Seen", 2000), ("Clicked", 100), ("Lead", 5)])
    assert [step.of_previous for step in funnel.steps] == [None, 5.0, 5.0]
    assert [step.of_first for step in funnel.steps] == [None, 5.0, 0.2]
    assert [step.width for step in funnel.steps] == [100.0, 5.0, 0.4]


def test_an_empty_funnel_divides_by_nothing() -> None:
    funnel = charts.funnel("From seen to lead", [("Seen", 0), ("Clicked", 0)])
    assert not funnel.enough
    assert funnel.steps[1].of_previous is None


def test_a_sparkline_needs_two_values() -> None:
    assert charts.spark([None, 4, None]) is None
    drawn = charts.spark([1, None, 4, 2])
    assert drawn is not None
    assert drawn.end[0] == drawn.width - 3
