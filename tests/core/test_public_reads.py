"""PublicReads: conditional requests, codings, swapping, and what never reaches Flask."""

from __future__ import annotations

import gzip
import threading
from datetime import UTC, datetime
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from core.public_reads import Answer, KeptBytes, PublicReads
from core.public_reads.conditional import coding_for, http_date, imf_date, matches

CHANGED = datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC)
BODY = "Grüße aus Hamburg, ".encode() * 400
PATH = "/feeds/plc_1/rss.xml"


class Hub:
    """A public state that a test can change, with counters of what was asked."""

    def __init__(self) -> None:
        self.number = 1
        self.now = 0.0
        self.answers = {PATH: self.answer("one")}
        self.asked: list[str] = []
        self.filled = 0
        self.broken = False

    def answer(self, tag: str, body: bytes = BODY, **changes: Any) -> Answer:
        def filling() -> bytes:
            self.filled += 1
            return body

        return Answer(tag, "application/rss+xml; charset=utf-8", CHANGED, filling, ("plc_1", "col_1"), **changes)

    def generation(self) -> int:
        self.asked.append("generation")
        if self.broken:
            raise OperationalError("select", {}, OSError("disk"))
        return self.number

    def snapshot(self) -> Any:
        self.asked.append("snapshot")
        state = dict(self.answers)

        class Mapping:
            def find(self, path: str) -> Answer | None:
                return state.get(path)

        return Mapping()


def _flask(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("203 From Flask", [("Content-Type", "text/plain")])
    return [environ["REQUEST_METHOD"].encode()]


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def client(hub: Hub) -> Client:
    return Client(PublicReads(_flask, snapshot=hub.snapshot, generation=hub.generation, monotonic=lambda: hub.now))


def test_a_known_address_is_answered_with_everything_a_cache_needs(client: Client) -> None:
    answer = client.get(PATH)
    assert (answer.status_code, answer.data) == (200, BODY)
    assert dict(answer.headers) == {
        "Content-Type": "application/rss+xml; charset=utf-8",
        "Content-Length": str(len(BODY)),
        "ETag": '"one"',
        "Last-Modified": "Mon, 02 Mar 2026 09:00:00 GMT",
        "Cache-Control": "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Surrogate-Key": "plc_1 col_1",
        "Cache-Tag": "plc_1,col_1",
    }


@pytest.mark.parametrize("path", ["/feeds/plc_2/rss.xml", "/feeds", "/feedsx/plc_1", "/desk/", "/", ""])
def test_everything_else_goes_to_flask(client: Client, path: str) -> None:
    assert client.get(path).status_code == 203


@pytest.mark.parametrize(
    ("wanted", "tag"),
    [
        ('"one"', "one"),
        ('W/"one"', "one"),
        ('"zero", "one", "two"', "one"),
        ('"zero","one"', "one"),
        ('W/"a,b" , W/"one"', "one"),
        ("*", "one"),
        (" * ", "one"),
    ],
)
def test_a_known_tag_gives_304(client: Client, wanted: str, tag: str) -> None:
    answer = client.get(PATH, headers={"If-None-Match": wanted})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == f'"{tag}"'
    assert {"Content-Length", "Content-Type", "Content-Encoding"}.isdisjoint(answer.headers.keys())
    assert {"Cache-Control", "Vary", "Last-Modified"} <= set(answer.headers.keys())


@pytest.mark.parametrize("wanted", ['"two"', "one", '"ONE"', '"one-gz"', '""', "", '"*"', "W/one", "\x00"])
def test_an_unknown_or_unreadable_tag_gives_the_feed(client: Client, wanted: str) -> None:
    assert client.get(PATH, headers={"If-None-Match": wanted.replace("\x00", "?")}).status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Mon, 02 Mar 2026 09:00:00 GMT", 304),
        ("Mon, 02 Mar 2026 08:59:59 GMT", 200),
        ("Monday, 02-Mar-26 09:00:00 GMT", 304),
        ("Mon Mar  2 09:00:00 2026", 304),
        ("Mon, 02 Mar 2026 10:00:00 +0100", 304),
        ("Sat, 31 Feb 2026 09:00:00 GMT", 200),
        ("yesterday", 200),
        ("", 200),
        ("9" * 500, 200),
        ("Mon, 02 Mar 99999 09:00:00 GMT", 200),
    ],
)
def test_dates_are_compared_to_the_second_and_unreadable_ones_ignored(client: Client, since: str, status: int) -> None:
    assert client.get(PATH, headers={"If-Modified-Since": since}).status_code == status


