"""The audit chain: sealed in order, unchangeable, and any tampering is found and named."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from core.audit import AuditEntry, seal, verify
from core.audit.sealing import HEAD
from core.ctx import SYSTEM
from core.database import Database
from core.ids import new_id
from core.kv import KeyValue
from tests.core.tampering import guards_off


@pytest.fixture
def chain(database: Database) -> Database:
    for number in range(5):
        with database.unit_of_work(SYSTEM) as ctx:
            ctx.audit("tests.thing.changed", new_id("ast"), before={"n": number}, after={"n": number + 1}, reason="test")
    with database.unit_of_work(SYSTEM) as ctx:
        seal(ctx)
    return database


def _tamper(database: Database, *statements: str) -> None:
    """Does what an attacker with the database would do: the guards are off."""
    with guards_off(database) as session:
        for statement in statements:
            session.execute(text(statement))


def test_an_untouched_chain_verifies(chain: Database) -> None:
    report = verify(chain)
    assert (report.entries, report.unsealed, report.first_bad) == (5, 0, None)


def test_sealing_twice_changes_nothing(chain: Database) -> None:
    before = verify(chain)
    with chain.unit_of_work(SYSTEM) as ctx:
        seal(ctx)
    assert verify(chain) == before


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE core_audit SET reason = 'else' WHERE seq = 3", "entry 3"),
        ("UPDATE core_audit SET after = '{\"n\": 9}' WHERE seq = 2", "entry 2"),
        ("DELETE FROM core_audit WHERE seq = 4", "entry 4 is missing"),
        ("DELETE FROM core_audit WHERE seq = 5", "ends at 4"),
    ],
)
def test_tampering_is_found_and_named(chain: Database, statement: str, named: str) -> None:
    _tamper(chain, statement)
    assert named in str(verify(chain).first_bad)


def test_reordering_is_found(chain: Database) -> None:
    _tamper(
        chain,
        "UPDATE core_audit SET seq = 99 WHERE seq = 2",
        "UPDATE core_audit SET seq = 2 WHERE seq = 3",
        "UPDATE core_audit SET seq = 3 WHERE seq = 99",
    )
    assert "entry 2" in str(verify(chain).first_bad)


def test_a_rewritten_tail_needs_the_key(chain: Database) -> None:
    with guards_off(chain) as session:
        head = session.get_one(KeyValue, HEAD)
        last = session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == 4))
        session.execute(delete(AuditEntry).where(AuditEntry.seq == 5))
        head.value = {**head.value, "seq": 4, "hash": last}
    assert "not signed" in str(verify(chain).first_bad)


@pytest.mark.parametrize("statement", ["DELETE FROM core_audit WHERE seq = 1", "UPDATE core_audit SET reason = 'x' WHERE seq = 1"])
def test_the_database_itself_refuses(chain: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), chain.unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(text(statement))


def test_half_a_character_does_not_stop_the_sealer(database: Database) -> None:
    """JSON can carry a lone surrogate, which UTF-8 cannot."""
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.audit("tests.thing.changed", new_id("ast"), after={"title": "\ud800"})
    with database.unit_of_work(SYSTEM) as ctx:
        seal(ctx)
    report = verify(database)
    assert (report.entries, report.unsealed, report.first_bad) == (1, 0, None)
