"""What granian serves here: the hub, and beside it bare Flask views that answer the same bytes. One process, one ratio."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, request

from core.settings import load_settings
from hub.app import create_app

_hub = create_app(load_settings({}, data_dir=Path(os.environ["BENCH_DATA_DIR"]), port=int(os.environ["BENCH_PORT"]), access_log=False))
_bare = Flask("bare", static_folder=None)
_page = b"x" * int(os.environ["BENCH_PAGE_BYTES"])


@_bare.get("/bare")
def page() -> Response:
    return Response(_page, mimetype="text/html")


@_bare.post("/bare")
def form() -> Any:
    """Reads a form and sends the reader on."""
    return redirect("/bare?" + request.form.get("language", ""), 303)


def app(environ: dict[str, Any], start_response: Any) -> Any:
    return (_bare.wsgi_app if environ["PATH_INFO"] == "/bare" else _hub)(environ, start_response)
