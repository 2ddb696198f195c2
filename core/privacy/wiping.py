"""What a database or a store keeps of deleted rows: wiped after the erasure has been committed, never inside its transaction.

SQLite overwrites what is deleted (`secure_delete`); VACUUM then writes the file anew and the write-ahead log is cut to nothing.
PostgreSQL writes the touched tables anew. Its own log and every backup hold older bytes until they are thrown away (docs/privacy.md).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from core.database import Base
from core.errors import NotFound, Unavailable
from core.jobs import job
from core.once import insert_once
from core.storage import StoredObject, store_for, used_among

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.ctx import Ctx
    from core.database import Database

#: Writing these anew would stop the collector for minutes; PostgreSQL reuses their space by itself.
_TOO_BIG = ("engagement_event", "engagement_click")


def wipe_traces(database: Database, tables: Collection[str]) -> None:
    """Takes seconds to minutes, and on SQLite the writer's place; raises Unavailable when somebody else holds it."""
    known = [name for name in tables if name in Base.metadata.tables and name not in _TOO_BIG]
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            if connection.dialect.name == "sqlite":
                _wipe_file(connection.connection.driver_connection)
            else:
                for name in known:
                    connection.execute(text(f'VACUUM (FULL, ANALYZE) "{name}"'))
        except OperationalError as error:
            raise Unavailable("database") from error


def _wipe_file(connection: object) -> None:
    import sqlite3

    cursor = connection.cursor()  # type: ignore[attr-defined]
    try:
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("VACUUM")
        # Not an error when a reader is in the way: the log is then cut by whoever is last.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise Unavailable("database") from error
    finally:
        cursor.close()


def _wipe(database: Database, tables: list[str]) -> None:
    wipe_traces(database, tables)


@job("core.wipe_traces", gather=_wipe)
def wipe_later(ctx: Ctx, tables: list[str], done: None) -> None:
    """Everything happens before the transaction."""


def drop_object(ctx: Ctx, key: str) -> bool:
    """Deletes an object that nothing names any more; its bytes go by a job after the commit. False while something still names it."""
    ctx.session.flush()
    if not key:
        return False
    # Held before it is looked at: who puts the same bytes now has named them by the time the row is ours, or waits for us (ADR 15).
    row = ctx.session.get(StoredObject, key, with_for_update=True, populate_existing=True)
    if used_among(ctx, [key]):
        return False
    if row is not None:
        ctx.session.delete(row)
        ctx.session.flush()
    ctx.enqueue(delete_bytes, key)
    return True


def drop_unnamed(ctx: Ctx) -> int:
    """Every private object that nothing names: earlier versions of what was just made anew. The garbage collector would wait."""
    keys = list(ctx.session.scalars(select(StoredObject.key).where(StoredObject.public.is_(False))))
    used: set[str] = set()
    for at in range(0, len(keys), 500):
        used |= used_among(ctx, keys[at : at + 500])
    return sum(drop_object(ctx, key) for key in keys if key not in used)


@job("core.delete_object_bytes")
def delete_bytes(ctx: Ctx, key: str) -> None:
    """Unless somebody has stored the same bytes again meanwhile, or is at it: the row is made first, so that one waits for the other (ADR 15)."""
    held = {"media_type": "application/octet-stream", "size": 0, "public": False, "created_at": ctx.now}
    if not insert_once(ctx.session, StoredObject, key=key, **held):
        return
    with suppress(NotFound):
        store_for(ctx.settings).delete(key)
    ctx.session.delete(ctx.session.get_one(StoredObject, key))
