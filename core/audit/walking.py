"""Reading rows that somebody may have damaged: whatever lies there is a finding, never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import NullType

if TYPE_CHECKING:
    from core.ctx import Ctx

_BATCH = 500
Rows = list[tuple[Any, Any]]


class Bad(Exception):
    """The first thing that does not hold; `seq` is its number in the chain, if it has one."""

    def __init__(self, what: str, seq: int | None = None) -> None:
        super().__init__(what)
        self.seq = seq


def batches(ctx: Ctx, key: Any, where: Any, model: Any) -> Iterator[Rows]:
    """(key, row) in the key's order, some hundreds at a time; a row that cannot be read is None. SQLite lets a forger put anything anywhere."""
    raw = type_coerce(key, NullType())
    keys = list(ctx.session.scalars(select(raw).where(where).order_by(key)))
    for start in range(0, len(keys), _BATCH):
        some = keys[start : start + _BATCH]
        rows = read_rows(ctx, select(model).where(raw.in_(some)).order_by(key))
        if rows is None:
            rows = [found[0] if (found := read_rows(ctx, select(model).where(raw == one))) else None for one in some]
        yield list(zip(some, rows, strict=True))
        for row in filter(None, rows):
            ctx.session.expunge(row)


def each(ctx: Ctx, key: Any, where: Any, model: Any) -> Iterator[tuple[Any, Any]]:
    """The same, one by one."""
    for some in batches(ctx, key, where, model):
        yield from some


def read_rows(ctx: Ctx, query: Select[Any]) -> list[Any] | None:
    """None when one of the rows cannot be read."""
    try:
        return list(ctx.session.scalars(query))
    except (ValueError, TypeError, AttributeError):
        return None
    except DBAPIError as error:
        if "decode" in str(error):  # SQLite's text that is none
            return None
        raise
