"""One statement to the database, past every rule of ours: for tests of what the database itself refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from core import rls
from core.database import Database


@contextmanager
def raw(database: Database) -> Iterator[Connection]:
    """A transaction that sees every row: what stops a statement is then the guard, and not that row-level security shows it nothing."""
    with database.engine.begin() as connection:
        rls.bind_connection(connection)
        yield connection
