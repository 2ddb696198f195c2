"""The second lock on tenants: PostgreSQL itself shows a transaction only the rows it may see (docs/adr/0011).

Every transaction says for whom it works: `channelpress.scope` is `all` (vendor, hub, public pages), `partner` or `reads`, and
`channelpress.partner_id` names the partner. Both are set for the transaction alone, so a pooled connection carries nothing on. Who says
nothing sees nothing. `FORCE` makes the tables' owner, which is the hub's own database user, obey as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction

from core.ids import TypeID

#: Written as sub-selects, the settings are read once per statement and not once per row.
SCOPE = "(select current_setting('channelpress.scope', true))"
PARTNER = "(select nullif(current_setting('channelpress.partner_id', true), '')::uuid)"
PARTNER_TEXT = "(select nullif(current_setting('channelpress.partner', true), ''))"
_BIND = text(
    "SELECT set_config('channelpress.scope', :scope, true), set_config('channelpress.partner_id', :partner_id, true),"
    " set_config('channelpress.partner', :partner, true)"
)
_SCOPE_KEY, _PARTNER_KEY = "rls_scope", "partner_id"


@dataclass(frozen=True)
class RowRights:
    """Conditions in SQL on a row. `own`: what a partner reads and writes; `reads`: what it may read besides; `adds`: what it may insert besides.

    `{partner}` is the bound partner's UUID, `{partner_text}` its id as people see it, `{scope}` the scope.
    """

    own: str = "partner_id = {partner}"
    reads: str = ""
    adds: str = ""


#: For what every bound transaction writes and only the hub reads.
WRITE_ONLY = RowRights(own="false", adds="{scope} = 'partner'")

_LOCKED: dict[str, RowRights] = {}


def guard(table: Any, rights: RowRights | None = None) -> None:
    """Locks the rows of a table, whenever it is created. Models that mix in `PartnerOwned` are locked by that."""
    from core.append_only import create_with

    name = str(table.name)
    is_new = name not in _LOCKED
    _LOCKED[name] = rights or RowRights()
    if is_new:
        create_with(table, lambda dialect: statements_of(name) if dialect == "postgresql" else [])


def locked_tables() -> list[str]:
    """Names of all tables whose rows are locked."""
    return sorted(_LOCKED)


def statements_of(table: str) -> list[str]:
    """DDL of the lock; running it again replaces the lock."""
    rights = _LOCKED[table]
    own, reads, adds = (_filled(part) for part in (rights.own, rights.reads, rights.adds))
    whose = f"{SCOPE} = 'all' OR ({own})"
    besides = f" OR ({SCOPE} = 'partner' AND ({reads}))" if reads else ""
    made = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"]
    made += [f"DROP POLICY IF EXISTS {table}_{part} ON {table}" for part in ("rows", "reads", "adds")]
    made.append(f"CREATE POLICY {table}_rows ON {table} USING ({whose}) WITH CHECK ({whose})")
    made.append(f"CREATE POLICY {table}_reads ON {table} FOR SELECT USING ({SCOPE} = 'reads'{besides})")
    if adds:
        made.append(f"CREATE POLICY {table}_adds ON {table} FOR INSERT WITH CHECK ({adds})")
    return made


def _filled(condition: str) -> str:
    return condition.replace("{partner}", PARTNER).replace("{partner_text}", PARTNER_TEXT).replace("{scope}", SCOPE)


def bind(session: Session, partner_id: TypeID | None) -> None:
    """For whom the session's transactions work; None is the vendor, the hub itself, or a public page."""
    session.info[_SCOPE_KEY] = "all" if partner_id is None else "partner"
    if partner_id is not None:
        session.info[_PARTNER_KEY] = partner_id


def bind_connection(connection: Connection, scope: str = "all", partner_id: TypeID | None = None) -> None:
    """The same for a connection without a session (migrations), until its transaction ends."""
    if connection.dialect.name == "postgresql":
        values = {"scope": scope, "partner_id": str(partner_id.uuid) if partner_id else "", "partner": str(partner_id or "")}
        connection.execute(_BIND, values)


@event.listens_for(Session, "after_begin")
def _tell_the_database(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        bind_connection(connection, session.info.get(_SCOPE_KEY, ""), session.info.get(_PARTNER_KEY))


@dataclass(frozen=True)
class Door:
    """A place where a partner's transaction looks past the locks; with `writes` it may change what it sees there."""

    name: str
    reason: str
    writes: bool


#: Every door by name. A test lists them (tests/house/test_doors.py).
DOORS: dict[str, Door] = {}


def door(name: str, reason: str, *, writes: bool = False) -> Door:
    """Declares a place that looks past the locks."""
    return DOORS.setdefault(name, Door(name, reason, writes))


@contextmanager
def seeing_all(session: Session, through: Door) -> Iterator[None]:
    """Lifts both locks for what is inside. No row of a rival may leave it: take plain values out."""
    if session.info.get(_SCOPE_KEY) != "partner":
        yield
        return
    partner_id = session.info.pop(_PARTNER_KEY)
    scope = session.info[_SCOPE_KEY] = "all" if through.writes else "reads"
    connection = session.connection()
    bind_connection(connection, scope)
    try:
        with nullcontext() if through.writes else session.no_autoflush:
            yield
            if through.writes:
                session.flush()
    finally:
        session.info[_SCOPE_KEY], session.info[_PARTNER_KEY] = "partner", partner_id
        with suppress(DBAPIError):  # of a transaction that has failed nothing more is read
            bind_connection(connection, "partner", partner_id)


@event.listens_for(Session, "before_flush")
def _refuse_writes_at_a_door(session: Session, flush_context: object, instances: object) -> None:
    if session.info.get(_SCOPE_KEY) == "reads" and (session.new or session.dirty or session.deleted):
        raise RuntimeError("this door to other partners' rows is for reading")
