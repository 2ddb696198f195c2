"""Serving: requests per second and CPU per request, each as a ratio to the bare Flask view in the same run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.load import Measured, Target, measure
from core.ids import TypeID
from feeds import feed_path

ROOT = Path(__file__).resolve().parent.parent.parent
THREADS = 8
#: A page's worth of readers that ask in turn: more placements than the fast path keeps filled.
SPREAD = 1000


def serve_and_measure(data_dir: Path, port: int, placements: list[TypeID], *, rounds: int, seconds: float) -> dict[str, Any]:
    """Rounds of all targets in turn, so that a busy minute of the machine hits all alike."""
    same_length = [placement for number, placement in enumerate(placements) if number % 4 == 0]
    path = feed_path(same_length[0], "rss")
    with _server(data_dir, port, path) as pids:
        targets = _targets(port, path, tuple(feed_path(placement, "rss") for placement in same_length[:SPREAD]))
        for target in targets:
            measure(port, target, seconds, pids)  # once without counting: connections, caches, compressed bytes
        seen: dict[str, list[Measured]] = {target.name: [] for target in targets}
        for _ in range(rounds):
            for target in targets:
                seen[target.name].append(measure(port, target, seconds, pids))
    base_rate = median(one.per_second for one in seen["bare"])
    base_cpu = median(one.cpu_us for one in seen["bare"])
    return {name: _summary(rows, base_rate, base_cpu) for name, rows in seen.items()}


def _summary(rows: list[Measured], base_rate: float, base_cpu: float) -> dict[str, float]:
    rate, cpu = median(one.per_second for one in rows), median(one.cpu_us for one in rows)
    return {
        "requests_per_second": round(rate),
        "server_cpu_us": round(cpu, 1),
        "rate_ratio": round(rate / base_rate, 2),
        "cpu_ratio": round(cpu / base_cpu, 3),
    }


def _targets(port: int, path: str, spread: tuple[str, ...]) -> list[Target]:
    tag, gzip_tag = _tag(port, path), _tag(port, path, "gzip")
    return [
        Target("bare", ("/bare",)),
        Target("feed 200", (path,)),
        Target("feed 304", (path,), (f"If-None-Match: {tag}",), 304),
        Target("feed 200 gzip", (path,), ("Accept-Encoding: gzip",)),
        Target("feed 304 gzip", (path,), ("Accept-Encoding: gzip", f"If-None-Match: {gzip_tag}"), 304),
        Target(f"feed 200, {len(spread):,} placements in turn", spread),
        Target(f"feed 200 gzip, {len(spread):,} placements in turn", spread, ("Accept-Encoding: gzip",)),
        Target("feed 200 through Flask and database", ("/flask" + path,)),
    ]


def _tag(port: int, path: str, coding: str = "identity") -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": coding})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(answer.headers["ETag"])


@contextmanager
def _server(data_dir: Path, port: int, path: str) -> Iterator[list[int]]:
    """granian as the hub starts it: one worker, eight threads. Gives the ids of its processes."""
    environment = os.environ | {"BENCH_DATA_DIR": str(data_dir), "BENCH_PORT": str(port), "BENCH_PATH": path}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1", "--no-ws"]
    command += ["--blocking-threads", str(THREADS), "--backpressure", "256", "--log-level", "warning", "benchmarks.feeds.server:app"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(port, process)
        yield _family(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the benchmark's server did not start")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(grandchild for child in children for grandchild in _family(int(child)))]
