"""The collection removes what nothing names and nothing else, whoever puts and names meanwhile; the check finds what is broken."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.clock import wall_now
from core.ctx import SYSTEM
from core.database import Base, Database
from core.errors import NotFound, TooLarge, Unavailable
from core.settings import Settings
from core.storage import (
    StoredObject,
    collect,
    declare_reference,
    keep_object,
    open_object,
    put_object,
    put_stream,
    references,
    store_for,
    verify_objects,
)
from core.storage.references import _REFERENCES
from core.storage.stores import FolderStore

FULL = bool(os.environ.get("CHANNELPRESS_FULL"))
ROUNDS = 2000 if FULL else 120
NOW = timedelta(0)


class _Own(DeclarativeBase):
    """Not the hub's: its tables are what the migrations make, and other tests compare them."""


class Holding(_Own):
    """A thing that names an object."""

    __tablename__ = "tests_holding"
    id: Mapped[int] = mapped_column(primary_key=True)
    object_key: Mapped[str] = mapped_column(String(64), default="")


@pytest.fixture
def holdings(database: Database) -> Iterator[Database]:
    declare_reference(Holding.object_key)
    _Own.metadata.create_all(database.engine)
    yield database
    del _REFERENCES[f"{Holding.__tablename__}.object_key"]
    _Own.metadata.drop_all(database.engine)


def _put(database: Database, content: bytes, holder: int | None = None) -> str:
    with database.unit_of_work(SYSTEM) as ctx:
        key = put_object(ctx, content, "image/png", public=bool(len(content) % 2)).key
        if holder is not None:
            ctx.session.merge(Holding(id=holder, object_key=key))
    return key


def _there(database: Database, key: str) -> bool:
    try:
        return bool(store_for(database.settings).get(key))
    except NotFound:
        return False


def test_only_what_nothing_names_goes(holdings: Database) -> None:
    named, unnamed, stray = _put(holdings, b"named", 1), _put(holdings, b"unnamed!"), store_for(holdings.settings).put(b"a stray")
    assert collect(holdings).removed == 0, "all of it is younger than the grace time"
    dry = collect(holdings, older_than=NOW, dry_run=True)
    assert (dry.removed, dry.strays, _there(holdings, unnamed), _there(holdings, stray)) == (2, 1, True, True)
    done = collect(holdings, older_than=NOW)
    assert (done.removed, done.strays) == (2, 1)
    assert [_there(holdings, key) for key in (named, unnamed, stray)] == [True, False, False]
    assert collect(holdings, older_than=NOW).removed == 0
    assert _put(holdings, b"unnamed!", 2) == unnamed, "put again it is there again"
    assert _there(holdings, unnamed)
    assert verify_objects(holdings).faults == []


def test_naming_an_object_somebody_else_put_keeps_it(holdings: Database) -> None:
    key = _put(holdings, b"old")
    with holdings.unit_of_work(SYSTEM) as ctx:
        keep_object(ctx, key)
    assert collect(holdings, older_than=timedelta(seconds=30)).removed == 0
    collect(holdings, older_than=NOW)
    with pytest.raises(NotFound), holdings.unit_of_work(SYSTEM) as ctx:
        keep_object(ctx, key)


def _play(settings: Settings, seed: int, rounds: int, troubles: multiprocessing.Queue[str]) -> None:
    """One process: puts and names the same few contents as everybody, lets go of them, and looks whether what it names is there."""
    from core import clock

    database, chance = Database(settings, clock.FixedClock(wall_now())), Random(seed)
    mine: dict[int, str] = {}
    try:
        for _ in range(rounds):
            holder = seed * 100 + chance.randrange(5)
            if chance.random() < 0.7:
                mine[holder] = _put(database, b"content %d" % chance.randrange(6), holder)
            else:
                with database.unit_of_work(SYSTEM) as ctx:
                    ctx.session.merge(Holding(id=holder, object_key=""))
                mine.pop(holder, None)
            for key in mine.values():
                if not _there(database, key):
                    troubles.put(f"{key} is named and gone")
    except Exception as error:
        troubles.put(repr(error))
    finally:
        database.dispose()


