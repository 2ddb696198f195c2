"""A small load generator: processes with keep-alive connections, requests in flight on each, two system calls a request.

The length of each path's answer is learnt before the clock starts, so the generator only counts bytes and
looks at the status line. What it reports is CPU time of the server per request beside requests per second: on a shared machine
the first is the steadier figure.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Target:
    """What is asked: the paths in turn, GET or, with a body, POST, with these header lines; each answer must have this status."""

    name: str
    paths: tuple[str, ...]
    headers: tuple[str, ...] = ()
    status: int = 200
    body: bytes = b""

    def request(self, path: str) -> bytes:
        """The bytes on the wire."""
        lines = [f"{'POST' if self.body else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1", *self.headers]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Measured:
    """One round: requests per second, and server CPU in microseconds per request."""

    per_second: float
    cpu_us: float


def measure(port: int, target: Target, seconds: float, server_pids: Sequence[int], *, processes: int = 2, connections: int = 4) -> Measured:
    """One round against a running server."""
    context = get_context("fork")
    results = context.SimpleQueue()
    start = context.Barrier(processes + 1)
    share = max(1, len(target.paths) // processes)
    workers = [
        context.Process(target=_work, args=(port, target, number * share, seconds, connections, start, results)) for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    before, began = _cpu_seconds(server_pids), time.perf_counter()
    for worker in workers:
        worker.join()
    spent, took = _cpu_seconds(server_pids) - before, time.perf_counter() - began
    counts = [results.get() for _ in workers]
    if any(isinstance(count, str) for count in counts):
        raise RuntimeError(f"{target.name}: {counts}")
    done = sum(counts)
    return Measured(done / took, spent / done * 1e6)


def _work(port: int, target: Target, offset: int, seconds: float, connections: int, start: object, results: object) -> None:
    try:
        requests = [target.request(path) for path in target.paths]
        requests = requests[offset:] + requests[:offset]
        sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
        asked = [(request, _length(sockets[0], request, target.status)) for request in requests]
        wanted = b"HTTP/1.1 %d" % target.status
    except (OSError, ValueError) as problem:
        start.wait()  # type: ignore[attr-defined]
        results.put(str(problem))  # type: ignore[attr-defined]
        return
    start.wait()  # type: ignore[attr-defined]
    results.put(_drive(sockets, asked, wanted, seconds))  # type: ignore[attr-defined]


def _drive(sockets: list[socket.socket], asked: list[tuple[bytes, int]], wanted: bytes, seconds: float) -> int | str:
    room = memoryview(bytearray(max(length for _, length in asked)))
    done, end = 0, time.perf_counter() + seconds
    following = cycle(asked)
    while time.perf_counter() < end:
        flight = [(connection, *next(following)) for connection in sockets]
        for connection, request, _ in flight:
            connection.sendall(request)
        for connection, _, length in flight:
            got = connection.recv_into(room, length, socket.MSG_WAITALL)
            if got != length or room[: len(wanted)] != wanted:
                return f"unexpected answer: {got} of {length} bytes, {bytes(room[:60])!r}"
            done += 1
    return done


def _length(connection: socket.socket, request: bytes, status: int) -> int:
    """Bytes of the whole answer to this request; every later answer to it must be as long."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head = received.partition(b"\r\n\r\n")[0]
    if int(head.split(None, 2)[1]) != status:
        raise ValueError(f"status line {head.splitlines()[0]!r}, wanted {status}")
    sizes = [int(line.split(b":")[1]) for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    length = len(head) + 4 + (sizes[0] if sizes else 0)
    left = length - len(received)
    while left > 0:
        left -= len(connection.recv(min(left, 65536)))
    return length


def _cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of these processes so far."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS
