"""Whatever is typed, the answer is a programme or a list of mistakes with a line and a remedy (A-13, bad input)."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.i18n import use_locale
from core.programme import packaged
from core.programme.checking import check_text, programme_file
from core.programme.printing import as_yaml
from core.programme.source import DEEPEST, LARGEST_BYTES, read_source
from deals.programme import DealTerms
from tests.core.programme.conftest import changed


def first(text: str) -> Any:
    found = check_text(text)
    assert found.programme is None and found.problems
    return found.problems[0]


def test_the_packaged_file_is_the_packaged_programme(packaged_text: str) -> None:
    checked = check_text(packaged_text)
    assert checked.problems == ()
    assert checked.programme is not None and checked.programme.sections == packaged().sections
    assert all(f"{name}:" in packaged_text.splitlines() for name in programme_file().model_fields)


@pytest.mark.parametrize("locale", ["en", "de", "ar", "ja"])
def test_comments_in_every_language_leave_the_values_as_they_are(locale: str) -> None:
    with use_locale(locale):
        checked = check_text(as_yaml(packaged()))
    assert checked.programme is not None and checked.programme.sections == packaged().sections


def _numbers() -> list[tuple[str, str, int, int]]:
    """(section, field, least, most) of every whole number of a section."""
    found = []
    for name, told in programme_file().model_fields.items():
        kind: Any = told.annotation
        for key, one in kind.model_fields.items():
            if one.annotation is int:
                limits = {type(limit).__name__: limit for limit in one.metadata}
                found.append((name, key, limits["Ge"].ge, limits["Le"].le))
    return found


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_every_number_within_its_limits_survives_the_round_trip(data: st.DataObject) -> None:
    section, field, least, most = data.draw(st.sampled_from(_numbers()))
    value = data.draw(st.integers(least, most))
    checked = check_text(f"{section}: {{{field}: {value}}}")
    assert checked.programme is not None, checked.problems
    assert getattr(checked.programme.sections[section], field) == value
    again = check_text(as_yaml(checked.programme))
    assert again.programme is not None and again.programme.sections == checked.programme.sections and again.content == checked.content


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_number_outside_of_its_limits_is_named_with_its_line(data: st.DataObject) -> None:
    section, field, least, most = data.draw(st.sampled_from(_numbers()))
    value = data.draw(st.one_of(st.integers(max_value=least - 1), st.integers(min_value=most + 1)))
    problem = first(f"# a comment\n{section}:\n  {field}: {value}\n")
    assert (problem.path, problem.line) == (f"{section}.{field}", 3)
    assert problem.fix


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_no_text_is_a_crash(text: str) -> None:
    check_text(text)


@settings(max_examples=30, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
        max_leaves=20,
    )
)
def test_no_value_is_a_crash(value: Any) -> None:
    for name in programme_file().model_fields:
        check_text(yaml.safe_dump({name: value}, allow_unicode=True))


def test_an_unknown_field_is_told_its_likely_name() -> None:
    problem = first("deals:\n  protection_day: 60\n")
    assert (problem.path, problem.line) == ("deals.protection_day", 2)
    assert "protection_days?" in problem.fix
    assert "funds" in first("fund:\n  late_days: 1\n").fix


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("deals:\n  protection_days: '90'\n", "deals.protection_days", 2),
        ("deals:\n  protection_days: 90.5\n", "deals.protection_days", 2),
        ("deals:\n  protection_days:\n", "deals.protection_days", 2),
        ("deals:\n  protection_days: true\n", "deals.protection_days", 2),
        ("deals:\n  protection_days: [90]\n", "deals.protection_days", 2),
        ("deals: 90\n", "deals", 1),
        ("tiers:\n  tiers:\n    gold: 1\n", "tiers.tiers", 2),
        ("tiers:\n  tiers:\n    - code: Gold!\n", "tiers.tiers[0].code", 3),
        ("deals:\n  least_amount:\n    EUR: 5000\n    XYZ: 1\n", "deals.least_amount.XYZ", 4),
        ("funds:\n  payment_proof_required: yes\n", "funds.payment_proof_required", 2),
        ("funds:\n  activities:\n    party: {}\n", "funds.activities.party", 3),
        ("funds:\n  activities:\n    event:\n      uploads:\n        - code: song\n", "funds.activities.event.uploads[0].code", 5),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_path_and_line(text: str, path: str, line: int) -> None:
    problem = first(text)
    assert (problem.path, problem.line) == (path, line)
    assert problem.wrong.endswith(".") and problem.fix


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    problems = check_text("deals:\n  extensions: x\n  protection_days: 0\nfunds:\n  late_days: -1\n").problems
    assert [one.line for one in problems] == [2, 3, 5]


def test_mistakes_are_told_in_german() -> None:
    with use_locale("de"):
        assert first("deals:\n  protection_days: 0\n").wrong == "0 ist zu klein."


def test_the_same_name_twice_is_refused_and_neither_wins(packaged_text: str) -> None:
    problem = first("deals:\n  protection_days: 90\n  protection_days: 60\n")
    assert (problem.path, problem.line) == ("deals.protection_days", 3)
    assert "line 2" in problem.wrong
    assert "twice" in first(packaged_text + "\ndeals:\n  protection_days: 1\n").wrong


def test_norway_is_a_word_and_half_past_twelve_no_number() -> None:
    """YAML 1.1 would read `NO` as false, `012` as ten and `12:30` as 750."""
    assert read_source("a:\n  NO: 012\n  t: 12:30\n  d: 2027-01-31\n").values == {"a": {"NO": 12, "t": "12:30", "d": "2027-01-31"}}


@pytest.mark.parametrize(
    "text", ["a: &x 1\nb: *x", "a: &x {b: 1}", "<<: *x", "a: !!python/object/apply:os.system ['id']", "a: !!int '3'", "a: 1\n---\nb: 2", "? [1]\n: 2"]
)
def test_nothing_refers_builds_or_hides(text: str) -> None:
    assert first(text).fix


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    layers = "\n".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 30))
    started = time.monotonic()
    assert first(f"x0: &x0 lol\n{layers}").line == 1
    assert time.monotonic() - started < 1


def test_ten_megabytes_and_deep_nesting_are_refused_quickly() -> None:
    started = time.monotonic()
    assert "128 KiB" in first("deals: " + "x" * 10_000_000).wrong
    assert first("deals: " + "[" * 100_000).line == 1
    assert first("\n".join("  " * n + "a:" for n in range(200))).line == DEEPEST
    assert first("a: [" + "1," * 30_000 + "1]").fix
    assert time.monotonic() - started < 10
    assert 4 * len(as_yaml(packaged())) < LARGEST_BYTES


def test_odd_characters_and_broken_yaml_have_a_line_where_there_is_one() -> None:
    assert first("deals:\n\tprotection_days: 1\n").line == 2
    assert first("deals:\n  protection_days: [1\nfunds: 2\n").line == 3
    for text in ("a: \x00", "a: \ud800", "\ufeff\ufeff{", ""):
        assert first(text).wrong


def test_what_is_left_out_has_its_packaged_value() -> None:
    checked = check_text("deals:\n  # protection_days: 60\nfunds:\n")
    assert checked.programme is not None and checked.programme.section(DealTerms).protection_days == 90


def test_a_changed_text_is_a_changed_programme(packaged_text: str) -> None:
    checked = check_text(changed(packaged_text, protection_days=60))
    assert checked.programme is not None and checked.programme.section(DealTerms).protection_days == 60
