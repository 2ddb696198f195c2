"""The process tree: what dies is started again, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.supervisor import Program, Tree
from tests.conftest import ROOT
from tests.faults.installation import wait_for

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie is dead; only its parent has not looked yet.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def tree() -> Iterator[Tree]:
    told: list[str] = []
    made = Tree([Program("one", SLEEPER), Program("two", SLEEPER)], dict(os.environ), tell=told.append)
    made.start()
    watcher = threading.Thread(target=made.watch)
    watcher.start()
    yield made
    made.request_stop()
    watcher.join()
    made.stop()


def test_a_killed_program_comes_back_and_the_other_is_left_alone(tree: Tree) -> None:
    before = tree.pids()
    os.kill(before["one"], signal.SIGKILL)
    wait_for(lambda: tree.pids().get("one", before["one"]) != before["one"], 10, "one is started again")
    assert tree.pids()["two"] == before["two"]


def test_stopping_ends_everybody(tree: Tree) -> None:
    pids = tree.pids().values()
    tree.request_stop()
    tree.stop()
    assert not any(_alive(pid) for pid in pids)


def test_a_program_that_ignores_the_request_is_killed() -> None:
    code = "import signal, time, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    stubborn = Tree([Program("deaf", (sys.executable, "-c", code))], dict(os.environ), grace=0.5)
    stubborn.start()
    pid = stubborn.pids()["deaf"]
    wait_for(lambda: "ignored" if _ignores_term(pid) else "", 10, "the program ignores SIGTERM")
    stubborn.stop()
    assert not _alive(pid)


def _ignores_term(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    ignored = next(line for line in status.splitlines() if line.startswith("SigIgn:"))
    return bool(int(ignored.split()[1], 16) & (1 << (signal.SIGTERM - 1)))


def test_a_killed_supervisor_takes_its_programs_along() -> None:
    code = (
        "import os, sys\nfrom hub.supervisor import Program, Tree\n"
        "tree = Tree([Program('one', (sys.executable, '-c', 'import time; time.sleep(600)'))], dict(os.environ))\n"
        "tree.start()\nprint(tree.pids()['one'], flush=True)\ntree.watch()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        supervisor.kill()
        supervisor.wait()
    wait_for(lambda: not Path(f"/proc/{child}").exists() or not _alive(child), 10, "the child ends with its supervisor")
