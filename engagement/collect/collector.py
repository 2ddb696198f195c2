"""POST /e as a plain WSGI callable in front of Flask: the only address that a stranger's browser may write to at will.

Answers: 204 after the events are on the disk (also for events that do not count, and for placements nobody knows: an old snippet
on a foreign page is told nothing and shown no error, but nothing of it is stored, it is only counted as refused); 400 with the
field and the fix; 413 beyond 64 KiB; 503 with Retry-After when the spool is full or the directory was never read. Never a 500
because of input. No cookie, any origin.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from core.spool import SpoolFull
from engagement.collect.directory import Directory, DirectoryMissing
from engagement.collect.intake import Arrival, Intake, host_told, intake_for
from engagement.rules.beacon import MAX_BODY_BYTES, Beacon, Events, Malformed, read_beacon
from engagement.rules.kinds import RefusalReason

if TYPE_CHECKING:
    from core.database import Database

StartResponse = Callable[..., Any]
_ANY_ORIGIN = ("Access-Control-Allow-Origin", "*")
_NEVER_KEEP = ("Cache-Control", "no-store")
_NOTHING_WRONG = [_ANY_ORIGIN, _NEVER_KEEP]


class Collector:
    """Holds nothing but its intake; every thread of the process may call it."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            self._take(_body(environ), environ)
        except Malformed as error:
            self.intake.refuse(RefusalReason.MALFORMED)
            return _problem(start_response, "400 Bad Request", "malformed", error.fix, field=error.field)
        except _TooLarge:
            self.intake.refuse(RefusalReason.TOO_LARGE)
            limit = f"send at most {MAX_BODY_BYTES} bytes"
            return _problem(start_response, "413 Content Too Large", "too_large", limit, field="d")
        except SpoolFull as error:
            self.intake.refuse(RefusalReason.SPOOL_FULL)
            return _busy(start_response, error.retry_after)
        except DirectoryMissing:
            return _busy(start_response, 5)
        start_response("204 No Content", _NOTHING_WRONG)
        return []

    def _take(self, body: bytes, environ: dict[str, Any]) -> None:
        beacon = read_beacon(body)
        known = self.intake.known()
        spot = known.spots.get(beacon.source)
        if spot is None:
            self.intake.refuse(RefusalReason.UNKNOWN_PLACEMENT)
            return
        if beacon.locale not in known.locales:
            self.intake.refuse(RefusalReason.UNKNOWN_LOCALE)
            return
        events = self._known_events(beacon, known)
        if events:
            arrival = Arrival.of(environ)
            verdict = self.intake.judge(spot, arrival, host_told(beacon.page))
            self.intake.keep(spot, arrival, verdict, beacon.locale, beacon.page, events)

    def _known_events(self, beacon: Beacon, known: Directory) -> Events:
        """Without those that name an asset nobody has."""
        assets = known.assets
        events = tuple([(kind, assets[asset] if asset else None) for kind, asset in beacon.events if asset is None or asset in assets])
        if len(events) < len(beacon.events):
            self.intake.refuse(RefusalReason.UNKNOWN_ASSET, len(beacon.events) - len(events))
        return events


class _TooLarge(Exception):
    pass


def _body(environ: dict[str, Any]) -> bytes:
    """At most the limit and one byte is ever read, whatever the header says."""
    told = environ.get("CONTENT_LENGTH") or ""
    if told.isascii() and told.isdigit() and int(told[:20]) > MAX_BODY_BYTES:
        raise _TooLarge
    source = environ["wsgi.input"]
    wanted = int(told[:20]) if told.isascii() and told.isdigit() else MAX_BODY_BYTES + 1
    body: bytes = source.read(wanted)
    if len(body) > MAX_BODY_BYTES:
        raise _TooLarge
    return body


def _problem(start_response: StartResponse, status: str, code: str, fix: str, *, field: str) -> list[bytes]:
    """RFC 9457; for the developer of a page, so in English."""
    body = json.dumps(
        {
            "type": f"urn:channelpress:problem:{code}",
            "title": status[4:],
            "status": int(status[:3]),
            "detail": f"{field}: {fix}",
            "errors": {field: fix},
        }
    ).encode("ascii")
    headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body))), *_NOTHING_WRONG]
    start_response(status, headers)
    return [body]


def _busy(start_response: StartResponse, retry_after: int) -> list[bytes]:
    start_response("503 Service Unavailable", [("Retry-After", str(retry_after)), ("Content-Length", "0"), *_NOTHING_WRONG])
    return [b""]


def collector(database: Database) -> Collector:
    """The callable that `PublicReads` puts at /e."""
    return Collector(intake_for(database))
