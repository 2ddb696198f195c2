"""Business time: the worked cases of the measures, and what must hold for every calendar (A-31, DR-05)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sla.calendars import calendar_for
from core.sla.rules import Calendar, HitRate, elapsed, moment_after, opening, outcome_of, overdue_days, times_of
from core.sla.terms import Office

BERLIN = calendar_for("dach", Office(), date(2026, 4, 2))
LONDON = calendar_for("uki", Office(country="GB", subdivision="ENG", zone="Europe/London"), date(2026, 4, 2))
NEW_YORK = calendar_for("na", Office(country="US", subdivision="NY", zone="America/New_York"), date(2026, 4, 2))
#: Open round the clock, so that both changes of the clocks lie inside.
ALWAYS = Calendar("Europe/Berlin", 0, 24 * 60, frozenset(range(7)))
NIGHTS = Calendar("Europe/Berlin", 60, 4 * 60, frozenset(range(7)))
CALENDARS = (BERLIN, LONDON, NEW_YORK, ALWAYS, NIGHTS)
#: The worked case, so that it runs without the shared folder (measures, section 7).
DR_05 = {
    "calendar": "Germany/BE, 09:00-17:00 Mon-Fri, Europe/Berlin",
    "submitted_at": "2026-04-02T14:00:00Z",
    "sla_business_hours": 16,
    "decided_at": "2026-04-08T08:00:00Z",
}
DR_05_EXPECTED = {"due_at": "2026-04-08T14:00:00Z", "elapsed_business_hours": "10.0", "within_sla": True}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


def _case(told: dict[str, Any]) -> dict[str, Any]:
    assert told["calendar"] == DR_05["calendar"]
    start, decided = (datetime.fromisoformat(told[name]) for name in ("submitted_at", "decided_at"))
    minutes = told["sla_business_hours"] * 60
    found = outcome_of(BERLIN, start, decided, minutes)
    due = moment_after(BERLIN, start, timedelta(minutes=minutes))
    return {
        "due_at": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "elapsed_business_hours": f"{found.minutes / 60:.1f}",
        "within_sla": found.within,
    }


def test_weekend_and_holidays_do_not_count() -> None:
    assert _case(DR_05) == DR_05_EXPECTED


@pytest.mark.shared
def test_the_worked_cases_of_the_measures(shared: Path) -> None:
    cases = json.loads((shared / "data" / "kpi_cases.json").read_text(encoding="utf-8"))["cases"]
    clocks = [case for case in cases if case["kpi"] == "deal_sla" and "calendar" in case["given"]]
    assert [case["id"] for case in clocks] == ["DR-05"]
    assert [_case(case["given"]) for case in clocks] == [case["expect"] for case in clocks]


def test_public_holidays_are_those_of_the_state() -> None:
    """Measures, section 7: Berlin has ten in 2026 with 8 March; the United States both 3 and 4 July."""
    in_2026 = sorted(day for day in BERLIN.closed if day.year == 2026)
    assert len(in_2026) == 10 and date(2026, 3, 8) in in_2026
    assert {date(2026, 7, 3), date(2026, 7, 4)} <= NEW_YORK.closed
    assert date(2026, 5, 4) in LONDON.closed and date(2026, 5, 4) not in BERLIN.closed
    assert BERLIN.library.startswith("holidays 0.") and BERLIN.library.endswith("DE/BE")


def test_two_zones_are_two_answers() -> None:
    """Friday 16:30 in Berlin: half an hour is left there, an hour and a half in London."""
    friday = utc(2026, 4, 17, 14, 30)
    assert moment_after(BERLIN, friday, timedelta(hours=1)) == utc(2026, 4, 20, 7, 30)
    assert moment_after(LONDON, friday, timedelta(hours=1)) == utc(2026, 4, 17, 15, 30)


def test_a_whole_day_ends_at_closing_time() -> None:
    assert moment_after(BERLIN, utc(2026, 4, 13, 7), timedelta(hours=8)) == utc(2026, 4, 13, 15)
    assert moment_after(BERLIN, utc(2026, 4, 11, 12), timedelta(0)) == utc(2026, 4, 11, 12)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_the_change_of_the_clocks_takes_nothing_and_gives_nothing(day: date, hours: int) -> None:
    start = datetime.combine(day, time(), ZoneInfo("Europe/Berlin")).astimezone(UTC)
    span = opening(ALWAYS, day)
    assert span is not None and span[1] - span[0] == timedelta(hours=hours)
    assert moment_after(ALWAYS, start, timedelta(hours=48)) == start + timedelta(hours=48)
    weekend = utc(2026, 3, 27, 15) if hours == 23 else utc(2026, 10, 23, 14)  # Friday, 16:00 in Berlin
    monday = moment_after(BERLIN, weekend, timedelta(hours=2)).astimezone(ZoneInfo("Europe/Berlin"))
    assert (monday.weekday(), monday.hour) == (0, 10)


def test_opening_hours_that_the_change_of_the_clocks_swallows_are_closed() -> None:
    gone = Calendar("Europe/Berlin", 2 * 60, 3 * 60, frozenset(range(7)))
    assert opening(gone, date(2026, 3, 29)) is None
    assert opening(gone, date(2026, 3, 30)) is not None


def test_levels_are_shares_of_the_agreed_time() -> None:
    times = times_of(BERLIN, utc(2026, 4, 13, 7), 16 * 60, (80, 100, 150))
    assert times.levels == (utc(2026, 4, 14, 11, 48), utc(2026, 4, 14, 15), utc(2026, 4, 15, 15))
    assert times.due_at == utc(2026, 4, 14, 15)


def test_the_last_moment_is_within_and_the_next_is_not() -> None:
    start, due = utc(2026, 4, 13, 7), utc(2026, 4, 14, 15)
    assert outcome_of(BERLIN, start, due, 960).within
    assert outcome_of(BERLIN, start, utc(2026, 4, 15, 6, 59), 960).within  # nobody was there in between
    assert not outcome_of(BERLIN, start, utc(2026, 4, 15, 7, 0, 1), 960).within


def test_the_rate_counts_what_is_overdue() -> None:
    """KPI 18: decided within SLA / decided or overdue."""
    assert HitRate(within=2, decided=2, overdue=1).per_mille == 667
    assert HitRate(0, 0, 0).per_mille is None


def test_days_of_delay_are_local_and_begun_ones_count() -> None:
    due = utc(2026, 4, 8, 14)
    assert [overdue_days(due, now, "Europe/Berlin") for now in (due, utc(2026, 4, 8, 15), utc(2026, 4, 9, 14), utc(2026, 4, 10, 23))] == [0, 1, 1, 3]


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 30)).map(lambda naive: naive.replace(microsecond=0, tzinfo=UTC))
SPANS = st.integers(0, 60 * 24 * 12).map(lambda minutes: timedelta(minutes=minutes))
SOME_CALENDAR = st.sampled_from(CALENDARS)


@given(SOME_CALENDAR, MOMENTS, SPANS)
def test_what_has_elapsed_when_it_is_due_is_what_was_agreed(calendar: Calendar, start: datetime, span: timedelta) -> None:
    due = moment_after(calendar, start, span)
    assert elapsed(calendar, start, due) == span
    if span:
        assert elapsed(calendar, start, due - timedelta(seconds=1)) < span


@given(SOME_CALENDAR, MOMENTS, MOMENTS, MOMENTS)
def test_time_only_grows_and_adds_up(calendar: Calendar, one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    assert timedelta() <= elapsed(calendar, first, middle) <= elapsed(calendar, first, last) <= last - first
    assert elapsed(calendar, first, middle) + elapsed(calendar, middle, last) == elapsed(calendar, first, last)


@given(SOME_CALENDAR, MOMENTS, SPANS, SPANS)
def test_more_time_is_due_later(calendar: Calendar, start: datetime, one: timedelta, other: timedelta) -> None:
    assert (moment_after(calendar, start, one) <= moment_after(calendar, start, other)) == (one <= other) or one == other


@given(SOME_CALENDAR, MOMENTS, SPANS, st.integers(0, 200), st.integers(0, 400))
def test_a_pause_shifts_the_due_time_by_its_open_time(calendar: Calendar, start: datetime, span: timedelta, begin: int, length: int) -> None:
    pause = (start + timedelta(hours=begin), start + timedelta(hours=begin + length))
    plain, shifted = moment_after(calendar, start, span), moment_after(calendar, start, span, [pause])
    assert elapsed(calendar, start, shifted, [pause]) == span
    if pause[0] >= plain:
        assert shifted == plain
    else:
        assert shifted >= plain
        # Equal in open time: the due moment itself may lie at either side of a night.
        assert elapsed(calendar, start, shifted) == span + elapsed(calendar, *pause)


@given(SOME_CALENDAR, MOMENTS, SPANS, st.lists(st.integers(1, 100), min_size=2, max_size=6))
def test_several_pauses_are_their_sum(calendar: Calendar, start: datetime, span: timedelta, hours: list[int]) -> None:
    marks, at = [], start
    for step in hours:
        at += timedelta(hours=step)
        marks.append(at)
    pauses = list(zip(marks[::2], marks[1::2], strict=False))
    due = moment_after(calendar, start, span, pauses)
    assert elapsed(calendar, start, due, pauses) == span


@given(SOME_CALENDAR)
def test_a_calendar_survives_its_row(calendar: Calendar) -> None:
    assert Calendar.from_json(json.loads(json.dumps(calendar.as_json()))) == calendar


def test_a_calendar_that_is_never_open_says_so() -> None:
    with pytest.raises(ValueError, match="never open"):
        moment_after(Calendar("UTC", 0, 60, frozenset()), utc(2026, 1, 1), timedelta(minutes=1))
