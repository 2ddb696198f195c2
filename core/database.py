"""The database: one declarative base, portable column types, and the two ways in, `unit_of_work` and `reading`.

Rooms never see an engine, never commit, and never ask which database it is (architecture decision 1).
"""

from __future__ import annotations

import enum
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Connection, Engine, MetaData, create_engine, event, text, types
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from core import fields, fitting, rls, scoping  # noqa: F401 - imported for what they add to every session
from core.clock import Clock, SystemClock
from core.database_turnstile import Turnstile
from core.storable import dump_json

if TYPE_CHECKING:
    from core.ctx import Actor, Ctx
    from core.settings import Settings

#: How long a writer waits for another one: longer than any transaction of ours, shorter than a person's patience.
_SQLITE_PATIENCE_S = 20
_TURN = "writers_turn"
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(types.TypeDecorator[datetime]):
    """Aware UTC in and out; a naive time is a bug and raises."""

    impl = types.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TextEnum(types.TypeDecorator[Any]):
    """A StrEnum stored as its value: readable in the database, extended without a migration."""

    impl = types.String(40)
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        return None if value is None else self.kind(value)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """Tables are prefixed by their room; foreign keys point to lower floors only."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: Json}


class Database:
    """One per process. `ring` is told the jobs of each commit, after it (style: the broker is a doorbell)."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        from core.audit.lanes import Lanes
        from core.metrics import connection_given, connection_taken

        self.settings = settings
        self.clock = clock or SystemClock(settings.time_zone)
        self.lanes = Lanes()
        self.ring: Callable[[str, str], None] = lambda job_id, queue: None
        #: Where only one can write, one delivers for all (`core.jobs.together`); else None.
        self.deliverer: Turnstile | None = None
        self.engine = create_engine(
            settings.database, pool_pre_ping=True, json_serializer=dump_json, hide_parameters=not settings.debug, **_pool(settings)
        )
        event.listen(self.engine, "checkout", connection_taken)
        event.listen(self.engine, "checkin", connection_given)
        if self.engine.dialect.name == "sqlite":
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            event.listen(self.engine, "connect", _sqlite_connect)
            file = self.engine.url.database
            if file and ":memory:" not in file:
                self.deliverer = Turnstile(f"{file}-deliverer")
                _take_turns(self.engine, Turnstile(f"{file}-writer"))
            else:
                _take_turns(self.engine, None)
        else:
            from core import postgres

            postgres.prepare(self.engine)
        # One snapshot for all statements of a read; SQLite's deferred transaction is one by itself.
        snapshot = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._reader = self.engine.execution_options(reads_only=True, **snapshot)

    @contextmanager
    def unit_of_work(self, actor: Actor, *, clock: Clock | None = None, locale: str | None = None) -> Iterator[Ctx]:
        """One transaction: commits at the end, rolls back on any exception, then rings the doorbells."""
        from core.audit.lanes import numbered
        from core.ctx import Ctx

        with Session(self.engine, expire_on_commit=False) as session:
            scoping.bind(session, actor.partner_id)
            fields.bind(session, actor)
            ctx = Ctx(self, session, actor, clock or self.clock, locale or actor.locale)
            yield ctx
            with numbered(ctx):
                session.commit()
        ctx.after_commit()

    @contextmanager
    def courtesy(self, patience_ms: int = 50) -> Iterator[Connection]:
        """One small write of the hub's own that rather fails than keeps anybody waiting."""
        with self.engine.execution_options(patience_ms=patience_ms).begin() as connection:
            rls.bind_connection(connection)
            yield connection

    @contextmanager
    def reading(self, actor: Actor, *, clock: Clock | None = None, locale: str | None = None) -> Iterator[Ctx]:
        """A consistent view that cannot write: a flush with changes raises."""
        from core.ctx import Ctx

        with Session(self._reader, autoflush=False) as session:
            scoping.bind(session, actor.partner_id)
            fields.bind(session, actor)
            event.listen(session, "before_flush", _refuse_writes)
            yield Ctx(self, session, actor, clock or self.clock, locale or actor.locale)
            session.rollback()

    def is_writable(self, patience_s: int = 2) -> bool:
        """Whether a transaction could write now; waits so long for another writer. Changes nothing."""
        try:
            if self.engine.dialect.name == "sqlite":
                return _sqlite_is_writable(self.engine, patience_s)
            with self.engine.connect() as connection:
                return bool(connection.scalar(text("SHOW transaction_read_only")) == "off")
        except OperationalError:
            return False

    def dispose(self) -> None:
        self.engine.dispose()


def _pool(settings: Settings) -> dict[str, Any]:
    if ":memory:" in settings.database:
        return {}
    return {"pool_size": settings.database_pool, "max_overflow": settings.database_pool, "pool_timeout": 20, "pool_use_lifo": True}


def _refuse_writes(session: Session, flush_context: Any, instances: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a read-only request tried to write; use a unit of work")


def _sqlite_connect(connection: Any, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would be deferred
    cursor = connection.cursor()
    # Without recursive_triggers INSERT OR REPLACE deletes a row and does not ask the trigger that forbids deletion.
    safety = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "secure_delete=ON")
    for pragma in (f"busy_timeout={_SQLITE_PATIENCE_S * 1000}", *safety, "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_is_writable(engine: Engine, patience_s: int) -> bool:
    """Takes the writer's lock and gives it back at once."""
    connection = engine.raw_connection()
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={patience_s * 1000}")
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    finally:
        cursor.execute(f"PRAGMA busy_timeout={_SQLITE_PATIENCE_S * 1000}")
        cursor.close()
        connection.close()
    return True


def _take_turns(engine: Engine, turnstile: Turnstile | None) -> None:
    """A writer takes its lock at the start: read-check-write on a deferred transaction overspends a budget."""

    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("reads_only"):
            connection.execute(text("BEGIN"))
            return
        patience_ms = options.get("patience_ms", _SQLITE_PATIENCE_S * 1000)
        if turnstile is not None and _TURN not in connection.info:
            if turnstile.enter(patience_ms / 1000):
                connection.info[_TURN] = os.getpid()
            else:
                patience_ms = 0  # has been waited already: what remains is SQLite's own word for it
        _begin_immediate(connection, patience_ms)

    def checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
        if record.info.pop(_TURN, None) == os.getpid() and turnstile is not None:  # not what was forked off inside
            turnstile.leave()

    event.listen(engine, "begin", begin)
    event.listen(engine, "checkin", checkin)


def _begin_immediate(connection: Connection, patience_ms: int) -> None:
    if patience_ms == _SQLITE_PATIENCE_S * 1000:
        connection.execute(text("BEGIN IMMEDIATE"))
        return
    connection.execute(text(f"PRAGMA busy_timeout={patience_ms}"))
    try:
        connection.execute(text("BEGIN IMMEDIATE"))
    finally:
        connection.execute(text(f"PRAGMA busy_timeout={_SQLITE_PATIENCE_S * 1000}"))
