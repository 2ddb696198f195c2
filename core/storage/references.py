"""Which columns hold keys of objects: only what none of them names may be collected.

Every room declares its own, beside the model; a test fails for a column that looks like one and is not declared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

if TYPE_CHECKING:
    from core.ctx import Ctx

_ADDRESS = re.compile(r"/media/([0-9a-f]{64})")
#: Given some keys, those of them that are in use. For keys that stand inside a JSON value.
Finder = Callable[["Ctx", Collection[str]], Iterable[str]]


@dataclass(frozen=True)
class Reference:
    """`name` is table.column, for people and for the test that walks all columns."""

    name: str
    find: Finder


_REFERENCES: dict[str, Reference] = {}


def declare_reference(column: Any, find: Finder | None = None) -> None:
    """Says that a mapped column holds keys; `find` where the key is only a part of its value."""
    name = f"{column.class_.__tablename__}.{column.key}"

    def among(ctx: Ctx, keys: Collection[str]) -> Iterable[str]:
        return list(ctx.session.scalars(select(column).where(column.in_(list(keys)))))

    _REFERENCES[name] = Reference(name, find or among)


def declare_references_in_json(column: Any, keys_of: Callable[[Any], Iterable[str]]) -> None:
    """For keys inside a JSON value; the whole column is read, so only for tables with few rows."""

    def among(ctx: Ctx, keys: Collection[str]) -> Iterable[str]:
        named = {key for value in ctx.session.scalars(select(column)) if value for key in keys_of(value)}
        return named & set(keys)

    declare_reference(column, among)


def declare_references_in_text(column: Any) -> None:
    """For texts in which addresses of the hub's own pictures stand (`/media/<key>.<extension>`)."""

    def among(ctx: Ctx, keys: Collection[str]) -> Iterable[str]:
        found: set[str] = set()
        wanted = sorted(keys)
        for at in range(0, len(wanted), 20):
            some = wanted[at : at + 20]
            for words in ctx.session.scalars(select(column).where(or_(*(column.contains(f"/media/{key}") for key in some)))):
                found |= set(_ADDRESS.findall(words or ""))
        return found & set(keys)

    declare_reference(column, among)


def references() -> list[Reference]:
    """All declared ones, by name."""
    return [_REFERENCES[name] for name in sorted(_REFERENCES)]


def used_among(ctx: Ctx, keys: Collection[str]) -> set[str]:
    """Those of the keys that any declared column names now."""
    found: set[str] = set()
    for reference in references():
        left = set(keys) - found
        if not left:
            break
        found |= {key for key in reference.find(ctx, left) if key}
    return found
