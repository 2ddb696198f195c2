"""Real operating system processes that do one thing at the same moment, round after round.

    def act(database: Database, racer: int, item: Any) -> str:      # a module's own function: it is imported in the other process
        with database.unit_of_work(actor_of(item)) as ctx: ...
        return "won"

    with Race(database, act, seed=7) as race:
        for outcome in race.run(items):                             # one tuple of words a round, in the order of the racers
            ...

A refusal (`HubError`) is an outcome, its code the word; anything else that is raised ends the race and is told. Every round begins at
a barrier, followed by a seeded wait of up to a millisecond, so that who is first changes and the run can be repeated.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import BrokenBarrierError
from typing import Any

from core.clock import FixedClock
from core.database import Database
from core.errors import HubError
from core.settings import Settings

#: Rounds of a race: what the acceptance line names in `make prove`, a sample otherwise.
ROUNDS = 1000 if os.environ.get("CHANNELPRESS_FULL") else 40
_LONGEST_HEAD_START = 0.001
_PATIENCE = 120
Act = Callable[[Database, int, Any], str]


class Race:
    """`processes` racers with a connection pool each; leaves none behind."""

    def __init__(self, database: Database, act: Act, *, seed: int, processes: int = 2) -> None:
        self._database, self._act, self._seed, self._number = database, act, seed, processes
        self._pipes: list[Connection] = []
        self._racers: list[BaseProcess] = []

    def __enter__(self) -> Race:
        context = multiprocessing.get_context("spawn")  # a forked one would share this process's connections
        self._gate = gate = context.Barrier(self._number)  # kept: a barrier nobody holds is gone before the racers have it
        fixed = self._database.clock.at if isinstance(self._database.clock, FixedClock) else None
        for racer in range(self._number):
            ours, theirs = context.Pipe()
            told = (self._database.settings, fixed, self._act, racer, self._seed, gate, theirs)
            self._racers.append(context.Process(target=_live, args=told, daemon=True))
            self._racers[-1].start()
            theirs.close()
            self._pipes.append(ours)
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in self._pipes:
            pipe.close()
        for racer in self._racers:
            racer.join(20)
            racer.kill()

    def run(self, items: Sequence[Any]) -> list[tuple[str, ...]]:
        """What each racer said, round by round."""
        for pipe in self._pipes:
            pipe.send(list(items))
        answers = []
        for pipe in self._pipes:
            assert pipe.poll(_PATIENCE + len(items)), "a racer does not answer"
            answers.append(pipe.recv())
        for answer in answers:
            assert isinstance(answer, list), answer
        return list(zip(*answers, strict=True))


def _live(settings: Settings, fixed: Any, act: Act, racer: int, seed: int, gate: Any, pipe: Connection) -> None:
    from hub.rooms import registry

    registry()
    database = Database(settings, FixedClock(fixed) if fixed else None)
    chance = random.Random(seed * 1000 + racer)
    try:
        while True:
            pipe.send(_rounds(database, act, racer, pipe.recv(), gate, chance))
    except (EOFError, OSError):  # the test is over
        database.dispose()


def _rounds(database: Database, act: Act, racer: int, items: Sequence[Any], gate: Any, chance: random.Random) -> list[str] | str:
    try:
        return [_round(database, act, racer, item, gate, chance) for item in items]
    except BrokenBarrierError:
        return "the other racer failed"
    except Exception:
        gate.abort()
        return traceback.format_exc()


def _round(database: Database, act: Act, racer: int, item: Any, gate: Any, chance: random.Random) -> str:
    gate.wait(_PATIENCE)
    time.sleep(chance.uniform(0, _LONGEST_HEAD_START))
    try:
        return act(database, racer, item)
    except HubError as refusal:
        return refusal.code
