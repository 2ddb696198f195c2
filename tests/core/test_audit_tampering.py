"""The audit chain under attack: whatever is done to it at whatever place is found, and the first bad entry is named (A-42, L7)."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import delete, select, text, update

from core.audit import AuditEntry, AuditLane, BrokenHead, adopt, anchor_of, check_anchors, read_anchors, readable, seal, verify
from core.audit.sealing import EMPTY, HEAD
from core.ctx import SYSTEM, Actor
from core.database import Base, Database
from core.errors import Refused
from core.ids import new_id
from core.kv import KeyValue
from core.settings import load_settings
from tests.core.tampering import ATTACKS, Forger, drop_copy, first_difference, guards_off, keep_copy, put_back

ROUNDS = 500 if os.environ.get("CHANNELPRESS_FULL") else 60
SEALED, WAITING = 300, 24
WRITERS = 4
PEOPLE = [Actor(kind="user", name=name) for name in ("Nora", "Rita", "Pia", "Zed", "Cleo")]


def _write(database: Database, chance: Random, number: int) -> None:
    """One change by one of the people, with one to three entries."""
    with database.unit_of_work(chance.choice(PEOPLE)) as ctx:
        for step in range(chance.randrange(1, 4)):
            values = {"amount_minor": number * 100, "share": step / 3, "note": "Größe „ß“", "day": ctx.today}
            ctx.audit("tests.thing.changed", new_id("ast"), before={"step": step}, after=values, reason="a test" if step else None)


def _seal(database: Database) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        seal(ctx)


def _fill(database: Database, chance: Random, entries: int) -> None:
    """About so many unsealed entries, at least half of them, by several writers at once."""

    def write(own: Random) -> None:
        for _ in range(entries // 2 // WRITERS):
            _write(database, own, own.randrange(10**6))

    threads = [threading.Thread(target=write, args=(Random(chance.random()),)) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _built(database: Database, sealed: int) -> Database:
    """Sealed in three batches, with some entries that still wait."""
    chance = Random(42)
    for _ in range(3):
        _fill(database, chance, sealed // 3)
        _seal(database)
    _fill(database, chance, WAITING)
    keep_copy(database)
    return database


@pytest.fixture
def long_chain(database: Database) -> Iterator[Database]:
    yield _built(database, SEALED)
    drop_copy(database)


@pytest.fixture
def chain(database: Database) -> Iterator[Database]:
    yield _built(database, 60)
    drop_copy(database)


@pytest.mark.slow
def test_every_attack_at_every_place_is_found_and_the_first_bad_entry_named(long_chain: Database) -> None:
    whole = verify(long_chain)
    assert whole.first_bad is None
    assert whole.entries > SEALED // 2
    assert whole.unsealed > WAITING // 2
    kinds: Counter[str] = Counter()
    for number in range(ROUNDS):
        attack = ATTACKS[number % len(ATTACKS)]
        with guards_off(long_chain) as session:
            named = attack(Forger(session, Random(number)))
        report, truth = verify(long_chain), first_difference(long_chain)
        assert report.first_bad, f"round {number}: {attack.__name__} was not found"
        if named:
            assert named in report.first_bad, f"round {number}: {attack.__name__}, {named} is bad, told was {report}"
        elif truth is not None:
            assert report.bad_seq == truth, f"round {number}: {attack.__name__} at {truth}: {report}"
        kinds[attack.__name__] += 1
        put_back(long_chain)
    assert verify(long_chain) == whole
    told = ", ".join(f"{name} {count}" for name, count in sorted(kinds.items()))
    engine = long_chain.engine.dialect.name
    print(f"{engine}: chain of {whole.entries} entries and {whole.unsealed} waiting, {ROUNDS} attacks, {sum(kinds.values())} found and named: {told}")


def test_what_cannot_even_be_read_is_named(tmp_path: Path) -> None:
    """SQLite stores anything anywhere; PostgreSQL refuses all of these by itself."""
    database = Database(load_settings({}, data_dir=tmp_path))
    Base.metadata.create_all(database.engine)
    _built(database, 60)
    values = {
        "at": "'yesterday'",
        "before": "'{'",
        "id": "'x'",
        "actor_name": "x'ff'",
        "reason": "CAST(x'ff' AS TEXT)",
        "lane": "'x'",
        "place": "'x'",
    }
    for column, value in values.items():
        with guards_off(database) as session:
            session.execute(text(f"UPDATE core_audit SET {column} = {value} WHERE seq = 17"))
        assert verify(database).bad_seq == 17, column
        put_back(database)
    database.dispose()


def test_the_sealer_does_not_go_on_from_a_forged_head(chain: Database) -> None:
    """Otherwise the next run would put our seal under the cut."""
    with guards_off(chain) as session:
        forger = Forger(session, Random(1))
        entries = forger.chain()
        for entry in entries[-30:]:
            session.delete(entry)
        session.flush()
        forger.head(len(entries) - 30, str(entries[-31].hash))
    with pytest.raises(BrokenHead):
        _seal(chain)
    assert verify(chain).bad_seq is not None


def test_the_sealer_leaves_forged_entries_where_they_are(chain: Database) -> None:
    with guards_off(chain) as session:
        forger = Forger(session, Random(2))
        made = forger.forged(forger.chain()[0])
        made.hash = made.seal = made.mark = None
        session.add(made)
        session.flush()
        forged_id = made.id
    _seal(chain)
    report = verify(chain)
    assert report.unsealed == 1
    assert str(forged_id) in str(report.first_bad)


def test_entries_deleted_before_they_were_sealed_leave_a_gap(database: Database) -> None:
    """Even when the writer's count is put back to what it was, with its valid old mark: the next entry shows it."""
    chance = Random(3)
    _write(database, chance, 1)
    with database.reading(SYSTEM) as ctx:
        then = ctx.session.execute(select(AuditLane.written, AuditLane.mark)).one()
        known = set(ctx.session.scalars(select(AuditEntry.id)))
    _write(database, chance, 2)
    with guards_off(database) as session:
        session.execute(delete(AuditEntry).where(AuditEntry.id.not_in(known)))
        session.execute(update(AuditLane).values(written=then.written, mark=then.mark))
    assert verify(database).first_bad is None, "a perfect replay is silent until the hub writes again"
    _write(database, chance, 3)
    assert "is missing" in str(verify(database).first_bad)
    _seal(database)
    assert "is missing" in str(verify(database).first_bad)


