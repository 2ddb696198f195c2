"""Which engines the tests run on: CHANNELPRESS_TEST_ENGINES=embedded (SQLite, folders) or servers (PostgreSQL, Redis, S3).

The servers of a run are started when the first test asks and end with it. Only settings differ: everything here is an
environment that an operator could have written.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.engines.postgres import Postgres, empty, guards
from tests.engines.redis_server import RedisServer
from tests.engines.s3_server import S3Server

ENGINES = os.environ.get("CHANNELPRESS_TEST_ENGINES", "embedded")
#: Fixtures through which a test reaches a database, a doorbell or a store; a `servers` run leaves the other tests out.
FIXTURES = frozenset({"engines", "own_engines", "settings", "database", "hub", "make_hub", "demo"})

if ENGINES not in ("embedded", "servers"):
    raise pytest.UsageError(f"CHANNELPRESS_TEST_ENGINES must be embedded or servers, not {ENGINES!r}")


class Servers:
    """One set for the run, shared by its tests."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hub-engines-"))
        self.postgres = Postgres.started(self.folder)
        self.redis = RedisServer.started(self.folder)
        self.s3 = S3Server.started(self.folder)
        self._numbers = itertools.count(1)
        self._tables: frozenset[str] = frozenset()
        self._guards: list[Any] = []

    def stop(self) -> None:
        self.postgres.remove()
        self.redis.stop()
        self.s3.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environ(self, database: str) -> dict[str, str]:
        """Settings of an installation with this database, and a doorbell and a bucket that nobody else uses."""
        number = next(self._numbers)
        bucket = f"hub-{number}"
        self.s3.bucket(bucket)
        return {
            "CHANNELPRESS_DATABASE_URL": self.postgres.url(database),
            "CHANNELPRESS_BROKER_URL": self.redis.url(number % 4000),
            **self.s3.environ(bucket),
        }

    def emptied_suite_database(self) -> str:
        """The one database of all tests that want every room's tables and nothing in them."""
        from core.database import Base

        tables = frozenset(Base.metadata.tables)
        if self._tables != tables:
            self._make_tables()
            self._tables = tables
        try:
            with self.postgres.connect("suite") as connection:
                connection.execute("SET lock_timeout = '2s'")
                empty(connection)
                intact = guards(connection) == self._guards
            if not intact:  # a test has taken them away to play the intruder
                self._make_tables()
        except psycopg.errors.LockNotAvailable:  # an earlier test left a transaction open
            self.postgres.hang_up("suite")
            self.postgres.empty("suite")
        return "suite"

    def _make_tables(self) -> None:
        """Anew whenever a test has declared more of them."""
        from sqlalchemy import create_engine

        from core.database import Base

        self.postgres.drop("suite")
        self.postgres.create("suite")
        engine = create_engine(self.postgres.url("suite"))
        Base.metadata.create_all(engine)
        engine.dispose()
        with self.postgres.connect("suite") as connection:
            self._guards = guards(connection)


_running: list[Servers] = []


def servers() -> Servers:
    """The servers of this run."""
    if not _running:
        _running.append(Servers())
    return _running[0]


def stop_servers() -> None:
    while _running:
        _running.pop().stop()


@cache
def engines_of(folder: Path) -> dict[str, str]:
    """The environment of an installation in `folder`: an empty database of its own, and the same again for the same folder."""
    if ENGINES == "embedded":
        return {}
    made = servers()
    return made.environ(made.postgres.create())


def touches_an_engine(item: pytest.Item) -> bool:
    return bool(FIXTURES & set(getattr(item, "fixturenames", ())))
