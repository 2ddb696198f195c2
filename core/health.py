"""How this installation is: named checks, each with a state in words, since when, and what to do.

A check that `blocks` takes this process out of traffic (/readyz answers 503). What only makes a part of the work wait does not: with the
object store away the rest of the hub goes on, and taking every web process out at once would be the greater fault.
"""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from core.clock import wall_now
from core.errors import HubError
from core.i18n import gettext as _
from core.jobs import oldest_due
from core.kv import read_value
from core.migrate import is_current
from core.storage import store_for

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.settings import Settings

#: A due job older than this means that no worker or no scheduler runs.
STALLED = timedelta(minutes=2)
#: From here on a person is told (C-13).
LAG_ALARM = timedelta(minutes=15)
LOW_DISK, NO_DISK = 500 * 2**20, 64 * 2**20
#: Seconds for which the answer of the object store is believed.
_STORE_FOR_S = 15.0
_JUMP_S, _JUMP_TOLD_S, _SKEW_S = 5.0, 300.0, 60.0


@dataclass(frozen=True)
class Check:
    """`state` is ok, attention or bad; `since` is when this process first saw that state."""

    name: str
    state: str
    words: str
    fix: str = ""
    blocks: bool = True
    since: datetime | None = None

    @property
    def passes(self) -> bool:
        return self.state != "bad" or not self.blocks


def checks(ctx: Ctx) -> list[Check]:
    """All of them, the database first; without one there is nothing more to ask it."""
    found: list[Check] = []
    try:
        if not inspect(ctx.session.connection()).has_table("core_job"):
            found.append(Check("migrated", "bad", _("the database has no tables"), _("Run `channelpress migrate`.")))
        else:
            found += _of_database(ctx)
    except SQLAlchemyError as error:
        fix = _("Check CHANNELPRESS_DATABASE_URL and that the server runs.")
        found.append(Check("database", "bad", _("the database does not answer (%(error)s)", error=type(error).__name__), fix))
    found += [_spool(ctx.settings), _disk(ctx.settings), _store(ctx.settings), _CLOCK.look()]
    return [_MEMORY.dated(str(ctx.settings.data_dir), check) for check in found]


def _of_database(ctx: Ctx) -> list[Check]:
    found = [_schema(is_current(ctx)), _writable(ctx.database.is_writable()), _jobs(ctx), *_skew(ctx)]
    if ctx.settings.demo:
        loaded = bool(read_value(ctx, "demo.loaded"))
        found.append(
            Check("demo_loaded", "ok", _("the demo world is loaded"))
            if loaded
            else Check("demo_loaded", "bad", _("there is no demo world"), _("Run `channelpress demo`."))
        )
    return found


def _schema(current: bool) -> Check:
    if current:
        return Check("migrated", "ok", _("the schema is up to date"))
    return Check("migrated", "bad", _("the schema is old"), _("Run `channelpress migrate`."))


def _writable(writable: bool) -> Check:
    if writable:
        return Check("writable", "ok", _("the database can be written"))
    return Check("writable", "bad", _("the database cannot be written"), _("Another program holds it, its disk is full, or it is a replica."))


