"""Tables that only grow: the database itself refuses to change or delete their rows (A-42, measures section 6).

Declare with `append_only(Model)` after the class; `guards_of` gives a migration the same triggers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import DDL, Connection, event

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


#: How every pseudonym of an erased person begins: the one change that a table with `erasable` columns lets pass.
ERASED = "erased-"


def erasable_statement(table: Any, dialect: str, erasable: Collection[str]) -> str:
    """DDL that refuses every update but one that puts a pseudonym into erasable columns (docs/adr/0018)."""
    name = str(table.name)
    fixed = [column.name for column in table.columns if column.name not in erasable]
    differs, text = ("IS NOT", "{}") if dialect == "sqlite" else ("IS DISTINCT FROM", "{}::text")
    touched = [f'OLD."{column}" {differs} NEW."{column}"' for column in fixed]
    for column in erasable:
        new = text.format(f'NEW."{column}"')
        touched.append(f'(OLD."{column}" {differs} NEW."{column}" AND {new} NOT LIKE \'%{ERASED}%\')')
    when = " OR ".join(touched)
    if dialect == "sqlite":
        return f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
    return f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION core_append_only()"


def append_only(model: type[Base], *, erasable: Collection[str] = ()) -> None:
    """Gives the model's table its guards whenever it is created. `erasable`: columns in which an erased person becomes a pseudonym."""
    table = str(model.__tablename__)

    def statements(dialect: str) -> list[str]:
        made = guard_statements(table, dialect)
        if erasable:
            made = [one for one in made if f"{table}_no_update" not in one] + [erasable_statement(model.__table__, dialect, erasable)]
        return made

    create_with(model.__table__, statements)


def create_with(table: Any, statements: Statements) -> None:
    """Runs `statements(dialect)` after the table is created, on SQLite and PostgreSQL."""
    _GUARDS.setdefault(str(table.name), []).append(statements)

    def run(target: Any, connection: Connection, **options: Any) -> None:
        for statement in statements(connection.dialect.name):
            connection.execute(DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]

    event.listen(table, "after_create", run)


def guards_of(table: str, dialect: str) -> list[str]:
    """Every statement declared for a table: for its migration."""
    return [statement for statements in _GUARDS.get(table, []) for statement in statements(dialect)]
