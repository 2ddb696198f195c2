"""The feeds suite: run it, and write it down."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.feeds.publishing import publish_and_measure
from benchmarks.feeds.serving import serve_and_measure
from benchmarks.feeds.world import make_world
from core.settings import load_settings

SECTION = "Feeds"


def run(full: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """`full` takes the counts of the acceptance lines, else a few minutes' worth."""
    many, rounds, seconds = (10_000, 5, 4.0) if full else (10_000, 3, 2.0)
    with tempfile.TemporaryDirectory() as folder:
        say(f"feeds: what a publication costs with 100 and with {many} placements")
        publishing = publish_and_measure(Path(folder), 100, many)
        say("feeds: what a reader costs")
        port = _free_port()
        world = Path(folder) / "serving"
        database, _collection, placements = make_world(load_settings({}, data_dir=world, port=port), many)
        database.dispose()
        serving = serve_and_measure(world, port, placements, rounds=rounds, seconds=seconds)
    return {"serving": serving, "publishing": publishing}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def table(result: dict[str, Any]) -> str:
    """The Markdown of the section."""
    lines = [
        "A feed of 50 items with 120 tracked links, RSS, under granian (one worker, eight threads), load generator on the same machine.",
        "Ratios are to a bare Flask view that returns the same constant bytes in the same process and run; CPU is the server's.",
        "",
        "| what | requests/s | ratio | CPU µs/request | CPU ratio |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, row in result["serving"].items():
        rates = f"{row['requests_per_second']:,} | {row['rate_ratio']} | {row['server_cpu_us']} | {row['cpu_ratio']}"
        lines.append(f"| {name} | {rates} |")
    lines += [
        "",
        "One title changes; `render` brings all views (4 formats × 4 languages) up to date, `swap` reads what changed into the web",
        "process, `first read` is the same for a process that just started, `fill` the first answer of one placement. CPU of one process.",
        "",
        "| placements | render s | swap s | first read s | fill µs | mapping MB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    publishing = result["publishing"]
    for count, cost in publishing["placements"].items():
        figures = " | ".join(str(cost[key]) for key in ("render_s", "swap_s", "first_read_s", "fill_us", "mapping_mb"))
        lines.append(f"| {int(count):,} | {figures} |")
    return "\n".join([*lines, "", _against_feedgen(publishing)])


def _against_feedgen(publishing: dict[str, Any]) -> str:
    shares = f"Rendering costs {publishing['render_of_feedgen']:.5f} of that, rendering and swap {publishing['of_feedgen']:.5f}"
    growth = f"rendering × {publishing['render_ratio']}, rendering and swap × {publishing['fresh_ratio']}"
    return f"feedgen for each of the many placements, one format: {publishing['feedgen_each_s']} s. {shares}; many placements against few: {growth}."
