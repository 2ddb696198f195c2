"""A worker that knows one job more: one that takes its time inside the transaction and counts what it did."""

from __future__ import annotations

import time

from core.celery_app import make_celery
from core.ctx import Ctx
from core.jobs import job
from core.kv import bump
from core.logging import configure
from core.settings import load_settings
from hub.app import build_database


@job("tests.do_once", retries=50)
def do_once(ctx: Ctx, name: str, milliseconds: int) -> None:
    """Its effect can be counted: `tests.done.<name>` must be 1 in the end."""
    bump(ctx, f"tests.done.{name}")
    time.sleep(milliseconds / 1000)


settings = load_settings()
configure(settings)
app = make_celery(settings, lambda: build_database(settings))
