"""The trail of a request: one correlation id, one line in the access log, one count. No path, no query, no address of a person."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable

from flask import Flask, Response, g, request

from core.ctx import correlation_id, new_correlation
from core.logging import typed
from core.metrics import observe_request

log = logging.getLogger("channelpress.access")
_PLAIN_ID = re.compile(r"[0-9a-f]{16,32}\Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
#: W3C Trace Context, version 00: the trace id is the trail of all systems that a click passes.
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\Z")


def begin() -> str:
    """The id of this request: the client's where it is well-formed, so that nobody writes words of his own into our logs; else a new one."""
    told = wanted_id(request.headers.get("X-Request-Id", ""), request.headers.get("traceparent", ""))
    if told is None:
        return new_correlation()
    correlation_id.set(told)
    return told


def wanted_id(request_id: str, traceparent: str) -> str | None:
    """Lower-case hex of 16 to 32 digits, or None."""
    request_id = request_id.strip().lower()
    if _PLAIN_ID.match(request_id):
        return request_id
    if _UUID.match(request_id):
        return request_id.replace("-", "")
    trace = _TRACEPARENT.match(traceparent.strip())
    return trace[1] if trace and trace[1].strip("0") else None


def install(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_end)
    app.teardown_request(_forget)


def _start() -> None:
    g.began = time.perf_counter()
    typed.set(_typed)


def _typed() -> Iterable[str]:
    """What came with the request, as far as it has been read: reading it now could fail or take long."""
    for name in ("args", "form", "cookies"):
        read = request.__dict__.get(name)
        if read is not None:
            for values in read.listvalues() if hasattr(read, "listvalues") else ():
                yield from values
    cached = request.__dict__.get("_cached_json")
    if cached and isinstance(cached[0], dict):
        yield from (str(value) for value in cached[0].values() if isinstance(value, str))


def _end(response: Response) -> Response:
    from core.web.edge import face

    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else ""
    observe_request(face(), request.method, route, response.status_code, seconds)
    if log.isEnabledFor(logging.INFO):
        told = {"method": request.method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1), "face": face()}
        log.info("request", extra=told)
    return response


def _forget(error: BaseException | None) -> None:
    typed.set(None)
