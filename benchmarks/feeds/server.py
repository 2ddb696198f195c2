"""What granian serves in the benchmark: the hub as it is, and beside it a bare Flask view with the same constant bytes.

One process serves both, so that a ratio between them is a ratio of the code and of nothing else.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Flask, Response

from core.settings import load_settings
from hub.app import build_database, create_flask
from hub.public import with_public_reads

_settings = load_settings({}, data_dir=Path(os.environ["BENCH_DATA_DIR"]), port=int(os.environ["BENCH_PORT"]))
_flask = create_flask(build_database(_settings))
_hub = with_public_reads(_flask, _flask.extensions["channelpress"]["database"])
_constant = _flask.test_client().get(os.environ["BENCH_PATH"]).data
_bare = Flask("bare", static_folder=None)


@_bare.get("/bare")
def bare() -> Response:
    """The yardstick: what Flask costs when it has nothing to do."""
    return Response(_constant, mimetype="application/rss+xml")


def app(environ: dict[str, Any], start_response: Any) -> Any:
    """`/bare` to the yardstick, `/flask/…` to the hub's Flask view without the fast path, the rest to the hub."""
    path: str = environ["PATH_INFO"]
    if path == "/bare":
        return _bare.wsgi_app(environ, start_response)
    if path.startswith("/flask/"):
        environ["PATH_INFO"] = path[6:]
        return _flask.wsgi_app(environ, start_response)
    return _hub(environ, start_response)
