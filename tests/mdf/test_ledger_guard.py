"""What the database itself refuses, told in raw SQL on both engines: whoever writes, the ledger stays whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError

from core.database import Database
from core.ids import TypeID, new_id
from mdf import EntryKind, LedgerEntry, RequestAction, decide_request
from mdf.models import EvidenceItem
from mdf.queries import balances_of, entries_of
from tests.mdf.conftest import Funds
from tests.mdf.two_engines import database, engines, settings
from tests.raw import raw

__all__ = ["database", "engines", "settings"]


@pytest.fixture
def after_approval(work: Callable[[str], Any], approved: TypeID, funds: Funds) -> dict[str, Any]:
    """An entry that would follow: 1,000 euros more for the budget, after 20,000 allocated and 5,000 committed."""
    return {
        "budget_id": funds.budget, "seq": 3, "kind": EntryKind.ALLOCATE, "amount_minor": 100_000, "currency": "EUR",
        "allocated_minor": 2_100_000, "available_minor": 1_600_000, "committed_minor": 500_000, "accrued_minor": 0, "paid_minor": 0,
    }  # fmt: skip


def _insert(database: Database, entry: dict[str, Any]) -> None:
    """Past every rule of ours: one statement to the database."""
    from core.clock import wall_now

    with raw(database) as connection:
        connection.execute(insert(LedgerEntry.__table__).values(id=new_id("lge"), at=wall_now(), actor_id="", actor_name="", reason="", **entry))


def test_an_entry_that_follows_is_taken(database: Database, after_approval: dict[str, Any]) -> None:
    _insert(database, after_approval)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"seq": 4}, "seq does not follow"),
        ({"seq": 2}, "seq does not follow"),
        ({"seq": 0}, "seq does not follow"),
        ({"currency": "USD"}, "not the currency"),
        ({"allocated_minor": 9_900_000, "available_minor": 9_400_000}, "does not follow"),
        ({"available_minor": 1_600_001}, "does not follow"),
        ({"committed_minor": 499_999}, "does not follow"),
        ({"accrued_minor": 1}, "does not follow"),
        ({"paid_minor": 1, "available_minor": 1_599_999}, "does not follow"),
        ({"amount_minor": -100_000, "allocated_minor": 1_900_000, "available_minor": 1_400_000}, "amount_is_positive"),
        ({"amount_minor": 0, "allocated_minor": 2_000_000, "available_minor": 1_500_000}, "amount_is_positive"),
        # More than is left, written as a consistent step: the balance below zero is what stops it.
        (
            {"kind": "commit", "amount_minor": 1_500_001, "allocated_minor": 2_000_000, "available_minor": -1, "committed_minor": 2_000_001},
            "no_balance_below_zero|only an allocation",
        ),
        ({"kind": "commit", "allocated_minor": 2_000_000, "available_minor": 1_400_000, "committed_minor": 600_000}, "only an allocation"),
    ],
)
def test_an_entry_that_does_not_follow_is_refused(database: Database, after_approval: dict[str, Any], changed: dict[str, Any], words: str) -> None:
    with pytest.raises(DatabaseError, match=words):
        _insert(database, {**after_approval, **changed})


def test_overdrawing_with_a_request_is_refused(database: Database, after_approval: dict[str, Any], approved: TypeID) -> None:
    entry = {
        **after_approval, "kind": EntryKind.COMMIT, "request_id": approved, "amount_minor": 1_500_001,
        "allocated_minor": 2_000_000, "available_minor": -1, "committed_minor": 2_000_001,
    }  # fmt: skip
    with pytest.raises(DatabaseError, match="no_balance_below_zero"):
        _insert(database, entry)


@pytest.mark.parametrize(
    ("kind", "amount", "moved"),
    [
        (EntryKind.APPROVE_CLAIM, 300_001, {"accrued_minor": 300_001}),
        (EntryKind.RELEASE, 300_001, {"available_minor": 1_500_001, "committed_minor": 499_999}),
        (EntryKind.PAY, 1, {"committed_minor": 799_999, "accrued_minor": -1, "paid_minor": 1}),
    ],
)
def test_no_request_takes_what_another_has_reserved(
    database: Database, work: Callable[[str], Any], funds: Funds, submitted: TypeID, kind: EntryKind, amount: int, moved: dict[str, int]
) -> None:
    """Two requests hold 3,000 and 5,000 of the same budget; the balances of the budget alone would allow it."""
    from mdf import LineDraft, submit_request
    from tests.mdf.conftest import a_saved_request

    with work("pia") as ctx:
        small = submit_request(ctx, a_saved_request(ctx, funds, lines=(LineDraft("Pictures", 600_000),)).id).id
    with work("rita") as ctx:
        for request_id in (submitted, small):
            decide_request(ctx, request_id, RequestAction.APPROVE)
    entry = {
        "budget_id": funds.budget, "seq": 4, "kind": kind, "amount_minor": amount, "currency": "EUR", "request_id": small,
        "allocated_minor": 2_000_000, "available_minor": 1_200_000, "committed_minor": 800_000, "accrued_minor": 0, "paid_minor": 0, **moved,
    }  # fmt: skip
    with pytest.raises(DatabaseError, match="more than is committed for the request"):
        _insert(database, entry)


def _refused(database: Database, statement: str, words: str) -> None:
    with pytest.raises(DatabaseError, match=words), raw(database) as connection:
        connection.execute(text(statement))


def test_nothing_is_changed_or_deleted(database: Database, approved: TypeID) -> None:
    for statement in (
        "UPDATE mdf_ledger_entry SET amount_minor = 1",
        "DELETE FROM mdf_ledger_entry",
        "UPDATE mdf_evidence_item SET required = (1 = 0)",
        "DELETE FROM mdf_evidence_item",
    ):
        _refused(database, statement, "append-only")


def test_nothing_is_added_to_the_evidence_list_and_nothing_replaced(database: Database, approved: TypeID) -> None:
    columns = [column.name for column in EvidenceItem.__table__.columns]
    fresh = "randomblob(16)" if database.engine.dialect.name == "sqlite" else "gen_random_uuid()"
    changed = {"id": fresh, "position": "99", "created_at": "'2026-03-05 00:00:00+00:00'"}
    told = ", ".join(changed.get(name, name) for name in columns)
    names = ", ".join(columns)
    _refused(database, f"INSERT INTO mdf_evidence_item ({names}) SELECT {told} FROM mdf_evidence_item WHERE position = 1", "evidence list is fixed")
    if database.engine.dialect.name == "sqlite":
        replace = f"INSERT OR REPLACE INTO mdf_evidence_item ({names}) SELECT {names} FROM mdf_evidence_item WHERE position = 1"
        _refused(database, replace, "evidence list is fixed")


def test_an_entry_cannot_be_replaced(database: Database, work: Callable[[str], Any], approved: TypeID, funds: Funds) -> None:
    """SQLite's INSERT OR REPLACE deletes without asking the triggers of DELETE; PostgreSQL's ON CONFLICT is an update."""
    columns = [column.name for column in LedgerEntry.__table__.columns]
    told = ", ".join({"seq": "seq + 2"}.get(name, name) for name in columns)
    names = ", ".join(columns)
    if database.engine.dialect.name == "sqlite":
        replace = f"INSERT OR REPLACE INTO mdf_ledger_entry ({names}) SELECT {told} FROM mdf_ledger_entry WHERE seq = 1"
    else:
        replace = (
            f"INSERT INTO mdf_ledger_entry ({names}) SELECT {names} FROM mdf_ledger_entry WHERE seq = 2 ON CONFLICT (id) DO UPDATE SET reason = ''"
        )
    _refused(database, replace, "ledger: ")
    with work("rita") as ctx:
        assert [entry.seq for entry in entries_of(ctx, funds.budget)] == [2, 1]


def test_an_unknown_kind_is_refused(database: Database, after_approval: dict[str, Any]) -> None:
    """Copied from the first entry, so that only the kind is wrong."""
    columns = [column.name for column in LedgerEntry.__table__.columns if column.name != "id"]
    told = ", ".join({"seq": "3", "kind": "'gift'"}.get(name, name) for name in columns)
    fresh = "randomblob(16)" if database.engine.dialect.name == "sqlite" else "gen_random_uuid()"
    statement = f"INSERT INTO mdf_ledger_entry (id, {', '.join(columns)}) SELECT {fresh}, {told} FROM mdf_ledger_entry WHERE seq = 1"
    _refused(database, statement, "unknown kind")


def test_the_evidence_list_of_an_approval_is_what_the_catalogue_says(work: Callable[[str], Any], approved: TypeID, funds: Funds) -> None:
    with work("pia") as ctx:
        items = ctx.session.query(EvidenceItem).order_by(EvidenceItem.position).all()
        assert [item.code for item in items] == [
            *("sealed_counts", "timeline", "screenshot_start", "screenshot_middle", "screenshot_end", "page_check", "invalid_traffic"),
            *("invoice", "payment"),
        ]
        assert [str(item.due_on) for item in items if item.due_on] == ["2026-03-09", "2026-03-19", "2026-03-29"]
    with work("rita") as ctx:
        assert balances_of(ctx, funds.budget).available == 1_500_000