def _jobs(ctx: Ctx) -> Check:
    oldest = oldest_due(ctx)
    lag = ctx.now - oldest if oldest else timedelta(0)
    if lag < STALLED:
        return Check("jobs_moving", "ok", _("the oldest due job waits %(n)s s", n=max(0, int(lag.total_seconds()))))
    return Check(
        "jobs_moving", "bad", _("a due job waits since %(n)s minutes", n=int(lag.total_seconds() // 60)), _("A worker and a scheduler must run.")
    )


def _skew(ctx: Ctx) -> list[Check]:
    """Of two machines with two times one is wrong; deadlines follow this one."""
    if ctx.session.get_bind().dialect.name == "sqlite":
        return []
    theirs: datetime = ctx.session.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs((wall_now() - theirs).total_seconds())
    if apart < _SKEW_S:
        return [Check("clock_agrees", "ok", _("this machine and the database agree about the time"), blocks=False)]
    fix = _("Let both machines follow the same time server (NTP).")
    return [Check("clock_agrees", "attention", _("this machine and the database are %(n)s s apart", n=int(apart)), fix, blocks=False)]


def _spool(settings: Settings) -> Check:
    used = spool_bytes(settings)
    share = used / max(1, settings.spool_max_bytes)
    if share < 0.5:
        return Check("spool_has_room", "ok", _("%(n)s KiB of events wait in the spool", n=used // 1024))
    words, fix = _("the event spool is full to %(share)s %%", share=round(share * 100)), _("A worker must run; it empties the spool.")
    return Check("spool_has_room", "bad" if share >= 1 else "attention", words, fix)


def spool_bytes(settings: Settings) -> int:
    """Bytes that were acknowledged and not taken over yet, on this machine."""
    total = 0
    for file in settings.spool_dir.glob("*/*") if settings.spool_dir.is_dir() else ():
        try:
            total += file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:
            continue  # just taken over
    return total


def spool_oldest_s(settings: Settings) -> float:
    """Age of the oldest file in the spool of this machine."""
    oldest = time.time()
    for file in settings.spool_dir.glob("*/*") if settings.spool_dir.is_dir() else ():
        try:
            oldest = min(oldest, file.stat().st_mtime) if file.is_file() and file.stat().st_size else oldest
        except FileNotFoundError:
            continue
    return max(0.0, time.time() - oldest)


def _disk(settings: Settings) -> Check:
    try:
        free = shutil.disk_usage(settings.data_dir).free
    except OSError as error:
        return Check(
            "disk_left",
            "bad",
            _("the data folder cannot be read: %(error)s", error=error.strerror or ""),
            _("Give this user the folder, or set DATA_DIR."),
        )
    if free >= LOW_DISK:
        return Check("disk_left", "ok", _("%(n)s MiB are free on the disk of the data folder", n=free // 2**20))
    return Check(
        "disk_left",
        "bad" if free < NO_DISK else "attention",
        _("only %(n)s MiB are free on the disk of the data folder", n=free // 2**20),
        _("Free some space."),
    )


_store_answers: dict[tuple[str, str, str], tuple[float, str]] = {}


def _store(settings: Settings) -> Check:
    """Asked at most every few seconds: a load balancer looks at /readyz all the time."""
    key = (settings.object_store, settings.s3_bucket + settings.s3_endpoint, str(settings.data_dir))
    asked, trouble = _store_answers.get(key, (float("-inf"), ""))
    if time.monotonic() - asked >= _STORE_FOR_S:
        try:
            store_for(settings).look()
            trouble = ""
        except HubError as error:
            trouble = error.message
        _store_answers[key] = (time.monotonic(), trouble)
    if not trouble:
        return Check("object_store", "ok", _("the object store answers"), blocks=False)
    return Check(
        "object_store",
        "bad",
        _("the object store does not answer (%(error)s)", error=trouble),
        _("`channelpress doctor` says what it refuses."),
        blocks=False,
    )


class _ClockWatch:
    """The machine's time against one that cannot jump."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._base = wall_now().timestamp() - time.monotonic()
        self._jumped_at = float("-inf")
        self._by = 0.0

    def look(self) -> Check:
        with self._lock:
            base = wall_now().timestamp() - time.monotonic()
            by, self._base = base - self._base, base
            if abs(by) > _JUMP_S:
                self._by, self._jumped_at = by, time.monotonic()
            if time.monotonic() - self._jumped_at > _JUMP_TOLD_S:
                return Check("clock_steady", "ok", _("the clock runs steadily"), blocks=False)
            words = _("the clock of this machine jumped by %(n)s s", n=f"{self._by:+.0f}")
        return Check("clock_steady", "attention", words, _("Let the machine follow a time server (NTP)."), blocks=False)


class _Memory:
    """Since when each check has the state it has, as this process saw it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], tuple[str, datetime]] = {}

    def dated(self, where: str, check: Check) -> Check:
        with self._lock:
            state, since = self._seen.get((where, check.name), ("", wall_now()))
            if state != check.state:
                since = wall_now()
                self._seen[(where, check.name)] = (check.state, since)
        return Check(check.name, check.state, check.words, check.fix, check.blocks, since)


_CLOCK, _MEMORY = _ClockWatch(), _Memory()
