"""Pages of long lists, newest first: cursors instead of page numbers, so that a row that comes or goes shifts nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

T = TypeVar("T")
PAGE_ROWS = 25
#: Words of a search text that are looked for; more only cost time.
_WORDS = 5


@dataclass(frozen=True)
class Page(Generic[T]):
    """`older` and `newer` are the cursors of the neighbouring pages, None where there is none. `total` counts all pages."""

    rows: Sequence[T]
    total: int
    older: str | None = None
    newer: str | None = None


def page_of(session: Session, query: Select[Any], key: Any, *, before: str = "", after: str = "", rows: int | None = PAGE_ROWS) -> Page[Any]:
    """One page of the objects of `query` by the time-ordered column `key`; all of them with `rows` None, for an export."""
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = cut(query, key, lambda part: list(session.scalars(part).unique()), lambda row: str(getattr(row, key.key)), before, after, rows)
    return Page(found.rows, total, found.older, found.newer)


def cut(
    query: Select[Any],
    key: Any,
    fetch: Callable[[Select[Any]], list[T]],
    key_of: Callable[[T], str],
    before: str = "",
    after: str = "",
    rows: int | None = PAGE_ROWS,
) -> Page[T]:
    """`page_of` for rows that are more than one object; `total` is that of this page and the caller's to replace."""
    if rows is None:
        found = fetch(query.order_by(key.desc()))
        return Page(found, len(found))
    newest_first = (query.where(key < before) if before else query).order_by(key.desc())
    found = fetch((query.where(key > after).order_by(key.asc()) if after else newest_first).limit(rows + 1))
    more, found = len(found) > rows, found[:rows]
    if after:
        found.reverse()
    has_newer, has_older = (more, True) if after else (bool(before), more)
    older = key_of(found[-1]) if found and has_older else None
    return Page(found, len(found), older, key_of(found[0]) if found and has_newer else None)


def literal(word: str) -> str:
    """The word for a LIKE pattern with `escape="\\\\"`: nothing in it is a wildcard."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def containing(text: str, *columns: Any) -> list[ColumnElement[bool]]:
    """Conditions for rows in which every word of `text` stands in one of the columns, whatever its case."""
    return [or_(*(column.ilike(f"%{literal(word)}%", escape="\\") for column in columns)) for word in text.split()[:_WORDS]]
