"""Removing objects that nothing names, and only those (docs/adr/0015).

For each candidate, in a transaction of its own: hold its row (so that nobody can put it meanwhile), look again whether any declared column
names it, delete the bytes, delete the row. A put that waits for the row finds none, makes a new one and writes the bytes again. What was
put within the grace time is left: the row that is going to name it may not be committed yet. Bytes without a row, left behind by a process
that was killed, go the same way: a row is made for them first, so that a put of the same content waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from core.clock import wall_now
from core.ctx import SYSTEM
from core.jobs import scheduled
from core.once import insert_once
from core.storage.objects import StoredObject
from core.storage.references import used_among
from core.storage.stores import store_for

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.database import Database

GRACE = timedelta(days=2)
_AT_ONCE = 200


@dataclass
class Collected:
    """`looked` rows and strays that were old enough; `removed` of them; `bytes` they had."""

    looked: int = 0
    removed: int = 0
    strays: int = 0
    bytes: int = 0


def collect(database: Database, *, older_than: timedelta = GRACE, dry_run: bool = False) -> Collected:
    """Goes over every object once. Interrupted at any point it has removed only what nothing names."""
    done, before = Collected(), wall_now() - older_than
    for keys in _candidates(database, before):
        done.looked += len(keys)
        with database.reading(SYSTEM) as ctx:
            unused = sorted(set(keys) - used_among(ctx, keys))
        for key in unused:
            _remove(database, key, before, dry_run, done)
    _collect_strays(database, before, dry_run, done)
    return done


def _candidates(database: Database, before: datetime) -> Iterator[list[str]]:
    last = ""
    old = or_(StoredObject.touched_at < before, StoredObject.touched_at.is_(None) & (StoredObject.created_at < before))
    while True:
        with database.reading(SYSTEM) as ctx:
            query = select(StoredObject.key).where(StoredObject.key > last, old).order_by(StoredObject.key).limit(_AT_ONCE)
            keys = list(ctx.session.scalars(query))
        if not keys:
            return
        yield keys
        last = keys[-1]


def _remove(database: Database, key: str, before: datetime, dry_run: bool, done: Collected) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        query = select(StoredObject).where(StoredObject.key == key).with_for_update(skip_locked=True)
        row = ctx.session.scalar(query)
        if row is None or (row.touched_at or row.created_at) >= before or used_among(ctx, [key]):
            return
        done.removed, done.bytes = done.removed + 1, done.bytes + row.size
        if not dry_run:
            # The bytes before the row's deletion is committed: afterwards a waiting put may write them again.
            store_for(ctx.settings).delete(key)
            ctx.session.delete(row)


def _collect_strays(database: Database, before: datetime, dry_run: bool, done: Collected) -> None:
    some: list[tuple[str, int]] = []
    for one in store_for(database.settings).lying():
        if one.since < before:
            some.append((one.key, one.size))
        if len(some) == _AT_ONCE:
            _strays_among(database, some, dry_run, done)
            some = []
    _strays_among(database, some, dry_run, done)


def _strays_among(database: Database, some: list[tuple[str, int]], dry_run: bool, done: Collected) -> None:
    keys = [key for key, _size in some]
    with database.reading(SYSTEM) as ctx:
        known = set(ctx.session.scalars(select(StoredObject.key).where(StoredObject.key.in_(keys)))) | used_among(ctx, keys)
    for key, size in some:
        if key not in known:
            done.looked += 1
            _remove_stray(database, key, size, dry_run, done)


def _remove_stray(database: Database, key: str, size: int, dry_run: bool, done: Collected) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        held = insert_once(ctx.session, StoredObject, key=key, media_type="image/png", size=size, public=False, created_at=ctx.now)
        if not held:
            return  # somebody has put it while we looked
        if not used_among(ctx, [key]):
            done.removed, done.strays, done.bytes = done.removed + 1, done.strays + 1, done.bytes + size
            if not dry_run:
                store_for(ctx.settings).delete(key)
        ctx.session.delete(ctx.session.get_one(StoredObject, key))


@scheduled("core.collect_objects", every=7 * 86400, queue="default")
def collect_objects(ctx: Ctx) -> None:
    """Once a week; in transactions of its own, so that nobody waits for all of it."""
    collect(ctx.database)
