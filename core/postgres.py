"""What PostgreSQL needs and no room should know: how its driver takes text, and how long it may wait."""

from __future__ import annotations

from typing import Any

from psycopg.types.string import StrDumperUnknown
from sqlalchemy import Engine, event

from core.storable import storable

#: A wait for a lock that is longer than a person's patience ends as an error that is tried once more.
_LOCK_PATIENCE = "20s"


class _Text(StrDumperUnknown):
    """The driver refuses NUL with an error; stored text has U+FFFD instead, and no row is ever found by NUL."""

    def dump(self, obj: str) -> Any:
        if obj.isascii() and "\x00" not in obj:
            return obj.encode()
        return storable(obj).encode()


def prepare(engine: Engine) -> None:
    """Sets up every connection of the engine."""
    event.listen(engine, "connect", _connect)


def _connect(connection: Any, record: Any) -> None:
    connection.adapters.register_dumper(str, _Text)
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = '{_LOCK_PATIENCE}'")
    connection.execute("SET TIME ZONE 'UTC'")
    connection.autocommit = False
