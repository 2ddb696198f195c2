"""Every way past tenant isolation, with its reason: one more is a decision, not an accident (docs/adr/0004, 0011)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from core.rls import DOORS, locked_tables
from hub.rooms import registry
from tests.house.building import ROOT, python_files

#: Places where a partner's transaction looks past both locks.
KNOWN_DOORS = {"accounts.address": False, "jobs.mine": True, "deals.standing": False, "mdf.ledger": True}
#: Statements on tables instead of mapped classes: the loader criteria do not narrow them, on PostgreSQL the second lock does.
CORE_STATEMENTS = {
    "core/append_only.py": "DDL and the names of columns",
    "core/audit/entries.py": "declares guards",
    "core/audit/days.py": "declares guards",
    "core/audit/words.py": "declares guards",
    "core/bulk.py": "bulk inserts of the hub's own jobs",
    "core/once.py": "one insert that may meet its own key",
    "core/rls.py": "DDL",
    "core/scoping.py": "hands the table to the second lock",
}
DECLARING = {"append_only", "create_with", "guard", "restrict", "declare_reference", "declare_personal"}


def test_the_doors_are_these_and_say_why() -> None:
    registry()
    assert {name: door.writes for name, door in DOORS.items() if not name.startswith("tests.")} == KNOWN_DOORS
    assert all(len(door.reason) > 30 for door in DOORS.values())


def _table_uses(tree: ast.Module) -> Iterator[int]:
    """Lines with `Model.__table__` outside of a declaration at the module's top level."""
    declared = {
        id(node)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in DECLARING
        for node in ast.walk(call)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "__table__" and id(node) not in declared:
            yield node.lineno


def test_rooms_write_statements_on_mapped_classes() -> None:
    found = {path: list(_table_uses(ast.parse((ROOT / path).read_text(encoding="utf-8")))) for path in python_files()}
    rooms = {path: lines for path, lines in found.items() if lines and not path.startswith("core/")}
    assert rooms == {}, "a room's statement on a table is not narrowed to the actor's partner"


#: Modules with SQL as text. All of them run as the hub itself, never for a partner.
TEXT_SQL = {
    "core/database.py": "transaction control",
    "core/rls.py": "says for whom a transaction works",
    "engagement/collect/salts.py": "the day's salt, common to all",
    "engagement/drain/draining.py": "the drain, a job",
    "engagement/drain/writing.py": "the drain, a job",
    "engagement/seals/hashing.py": "sealing, a job",
    "engagement/seals/planning.py": "sealing, a job",
}


def test_rooms_with_sql_as_text_are_these() -> None:
    rooms = set()
    for path in python_files():
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy" and any(name.name == "text" for name in node.names):
                rooms.add(path)
    told = {path for path in rooms if not path.startswith(("core/", "hub/")) and "models" not in path}
    assert told <= set(TEXT_SQL), sorted(told - set(TEXT_SQL))


def test_locked_tables_are_many() -> None:
    registry()
    assert len(locked_tables()) > 35
