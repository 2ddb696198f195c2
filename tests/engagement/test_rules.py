"""The room's decisions, without database, clock or web."""

from __future__ import annotations

import random
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.records import Click, Record, pack, unpack
from engagement.rules.agents import agent_of, is_prefetch
from engagement.rules.beacon import _unescaped, page_of
from engagement.rules.forms import check_form, was_hasty
from engagement.rules.kinds import Verdict
from engagement.rules.lead_states import TABLE, LeadStatus, step_for, steps_from, whose_turn
from engagement.rules.measures import Metric, Numbers, added, change
from engagement.rules.sources import SourceKind, Trace, source_of
from engagement.rules.visitors import KEY_BYTES, SKETCH_KEYS, estimate, merged, truncated, visitor_key
from tests.engagement.conftest import BROWSER

KEYS = st.lists(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES), max_size=40)
ESCAPED = st.text(alphabet='%25ABCDEF0123456789af"[],:{}/+ x', max_size=60).map(str.encode)


@given(ESCAPED)
def test_the_quick_way_to_unescape_is_the_usual_one(value: bytes) -> None:
    assert _unescaped(value) == unquote_to_bytes(value)


@given(st.text(max_size=80))
def test_whatever_a_browser_escapes_comes_back(text: str) -> None:
    told = urlencode({"d": text}, errors="surrogatepass").partition("=")[2].encode()
    assert _unescaped(told.replace(b"+", b" ")) == text.encode("utf-8", "surrogatepass")


HEX = st.binary(min_size=16, max_size=16).map(bytes.hex)
KIND = st.sampled_from(["loaded", "viewable", "click"])


@given(
    st.builds(
        Record,
        partner=HEX,
        placement=st.none() | HEX,
        locale=st.text(min_size=2, max_size=12),
        verdict=st.sampled_from([verdict.value for verdict in Verdict]),
        visitor=st.binary(min_size=8, max_size=8).map(bytes.hex),
        page=st.text(max_size=80),
        events=st.lists(st.tuples(KIND, st.none() | HEX), min_size=1, max_size=9).map(tuple),
        click=st.none() | st.builds(Click, HEX, st.text(max_size=20), st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3)),
        refused=st.dictionaries(st.text(max_size=9), st.integers(0, 99), max_size=3),
    )
)
def test_a_record_comes_out_of_the_spool_as_it_went_in(record: Record) -> None:
    payload = pack(record)
    assert b"\n" not in payload
    assert unpack(payload) == record


@given(KEYS, KEYS, KEYS)
def test_sketches_merge_in_any_order_and_any_number_of_times(one: list[bytes], two: list[bytes], three: list[bytes]) -> None:
    forwards = merged(merged(merged(b"", one), two), three)
    backwards = merged(merged(merged(b"", three + one), two), two)
    assert forwards == backwards
    assert estimate(forwards) == len({*one, *two, *three})


