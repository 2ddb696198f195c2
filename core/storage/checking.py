"""Do the bytes still say what their key says, and is every object that something names there?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.ctx import SYSTEM
from core.errors import NotFound
from core.kv import read_value, write_value
from core.storage.objects import StoredObject
from core.storage.stores import address_of_pieces, store_for

if TYPE_CHECKING:
    from core.database import Database

PLACE = "objects.verified_up_to"
_AT_ONCE = 200


@dataclass
class Integrity:
    """`faults` name key and what is wrong; `strays` are bytes without a row, which the collection removes; `next_key` where to go on."""

    looked: int = 0
    bytes: int = 0
    faults: list[str] = field(default_factory=list)
    strays: int = 0
    next_key: str = ""
    total: int = 0


def verify_objects(database: Database, *, limit: int = 0, resume: bool = False) -> Integrity:
    """Reads and hashes objects in the order of their keys; `limit` of them, going on where the last run stopped with `resume`."""
    report, last = Integrity(), ""
    with database.reading(SYSTEM) as ctx:
        report.total = ctx.session.scalar(select(func.count()).select_from(StoredObject)) or 0
        if resume:
            last = str(read_value(ctx, PLACE) or "")
    while not limit or report.looked < limit:
        rows = _next(database, last, min(_AT_ONCE, limit - report.looked) if limit else _AT_ONCE)
        if not rows:
            report.next_key = ""
            break
        for row in rows:
            _check(database, row, report)
        last = report.next_key = rows[-1].key
    if not report.next_key:
        report.strays = _strays(database)
    with database.unit_of_work(SYSTEM) as ctx:
        write_value(ctx, PLACE, report.next_key)
    return report


def _next(database: Database, last: str, count: int) -> list[StoredObject]:
    with database.reading(SYSTEM) as ctx:
        rows = list(ctx.session.scalars(select(StoredObject).where(StoredObject.key > last).order_by(StoredObject.key).limit(count)))
        ctx.session.expunge_all()
    return rows


def _check(database: Database, row: StoredObject, report: Integrity) -> None:
    report.looked += 1
    try:
        key, size = address_of_pieces(store_for(database.settings).stream(row.key), public=row.public)
    except NotFound:
        if _is_still_there(database, row.key):
            report.faults.append(f"{row.key} is missing from the store")
        return
    report.bytes += size
    if key != row.key:
        report.faults.append(f"{row.key} has other bytes than its key says ({size} of {row.size} bytes)")
    elif size != row.size:
        report.faults.append(f"{row.key} has {size} bytes, its row says {row.size}")


def _is_still_there(database: Database, key: str) -> bool:
    """Collected while we looked is no fault."""
    with database.reading(SYSTEM) as ctx:
        return ctx.session.get(StoredObject, key) is not None


def _strays(database: Database) -> int:
    count, keys = 0, list[str]()
    for one in store_for(database.settings).lying():
        keys.append(one.key)
        if len(keys) == _AT_ONCE:
            count, keys = count + _unknown(database, keys), []
    return count + _unknown(database, keys)


def _unknown(database: Database, keys: list[str]) -> int:
    with database.reading(SYSTEM) as ctx:
        return len(keys) - len(list(ctx.session.scalars(select(StoredObject.key).where(StoredObject.key.in_(keys)))))
