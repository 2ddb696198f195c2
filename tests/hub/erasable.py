"""A row of any table in which one person stands in every column that is declared personal: for the test that erases her."""

from __future__ import annotations

import itertools
import json
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, LargeBinary, String, Table, insert

from core.ctx import Ctx
from core.database import Base, Database, TextEnum, UtcDateTime
from core.ids import IdColumn, TypeID, new_id
from core.privacy.declaring import PERSONAL, By, Personal, Way

NAME = "Zworgina Quallmeier"
EMAIL = "zworgina.quallmeier@zwmail.example"
PHONE = "+49 171 5550199 88"
WISH = "zworkelwunsch"
#: What nobody may find afterwards, in small letters.
NEEDLES = ("zworgina", "quallmeier", "zwmail", WISH, "5550199")
_numbers = itertools.count(1)


def sentence(length: int | None) -> str:
    text = f"{NAME} <{EMAIL}>, {PHONE}"
    return text if length is None or len(text) <= length else NAME[:length]


def row_of(ctx: Ctx, part: Personal, user_id: TypeID, by: By) -> dict[str, Any]:
    """One row in which the person plays this part, found by this one way."""
    table = Base.metadata.tables[part.table]
    values = {column.name: _dull(column) for column in table.columns if not (column.nullable and column.default is None)}
    for name, way in part.columns.items():
        values[name] = _marked(table.columns[name], way, user_id, part)
    for what, name in part.tells.items():
        values[name] = {"name": NAME, "email": EMAIL, "phone": PHONE}[what]
    if by.kind == "mention":
        return values
    for other in part.subject_by:  # only one way leads to this row
        if other is not by:
            values[other.column] = _dull(table.columns[other.column])
    column = table.columns[by.column]
    if by.kind == "email":
        values[by.column] = EMAIL
    elif by.kind == "user":
        values[by.column] = user_id if isinstance(column.type, IdColumn) else str(user_id)
    elif by.kind in ("actor", "named"):
        values[by.column] = NAME
    elif by.kind == "through":
        values[by.column] = put_parent(ctx, by.parent, user_id)
    elif by.find is not None:
        from core.privacy import Person

        values[by.column] = next(iter(by.find(ctx, Person(emails={EMAIL}))))
    return values


def put_parent(ctx: Ctx, table: str, user_id: TypeID) -> TypeID:
    part = next(one for one in PERSONAL if one.table == table and one.subject_by[0].kind == "email")
    values = row_of(ctx, part, user_id, part.subject_by[0])
    ctx.session.execute(insert(Base.metadata.tables[table]).values(values))
    found: TypeID = values["id"]
    return found


def _marked(column: Any, way: Way, user_id: TypeID, part: Personal) -> Any:
    if way is Way.KEEP and not part.deletes:
        return str(user_id) if isinstance(column.type, String) and not isinstance(column.type, TextEnum) else _dull(column, user_id)
    if isinstance(column.type, JSON):
        return (
            [{"wer": NAME, "wie": [EMAIL, WISH if way is Way.EMPTY else PHONE]}] if "list" in str(column.default) else {NAME: [EMAIL, {"x": PHONE}]}
        )
    if isinstance(column.type, String) and not isinstance(column.type, TextEnum):
        if way is Way.EMPTY:
            return f"{WISH} {next(_numbers)}"
        return sentence(column.type.length) if way in (Way.SCRUB, Way.STEP) or part.deletes else NAME
    return _dull(column, user_id)


def _dull(column: Any, user_id: TypeID | None = None) -> Any:
    """Any value of the type, different each time."""
    number, kind = next(_numbers), column.type
    if isinstance(kind, IdColumn):
        return user_id if kind.prefix == "usr" and user_id is not None else new_id(kind.prefix)
    if isinstance(kind, TextEnum):
        return next(iter(kind.kind))
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, String):
        return f"x{number}"[: kind.length]
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, Date):
        return date(2026, 1, 1)
    if isinstance(kind, UtcDateTime | DateTime):
        return datetime(2026, 1, 1, tzinfo=UTC)
    if isinstance(kind, LargeBinary):
        return number.to_bytes(16)
    raise AssertionError(f"no value for {column}")


def put(ctx: Ctx, table: Table, values: dict[str, Any]) -> None:
    ctx.session.execute(insert(table).values(values))


def found_in(text: str) -> list[str]:
    low = text.lower()
    return [needle for needle in NEEDLES if needle in low]


def sqlite_remains(database: Database) -> dict[str, list[str]]:
    """Where a needle is left: in the dump as text, and in the bytes of the database's files."""
    path = database.settings.database.removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    left = {line[:200]: found for line in connection.iterdump() if (found := found_in(line))}
    connection.close()
    for suffix in ("", "-wal", "-shm", "-journal"):
        file = Path(path + suffix)
        content = file.read_bytes() if file.exists() else b""
        for encoding in ("utf-8", "utf-16-le"):
            if found := [needle for needle in NEEDLES if needle.encode(encoding) in content.lower()]:
                left[f"bytes of the file{suffix} as {encoding}"] = found
    return left


def readable(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
