"""The WSGI middleware: one dictionary look-up between a feed reader and its bytes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from core.public_reads.answers import Snapshot
from core.public_reads.kept_bytes import KeptBytes
from core.public_reads.replies import Prepared, Reply, preflight, refuse_method

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

log = logging.getLogger("core.public_reads")

_PREPARED_LIMIT = 4096
_READING = ("GET", "HEAD")
#: Seconds without a look at the number after which the mapping is not trusted any more without one.
_QUIET_S = 3.0


class _State:
    """One snapshot with the answers prepared from it; replaced together, so that two states never mix."""

    __slots__ = ("number", "prepared", "snapshot")

    def __init__(self, number: int, snapshot: Snapshot) -> None:
        self.number = number
        self.snapshot = snapshot
        self.prepared: dict[str, Prepared] = {}

    def find(self, path: str) -> Prepared | None:
        found = self.prepared.get(path)
        if found is not None:
            return found
        answer = self.snapshot.find(path)
        if answer is None:
            return None
        if len(self.prepared) >= _PREPARED_LIMIT:
            self.prepared = {}
        found = self.prepared[path] = Prepared(answer)
        return found


class PublicReads:
    """Answers public reads from memory and hands everything else to the application.

    `generation()` is read at most once in `check_every` seconds, by one thread; when its number differs,
    the same thread asks `snapshot()` and swaps the whole mapping while the others go on serving the old
    one. When the store cannot be read, the last good mapping stays in service.
    """

    def __init__(
        self,
        app: Wsgi,
        *,
        snapshot: Callable[[], Snapshot],
        generation: Callable[[], int],
        collector: Wsgi | None = None,
        prefixes: tuple[str, ...] = ("/feeds/", "/embed/"),
        collector_path: str = "/e",
        check_every: float = 1.0,
        kept_bytes: int = 24 * 2**20,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is read before the first request, so that building the application needs no database."""
        self._app = app
        self._load = snapshot
        self._generation = generation
        self._collector = collector
        self._collector_path = collector_path
        self._prefixes = prefixes
        self._check_every = check_every
        self._monotonic = monotonic
        self._kept = KeptBytes(kept_bytes)
        self._refreshing = threading.Lock()
        self._checked_at = float("-inf")
        self._state: _State | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """WSGI entry."""
        path: str = environ.get("PATH_INFO", "")
        if path.startswith(self._prefixes):
            reply = self._read(path, environ)
            if reply is not None:
                return _send(reply, start_response)
        elif path == self._collector_path and self._collector is not None:
            return self._collect(self._collector, environ, start_response)
        return self._app(environ, start_response)

    def refresh(self) -> None:
        """Look at the generation number now (tests and the process that just published)."""
        with self._refreshing:
            self._swap_if_changed()

    def _read(self, path: str, environ: dict[str, Any]) -> Reply | None:
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return preflight()
        if method not in _READING:
            return refuse_method()
        self._check()
        state = self._state
        prepared = state.find(path) if state is not None else None
        return None if prepared is None else prepared.reply(environ, self._kept)

    def _check(self) -> None:
        age = self._monotonic() - self._checked_at
        if age < self._check_every:
            return
        # The very first readers wait, and the first after a quiet time: what they have may have been withdrawn long ago.
        if not self._refreshing.acquire(blocking=self._state is None or age >= _QUIET_S):
            return
        try:
            if self._monotonic() - self._checked_at >= self._check_every:
                self._swap_if_changed()
        finally:
            self._refreshing.release()

    def _swap_if_changed(self) -> None:
        state = self._state
        try:
            # The number before the content: a change in between is then seen again, never missed.
            number = self._generation()
            if state is None or number != state.number:
                self._state = _State(number, self._load())
        except (SQLAlchemyError, OSError):
            log.exception("public reads: the store cannot be read; the last good state stays in service")
        finally:
            self._checked_at = self._monotonic()

    def _collect(self, collector: Wsgi, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method == "POST":
            return collector(environ, start_response)
        reply = preflight("POST, OPTIONS") if method == "OPTIONS" else refuse_method("POST, OPTIONS")
        return _send(reply, start_response)


def _send(reply: Reply, start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, headers, body = reply
    start_response(status, headers)
    return [body]
