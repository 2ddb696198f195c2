"""Append-only tables also refuse the replacing insert of SQLite, which deletes without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.ctx import SYSTEM
from core.database import Base, Database
from core.ids import new_id
from core.settings import load_settings
from hub.rooms import registry


def test_a_row_is_not_replaced(tmp_path: Path) -> None:
    registry()
    database = Database(load_settings({}, data_dir=tmp_path, secret_key="s" * 40))
    Base.metadata.create_all(database.engine)
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.audit("tests.thing.changed", new_id("ast"), reason="as it was")
    with pytest.raises(IntegrityError, match="append-only"), database.engine.begin() as connection:
        connection.execute(text("INSERT OR REPLACE INTO core_audit SELECT * FROM core_audit"))
    database.dispose()
