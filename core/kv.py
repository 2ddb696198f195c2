"""Small named values of the installation (clock offset, generation numbers, chain head): one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json
from core.once import insert_once

if TYPE_CHECKING:
    from core.ctx import Ctx


class KeyValue(Base):
    __tablename__ = "core_kv"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


def read_value(ctx: Ctx, key: str) -> Any:
    """The stored value, or None."""
    return ctx.session.scalar(select(KeyValue.value).where(KeyValue.key == key))


def write_value(ctx: Ctx, key: str, value: Any) -> None:
    """Sets the value in the running transaction."""
    if not insert_once(ctx.session, KeyValue, key=key, value=value):
        ctx.session.get_one(KeyValue, key).value = value
        ctx.session.flush()


def bump(ctx: Ctx, key: str) -> int:
    """Counts up and returns the new number: generations that caches compare."""
    insert_once(ctx.session, KeyValue, key=key, value=0)
    row = ctx.session.get_one(KeyValue, key, with_for_update=True, populate_existing=True)
    number = row.value = int(row.value) + 1
    ctx.session.flush()
    return number
