"""The application factory: database, rooms, Flask, and the fast path in front of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Flask, g

from core.celery_app import doorbell, make_celery
from core.clock import Clock, OffsetClock
from core.ctx import SYSTEM, VISITOR
from core.database import Database
from core.kv import read_value
from core.settings import Settings, load_settings
from core.web.application import build_flask
from hub.roles import ROLES
from hub.rooms import registry

CLOCK_OFFSET = "clock.offset_seconds"
VENDOR = "hub.vendor"


def build_database(settings: Settings, clock: Clock | None = None) -> Database:
    """The composed database: rooms imported, movable clock in the demo, doorbell connected."""
    registry()
    database = Database(settings, clock)
    if clock is None and settings.demo:
        database.clock = OffsetClock(lambda: _offset(database), settings.time_zone)
    database.ring = doorbell(make_celery(settings), settings.worker_processes)
    return database


def _offset(database: Database) -> float:
    with database.reading(SYSTEM) as ctx:
        return float(read_value(ctx, CLOCK_OFFSET) or 0)


def create_flask(database: Database) -> Flask:
    """The Flask application alone, for tests of pages."""
    return build_flask(database, registry(), ROLES, _brand)


def _brand() -> SimpleNamespace:
    """Whose name and logo lead the page: the partner's in the portal, the vendor's on the desk."""
    from core.web import database
    from hub.branding import brand_for

    actor = g.get("actor", VISITOR)
    with database().reading(SYSTEM) as ctx:
        return brand_for(ctx, actor.partner_id)


def create_app(settings: Settings | None = None) -> Any:
    """The WSGI application: PublicReads in front of Flask."""
    from hub.public import with_public_reads

    database = build_database(settings or load_settings())
    return with_public_reads(create_flask(database), database)
