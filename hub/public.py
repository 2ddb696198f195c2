"""Puts PublicReads in front of Flask: feeds, widget data and the collector never touch a view."""

from __future__ import annotations

from typing import Any

from flask import Flask

from core.ctx import VISITOR
from core.database import Database
from core.public_reads import PublicReads
from engagement import collector
from syndication import SnapshotReader, ViewSnapshot, generation


def with_public_reads(app: Flask, database: Database) -> PublicReads:
    """The composed WSGI application."""
    reader = SnapshotReader()

    def load() -> ViewSnapshot:
        with database.reading(VISITOR) as ctx:
            return reader.read(ctx)

    def number() -> int:
        with database.reading(VISITOR) as ctx:
            return generation(ctx)

    return PublicReads(_wsgi(app), snapshot=load, generation=number, collector=collector(database))


def _wsgi(app: Flask) -> Any:
    return app.wsgi_app
