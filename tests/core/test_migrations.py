"""Migrations lead to exactly the tables the models describe, and their guards stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from core.ctx import SYSTEM
from core.database import Base, Database
from core.migrate import is_current, migrate
from core.search.schema import includes
from core.settings import load_settings
from hub.app import build_database

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture
def migrated(tmp_path: Path, own_engines: Callable[[Path], dict[str, str]]) -> Iterator[Database]:
    made = build_database(load_settings(own_engines(tmp_path), data_dir=tmp_path / "var", secret_key="s" * 40))
    migrate(made)
    yield made
    made.dispose()


def test_the_schema_is_what_the_models_say(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False, "include_name": includes})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(migrated: Database) -> None:
    before = inspect(migrated.engine).get_table_names()
    migrate(migrated)
    assert inspect(migrated.engine).get_table_names() == before
    with migrated.reading(SYSTEM) as ctx:
        assert is_current(ctx)


def test_the_guards_of_the_audit_log_come_with_the_migration(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        names = connection.execute(text(TRIGGERS[connection.dialect.name])).scalars().all()
    assert {"core_audit_no_delete", "core_audit_no_update"} <= set(names)


def test_tables_are_named_by_their_room() -> None:
    rooms = ("core_", "partners_", "syndication_", "cobranding_", "engagement_", "enablement_", "deals_", "mdf_")
    assert [name for name in Base.metadata.tables if not name.startswith(rooms)] == []
