"""Schema migrations through Alembic, callable from the command line and from tests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.ctx import SYSTEM

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

#: The last schema whose audit chain carried no seals.
_WITHOUT_SEALS = "0001"
SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def config_for(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["engine"] = database.engine
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Brings the schema to `revision`; running it again changes nothing."""
    before = _revision(database)
    command.upgrade(config_for(database), revision)
    if before == _WITHOUT_SEALS and _revision(database) != before:
        from core.audit import adopt_unmarked

        with database.unit_of_work(SYSTEM) as ctx:
            adopt_unmarked(ctx)


def _revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@lru_cache(maxsize=1)
def newest() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return ScriptDirectory.from_config(config).get_current_head()


def is_current(ctx: Ctx) -> bool:
    """True when the database stands at the newest revision that this code knows."""
    return MigrationContext.configure(ctx.session.connection()).get_current_revision() == newest()
