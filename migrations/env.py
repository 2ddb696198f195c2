"""Alembic environment: runs on the engine it is given, so that tests and commands migrate alike."""

from alembic import context

from core.database import Base
from hub.rooms import registry

registry()
engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