def test_a_transaction_that_fails_leaves_no_gap(database: Database) -> None:
    chance = Random(4)
    _write(database, chance, 1)
    with suppress(ZeroDivisionError), database.unit_of_work(SYSTEM) as ctx:
        ctx.audit("tests.thing.changed", new_id("ast"))
        ctx.session.flush()
        raise ZeroDivisionError
    with database.unit_of_work(SYSTEM) as ctx:
        with suppress(ZeroDivisionError), ctx.session.begin_nested():
            ctx.audit("tests.thing.tried", new_id("ast"))
            ctx.session.flush()
            raise ZeroDivisionError
        ctx.audit("tests.thing.done", new_id("ast"))
    _write(database, chance, 2)
    _seal(database)
    assert verify(database).first_bad is None


def test_a_kept_head_finds_what_the_database_alone_cannot(chain: Database) -> None:
    """Everything put back to an earlier, once valid state: only a head that was kept elsewhere tells."""
    earlier = read_anchors(anchor_of(chain).line())
    _seal(chain)
    kept = read_anchors(earlier[0].line() + "\n" + anchor_of(chain).line() + "\n")
    assert check_anchors(chain, kept) is None
    put_back(chain)
    assert verify(chain).first_bad is None
    assert f"entry {kept[1].seq} is gone" in str(check_anchors(chain, kept))
    with guards_off(chain) as session:
        for table in (AuditEntry, AuditLane):
            session.execute(delete(table))
        session.get_one(KeyValue, HEAD).value = dict(EMPTY)
    assert verify(chain).first_bad is None
    assert f"entry {kept[0].seq} is gone" in str(check_anchors(chain, kept))


