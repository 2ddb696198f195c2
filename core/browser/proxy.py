"""The only way out for a browser that the hub starts: each request passes the guard of `core.gates`, whatever the page asks for.

A page is a stranger's program. It may ask for addresses inside our network, for endless streams, for a thousand files: the proxy answers
403 and writes down why. Plain http goes through `fetch()` (one hop at a time, so that the browser sees its redirects); https through a
tunnel to an address that was checked when it was connected to.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from urllib.parse import urlsplit

from core.gates.connecting import Deadline, Resolver, Unreachable, connect, system_resolver
from core.gates.fetching import FetchFailed, fetch

#: What leaves the browser's request, and what comes back to it: addresses and codings are the proxy's own business.
_SENT = ("accept", "accept-language", "user-agent", "referer", "origin", "content-type", "access-control-request-method", "range")
_NOT_RETURNED = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "set-cookie"})
_METHODS = ("GET", "HEAD", "OPTIONS")
#: Where Chromium itself wants to go, whatever its flags say: nobody has to know that pictures are taken here.
_HOME = frozenset(
    [
        "update.googleapis.com",
        "clients2.google.com",
        "clients4.google.com",
        "accounts.google.com",
        "optimizationguide-pa.googleapis.com",
        "safebrowsing.googleapis.com",
        "content-autofill.googleapis.com",
        "redirector.gvt1.com",
        "edgedl.me.gvt1.com",
        "android.clients.google.com",
    ]
)
_CHUNK = 64 * 1024
_FIRST_FREE_PORT = 1024


@dataclass(frozen=True)
class Allowance:
    """Of one page, everything it loads included. `hosts` are `host:port` on private addresses that may be opened all the same."""

    hosts: tuple[str, ...] = ()
    bytes: int = 40 * 2**20
    bytes_each: int = 15 * 2**20
    requests: int = 300
    seconds: float = 25.0


@dataclass
class Spent:
    """What one page has used up, and what it was refused: `host:port` and the code."""

    allowance: Allowance
    requests: int = 0
    bytes: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.touched = time.monotonic()
        self.ends = self.touched + self.allowance.seconds
        self._under_way = 0

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Around one request: while it lasts, the page is not at rest."""
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1
            self.touched = time.monotonic()

    def is_quiet(self, seconds: float) -> bool:
        """Nothing was asked for and nothing came for so long."""
        return self._under_way == 0 and time.monotonic() - self.touched >= seconds

    def begin(self) -> float:
        """Seconds left for one more request; raises Unreachable when the page has had enough."""
        with self._lock:
            self.requests += 1
            if self.requests > self.allowance.requests:
                raise Unreachable("too_many_requests", permanent=True)
        left = self.ends - time.monotonic()
        if left <= 0:
            raise Unreachable("timeout", permanent=False)
        return left

    def bytes_left(self) -> int:
        return max(0, self.allowance.bytes - self.bytes)

    def take(self, number: int) -> None:
        """Raises Unreachable when the page has loaded more than it may."""
        self.touched = time.monotonic()
        with self._lock:
            self.bytes += number
        if self.bytes > self.allowance.bytes:
            raise Unreachable("too_large", permanent=True)

    def refuse(self, where: str, code: str) -> None:
        with self._lock:
            self.refused.append((where[:300], code))


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, spent: Spent, resolve: Resolver) -> None:
        self.spent, self.resolve = spent, resolve
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up in the middle is no error of ours."""


@contextmanager
def guarded_proxy(allowance: Allowance, resolve: Resolver = system_resolver) -> Iterator[tuple[int, Spent]]:
    """A proxy on a loopback port of its own, for one page; gone with the block."""
    spent = Spent(allowance)
    with _Server(spent, resolve) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1], spent
        finally:
            server.shutdown()
            thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 20
    protocol_version = "HTTP/1.0"  # one request per connection: nothing can be smuggled behind it

    def log_message(self, format: str, *args: object) -> None:
        """The page's own addresses belong into no log."""

    def do_CONNECT(self) -> None:
        host, _, port_told = self.path.rpartition(":")
        if host.lower() in _HOME:
            self._answer_no("browser_itself")
            return
        try:
            port = int(port_told) if port_told.isdigit() else 0
            _check_port(host, port, self.server.spent.allowance.hosts)
            deadline = Deadline(self.server.spent.begin())
            # Not the browser's word for it: the name is looked up here, and only a public address is connected to.
            wire = connect(host.lower(), port, tls=False, allow=self.server.spent.allowance.hosts, resolve=self.server.resolve, deadline=deadline)
        except Unreachable as error:
            self._refuse(self.path, error.code)
            return
        try:
            self.wfile.write(b"HTTP/1.0 200 Connection established\r\n\r\n")
            _tunnel(self.connection, wire.wire, self.server.spent)
        except Unreachable as error:
            self.server.spent.refuse(self.path, error.code)
        finally:
            wire.hang_up()

    def _ask(self) -> None:
        spent = self.server.spent
        if urlsplit(self.path).hostname in _HOME:
            self._answer_no("browser_itself")
            return
        try:
            if self.command not in _METHODS:
                # A picture needs no forms and no counting beacons: the page is looked at, not used.
                raise Unreachable("method", permanent=True)
            left = spent.begin()
            limit = min(spent.allowance.bytes_each, spent.bytes_left())
            sent = {name.title(): self.headers[name] for name in _SENT if name in self.headers}
            answer = fetch(
                self.path, max_bytes=limit, timeout=left, allow=spent.allowance.hosts, method=self.command, headers=sent, follow=False,
                resolve=self.server.resolve,
            )  # fmt: skip
            spent.take(len(answer.body))
        except (Unreachable, FetchFailed) as error:
            self._refuse(self.path, error.code)
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name not in _NOT_RETURNED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _ask_counted(self) -> None:
        with self.server.spent.under_way():
            self._ask()

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = _ask_counted

    def _refuse(self, where: str, code: str) -> None:
        self.server.spent.refuse(where, code)
        self._answer_no(code)

    def _answer_no(self, code: str) -> None:
        self.send_response_only(403)
        self.send_header("Content-Length", "0")
        self.send_header("X-Refused", code)
        self.end_headers()


def _check_port(host: str, port: int, allow: Collection[str]) -> None:
    if port != 443 and port < _FIRST_FREE_PORT and f"{host}:{port}" not in allow:
        raise Unreachable("bad_port", permanent=True)


def _tunnel(browser: socket.socket, server: socket.socket, spent: Spent) -> None:
    """Both ways until one side ends, the time is over or the page has had enough."""
    ends = {browser: server, server: browser}
    browser.settimeout(10)
    server.settimeout(10)
    while (left := spent.ends - time.monotonic()) > 0:
        ready, _writable, _failed = select.select(list(ends), [], [], min(left, 5.0))
        for side in ready:
            chunk = side.recv(_CHUNK)
            if not chunk:
                return
            spent.take(len(chunk))
            ends[side].sendall(chunk)
