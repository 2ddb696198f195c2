"""The disk is full for a while (RLIMIT_FSIZE): what was acknowledged is whole, the rest is refused with 503, and nothing half is left.

`tests/core/test_collecting.py` has the folder of objects alone, `tests/core/test_spool.py` each single failing call.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ctx import SYSTEM
from core.database import Database
from core.settings import load_settings
from core.spool import SpoolReader
from core.storage import store_for, verify_objects
from engagement.collect.intake import events_folder
from hub.cli.probing import ask
from tests.conftest import ROOT
from tests.engines.switch import ENGINES
from tests.faults.installation import Installation, wait_for
from tests.faults.laws import check_laws, events_exactly_once, stored_events
from tests.faults.load import KINDS, Load, Tally
from tests.faults.test_killed_web import Visitors, placement_of
from tests.faults.town import build

EACH, PUTS, FULL_S = (2000, 300, 30) if os.environ.get("CHANNELPRESS_FULL") else (150, 40, 6)
#: A line of the spool has some 300 bytes, and a few wait for one sync.
_NEARLY_FULL = 1500
_ANY = resource.RLIM_INFINITY
pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "var")
    yield made
    made.stop()


def _limit(hub: Installation, bytes_of_a_file: int, *names: str) -> None:
    """For every process of these programs, while they run."""
    groups = {hub.running[name].pid for name in names}
    for process in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        try:
            if os.getpgid(process) in groups:
                resource.prlimit(process, resource.RLIMIT_FSIZE, (bytes_of_a_file, _ANY))
        except ProcessLookupError:  # it has just ended
            continue


def _start(hub: Installation, *names: str) -> None:
    hub.start(*names)
    wait_for(lambda: ask(hub.settings, "/readyz" if "worker" in names else "/healthz")[0] == 200, 120, lambda: "web says: " + hub.log("web")[-2000:])


def _further(visitors: Visitors, acknowledged: int = 0, refused: int = 0) -> None:
    """Waits for so many answers more of each kind."""
    goal = len(visitors.acknowledged) + acknowledged, len(visitors.refused) + refused
    wait_for(
        lambda: len(visitors.acknowledged) >= goal[0] and len(visitors.refused) >= goal[1],
        90,
        lambda: f"{goal[0]} answers of 204 and {goal[1]} others; there are {len(visitors.acknowledged)} and {len(visitors.refused)}",
    )


def test_events_on_a_full_disk(hub: Installation) -> None:
    placement = placement_of(hub)
    _start(hub, "web")
    visitors = Visitors(hub.port, placement, 0)
    try:
        _further(visitors, acknowledged=EACH)
        _limit(hub, _NEARLY_FULL, "web")
        _further(visitors, acknowledged=EACH, refused=20)
        _limit(hub, 0, "web")
        since = len(visitors.sent)
        _further(visitors, refused=EACH)
        in_vain = [number for number in list(visitors.acknowledged) if int(number) >= since]
        _limit(hub, _ANY, "web")
        _further(visitors, acknowledged=EACH)
    finally:
        visitors.leave()
    hub.start("worker", "scheduler")
    wait_for(lambda: visitors.acknowledged <= _stored(hub), 120, lambda: "what was acknowledged is stored; worker: " + hub.log("worker")[-2000:])
    wait_for(lambda: not list(events_folder(hub.settings).glob("*.ready")), 60, "the spool is drained")
    with hub.database.reading(SYSTEM) as ctx:
        stored = events_exactly_once(ctx, visitors.acknowledged, visitors.sent)
    refused, damaged = len(visitors.refused), SpoolReader(events_folder(hub.settings)).backlog().damaged
    print(
        f"{hub.database.engine.dialect.name}: collector on a nearly full and a full disk: {len(visitors.sent)} sent, {len(visitors.acknowledged)} "
        f"answers of 204, {refused} of 503, {stored} stored, {damaged} damaged"
    )
    assert in_vain == [], "nothing is acknowledged that cannot be written"
    assert {(status, after.isdigit()) for status, after in visitors.refused.values()} == {(503, True)}
    assert len(visitors.acknowledged) + refused == len(visitors.sent), "every event has an answer"
    assert (_stored(hub), damaged) == (visitors.acknowledged, 0), "what was refused is not there"


def _stored(hub: Installation) -> set[str]:
    with hub.database.reading(SYSTEM) as ctx:
        return set(stored_events(ctx))


def test_objects_on_a_full_disk(tmp_path: Path, empty_tables: Path) -> None:
    """Their rows are in a file on the same disk."""
    shutil.copy(empty_tables, tmp_path / "channelpress.db")
    command = [sys.executable, "-m", "tests.faults.full_disk_puts", str(tmp_path), str(PUTS), "20261123"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert told.returncode == 0, told.stderr[-3000:]
    said = json.loads(told.stdout)
    kept, counts = said["kept"], dict(sorted(said["counts"].items()))
    database = Database(load_settings({}, data_dir=tmp_path, secret_key="s" * 40))
    report, store = verify_objects(database), store_for(database.settings)
    whole = {key: hashlib.sha256(store.get(key)).hexdigest() for key in kept}
    files = [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    database.dispose()
    print(
        f"objects on a full disk: {PUTS} puts, {len(kept)} acknowledged, {report.total} rows, {len(whole)} whole; {counts}; "
        f"{report.strays} whole ones whose row was refused, {len(files)} files"
    )
    assert (report.faults, report.total, whole) == ([], len(kept), kept)
    assert all(path.name == hashlib.sha256(path.read_bytes()).hexdigest() for path in files), "nothing half has a name"
    assert len(files) == len(kept) + report.strays
    assert (
        counts["well: kept"]
        and counts["large ones do not fit: kept"]
        and counts["large ones do not fit: refused"]
        and counts["nothing fits: refused"]
    )
    assert "well: refused" not in counts and "nothing fits: kept" not in counts


@pytest.mark.skipif(ENGINES == "servers", reason="the database's own disk is what fills up here")
def test_people_and_jobs_on_a_full_disk(hub: Installation) -> None:
    tally, town = Tally(), build(hub)
    _start(hub, "web", "worker", "scheduler")
    load = Load(hub.port, town, tally)
    _under_way(tally)
    _limit(hub, 0, "web", "worker", "scheduler")
    time.sleep(FULL_S)  # so long at least
    wait_for(lambda: all(tally.statuses[kind][503] for kind in ("events", "leads", "deals", "requests")), 60, lambda: f"503; {dict(tally.statuses)}")
    refused = sum(counts[503] for counts in tally.statuses.values())
    _limit(hub, _ANY, "web", "worker", "scheduler")
    _under_way(tally)
    load.stop()
    statuses = {kind: dict(counts) for kind, counts in tally.statuses.items()}
    assert {status for counts in tally.statuses.values() for status in counts} <= {200, 204, 303, 409, 422, 503}, statuses
    assert tally.bare_refusals == [], "a 503 to a person says when to come back and keeps what was typed"
    check_laws(hub, town, tally, f"disk full for {FULL_S} s ({refused} answers of 503)")


def _under_way(tally: Tally) -> None:
    """A few further answers of every kind that never runs out."""
    goal = {kind: tally.answered(kind) + 3 for kind in KINDS if kind != "claims"}
    wait_for(lambda: all(tally.answered(kind) >= number for kind, number in goal.items()), 180, lambda: f"the load goes on; {dict(tally.statuses)}")