@pytest.mark.parametrize("truth", [0, 1, SKETCH_KEYS - 1, SKETCH_KEYS, 5_000, 60_000])
def test_the_estimate_is_exact_while_small_and_close_when_large(truth: int) -> None:
    dice = random.Random(truth)
    sketch = b""
    for _ in range(4):
        sketch = merged(sketch, (dice.randbytes(KEY_BYTES) for _ in range(truth // 4)))
    sketch = merged(sketch, (dice.randbytes(KEY_BYTES) for _ in range(truth % 4)))
    assert estimate(sketch) == truth if truth < SKETCH_KEYS else abs(estimate(sketch) - truth) < truth * 0.1
    assert len(sketch) <= SKETCH_KEYS * KEY_BYTES


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.77", "c0000200"),
        ("::ffff:192.0.2.1", "c0000200"),
        ("2001:db8:1:2::1", "20010db8000100000000000000000000"),
        ("unix:", "3f"),
        ("", "3f"),
    ],
)
def test_only_the_networks_part_of_an_address_is_used(address: str, kept: str) -> None:
    assert truncated(address).hex() == kept


def test_a_key_depends_on_salt_partner_network_and_browser_only() -> None:
    key = visitor_key(b"salt", b"kestrel", "192.0.2.7", "Firefox/1")
    assert key == visitor_key(b"salt", b"kestrel", "192.0.2.99", "Firefox/1")
    others = {
        visitor_key(b"next", b"kestrel", "192.0.2.7", "Firefox/1"),
        visitor_key(b"salt", b"rival", "192.0.2.7", "Firefox/1"),
        visitor_key(b"salt", b"kestrel", "192.0.3.7", "Firefox/1"),
        visitor_key(b"salt", b"kestrel", "192.0.2.7", "Firefox/2"),
    }
    assert len(others) == 4 and key not in others


@pytest.mark.parametrize(
    ("agent", "verdict"),
    [
        (BROWSER, Verdict.VALID),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1", Verdict.VALID),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", Verdict.CRAWLER),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0.0.0 Safari/537.36", Verdict.CRAWLER),
        ("python-requests/2.32", Verdict.CRAWLER),
        ("   ", Verdict.NO_AGENT),
    ],
)
def test_who_is_a_person(agent: str, verdict: Verdict) -> None:
    assert agent_of(agent).verdict is verdict


def test_loading_ahead_is_not_looking() -> None:
    assert is_prefetch("prefetch;prerender") and is_prefetch("Prefetch") and not is_prefetch("")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("https://Kestrel.example/a/b?x=1#y", "kestrel.example/a/b"),
        ("http://localhost:8001", "localhost:8001/"),
        ("javascript:alert(1)", ""),
        ("https://[broken", ""),
        ("https://host:99999/", ""),
        ("about:srcdoc", ""),
        (None, ""),
    ],
)
def test_of_a_page_only_host_and_path_are_kept(told: str | None, kept: str) -> None:
    assert page_of(told) == kept


def test_a_form_keeps_every_entry_and_names_every_fault() -> None:
    limits = {"name": 10, "email": 254, "message": 50}
    told = {"name": "x" * 11, "email": "no address", "message": " a\r\n b ", "intruder": "x"}
    filled = check_form(told, ["name", "email", "message"], ["name", "email"], limits)
    assert {name: fault.value for name, fault in filled.faults.items()} == {"name": "too_long", "email": "email", "consent": "consent"}
    assert filled.values == {"name": "x" * 11, "email": "no address", "message": "a\nb"}


def test_two_seconds_are_too_quick_for_a_person() -> None:
    assert was_hasty(100, 101.9) and not was_hasty(100, 102)


def test_the_best_trace_of_the_same_partner_wins() -> None:
    click = Trace(SourceKind.CLICK, "prt_a", "plc_1", "spring")
    link = Trace(SourceKind.PLACEMENT, "prt_a", "plc_2", "")
    assert source_of("prt_a", [link, click]) is click
    assert source_of("prt_b", [link, click]) == Trace(SourceKind.PARTNER, "prt_b", "", "")


def test_every_state_of_a_lead_can_be_reached_or_belongs_to_routing() -> None:
    reached = {LeadStatus.NEW} | {step.target for step in TABLE}
    assert set(LeadStatus) - reached == {LeadStatus.ROUTED, LeadStatus.DECLINED, LeadStatus.EXPIRED}
    for step in TABLE:
        assert step_for(step.origin, step.action) is step
        assert step in steps_from(step.origin, frozenset({step.permission}))
        assert steps_from(step.origin, frozenset()) == ()
    assert whose_turn(LeadStatus.NEW) == "partner" and whose_turn(LeadStatus.LOST) == "nobody"


def test_rates_and_changes_are_empty_rather_than_wrong() -> None:
    assert Numbers({"click": 3}).value(Metric.CLICK_RATE) is None
    assert Numbers({"click": 3, "viewable": 12}).value(Metric.CLICK_RATE) == 0.25
    assert change(5, 0) is None and change(None, 5) is None and change(6, 4) == 0.5
    assert added([Numbers({"click": 1}, 2), Numbers({"click": 2}, 3)]) == Numbers({"click": 3}, 5)
