"""A real installation in a temporary folder: its programs as real processes that a test may kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.database import Database
from core.migrate import migrate
from core.settings import Settings, load_settings
from hub.app import build_database
from hub.supervisor import programs_for
from tests.conftest import ROOT
from tests.engines.switch import engines_of


def free_port() -> int:
    """A port whose neighbour is free as well (the partner websites use the next one)."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise RuntimeError("no two neighbouring ports are free")


def wait_for(condition: Callable[[], object], seconds: float, what: str | Callable[[], str], every: float = 0.05) -> None:
    """Looks again and again; fails with `what` (asked for then) when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(every)
    raise AssertionError(f"not within {seconds} s: {what if isinstance(what, str) else what()}")


@dataclass
class Installation:
    """Migrated and empty; programs run only when started.

    Its engines are those of the run (CHANNELPRESS_TEST_ENGINES) with a database, doorbell and bucket of its own; `engines` puts
    others in their place, for a test that breaks one.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    engines: dict[str, str] = field(default_factory=dict)
    #: A test with jobs of its own gives a Celery application that knows them.
    worker: str = "hub.worker"
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        environ = {
            "DATA_DIR": str(self.folder),
            "PORT": str(self.port),
            "CHANNELPRESS_WORKER_PROCESSES": "1",
            "CHANNELPRESS_LONG_WORKER_PROCESSES": "0",
        }
        environ |= engines_of(self.folder) | self.engines
        self.environ = {**os.environ, **environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.settings: Settings = load_settings(environ)
        self.database: Database = build_database(self.settings)
        migrate(self.database)

    def start(self, *names: str) -> None:
        """Starts `web`, `worker` or `scheduler`, each in a process group of its own."""
        programs = {program.name: program for program in programs_for(self.settings)}
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                command = [self.worker if part == "hub.worker" else part for part in programs[name].command]
                self.running[name] = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """The whole group at once, as the out-of-memory killer or a pulled plug would."""
        process = self.running.pop(name)
        os.killpg(process.pid, number)
        process.wait(20)

    def revive(self, name: str) -> None:
        """What the supervisor does: what has ended is started again."""
        if self.running[name].poll() is not None:
            self.start(name)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)
        self.database.dispose()
