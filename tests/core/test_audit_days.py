"""One chain per day, sealed by a signed root; words that can be erased while the chain goes on to verify (A-42, S-173)."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.audit import AuditDay, AuditEntry, AuditWords, check_proof, erase_words, history, proof_of, seal, verify, verify_day, words_containing
from core.audit.words import reference_to
from core.clock import FixedClock
from core.ctx import SYSTEM, Actor
from core.database import Database
from core.errors import Refused
from core.ids import TypeID, new_id
from tests.core.day_attacks import DAY_ATTACKS
from tests.core.tampering import Forger, drop_copy, guards_off, keep_copy, put_back
from tests.raw import raw

ROUNDS = 330 if os.environ.get("CHANNELPRESS_FULL") else 44
DAYS = 6
SOMEBODY = Actor(kind="user", name="Petra Musterfrau", user_id=new_id("usr"))


def _seal(database: Database) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        seal(ctx)


def _write(database: Database, reason: str | None = None) -> TypeID:
    thing = new_id("ast")
    with database.unit_of_work(SOMEBODY) as ctx:
        ctx.audit("tests.thing.changed", thing, before={"n": 1}, after={"n": 2, "title": "A title of Petra's"}, reason=reason)
    return thing


@pytest.fixture
def week(database: Database, clock: FixedClock) -> Iterator[Database]:
    """Six sealed days of seven entries each, and a day that is still open."""
    for _ in range(DAYS + 1):
        for number in range(7):
            _write(database, f"because of Petra, case {number}")
        _seal(database)
        clock.move(timedelta(days=1))
    clock.move(timedelta(days=-1))
    keep_copy(database)
    yield database
    drop_copy(database)


def _days(database: Database) -> list[AuditDay]:
    with database.reading(SYSTEM) as ctx:
        found = list(ctx.session.scalars(select(AuditDay).order_by(AuditDay.number)))
        ctx.session.expunge_all()
    return found


def test_each_day_that_is_over_has_its_record_and_no_other(week: Database, clock: FixedClock) -> None:
    records = _days(week)
    assert [record.number for record in records] == list(range(1, DAYS + 1))
    assert [record.day for record in records] == [date(2026, 3, 2) + timedelta(days=number) for number in range(DAYS)]
    assert [(record.first_seq, record.entries) for record in records] == [(1 + 7 * number, 7) for number in range(DAYS)]
    assert [record.previous for record in records[1:]] == [record.root for record in records[:-1]]
    _seal(week)
    assert len(_days(week)) == DAYS, "sealing twice changes nothing"
    clock.move(timedelta(days=1))
    _seal(week)
    assert len(_days(week)) == DAYS + 1, "a day is closed without anything happening on the next"
    clock.move(timedelta(days=1))
    _seal(week)
    assert len(_days(week)) == DAYS + 1, "a day without entries has no record"
    assert verify(week).first_bad is None


def test_a_day_ends_at_midnight_of_the_programme_also_when_the_sealer_slept(database: Database, clock: FixedClock) -> None:
    """Entries of both sides of midnight wait together: each stands in its own day."""
    clock.at = clock.at.replace(hour=22, minute=59)
    _write(database)
    clock.move(timedelta(minutes=2))
    _write(database)
    _seal(database)
    assert [(record.day, record.entries) for record in _days(database)] == [(date(2026, 3, 2), 1)]
    assert verify(database).first_bad is None


def test_a_clock_that_jumps_leaves_no_gap(database: Database, clock: FixedClock) -> None:
    for step in (0, 400, -400, 1, -1, 30):
        clock.move(timedelta(days=step))
        _write(database)
        _seal(database)
    records = _days(database)
    assert [record.first_seq for record in records] == [1, *(record.last_seq + 1 for record in records[:-1])]
    assert verify(database).first_bad is None


def test_every_attack_on_days_and_words_is_found_and_named(week: Database) -> None:
    whole, kinds = verify(week), Counter[str]()
    assert (whole.first_bad, whole.entries) == (None, 7 * (DAYS + 1))
    for number in range(ROUNDS):
        attack = DAY_ATTACKS[number % len(DAY_ATTACKS)]
        with guards_off(week) as session:
            named = attack(Forger(session, Random(number)))
        report = verify(week)
        assert report.first_bad, f"round {number}: {attack.__name__} was not found"
        assert named in report.first_bad, f"round {number}: {attack.__name__}, {named} is bad, told was {report}"
        kinds[attack.__name__] += 1
        put_back(week)
    assert verify(week) == whole
    told = ", ".join(f"{name} {count}" for name, count in sorted(kinds.items()))
    print(f"{week.engine.dialect.name}: {DAYS} sealed days, {ROUNDS} attacks on days and words, all found and named: {told}")


def test_one_day_is_checked_by_itself(week: Database) -> None:
    third = date(2026, 3, 4)
    report = verify_day(week, third)
    assert (report.records, report.entries, report.first_bad) == (1, 7, None)
    with guards_off(week) as session:
        session.execute(text("UPDATE core_audit SET action = 'else' WHERE seq = 17"))
    assert "entry 17" in str(verify_day(week, third).first_bad)
    assert verify_day(week, date(2026, 3, 3)).first_bad is None
    with pytest.raises(Refused):
        verify_day(week, date(2020, 1, 1))


def test_the_proof_of_an_entry_is_checked_without_the_hub(week: Database) -> None:
    with week.reading(SYSTEM) as ctx:
        for seq in (1, 7, 10, 42):
            entry_id = ctx.session.scalars(select(AuditEntry.id).where(AuditEntry.seq == seq)).one()
            proof = proof_of(ctx, entry_id)
            told, fingerprint = check_proof(json.dumps(proof))
            assert f"entry {seq} " in told
            assert len(fingerprint) == 64
        last = ctx.session.scalars(select(AuditEntry.id).where(AuditEntry.seq == 43)).one()
        with pytest.raises(Refused, match="not sealed yet"):
            proof_of(ctx, last)
    for path, value in (("hash", "0" * 64), ("index", 1), ("signature", "key_x.abc"), ("path", [])):
        with pytest.raises(Refused):
            check_proof(json.dumps({**proof, path: value}))
    words = {reference_to("00" * 16, "Rita has agreed."): {"salt": "00" * 16, "text": "Rita has agreed."}}
    with pytest.raises(Refused, match="text of the entry"):  # sound in itself, but of no entry
        check_proof(json.dumps({**proof, "words": {**proof["words"], **words}}))
    for forged in ("", "[]", "{}", '{"format": 1}', json.dumps({**proof, "entry": [*proof["entry"][:5], "else", *proof["entry"][6:]]})):
        with pytest.raises(Refused):
            check_proof(forged)


def test_erased_words_are_gone_and_the_chain_verifies(week: Database, clock: FixedClock) -> None:
    thing = _write(week, "Petra Musterfrau complained")
    _seal(week)
    with week.unit_of_work(SYSTEM) as ctx:
        rows = words_containing(ctx, ["petra"])
        assert erase_words(ctx, rows) == 2 * 7 * (DAYS + 1) + 2
        assert erase_words(ctx, rows) == 0, "a second time changes nothing"
    assert verify(week).first_bad is None
    assert verify_day(week, date(2026, 3, 4)).first_bad is None
    with week.reading(SYSTEM) as ctx:
        entry = history(ctx, thing)[0]
        assert (entry.reason, entry.after) == ("(erased)", {"n": 2, "title": "(erased)"})
        left = [
            str(value) for table in ("core_audit", "core_audit_words") for row in ctx.session.execute(text(f"SELECT * FROM {table}")) for value in row
        ]
    assert not [value for value in left if "petra" in value.casefold()]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM core_audit_words",
        "UPDATE core_audit_words SET words = 'else'",
        "DELETE FROM core_audit_day",
        "UPDATE core_audit_day SET entries = 1",
    ],
)
def test_the_database_itself_refuses(week: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|erased, not changed"), raw(week) as connection:
        connection.execute(text(statement))


def test_what_is_a_code_and_what_is_a_word() -> None:
    from core.audit.words import is_code

    for code in ("open", "mdf.claim.paid", "2026-03-02", "2026-03-02T10:00:00+00:00", "EUR", "#0b6e4f", "a/b.md", str(new_id("ast")), "", "gold"):
        assert is_code(code), code
    for word in ("Petra", "a reason", "a@b.example", "+49 40 123", "0401234567", "words:" + "a" * 64, "MÜLLER", "Kestrel GmbH"):
        assert not is_code(word), word
    assert not is_code("petra", "contact_name")
    assert AuditWords.__tablename__ == "core_audit_words"