def test_if_none_match_wins_over_the_date(client: Client) -> None:
    later = "Fri, 01 Jan 2027 00:00:00 GMT"
    assert client.get(PATH, headers={"If-None-Match": '"old"', "If-Modified-Since": later}).status_code == 200
    assert client.get(PATH, headers={"If-None-Match": '"one"', "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}).status_code == 304


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, *;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity", ""),
        ("identity, gzip;q=0.5", ""),
        ("gzip;q=nonsense", ""),
        ("GZIP", "gzip"),
        ("", ""),
        ("deflate", ""),
        (",,;=", ""),
        ("gzip," * 400, "gzip"),
    ],
)
def test_the_coding_follows_the_clients_weights(accepted: str, coding: str) -> None:
    assert coding_for(accepted) == coding


@pytest.mark.parametrize(("coding", "suffix", "unpack"), [("br", "-br", brotli.decompress), ("gzip", "-gz", gzip.decompress)])
def test_each_coding_is_strong_on_its_own_and_compressed_once(client: Client, hub: Hub, coding: str, suffix: str, unpack: Any) -> None:
    first = client.get(PATH, headers={"Accept-Encoding": coding})
    assert unpack(first.data) == BODY
    assert first.headers["Content-Encoding"] == coding
    assert first.headers["ETag"] == f'"one{suffix}"'
    assert int(first.headers["Content-Length"]) == len(first.data) < len(BODY)
    assert client.get(PATH, headers={"Accept-Encoding": coding}).data == first.data
    assert hub.filled == 1
    again = client.get(PATH, headers={"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(PATH, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200, "other bytes, other tag"


def test_a_304_joins_no_bytes(client: Client, hub: Hub) -> None:
    client.get(PATH, headers={"If-None-Match": '"one"'})
    assert hub.filled == 0


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
def test_head_has_the_headers_of_get_and_no_bytes(client: Client, coding: str) -> None:
    get, head = (client.open(PATH, method=method, headers={"Accept-Encoding": coding}) for method in ("GET", "HEAD"))
    assert head.data == b""
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_other_methods_are_refused_by_name(client: Client, method: str) -> None:
    answer = client.open(PATH, method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_preflight_is_answered_for_a_day(client: Client) -> None:
    answer = client.options(PATH)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Max-Age"] == "86400"


def test_only_answers_that_ask_for_it_are_open_to_scripts(client: Client, hub: Hub) -> None:
    assert "Access-Control-Allow-Origin" not in client.get(PATH).headers
    hub.answers[PATH], hub.number, hub.now = hub.answer("two", cors=True), 2, 10.0
    assert client.get(PATH).headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(PATH, headers={"If-None-Match": '"two"'}).headers["Access-Control-Allow-Origin"] == "*"


def test_the_mapping_is_swapped_whole_when_the_number_changes_and_looked_at_once_a_second(client: Client, hub: Hub) -> None:
    for _ in range(50):
        client.get(PATH)
    assert hub.asked == ["generation", "snapshot"]
    hub.answers, hub.number = {PATH: hub.answer("two", b"new")}, 2
    hub.now = 0.9
    assert client.get(PATH).data == BODY
    hub.now = 1.0
    assert client.get(PATH).data == b"new"
    assert hub.asked == ["generation", "snapshot"] * 2
    hub.now = 2.5
    client.get(PATH)
    assert hub.asked[4:] == ["generation"], "an equal number costs no snapshot"


def test_what_was_recalled_is_gone_after_a_second(client: Client, hub: Hub) -> None:
    client.get(PATH)
    hub.answers, hub.number, hub.now = {}, 2, 1.0
    assert client.get(PATH).status_code == 203, "Flask says why"


def test_after_a_quiet_time_all_readers_wait_for_the_one_who_looks(hub: Hub) -> None:
    looking, go_on = threading.Event(), threading.Event()

    def slow_generation() -> int:
        if hub.now:
            looking.set()
            go_on.wait(10)
        return hub.generation()

    app = PublicReads(_flask, snapshot=hub.snapshot, generation=slow_generation, monotonic=lambda: hub.now)
    Client(app).get(PATH)
    hub.answers, hub.number, hub.now = {}, 2, 3600.0
    found: list[int] = []
    readers = [threading.Thread(target=lambda: found.append(Client(app).get(PATH).status_code)) for _ in range(4)]
    readers[0].start()
    assert looking.wait(10)
    for reader in readers[1:]:
        reader.start()
    readers[1].join(0.2)
    assert found == [], "nobody is told what was true an hour ago"
    go_on.set()
    for reader in readers:
        reader.join()
    assert found == [203] * 4


def test_while_the_store_is_down_the_last_good_state_stays(client: Client, hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    client.get(PATH)
    hub.broken, hub.now = True, 5.0
    assert client.get(PATH).status_code == 200
    hub.broken, hub.number, hub.answers, hub.now = False, 2, {PATH: hub.answer("two")}, 7.0
    assert client.get(PATH).headers["ETag"] == '"two"'
    assert "the last good state stays" in caplog.text


def test_without_any_good_state_flask_answers(client: Client, hub: Hub) -> None:
    hub.broken = True
    assert client.get(PATH).status_code == 203


def test_only_200_is_conditional(client: Client, hub: Hub) -> None:
    hub.answers[PATH] = hub.answer("gone", b"recalled", status=410)
    answer = client.get(PATH, headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.data) == (410, b"recalled")


def _collector(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("204 No Content", [])
    return [b""]


def test_the_collector_gets_posts_and_nothing_else(hub: Hub) -> None:
    client = Client(PublicReads(_flask, snapshot=hub.snapshot, generation=hub.generation, collector=_collector))
    assert client.post("/e").status_code == 204
    assert client.get("/e").headers["Allow"] == "POST, OPTIONS"
    assert client.options("/e").status_code == 204
    assert client.post("/elsewhere").status_code == 203
    assert hub.asked == [], "an event does not wait for the mapping"


def test_compressed_bytes_are_bounded_and_the_oldest_leave_first() -> None:
    kept = KeptBytes(limit=2500)
    made = []

    def body(name: str) -> Any:
        return lambda: made.append(name) or name.encode() * 1000

    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get(name, "", body(name)) == name.encode() * 1000
        assert kept.held <= 2500
    assert made == ["a", "b", "c", "b"]
    assert len(kept.get("huge", "", lambda: b"x" * 9000)) == 9000
    assert kept.held <= 2500


def test_many_readers_at_once_compress_once_and_never_see_two_states(hub: Hub) -> None:
    app = PublicReads(_flask, snapshot=hub.snapshot, generation=hub.generation, check_every=0.0)
    hub.answers = {f"{PATH}{n}": hub.answer(f"v0-{n}", b"v0" * 5000) for n in range(4)}
    seen: list[tuple[str, bytes]] = []
    start = threading.Barrier(9)

    def read() -> None:
        start.wait()
        for turn in range(60):
            answer = Client(app).get(f"{PATH}{turn % 4}", headers={"Accept-Encoding": "gzip"})
            seen.append((answer.headers["ETag"], gzip.decompress(answer.data)))

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    start.wait()
    for version in range(1, 6):
        hub.answers = {f"{PATH}{n}": hub.answer(f"v{version}-{n}", f"v{version}".encode() * 5000) for n in range(4)}
        hub.number += 1
    for reader in readers:
        reader.join()
    assert len(seen) == 480
    assert all(body == tag[1:3].encode() * 5000 for tag, body in seen)
    assert hub.filled <= 24, "each version of each address is filled once"


@pytest.mark.parametrize("tag", ['a"b', "a b", "a\r\nSet-Cookie: x=1", "", "ü", "a,b"])
def test_a_tag_that_would_break_a_header_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="entity tag"):
        Answer(tag, "text/plain", CHANGED, bytes)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Answer("one", "text/plain", datetime(2026, 3, 2), bytes)


@given(st.text(max_size=60))
def test_no_header_value_breaks_the_rules(text: str) -> None:
    matches(text, "one")
    assert http_date(text) is None or isinstance(http_date(text), int)
    assert coding_for(text) in ("", "gzip", "br")


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_our_dates_read_back_as_the_same_second(moment: datetime) -> None:
    assert http_date(imf_date(moment)) == int(moment.timestamp())
