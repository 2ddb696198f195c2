"""A worker that knows one job more: one that takes its time inside the transaction and counts what it did."""

from __future__ import annotations

import time

from core.celery_app import make_celery
from core.ctx import SYSTEM, Ctx
from core.database import Database
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


def wait_outside(database: Database, name: str, milliseconds: int) -> None:
    """What takes long, with no transaction open; says when it began."""
    with database.unit_of_work(SYSTEM) as ctx:
        bump(ctx, f"tests.begun.{name}")
    time.sleep(milliseconds / 1000)


@job("tests.take_long", queue="long", retries=50, gather=wait_outside)
def take_long(ctx: Ctx, name: str, milliseconds: int, _: None) -> None:
    bump(ctx, f"tests.done.{name}")


@job("tests.recall", queue="urgent")
def recall(ctx: Ctx, name: str) -> None:
    bump(ctx, f"tests.done.{name}")


settings = load_settings()
configure(settings)
app = make_celery(settings, lambda: build_database(settings))
