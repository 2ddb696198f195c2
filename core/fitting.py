"""What does not fit into its column is refused in words, on every database alike.

PostgreSQL refuses it with an error of its own, SQLite stores it all the same; rooms check what people type and this is the floor
under them (law L6). The field of the message is the attribute, which forms name their fields after.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, event, inspect
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.i18n import gettext as _


@cache
def _limits(mapper: Any) -> tuple[tuple[str, str, int], ...]:
    """(attribute, kind, limit): characters of a text, greatest magnitude of a number."""
    found = []
    for attribute in mapper.column_attrs:
        kind = attribute.columns[0].type
        if isinstance(kind, String) and kind.length is not None:
            found.append((attribute.key, "text", kind.length))
        elif isinstance(kind, Integer):
            found.append((attribute.key, "number", 2**63 - 1 if isinstance(kind, BigInteger) else 2**31 - 1))
    return tuple(found)


def misfits(row: Any) -> dict[str, str]:
    """Messages by attribute."""
    state = inspect(row)
    errors = {}
    for key, kind, limit in _limits(state.mapper):
        value = state.dict.get(key)
        if kind == "text":
            if isinstance(value, str) and len(value) > limit:
                errors[key] = _("Use at most %(limit)s characters.", limit=limit)
        elif isinstance(value, int) and abs(value) > limit:
            errors[key] = _("This number is too large.")
    return errors


@event.listens_for(Session, "before_flush")
def _refuse_misfits(session: Session, flush_context: object, instances: object) -> None:
    for row in (*session.new, *session.dirty):
        errors = misfits(row)
        if errors:
            raise Invalid(errors)
