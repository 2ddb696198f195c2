"""Draining: events a second with all roll-ups, their share of the work, and what a chart costs with and without them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.collector.world import BROWSER, make_world
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.settings import load_settings
from core.spool import SpoolReader
from engagement import intake_for
from engagement.collect import Arrival, Intake
from engagement.collect.intake import events_folder
from engagement.drain import drain, gathering, writing
from engagement.models import Event, ProgrammeDay
from engagement.rules.kinds import Kind, Verdict

_PLACEMENTS = 200
_PER_BATCH = 10


def drain_and_measure(folder: Path, sizes: tuple[int, ...], say: Callable[[str], None]) -> dict[str, Any]:
    """One growing table: each size is drained on top of the last."""
    settings = load_settings({}, data_dir=folder, spool_max_bytes=8 << 30)
    database, placements, assets = make_world(settings, _PLACEMENTS)
    intake = intake_for(database)
    rows, held = [], 0
    for size in sizes:
        say(f"collector: draining up to {size:,} events")
        _fill(intake, placements, assets, (size - held) // _PER_BATCH)
        rows.append({"events": size, **_timed_drain(database, size - held)})
        held = size
    return {"draining": rows, "chart": _chart(database)}


def _fill(intake: Intake, placements: list[TypeID], assets: list[TypeID], batches: int) -> None:
    """Skewed: a few placements get most of the visits (as 1/rank), thousands of visitors, some machines."""
    dice = random.Random(batches)
    known = intake.known()
    weights = [1 / rank for rank in range(1, len(placements) + 1)]
    shown = [known.assets[asset] for asset in assets[:4]]
    events = (
        (Kind.LOADED.value, None),
        *((Kind.RENDERED.value, asset) for asset in shown),
        *((Kind.VIEWABLE.value, asset) for asset in shown),
        (Kind.TAP.value, shown[0]),
    )
    for placement in dice.choices(placements, weights, k=batches):
        address = f"10.{dice.randrange(40)}.{dice.randrange(256)}.1"
        verdict = Verdict.VALID if dice.random() < 0.95 else Verdict.CRAWLER
        intake.note(known.spots[placement], Arrival(address, BROWSER, "", "", ""), verdict, "de", "p0.example/news", events)
    intake.spool.close()
    intake.spool.__init__(events_folder(intake.database.settings), 8 << 30)  # type: ignore[misc]


def _timed_drain(database: Database, expected: int) -> dict[str, Any]:
    spent: dict[str, float] = {}
    undo = [_clocked(writing, "write_events", "insert", spent), _clocked(writing, "write_counts", "rollups", spent)]
    undo += [_clocked(writing, "write_visitors", "rollups", spent), _clocked(gathering.Harvest, "add", "reading", spent)]
    began, cpu, taken = time.perf_counter(), time.process_time(), 0
    while taken < expected:
        with database.unit_of_work(SYSTEM) as ctx:
            taken += drain(ctx, SpoolReader(events_folder(database.settings))).events
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    for restore in undo:
        restore()
    return {
        "events_per_second": round(expected / took),
        "cpu_us_per_event": round(cpu / expected * 1e6, 2),
        **{f"{name}_us": round(seconds / expected * 1e6, 2) for name, seconds in spent.items()},
        "rollup_of_insert": round(spent["rollups"] / spent["insert"], 2),
    }


def _clocked(owner: Any, name: str, kind: str, spent: dict[str, float]) -> Callable[[], None]:
    """Adds the CPU time of a function to `spent` until the returned function is called."""
    from engagement.drain import draining

    original = getattr(owner, name)
    places = [place for place in (owner, draining) if getattr(place, name, None) is original]

    def timed(*arguments: Any) -> Any:
        began = time.process_time()
        try:
            return original(*arguments)
        finally:
            spent[kind] = spent.get(kind, 0.0) + time.process_time() - began

    for place in places:
        setattr(place, name, timed)

    def restore() -> None:
        for place in places:
            setattr(place, name, original)

    return restore


def _chart(database: Database) -> dict[str, Any]:
    """The programme's line of views by day, from its roll-up and from the raw events."""
    of_rollup = select(ProgrammeDay.day, ProgrammeDay.count).where(ProgrammeDay.kind == Kind.VIEWABLE, ProgrammeDay.verdict == Verdict.VALID)
    of_events = select(Event.day, func.count()).where(Event.kind == Kind.VIEWABLE, Event.verdict == Verdict.VALID).group_by(Event.day)
    seconds = {}
    with database.reading(SYSTEM) as ctx:
        answers = []
        for name, query in (("rollup", of_rollup), ("events", of_events)):
            times = []
            for _ in range(5):
                began = time.perf_counter()
                answer = sorted((day, count) for day, count in ctx.session.execute(query))
                times.append(time.perf_counter() - began)
            answers.append(answer)
            seconds[name] = min(times)
        events = ctx.session.scalar(select(func.count()).select_from(Event))
    if answers[0] != answers[1]:
        raise RuntimeError("the roll-up and the events disagree")
    ratio = round(seconds["rollup"] / seconds["events"], 5)
    return {"events": events, "rollup_ms": round(seconds["rollup"] * 1e3, 3), "events_ms": round(seconds["events"] * 1e3, 1), "ratio": ratio}
