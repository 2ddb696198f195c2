"""Child processes with restarts and a clean end."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

GRACE = 12.0  # seconds a child may take to finish after SIGTERM
CALM = 10.0  # a child that ran this long starts again at once
LONGEST_PAUSE = 15.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """One child: a name for people, and the command."""

    name: str
    command: Sequence[str]


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0


def _die_with_parent() -> None:
    """A killed supervisor must not leave a worker behind (Linux; elsewhere SIGTERM handling has to do)."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        pass


@dataclass
class Tree:
    """Start with `start`, keep alive with `watch`, end with `stop`; `tell` gets one line per happening."""

    programs: Sequence[Program]
    environ: Mapping[str, str]
    tell: Callable[[str], None] = print
    grace: float = GRACE
    _children: list[_Child] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self._children = [_Child(program) for program in self.programs]
        for child in self._children:
            self._spawn(child)

    def _spawn(self, child: _Child) -> None:
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603 - the command is ours
            list(child.program.command),
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends the children in order
            preexec_fn=_die_with_parent,
        )

    def pids(self) -> dict[str, int]:
        """Process ids by program name."""
        return {child.program.name: child.process.pid for child in self._children if child.process}

    def watch(self) -> None:
        """Blocks until `request_stop`; restarts whatever ends, more slowly each time it fails at once."""
        while not self._stopping.wait(0.3):
            for child in self._children:
                self._look_after(child)

    def _look_after(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            code = child.process.poll()
            if code is None:
                return
            child.failures = 0 if now - child.started > CALM else child.failures + 1
            child.due = now + min(LONGEST_PAUSE, 0.5 * 2 ** min(child.failures, 6) - 0.5)
            child.process = None
            self.tell(f"{child.program.name} ended with {code}, starting it again")
        if now >= child.due:
            self._spawn(child)

    def request_stop(self) -> None:
        self._stopping.set()

    def stop(self) -> None:
        """SIGTERM to all, SIGKILL to their groups after the grace time."""
        running = [child.process for child in self._children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + self.grace
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
