"""Tables that only grow: the database itself refuses to change or delete their rows (A-42, measures section 6).

Declare with `append_only(Model)` after the class; `guards_of` gives a migration the same triggers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import DDL, event

from core.database import Base

Statements = Callable[[str], list[str]]
_GUARDS: dict[str, list[Statements]] = {}
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
)


def guard_statements(table: str, dialect: str) -> list[str]:
    """DDL that makes the rows of `table` immutable and undeletable."""
    if dialect == "sqlite":
        raise_it = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        return [f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} {raise_it}" for verb in ("update", "delete")]
    return [
        _FUNCTION,
        *(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION core_append_only()"
            for verb in ("update", "delete")
        ),
    ]


def append_only(model: type[Base]) -> None:
    """Gives the model's table its guards whenever it is created."""
    table = str(model.__tablename__)
    create_with(model.__table__, lambda dialect: guard_statements(table, dialect))


def create_with(table: Any, statements: Statements) -> None:
    """Runs `statements(dialect)` after the table is created, on SQLite and PostgreSQL."""
    _GUARDS.setdefault(str(table.name), []).append(statements)
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(dialect):
            event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


def guards_of(table: str, dialect: str) -> list[str]:
    """Every statement declared for a table: for its migration."""
    return [statement for statements in _GUARDS.get(table, []) for statement in statements(dialect)]


def guarded_tables() -> list[str]:
    """Names of all tables that carry guards."""
    return sorted(_GUARDS)
