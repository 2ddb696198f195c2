"""The demo installation as a newcomer starts it: `channelpress up` as one process tree, asked by its own command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.database import Database
from core.settings import Settings, load_settings
from hub.app import build_database
from hub.cli.probing import ask
from tests.conftest import ROOT
from tests.engines.switch import engines_of
from tests.faults.installation import free_port, wait_for

START_SECONDS = 600


@dataclass
class DemoHub:
    """Running when built; `stop` ends it as Ctrl-C does. `process` is None for one that somebody else started."""

    folder: Path
    port: int
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, folder: Path, port: int | None = None) -> DemoHub:
        """Returns when it is ready: after minutes in an empty folder, after seconds in one that holds the demo."""
        hub = cls.running_in(folder, port or free_port())
        folder.mkdir(parents=True, exist_ok=True)
        hub._launch()
        return hub

    @classmethod
    def running_in(cls, folder: Path, port: int) -> DemoHub:
        environ = {"DATA_DIR": str(folder), "PORT": str(port), "CHANNELPRESS_DEMO": "1", "PYTHONPATH": str(ROOT)}
        return cls(folder, port, {**os.environ, **environ, **engines_of(folder)})

    @property
    def settings(self) -> Settings:
        return load_settings(self.environ)

    def database(self) -> Database:
        """A connection of the test's own; dispose of it."""
        return build_database(self.settings)

    def _launch(self) -> None:
        with (self.folder / "up.log").open("ab") as log:
            command = [sys.executable, "-m", "hub.cli", "up"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True)
        settings = self.settings
        try:
            wait_for(lambda: self.ended() or ask(settings, "/readyz")[0] == 200, START_SECONDS, "the hub is ready")
            assert not self.ended(), "channelpress up ended by itself"
        except AssertionError as late:
            self.stop()
            raise AssertionError(f"{late}\n{self.log()}") from None

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def log(self) -> str:
        return (self.folder / "up.log").read_text(errors="replace")[-6000:]

    def command(self, *words: str) -> str:
        """Runs `channelpress WORDS` against this installation; fails on a non-zero exit."""
        done = subprocess.run([sys.executable, "-m", "hub.cli", *words], cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"channelpress {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def addresses(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.command("addresses", "--json"))
        return found

    def restart(self) -> int:
        """Ctrl-C and the same again on the same folder; the exit code of the first."""
        code = self.stop()
        self._launch()
        return code

    def stop(self) -> int:
        """Ctrl-C, and the exit code; kills the group when it does not end in time."""
        if self.process is None:
            return 0
        if not self.ended():
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
