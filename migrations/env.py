"""Alembic environment: runs on the engine it is given, so that tests and commands migrate alike."""

from typing import Any

from alembic import context
from sqlalchemy import JSON

from core import rls
from core.database import Base, TextEnum, UtcDateTime
from core.ids import IdColumn
from core.search.schema import includes
from hub.rooms import registry

registry()
engine = context.config.attributes["engine"]


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Own column types as what they are in any database, so that a migration does not change with the code."""
    if kind != "type":
        return False
    if isinstance(item, IdColumn):
        autogen.imports.add("from core.ids import IdColumn")
        return f"IdColumn({item.prefix!r})"
    if isinstance(item, TextEnum):
        return "sa.String(length=40)"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, JSON):
        autogen.imports.add("from core.database import Json")
        return "Json"
    return False


with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render_item, include_name=includes)
    with context.begin_transaction():
        rls.bind_connection(connection)
        context.run_migrations()
