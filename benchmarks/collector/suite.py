"""The collector suite: run it, and write it down."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.collector.draining import drain_and_measure
from benchmarks.collector.taking import take_and_measure
from benchmarks.collector.world import make_world, message
from core.settings import load_settings

SECTION = "Collector"
_FLUSHES_MS = (0.0, 5.0)


def run(full: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """`full` takes the counts of the acceptance lines, else a few minutes' worth."""
    rounds, seconds = (5, 4.0) if full else (3, 2.0)
    sizes = (50_000, 500_000, 1_000_000) if full else (50_000, 200_000)
    with tempfile.TemporaryDirectory() as folder:
        database, placements, assets = make_world(load_settings({}, data_dir=Path(folder) / "taking"), 20)
        database.dispose()
        body = message(placements[0], assets)
        taking = {}
        for flush_ms in _FLUSHES_MS:
            say(f"collector: acknowledgements, {'the disk as it is' if not flush_ms else f'a flush of {flush_ms:g} ms imitated'}")
            taking[f"{flush_ms:g}"] = take_and_measure(Path(folder) / "taking", body, flush_ms=flush_ms, rounds=rounds, seconds=seconds)
        draining = drain_and_measure(Path(folder) / "draining", sizes, say)
    intake = taking["0"]["collector"]["requests_per_second"] * 10
    for row in draining["draining"]:
        row["of_intake"] = round(row["events_per_second"] / intake, 2)
    return {"taking": taking, **draining}


def table(result: dict[str, Any]) -> str:
    """The Markdown of the section."""
    lines = [
        "Messages of ten events under granian (one worker, 32 threads, 32 requests in flight), load generator on the same machine.",
        "Every 204 of the collector follows a sync.",
        "Ratios are to a Flask view that parses the same message and throws it away, in the same process and run.",
        "",
        "| flush | what | requests/s | ratio | CPU µs/request |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for flush_ms, rows in result["taking"].items():
        for name, row in rows.items():
            disk = "the disk's own" if flush_ms == "0" else f"{flush_ms} ms, imitated"
            lines.append(f"| {disk} | {name} | {row['requests_per_second']:,} | {row['ratio']} | {row['server_cpu_us']} |")
    lines += [
        "",
        "Draining on SQLite, skewed over 200 placements: rows, roll-ups on four levels and visitor sketches in one transaction.",
        "",
        "| events in the table | events/s | of the intake | read µs | insert µs | roll-ups µs | roll-ups/insert |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in result["draining"]:
        times = f"{row['reading_us']} | {row['insert_us']} | {row['rollups_us']} | {row['rollup_of_insert']}"
        lines.append(f"| {row['events']:,} | {row['events_per_second']:,} | {row['of_intake']} | {times} |")
    chart = result["chart"]
    times = f"{chart['rollup_ms']} ms from the roll-up, {chart['events_ms']} ms from the events, ratio {chart['ratio']}"
    return "\n".join([*lines, "", f"The programme's chart at {chart['events']:,} events: {times}."])
