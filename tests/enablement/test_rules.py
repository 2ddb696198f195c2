"""The pure decisions: dates, states, who counts, how a quiz is drawn and judged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from core.errors import Refused
from enablement.rules import (
    AWARD_STATES,
    AwardAction,
    AwardStatus,
    Held,
    add_months,
    draw,
    judge,
    next_try_at,
    people_certified,
    rank,
    status_on,
    term_of,
)
from enablement.texts import parts_of, words_for

#: A busy machine draws slowly; that is no finding.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

A = AwardStatus
UNTIL = date(2026, 6, 1)
RENEWAL = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
    ],
)
def test_months_end_at_the_same_day_or_the_months_last(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@PATIENT
@given(some.dates(date(2000, 1, 1), date(2100, 1, 1)), some.integers(1, 120), some.integers(0, 365))
def test_a_term_is_never_empty_and_its_renewal_lies_within(day: date, months: int, renewal_days: int) -> None:
    term = term_of(day, months, renewal_days)
    assert term.valid_from == day < term.valid_until
    assert term.valid_from <= term.renewal_from <= term.valid_until


def test_a_renewal_adds_to_the_old_end_only_while_that_has_not_passed() -> None:
    assert term_of(date(2026, 5, 1), 12, 90, UNTIL).valid_until == date(2027, 6, 1)
    assert term_of(UNTIL, 12, 90, UNTIL).valid_until == date(2027, 6, 1)
    assert term_of(date(2026, 6, 2), 12, 90, UNTIL).valid_until == date(2027, 6, 2)


@pytest.mark.parametrize(
    ("on", "expected"),
    [(RENEWAL - timedelta(days=1), A.ACTIVE), (RENEWAL, A.RENEWAL_OPEN), (UNTIL, A.RENEWAL_OPEN), (UNTIL + timedelta(days=1), A.EXPIRED)],
)
@pytest.mark.parametrize("written", [A.ACTIVE, A.RENEWAL_OPEN, A.EXPIRED])
def test_the_calendar_decides_whatever_was_written_down(written: AwardStatus, on: date, expected: AwardStatus) -> None:
    assert status_on(written, RENEWAL, UNTIL, on) is expected


@pytest.mark.parametrize("status", [A.IN_PROGRESS, A.PASSED, A.REVOKED])
def test_acts_are_not_undone_by_the_calendar(status: AwardStatus) -> None:
    assert status_on(status, RENEWAL, UNTIL, date(2030, 1, 1)) is status


def test_the_states_of_an_award_are_the_listed_ones() -> None:
    allowed = {(step.origin, step.action, step.target) for step in AWARD_STATES.steps}
    assert len(allowed) == 8
    for status in AwardStatus:
        for action in AwardAction:
            step = AWARD_STATES.find(status, action)
            assert step is None or (status, action, step.target) in allowed
    for status in (A.EXPIRED, A.REVOKED):
        for action in AwardAction:
            with pytest.raises(Refused):
                AWARD_STATES.need(status, action)
    assert {step.origin for step in AWARD_STATES.steps if step.needs_reason} == {A.PASSED, A.ACTIVE, A.RENEWAL_OPEN}


def test_both_ends_count_people_count_once_and_revocation_counts_from_its_day() -> None:
    held = [
        Held("a", date(2026, 1, 1), UNTIL),
        Held("a", date(2026, 2, 1), date(2027, 1, 1)),
        Held("b", date(2026, 1, 1), UNTIL, revoked_on=date(2026, 5, 1)),
    ]
    assert people_certified(held, date(2025, 12, 31)) == set()
    assert people_certified(held, date(2026, 1, 1)) == {"a", "b"}
    assert people_certified(held, date(2026, 4, 30)) == {"a", "b"}
    assert people_certified(held, date(2026, 5, 1)) == {"a"}
    assert people_certified(held, date(2027, 1, 1)) == {"a"}
    assert people_certified(held, date(2027, 1, 2)) == set()


def test_a_valid_award_tells_more_than_one_that_was() -> None:
    order = sorted([(A.IN_PROGRESS, None), (A.EXPIRED, UNTIL), (A.ACTIVE, UNTIL), (A.ACTIVE, date(2027, 1, 1))], key=lambda one: rank(*one))
    assert order == [(A.ACTIVE, date(2027, 1, 1)), (A.ACTIVE, UNTIL), (A.EXPIRED, UNTIL), (A.IN_PROGRESS, None)]


@PATIENT
@given(some.integers(0, 2**64), some.integers(1, 20), some.lists(some.integers(2, 8), min_size=1, max_size=12))
def test_a_draw_is_a_choice_without_repeats_that_its_seed_repeats(seed: int, count: int, answers: list[int]) -> None:
    pool = [(f"q{number}", size) for number, size in enumerate(answers)]
    asked = draw(pool, count, seed)
    assert asked == draw(pool, count, seed)
    assert len({one.question for one in asked}) == len(asked) == min(count, len(pool))
    for one in asked:
        assert sorted(one.order) == list(range(dict(pool)[one.question]))


@pytest.mark.parametrize(("right", "asked", "pass_mark", "passed"), [(4, 5, 80, True), (3, 5, 80, False), (2, 3, 67, False), (2, 3, 66, True)])
def test_the_limit_is_inclusive_and_nothing_is_rounded_up(right: int, asked: int, pass_mark: int, passed: bool) -> None:
    correct = {str(number): 0 for number in range(asked)}
    mark = judge({str(number): 0 if number < right else 1 for number in range(asked)}, correct, pass_mark)
    assert (mark.right, mark.passed) == (right, passed)
    assert mark.percent <= 100 * right / asked


def test_a_quiz_without_questions_is_never_passed() -> None:
    assert not judge({}, {}, 1).passed


def test_after_a_failure_the_quiz_rests() -> None:
    failed = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert next_try_at(failed, 24) == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert next_try_at(None, 24) is None


def test_texts_are_found_in_the_readers_language_else_in_english_else_in_any() -> None:
    texts = {"en": "Heat", "de": "Wärme"}
    assert [str(words_for(texts, tag)) for tag in ("de-AT", "de", "en", "ja")] == ["Wärme", "Wärme", "Heat", "Heat"]
    assert words_for(texts, "ja").lang == "en"
    assert words_for({"ar": "حرارة"}, "en").dir == "rtl"
    assert words_for({"en": "Heat", "de": ""}, "de").text == "Heat"


def test_a_lesson_knows_headings_lists_and_paragraphs_and_nothing_else() -> None:
    parts = parts_of("# Pumps\nThey move\nheat.\r\n\r\n\n- Air\n- Ground\n\n<b>\x00bold</b>")
    assert [(part.kind, part.lines) for part in parts] == [
        ("heading", ("Pumps",)),
        ("paragraph", ("They move heat.",)),
        ("list", ("Air", "Ground")),
        ("paragraph", ("<b>bold</b>",)),
    ]
