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

from core.settings import load_settings
from hub.cli.probing import ask
from tests.conftest import ROOT
from tests.faults.installation import free_port, wait_for

START_SECONDS = 300


@dataclass
class DemoHub:
    """Running when built; `stop` ends it as Ctrl-C does."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    environ: dict[str, str]

    @classmethod
    def start(cls, folder: Path, port: int | None = None) -> DemoHub:
        chosen = port or free_port()
        environ = {
            **os.environ,
            "DATA_DIR": str(folder),
            "PORT": str(chosen),
            "CHANNELPRESS_DEMO": "1",
            "PYTHONPATH": str(ROOT),
        }
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "up.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "hub.cli", "up"], cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True
            )
        hub = cls(folder, chosen, process, environ)
        settings = load_settings({"DATA_DIR": str(folder), "PORT": str(chosen)})
        try:
            wait_for(lambda: hub.ended() or ask(settings, "/readyz")[0] == 200, START_SECONDS, "the hub is ready\n" + hub.log())
            assert not hub.ended(), hub.log()
        except AssertionError:
            hub.stop()
            raise
        return hub

    def ended(self) -> bool:
        return self.process.poll() is not None

    def log(self) -> str:
        return (self.folder / "up.log").read_text(errors="replace")[-6000:]

    def command(self, *words: str) -> str:
        """Runs `channelpress WORDS` against this installation; fails on a non-zero exit."""
        done = subprocess.run(
            [sys.executable, "-m", "hub.cli", *words], cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"channelpress {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def addresses(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.command("addresses", "--json"))
        return found

    def stop(self) -> int:
        """Ctrl-C, and the exit code; kills the group when it does not end in time."""
        if not self.ended():
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