def test_no_named_object_is_ever_gone_while_two_processes_put_and_two_collect(holdings: Database) -> None:
    """The race of a put with the collection of the same content, as often as it can be had: the grace time is zero."""
    forked = multiprocessing.get_context("fork")
    troubles: multiprocessing.Queue[str] = forked.Queue()
    holdings.engine.dispose()
    players = [forked.Process(target=_play, args=(holdings.settings, seed, ROUNDS, troubles)) for seed in (1, 2)]
    for player in players:
        player.start()
    removed = looks = 0
    while any(player.is_alive() for player in players):
        removed += collect(holdings, older_than=NOW).removed
        looks += 1
    for player in players:
        player.join()
    assert troubles.empty(), troubles.get()
    assert [player.exitcode for player in players] == [0, 0]
    assert verify_objects(holdings).faults == []
    with holdings.reading(SYSTEM) as ctx:
        named = set(ctx.session.scalars(select(Holding.object_key).where(Holding.object_key != "")))
    assert all(_there(holdings, key) for key in named)
    print(
        f"{holdings.engine.dialect.name}: {2 * ROUNDS} puts and releases by 2 processes, {looks} collections removed {removed}: no named object was gone"
    )


def test_what_is_broken_is_found(holdings: Database) -> None:
    store = store_for(holdings.settings)
    good, gone, bad = _put(holdings, b"good", 1), _put(holdings, b"gone", 2), _put(holdings, b"bad", 3)
    store.delete(gone)
    _overwrite(holdings, bad, b"other bytes")
    report = verify_objects(holdings)
    assert sorted(fault[:64] for fault in report.faults) == sorted([gone, bad])
    assert (report.looked, report.total) == (3, 3)
    parts = [verify_objects(holdings, limit=1, resume=number > 0) for number in range(4)]
    assert [len(part.faults) for part in parts if part.looked].count(1) == 2, "in parts it finds the same"
    assert good not in str(report.faults)


def _overwrite(database: Database, key: str, content: bytes) -> None:
    store = store_for(database.settings)
    if isinstance(store, FolderStore):
        store._path(key).write_bytes(content)
    else:
        store._client.put_object(Bucket=store.bucket, Key=store._name(key), Body=content)  # type: ignore[attr-defined]


def test_a_stream_is_hashed_on_its_way_and_never_held_whole(holdings: Database) -> None:
    content = Random(1).randbytes(12 * 2**20)
    with holdings.unit_of_work(SYSTEM) as ctx:
        row = put_stream(ctx, io.BytesIO(content), "application/pdf", public=True)
        assert row.key == hashlib.sha256(content).hexdigest()
        again = put_stream(ctx, io.BytesIO(content), "application/pdf", public=True)
        assert again.key == row.key
    with holdings.reading(SYSTEM) as ctx:
        _row, pieces = open_object(ctx, row.key)
        sizes, digest = [], hashlib.sha256()
        for piece in pieces:
            sizes.append(len(piece))
            digest.update(piece)
    assert digest.hexdigest() == row.key
    assert max(sizes) <= 2**20
    with pytest.raises(TooLarge), holdings.unit_of_work(SYSTEM) as ctx:
        put_stream(ctx, io.BytesIO(content), "application/pdf", max_bytes=2**20)


def test_a_store_that_refuses_leaves_no_row(holdings: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise Unavailable("object_store")

    with holdings.unit_of_work(SYSTEM) as ctx:
        monkeypatch.setattr(type(store_for(holdings.settings)), "put", refuse)
        with pytest.raises(Unavailable):
            put_object(ctx, b"never kept", "image/png")
        # A caller that goes on all the same commits no promise.
    with holdings.reading(SYSTEM) as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(StoredObject)) == 0


_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from core.errors import Unavailable
from core.storage.stores import FolderStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
store, kept, refused = FolderStore(Path(sys.argv[1])), [], 0
for number in range(60):
    content = bytes([number]) * (50_000 if number % 3 else 150_000)
    try:
        kept.append(store.put(content))
    except Unavailable:
        refused += 1
print(len(kept), refused, sum(len(store.get(key)) == 50_000 for key in kept))
"""


def test_a_full_disk_loses_nothing_and_leaves_no_half_file(tmp_path: Path) -> None:
    """RLIMIT_FSIZE in a child: whatever does not fit is refused, whatever was acknowledged is whole."""
    assert resource.RLIMIT_FSIZE is not None
    told = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert told.stdout.split() == ["40", "20", "40"]
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 40
    assert {file.stat().st_size for file in files} == {50_000}
    print("folder on a full disk: 60 puts, 40 kept and whole, 20 refused with 503, no half file")


def test_every_column_that_looks_like_a_key_is_declared() -> None:
    """A room that forgets to declare a reference would lose its pictures after two days."""
    from hub.rooms import registry

    registry()
    declared = {reference.name for reference in references()}
    suspicious = ("object_key", "image_key", "bundle_key", "picture_key", "logo", "previous_logo", "uploads", "file_key", "document_key")
    found = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns if column.name in suspicious}
    assert found - declared == set()
    assert {name.partition(".")[0] for name in declared} <= set(Base.metadata.tables)
