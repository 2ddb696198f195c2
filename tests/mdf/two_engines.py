"""Fixtures for tests that must hold on SQLite and on PostgreSQL in one run, whatever the run's own engines are.

A test module imports all four; `engines` is then the parameter that everything else stands on.
"""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from core.clock import FixedClock
from core.database import Base, Database
from core.settings import Settings, load_settings
from tests.engines import Postgres

__all__ = ["database", "engines", "settings"]


@lru_cache(maxsize=1)
def _cluster() -> Postgres:
    made = Postgres.started(Path(tempfile.mkdtemp(prefix="hub-mdf-")))
    atexit.register(made.remove)
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def engines(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "sqlite":
        return {}
    cluster = _cluster()
    return {"CHANNELPRESS_DATABASE_URL": cluster.url(cluster.create())}


@pytest.fixture
def settings(tmp_path: Path, engines: dict[str, str]) -> Settings:
    return load_settings(engines, data_dir=tmp_path / "var", secret_key="s" * 40, demo=False)


@pytest.fixture
def database(settings: Settings, clock: FixedClock) -> Iterator[Database]:
    from hub.rooms import registry

    registry()
    made = Database(settings, clock)
    Base.metadata.create_all(made.engine)
    yield made
    made.dispose()
