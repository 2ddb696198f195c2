"""A Redis of the test's own; it keeps its data over a restart (`appendonly`), and forgets it by `flush`."""

from __future__ import annotations

import signal
import subprocess
from contextlib import closing
from pathlib import Path

import redis

from tests.engines.processes import end, free_port, program, spawn, wait_until


class RedisServer:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def started(cls, folder: Path) -> RedisServer:
        made = cls(folder)
        made.start()
        return made

    def start(self) -> None:
        data = self.folder / "redis"
        data.mkdir(parents=True, exist_ok=True)
        command = [program("redis-server", "redis-server"), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(data)]
        command += ["--appendonly", "yes", "--appendfsync", "no", "--save", "", "--databases", "4096"]
        self._process = spawn(command, self._log)
        wait_until(self._answers, 30, lambda: f"Redis answers\n{self._log.read_text()[-2000:]}")

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            end(self._process, number)
            self._process = None

    def flush(self) -> None:
        """FLUSHALL: every bell that was rung and not yet heard is gone."""
        with closing(self.client()) as client:
            client.flushall()

    def url(self, database: int = 0) -> str:
        return f"redis://127.0.0.1:{self.port}/{database}"

    def client(self, database: int = 0) -> redis.Redis:
        return redis.Redis(host="127.0.0.1", port=self.port, db=database)

    @property
    def _log(self) -> Path:
        return self.folder / "redis.log"

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()[-2000:]
        try:
            with closing(self.client()) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False
