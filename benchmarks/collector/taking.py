"""Taking: durable acknowledgements a second, as ratios to the Flask view that parses and discards, in the same run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.collector.world import BROWSER
from benchmarks.load import Measured, Target, measure

ROOT = Path(__file__).resolve().parent.parent.parent
#: Every waiting request holds a thread: with a flush of 5 ms and two groups under way, 32 of them are 3,200 requests a second.
THREADS = 32
_CONNECTIONS = 16


def take_and_measure(data_dir: Path, body: bytes, *, flush_ms: float, rounds: int, seconds: float) -> dict[str, Any]:
    """All targets in turn, so that a busy minute of the machine hits all alike."""
    headers = ("Content-Type: application/x-www-form-urlencoded", f"User-Agent: {BROWSER}", "Origin: https://p0.example")
    paths = {"parse and discard": "/discard", "collector": "/e", "through Flask": "/flask"}
    targets = [Target(name, (path,), headers, 204, body) for name, path in paths.items()]
    with _server(data_dir, flush_ms) as (port, pids):
        for target in targets:
            measure(port, target, seconds / 2, pids, connections=_CONNECTIONS)
        seen: dict[str, list[Measured]] = {target.name: [] for target in targets}
        for _ in range(rounds):
            for target in targets:
                seen[target.name].append(measure(port, target, seconds, pids, connections=_CONNECTIONS))
    base = median(one.per_second for one in seen["parse and discard"])
    return {
        name: {
            "requests_per_second": round(median(one.per_second for one in rows)),
            "ratio": round(median(one.per_second for one in rows) / base, 2),
            "server_cpu_us": round(median(one.cpu_us for one in rows), 1),
        }
        for name, rows in seen.items()
    }


@contextmanager
def _server(data_dir: Path, flush_ms: float) -> Iterator[tuple[int, list[int]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {"BENCH_DATA_DIR": str(data_dir), "BENCH_FLUSH_MS": str(flush_ms)}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1", "--no-ws"]
    command += ["--blocking-threads", str(THREADS), "--backpressure", "256", "--log-level", "warning", "benchmarks.collector.server:app"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(port, process)
        yield port, _family(process.pid)
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
