"""The doorbells that tests break: each loses what was rung, or goes away and comes back, while the hub's programs run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.engines import RabbitVhost, RedisServer
from tests.engines.rabbitmq import control
from tests.engines.switch import ENGINES

#: Those of the run's engines.
BELLS = ["folder"] if ENGINES == "embedded" else ["redis", "rabbitmq"]


class Bell(Protocol):
    url: str

    def flush(self) -> int:
        """Every bell that was rung and not yet heard is gone; returns how many."""

    def restart(self) -> None:
        """Every connection breaks; after it nobody remembers what this test did not write down."""


@dataclass
class _Folder:
    folder: Path
    url: str = "filesystem://localhost"

    def flush(self) -> int:
        rings = list(self.folder.glob("*.msg"))
        for ring in rings:
            ring.unlink(missing_ok=True)
        return len(rings)

    def restart(self) -> None:
        """There is no server: as if the folder had been on a disk that was replaced."""
        self.flush()


class _Redis:
    def __init__(self, server: RedisServer) -> None:
        self.server, self.url = server, server.url()

    def flush(self) -> int:
        client = self.server.client()
        waiting = sum(int(client.llen(queue)) for queue in ("channelpress-urgent", "channelpress", "channelpress-long"))  # type: ignore[arg-type]
        client.close()
        self.server.flush()
        return waiting

    def restart(self) -> None:
        self.server.stop()
        self.server.start()


class _Rabbit:
    def __init__(self, vhost: RabbitVhost) -> None:
        self.vhost, self.url = vhost, vhost.url

    def flush(self) -> int:
        waiting = sum(int(word) for word in control("list_queues", "-p", self.vhost.name, "messages_ready").split() if word.isdigit())
        self.vhost.flush()
        return waiting

    def restart(self) -> None:
        self.vhost.stop()
        self.vhost.start()


@contextmanager
def bell_of(kind: str, folder: Path) -> Iterator[Bell]:
    """`folder` is the test's; its installation lies in `var` below it."""
    if kind == "folder":
        yield _Folder(folder / "var" / "doorbell")
    elif kind == "redis":
        server = RedisServer.started(folder)
        try:
            yield _Redis(server)
        finally:
            server.stop()
    else:
        vhost = RabbitVhost.started(folder)
        try:
            yield _Rabbit(vhost)
        finally:
            vhost.stop()
