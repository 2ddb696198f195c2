"""SIGKILL of the web process in the middle of traffic: every event that was answered 204 is counted once (L1)."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest

from core.ctx import SYSTEM
from engagement.collect.intake import events_folder
from hub.cli.probing import ask
from partners import PartnerDraft, PartnerModel, admit_partner
from syndication import CollectionDraft, PlacementDraft, create_collection, create_placement
from tests.faults.installation import Installation, wait_for
from tests.faults.laws import events_exactly_once, stored_events

ROUNDS = 40 if os.environ.get("CHANNELPRESS_FULL") else 4
SENDERS = 6
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "var")
    yield made
    made.stop()


def placement_of(hub: Installation) -> str:
    with hub.database.unit_of_work(SYSTEM) as ctx:
        draft = PartnerDraft("kestrel", "Kestrel GmbH", "Kestrel", "kestrel.example", "DE", "dach", "gold", PartnerModel.RESELLER, ("en",))
        partner = admit_partner(ctx, draft)
        collection = create_collection(ctx, CollectionDraft("News"))
        return str(create_placement(ctx, partner.id, PlacementDraft("Home", "https://kestrel.example/", collection.id, "en")).id)


class Visitors:
    """Threads that report page after page, each with a number of its own; `acknowledged` holds what was answered 204, `refused` the rest with status and Retry-After."""

    def __init__(self, port: int, placement: str, first: int) -> None:
        self.acknowledged: set[str] = set()
        self.refused: dict[str, tuple[int, str]] = {}
        self.sent: set[str] = set()
        self._port, self._placement = port, placement
        self._next = iter(range(first, first + 1_000_000))
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._visit) for _ in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def _visit(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            while not self._over.is_set() and self._report(connection):
                pass
        finally:
            connection.close()

    def _report(self, connection: HTTPConnection) -> bool:
        """Sends one page; False when the process is gone, and with it the promise."""
        with self._lock:
            number = str(next(self._next))
            self.sent.add(number)
        told = {"v": 1, "p": self._placement, "l": "en", "u": f"https://kestrel.example/{number}", "e": [["loaded"]]}
        headers = {"User-Agent": BROWSER, "Origin": "https://kestrel.example", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", "/e", urlencode({"d": json.dumps(told)}), headers)
            with connection.getresponse() as answer:
                answer.read()
        except (OSError, HTTPException):
            return False
        with self._lock:
            if answer.status == 204:
                self.acknowledged.add(number)
            else:
                self.refused[number] = (answer.status, answer.headers.get("Retry-After", ""))
        return True

    def leave(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def _stored(hub: Installation) -> set[str]:
    with hub.database.reading(SYSTEM) as ctx:
        return set(stored_events(ctx))


def test_what_was_answered_204_is_counted_once_however_often_the_web_process_is_killed(hub: Installation) -> None:
    chance, placement = random.Random(204), placement_of(hub)
    acknowledged: set[str] = set()
    sent: set[str] = set()
    for number in range(ROUNDS):
        hub.start("web")
        wait_for(lambda: ask(hub.settings, "/healthz")[0] == 200, 90, "web answers; it says: " + hub.log("web")[-2000:])
        visitors = Visitors(hub.port, placement, number * 1_000_000)
        wait_for(lambda visitors=visitors: len(visitors.acknowledged) > SENDERS, 60, "visitors are heard")
        time.sleep(chance.uniform(0.0, 0.5))
        hub.kill("web")
        visitors.leave()
        acknowledged |= visitors.acknowledged
        sent |= visitors.sent
    hub.start("web", "worker", "scheduler")
    wait_for(lambda: acknowledged <= _stored(hub), 120, lambda: "all acknowledged events are stored; worker: " + hub.log("worker")[-2000:])
    wait_for(lambda: not list(events_folder(hub.settings).glob("*.ready")), 60, "the spool is drained")
    with hub.database.reading(SYSTEM) as ctx:
        stored = events_exactly_once(ctx, acknowledged, sent)
    print(f"{ROUNDS} kills: {len(sent)} sent, {len(acknowledged)} acknowledged, {stored} stored")
    assert stored - len(acknowledged) <= ROUNDS * SENDERS, "at most what was on its way when the process died"