def test_a_kept_head_cannot_be_altered(chain: Database) -> None:
    anchor = anchor_of(chain)
    for forged in (replace(anchor, seq=anchor.seq - 1), replace(anchor, hash="0" * 64), replace(anchor, public_key="")):
        with pytest.raises(Refused, match="Line 1"):
            read_anchors(forged.line())
    with pytest.raises(Refused):
        read_anchors("\n")


@pytest.fixture
def under(chain: Database) -> Iterator[Callable[..., Database]]:
    """The same database as an installation with other secrets sees it."""
    made: list[Database] = []

    def open_again(**settings: object) -> Database:
        made.append(Database(replace(chain.settings, **settings), chain.clock))  # type: ignore[arg-type]
        return made[-1]

    yield open_again
    for database in made:
        database.dispose()


def test_a_renewed_secret_verifies_with_the_earlier_one_named(chain: Database, under: Callable[..., Database]) -> None:
    old = chain.settings.secret_key
    renewed = under(secret_key="n" * 40, old_secret_keys=(old,))
    _write(renewed, Random(5), 1)
    _seal(renewed)
    assert verify(renewed).first_bad is None
    assert verify(under(secret_key="n" * 40)).bad_seq == 1


def test_a_lost_secret_is_adopted_with_a_reason_in_the_chain(under: Callable[..., Database]) -> None:
    anew = under(secret_key="n" * 40)
    with anew.unit_of_work(SYSTEM) as ctx:
        adopted = adopt(ctx, "the secret was lost with the old machine")
    _write(anew, Random(6), 1)
    _seal(anew)
    report = verify(anew)
    assert report.first_bad is None
    assert report.entries > adopted
    with anew.reading(SYSTEM) as ctx:
        told = readable(ctx, ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "core.audit.adopted")).all())[0]
        assert (told.reason, told.after) == ("the secret was lost with the old machine", {"seq": adopted})


def test_a_chain_that_was_changed_inside_cannot_be_adopted(chain: Database) -> None:
    with guards_off(chain) as session:
        Forger(session, Random(7)).chain()[40].reason = "approved by nobody"
    with pytest.raises(Refused, match="entry 41"), chain.unit_of_work(SYSTEM) as ctx:
        adopt(ctx, "it will do")


@pytest.mark.slow
def test_many_writers_and_several_sealers_at_once(database: Database) -> None:
    """Every entry gets one place, and at no moment does the chain look broken to somebody who verifies."""
    rounds, over = (40 if os.environ.get("CHANNELPRESS_FULL") else 12), threading.Event()
    troubles: list[str] = []
    looks = [0]

    def write(seed: int) -> None:
        chance = Random(seed)
        for number in range(rounds):
            _write(database, chance, number)

    def seal_on() -> None:
        while not over.is_set():
            _seal(database)

    def look() -> None:
        while not over.is_set():
            looks[0] += 1
            if found := verify(database).first_bad:
                troubles.append(found)

    def guarded(work: object, *args: object) -> None:
        try:
            work(*args)  # type: ignore[operator]
        except Exception as error:
            troubles.append(repr(error))

    writers = [threading.Thread(target=guarded, args=(write, seed)) for seed in range(8)]
    others = [threading.Thread(target=guarded, args=(work,)) for work in (seal_on, seal_on, seal_on, look)]
    for thread in writers + others:
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in others:
        thread.join()
    _seal(database)
    report = verify(database)
    print(
        f"{database.engine.dialect.name}: {report.entries} entries by 8 writers, 3 sealers, verified {looks[0]} times meanwhile: {report.first_bad}"
    )
    assert troubles == []
    assert (report.first_bad, report.unsealed) == (None, 0)
