"""What granian serves in the benchmark: the hub's collector, and beside it Flask views with the same message.

One process serves all, so that a ratio between them is a ratio of the code. `BENCH_FLUSH_MS` imitates a disk.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from core.settings import load_settings
from core.spool import segment
from engagement import Collector, intake_for
from hub.app import build_database

_flush_s = float(os.environ.get("BENCH_FLUSH_MS", "0")) / 1000
if _flush_s:

    class _SlowDisk:
        """`os`, but a flush always takes the same time, whatever else the machine's disk has to do."""

        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

        def fdatasync(self, fd: int) -> None:
            time.sleep(_flush_s)

    segment.os = _SlowDisk()  # type: ignore[attr-defined]

_settings = load_settings({}, data_dir=Path(os.environ["BENCH_DATA_DIR"]), spool_max_bytes=8 << 30)
_collector = Collector(intake_for(build_database(_settings)))
_flask = Flask("bare", static_folder=None)


@_flask.post("/discard")
def discard() -> Response:
    """The yardstick: parses the batch and throws it away."""
    json.loads(request.form["d"])
    return Response(status=204)


@_flask.post("/flask")
def through_flask() -> Response:
    """The same collector behind Flask: what the fast path saves."""
    answer: list[Any] = []
    body = _collector(request.environ, lambda status, headers: answer.extend((status, headers)))
    return Response(b"".join(body), answer[0], answer[1])


def app(environ: dict[str, Any], start_response: Any) -> Any:
    if environ["PATH_INFO"] == "/e":
        return _collector(environ, start_response)
    return _flask.wsgi_app(environ, start_response)
