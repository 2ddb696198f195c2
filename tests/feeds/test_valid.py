"""Every format in every language passes independent checks, and every kind of mistake is refused by the same checks."""

from __future__ import annotations

import random

import pytest

from feeds import FORMATS, Problem
from feeds.rules import sift
from tests.feeds.agreement import check_agreement
from tests.feeds.checks import CHECKS
from tests.feeds.making import LOCALES, a_view, filled, format_of, nasty_items
from tests.feeds.mutations import BY_FORMAT

FORMAT_NAMES = tuple(CHECKS)
SEEDS = (1, 2, 3)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_a_feed_is_valid_in_every_language(name: str, locale: str) -> None:
    assert CHECKS[name](filled(a_view(locale), format_of(name))) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_nasty_items_never_cost_the_feed(name: str, locale: str) -> None:
    view = a_view(locale, 3, nasty_items(locale))
    document = filled(view, format_of(name))
    assert CHECKS[name](document) == []
    left_out = {problem.asset_id for problem in sift(view).problems if problem.left_out}
    assert document.count(view.items[0].asset_id.encode()) > 0
    assert len(sift(view).view.items) >= len(view.items) - len(left_out) - 1


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_an_empty_feed_is_valid(name: str) -> None:
    assert CHECKS[name](filled(a_view("en", 0), format_of(name))) == []


@pytest.mark.parametrize("partner", ["A & B <GmbH>", "\"quoted\" 'single'", "back\\slash ]]>", "\x07bell\ud800", "نخلة 😀"])
@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_it_stays_valid_whatever_a_partner_is_called(name: str, partner: str) -> None:
    contact = f"<p>{partner.replace('&', '&amp;').replace('<', '&lt;')}</p>"
    assert CHECKS[name](filled(a_view("en"), format_of(name), partner, contact)) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_three_formats_say_the_same(locale: str) -> None:
    view = a_view(locale, 4, nasty_items(locale))
    documents = [filled(view, format_of(name)) for name in ("rss", "atom", "json")]
    assert check_agreement(*documents) == []


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
def test_equal_views_give_equal_bytes(fmt) -> None:
    view = a_view("de", 5, nasty_items("de"))
    assert fmt.render(view) == fmt.render(view)


MUTATIONS = [(name, mistake) for name in FORMAT_NAMES for mistake in BY_FORMAT[name]]


@pytest.mark.parametrize(("name", "mistake"), MUTATIONS, ids=[f"{name}-{mistake}" for name, mistake in MUTATIONS])
def test_a_mutated_feed_is_refused(name: str, mistake: str) -> None:
    good = filled(a_view("en"), format_of(name))
    for seed in SEEDS:
        broken = BY_FORMAT[name][mistake](good, random.Random(seed))
        assert broken != good
        assert CHECKS[name](broken) != [], f"seed {seed}"


def test_the_operator_learns_the_name_of_every_item_left_out() -> None:
    problems = sift(a_view("en", 1, nasty_items("en"))).problems
    named = {problem.flaw for problem in problems}
    assert {"no_link", "twice", "date_without_zone", "no_identity", "empty"} <= named
    assert {"characters_removed", "body_too_large", "image_left_out", "date_replaced"} <= named
    assert all(isinstance(problem, Problem) and problem.asset_id.startswith("ast_") for problem in problems)


def test_the_report_stands_in_the_log_once_for_all_formats(caplog: pytest.LogCaptureFixture) -> None:
    for fmt in FORMATS:
        fmt.render(a_view("en", 1, nasty_items("en")))
    lines = [record.getMessage() for record in caplog.records if "left out: no_link" in record.getMessage()]
    assert lines == ["feed of col_01h45ytscbebyvny4gc8cr8ma2 (en): item ast_01h45ytscbebyvny4gc8cr0107 left out: no_link"]
