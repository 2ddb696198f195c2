"""Audience, language and placement: decisions without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syndication.rules import (
    Audience,
    PartnerFacts,
    PlacementStatus,
    choose_locale,
    host_of,
    is_allowed_domain,
    is_stale,
    is_visible,
    reach_of,
    seen_status,
    translation_status,
)

KESTREL = PartnerFacts("prt_kestrel", active=True, tier="gold", region="dach")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("audience", "reason"),
    [
        (Audience(), "in_audience"),
        (Audience(tiers=frozenset({"gold"}), regions=frozenset({"dach", "uki"})), "in_audience"),
        (Audience(tiers=frozenset({"silver"})), "other_tier"),
        (Audience(regions=frozenset({"uki"})), "other_region"),
        (Audience(partners=frozenset({"prt_other"})), "not_named"),
        (Audience(partners=frozenset({"prt_kestrel"}), tiers=frozenset({"silver"})), "other_tier"),
    ],
)
def test_who_receives_a_collection(audience: Audience, reason: str) -> None:
    reach = reach_of(audience, KESTREL)
    assert reach.reason == reason
    assert reach.receives == (reason == "in_audience")


def test_a_suspended_partner_receives_nothing() -> None:
    assert reach_of(Audience(), replace(KESTREL, active=False)).reason == "not_active"


def test_an_audience_survives_its_row() -> None:
    audience = Audience(tiers=frozenset({"b", "a"}), partners=frozenset({"prt_1"}))
    assert Audience.from_json(audience.to_json()) == audience
    assert audience.to_json()["tiers"] == ["a", "b"]
    assert Audience.from_json(None).is_everyone


@pytest.mark.parametrize(
    ("wanted", "available", "chosen"),
    [
        ("de-AT", ["en", "de", "de-AT"], "de-AT"),
        ("de-AT", ["en", "de"], "de"),
        ("de", ["en", "de-CH"], "de-CH"),
        ("de", ["en", "fr"], "en"),
        ("fr", ["de", "ja"], None),
        ("zh-TW", ["zh", "en"], "en"),
        ("zh-TW", ["zh-Hant", "en"], "zh-Hant"),
        ("zh", ["zh-CN", "en"], "zh-CN"),
        ("en-GB", ["en-AU", "en", "de"], "en"),
        ("PT-br", ["pt-BR", "en"], "pt-BR"),
    ],
)
def test_language_falls_back_to_the_nearest(wanted: str, available: list[str], chosen: str | None) -> None:
    assert choose_locale(wanted, available) == chosen


def test_a_translation_is_stale_when_its_source_moved_on() -> None:
    assert is_stale("en", "de", asset_revision=3, source_revision=2)
    assert not is_stale("en", "en", asset_revision=3, source_revision=1)
    assert translation_status("en", "de", 3, 3) == "current"
    assert translation_status("en", "de", 3, 2) == "stale"


def test_an_ended_placement_is_never_answered() -> None:
    assert is_visible(PlacementStatus.PLANNED, Audience(), KESTREL)
    assert not is_visible(PlacementStatus.ENDED, Audience(), KESTREL)
    assert not is_visible(PlacementStatus.LIVE, Audience(regions=frozenset({"uki"})), KESTREL)


def test_a_placement_is_live_for_seven_days_after_it_was_seen() -> None:
    assert seen_status(PlacementStatus.PLANNED, None, NOW) is PlacementStatus.PLANNED
    assert seen_status(PlacementStatus.PLANNED, NOW - timedelta(days=7), NOW) is PlacementStatus.LIVE
    assert seen_status(PlacementStatus.LIVE, NOW - timedelta(days=7, seconds=1), NOW) is PlacementStatus.UNCONFIRMED
    assert seen_status(PlacementStatus.ENDED, NOW, NOW) is PlacementStatus.ENDED


@pytest.mark.parametrize(
    ("pasted", "host"),
    [
        ("kestrel.example", "kestrel.example"),
        ("https://www.Kestrel.example/aktuelles?x=1", "www.kestrel.example"),
        ("localhost:8001", "localhost:8001"),
        ("user:pw@kestrel.example", "kestrel.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_read_as_people_paste_it(pasted: str, host: str) -> None:
    assert host_of(pasted) == host


@pytest.mark.parametrize("pasted", ["", "   ", "not a domain", "http://", "-x.example", "a..b", "http://[::1", "*.kestrel.example"])
def test_what_is_no_domain_is_refused(pasted: str) -> None:
    with pytest.raises(ValueError, match="not a domain"):
        host_of(pasted)


def test_below_an_allowed_domain_is_allowed() -> None:
    assert is_allowed_domain("www.kestrel.example", ["kestrel.example"])
    assert not is_allowed_domain("evilkestrel.example", ["kestrel.example"])
    assert is_allowed_domain("anywhere.example", [])
