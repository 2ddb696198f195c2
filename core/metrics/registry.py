"""The instruments: name, labels and what they mean; `docs/metrics.md` prints this list and a test compares."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

#: Not the library's global one: a test may build several applications in a process, and nobody else's numbers are ours.
REGISTRY = CollectorRegistry()
_REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_JOB_S = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0)

REQUESTS = Counter(
    "channelpress_requests_total",
    "Requests answered, by face, method, route and class of the status.",
    ("face", "method", "route", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "channelpress_request_seconds", "Seconds from the arrival of a request to its answer.", ("face", "route"), buckets=_REQUEST_S, registry=REGISTRY
)
JOBS = Counter("channelpress_jobs_total", "Runs of jobs that ended, by kind and outcome.", ("kind", "outcome"), registry=REGISTRY)
JOB_SECONDS = Histogram("channelpress_job_seconds", "Seconds that a run of a job took.", ("kind",), buckets=_JOB_S, registry=REGISTRY)
DELIVERIES = Counter(
    "channelpress_deliveries_total", "Things sent to somebody else's server, by kind and outcome.", ("kind", "outcome"), registry=REGISTRY
)
MAILS = Counter("channelpress_mails_total", "Mails by outcome.", ("outcome",), registry=REGISTRY)
STORE_CALLS = Counter(
    "channelpress_object_store_calls_total", "Calls to the object store, by verb and outcome.", ("verb", "outcome"), registry=REGISTRY
)
STORE_SECONDS = Histogram(
    "channelpress_object_store_seconds", "Seconds that the object store took.", ("verb",), buckets=_REQUEST_S, registry=REGISTRY
)
CONNECTIONS = Gauge(
    "channelpress_database_connections_in_use", "Database connections that are out of the pools now.", multiprocess_mode="livesum", registry=REGISTRY
)

INSTRUMENTS: tuple[Any, ...] = (REQUESTS, REQUEST_SECONDS, JOBS, JOB_SECONDS, DELIVERIES, MAILS, STORE_CALLS, STORE_SECONDS, CONNECTIONS)


def as_markdown() -> str:
    """The table of docs/metrics.md: what is counted, then what is measured at the scrape."""
    from core.metrics.measured import measures

    rows = ["| metric | kind | labels | meaning |", "| --- | --- | --- | --- |"]
    for one in INSTRUMENTS:
        name = one._name + ("_total" if one._type == "counter" else "")
        rows.append(f"| `{name}` | {one._type} | {', '.join(one._labelnames)} | {one._documentation} |")
    for measure in measures():
        rows.append(f"| `{measure.name}` | gauge | {', '.join(measure.labels)} | {measure.help} |")
    return "\n".join(rows) + "\n"
