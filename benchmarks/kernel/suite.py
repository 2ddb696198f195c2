"""The kernel suite: run it, and write it down."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.kernel import outbox, requests
from tests.engines import Postgres, RedisServer

SECTION = "Kernel"
LIMITS = (
    "Each row is one run. The plain inserts are the same work every time, so their spread shows how far other load on the machine moves a figure; "
    "smaller differences between rows say nothing. On SQLite one process of the host delivers for all workers, up to 16 events in a transaction, "
    "and events/s equal the announcer's commits/s: the limit is its commit, which waits for the disk and for the processor. On PostgreSQL each "
    "delivery is a transaction of its own; what limits it there has not been profiled."
)


def run(full: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """`full` takes longer for steadier figures."""
    events, rounds, seconds = (3000, 5, 3.0) if full else (300, 3, 0.5)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        embedded = outbox.measure({}, folder / "embedded", events, say)
        postgres, redis = Postgres.started(folder / "engines"), RedisServer.started(folder / "engines")
        try:
            engines = {"CHANNELPRESS_DATABASE_URL": postgres.url(postgres.create()), "CHANNELPRESS_BROKER_URL": redis.url()}
            servers = outbox.measure(engines, folder / "servers", events, say)
        finally:
            redis.stop()
            postgres.remove()
        asked = requests.measure(folder / "web", rounds=rounds, seconds=seconds, say=say)
    return {"events": events, "outbox": {"SQLite, folder": embedded, "PostgreSQL, Redis": servers}, "requests": asked}


def table(result: dict[str, Any]) -> str:
    """The Markdown of the section."""
    lines = [
        f"Outbox: {result['events']} events of one transaction each, announced by one process, heard by workers; from the first commit to the last effect.",
        "Plain inserts are the same four rows (outbox, job, inbox, effect) in one transaction per event, by one process without workers, before and after;",
        "the ratio is how many times longer an event takes than they do. Where events/s are close to the announcer's commits/s, workers keep up with it.",
        "",
        "| engines | workers | events/s | announcer's commits/s | plain inserts/s | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for engines, rows in result["outbox"].items():
        for row in rows:
            figures = (row["workers"], row["per_second"], row["commits_per_second"], row["plain_per_second"], row["ratio"])
            lines.append(f"| {engines} | {' | '.join(str(figure) for figure in figures)} |")
    lines += ["", LIMITS]
    lines += [
        "",
        "Requests under granian (four threads a process, SQLite), load generator on the same machine; ratios are to a bare Flask view of as many bytes in the same process and run.",
        "A page is the sign-in form, the signed-in POST changes a person's language in a transaction.",
        "",
        "| web processes | what | requests/s | of bare | CPU µs/request | CPU ratio |",
        "| ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for row in result["requests"]:
        lines.append(
            f"| {row['processes']} | {row['name']} | {row['requests_per_second']:,} | {row['rate_ratio']} | {row['cpu_us']} | {row['cpu_ratio']} |"
        )
    return "\n".join(lines)
