"""Inserting what may be there already, without breaking the transaction when somebody else was quicker."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.database import Base

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_once(session: Session, model: type[Base], **values: Any) -> bool:
    """True when this call made the row, False when one with that key was there.

    A look before the insert is not enough where several write at once, and a refused insert ends a transaction on PostgreSQL.
    Waits for a writer of the same key to commit or give up.
    """
    session.flush()
    insert = _INSERT[session.get_bind().dialect.name]
    done = session.execute(insert(model.__table__).values(**values).on_conflict_do_nothing(), execution_options={"preserve_rowcount": True})
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]
