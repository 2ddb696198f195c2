"""The call points. Cheap, never raising: what is observed must not fail because of who looks."""

from __future__ import annotations

import logging
import threading

from core.metrics import registry

log = logging.getLogger("channelpress.jobs")
#: Different values of one label; the next new one counts as "other", so that no list of ours that grew by mistake grows the scrape.
MOST_VALUES = 400
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_seen: dict[str, set[str]] = {}
_lock = threading.Lock()


def bounded(label: str, value: str) -> str:
    """The value, or "other" beyond the number of values a label may have."""
    known = _seen.setdefault(label, set())
    if value in known:
        return value
    with _lock:
        if len(known) >= MOST_VALUES:
            return "other"
        known.add(value)
    return value


def observe_request(face: str, method: str, route: str, status: int, seconds: float | None) -> None:
    """`route` is the rule, never the path; `seconds` None where only the count is cheap enough (public reads)."""
    route = bounded("route", route or "(no route)")
    face = face or "none"
    method = method if method in _METHODS else "other"
    registry.REQUESTS.labels(face, method, route, f"{status // 100}xx").inc()
    if seconds is not None:
        registry.REQUEST_SECONDS.labels(face, route).observe(seconds)


def observe_job(kind: str, outcome: str, seconds: float) -> None:
    """One run of a job ended: `outcome` is done, retried, dead or lost. Also the line in the log that follows a click into the worker."""
    kind = bounded("job", kind)
    registry.JOBS.labels(kind, outcome).inc()
    registry.JOB_SECONDS.labels(kind).observe(seconds)
    log.info("job ended", extra={"job_kind": kind, "outcome": outcome, "ms": round(seconds * 1000)})


def observe_delivery(kind: str, outcome: str) -> None:
    """Something was sent to another server: `outcome` is delivered, refused, retried or given_up."""
    registry.DELIVERIES.labels(bounded("delivery", kind), outcome).inc()


def observe_mail(outcome: str) -> None:
    """An attempt ended: `outcome` is retried, or the state of `core.mail.MailStatus` that the mail has now."""
    registry.MAILS.labels(outcome).inc()


def observe_store(verb: str, outcome: str, seconds: float) -> None:
    """`outcome` is ok, missing or unavailable."""
    registry.STORE_CALLS.labels(verb, outcome).inc()
    registry.STORE_SECONDS.labels(verb).observe(seconds)


def connection_taken(*_: object) -> None:
    registry.CONNECTIONS.inc()


def connection_given(*_: object) -> None:
    registry.CONNECTIONS.dec()
