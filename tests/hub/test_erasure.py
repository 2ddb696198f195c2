"""Erased in every column: each declaration gets a row with the person in it, then she is erased, then nobody finds her (A-79)."""

from __future__ import annotations

import pytest
from sqlalchemy import event, insert, select, text

from core.accounts import User
from core.ctx import SYSTEM
from core.database import Base, Database
from core.privacy import erase, find_person, plan_erasure, wipe_traces
from core.privacy.declaring import PERSONAL
from tests.conftest import Cast
from tests.hub.erasable import EMAIL, NAME, NEEDLES, row_of, sqlite_remains


@pytest.fixture
def everywhere(database: Database, cast: Cast) -> list[str]:
    """A row for each way in which a row is a person's. Rows of nonsense otherwise: keys and checks are off while they are put in."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("rows of nonsense need a database whose checks can be switched off; the paths are tested on both")

    def unchecked(connection: object, record: object) -> None:
        connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]
        connection.execute("PRAGMA ignore_check_constraints=ON")  # type: ignore[attr-defined]

    database.engine.dispose()
    event.listen(database.engine, "connect", unchecked)
    with database.unit_of_work(SYSTEM) as ctx:
        user = ctx.session.get_one(User, cast["wim"].user_id)
        user.name, user.email = NAME, EMAIL
        ctx.session.flush()
        refusing = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%BEFORE INSERT%'"
        for trigger in ctx.session.scalars(text(refusing)).all():
            ctx.session.execute(text(f"DROP TRIGGER {trigger}"))
        for part in PERSONAL:
            if part.table == "core_user":
                continue
            for by in part.subject_by:
                ctx.session.execute(insert(Base.metadata.tables[part.table]).values(row_of(ctx, part, user.id, by)))
    return [part.table for part in PERSONAL]


def test_whoever_stands_in_every_declared_column_is_found_nowhere_afterwards(database: Database, everywhere: list[str]) -> None:
    assert {needle for found in sqlite_remains(database).values() for needle in found} == set(NEEDLES)
    with database.unit_of_work(SYSTEM) as ctx:
        plan = plan_erasure(ctx, find_person(ctx, emails=[EMAIL]), "erased-0000000000000001")
        empty = [f"{found.part.table} {sorted(found.part.columns)}" for found in plan.found if not found.keys]
        assert empty == []
        erase(ctx, plan)
    wipe_traces(database, sorted(set(everywhere)))
    assert sqlite_remains(database) == {}


def test_erasing_twice_finds_nothing_the_second_time(database: Database, everywhere: list[str]) -> None:
    for _turn in range(2):
        with database.unit_of_work(SYSTEM) as ctx:
            plan = plan_erasure(ctx, find_person(ctx, emails=[EMAIL]))
            counts = erase(ctx, plan)
    assert counts == {}


def test_no_row_is_lost_that_is_only_changed(database: Database, everywhere: list[str]) -> None:
    changed = sorted({part.table for part in PERSONAL if not part.deletes} - {part.table for part in PERSONAL if part.deletes})
    with database.unit_of_work(SYSTEM) as ctx:
        before = {name: len(ctx.session.execute(select(Base.metadata.tables[name])).all()) for name in changed}
        erase(ctx, plan_erasure(ctx, find_person(ctx, emails=[EMAIL])))
        after = {name: len(ctx.session.execute(select(Base.metadata.tables[name])).all()) for name in changed}
    del before["core_search_document"], after["core_search_document"]
    # The erasure's own work orders are rows, too.
    assert {name: count for name, count in after.items() if count < before[name]} == {}
