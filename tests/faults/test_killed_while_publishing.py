"""SIGKILL of the worker at seeded points of a publication: nothing is lost, nothing is shown or done twice (L1, L2, L3, L7)."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.audit import AuditEntry
from core.ctx import SYSTEM
from core.events import OutboxEvent
from core.ids import TypeID
from core.jobs import Job, JobStatus
from partners import PartnerDraft, PartnerModel, admit_partner
from syndication import (
    Asset,
    CollectionDraft,
    PlacementDraft,
    create_collection,
    create_placement,
    publish_asset,
)
from syndication.importing import read_files
from syndication.services.imports import import_batch
from tests.faults.installation import Installation, wait_for
from tests.faults.laws import chain_holds, each_event_heard_once, final_states, no_item_twice, open_jobs

POINTS = 200 if os.environ.get("CHANNELPRESS_FULL") else 20
pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "var")
    yield made
    made.stop()


def _world(hub: Installation) -> tuple[list[TypeID], TypeID, str]:
    """POINTS draft assets, one collection, one placement."""
    files = {f"story-{n}.md": f"---\ntitle: Story {n}\nlang: en\n---\nText {n}.\n".encode() for n in range(POINTS)}
    with hub.database.unit_of_work(SYSTEM) as ctx:
        draft = PartnerDraft("kestrel", "Kestrel GmbH", "Kestrel", "kestrel.example", "DE", "dach", "gold", PartnerModel.RESELLER, ("en",))
        partner = admit_partner(ctx, draft)
        import_batch(ctx, read_files(files), "stories")
        collection = create_collection(ctx, CollectionDraft("News"))
        where = PlacementDraft("Home", "https://kestrel.example/", collection.id, "en")
        placement = create_placement(ctx, partner.id, where)
        assets = list(ctx.session.scalars(select(Asset.id).order_by(Asset.slug)))
        return assets, collection.id, str(placement.id)


def _idle(hub: Installation) -> bool:
    with hub.database.reading(SYSTEM) as ctx:
        return open_jobs(ctx) == 0


def _running(hub: Installation) -> bool:
    with hub.database.reading(SYSTEM) as ctx:
        return bool(ctx.session.scalar(select(func.count()).select_from(Job).where(Job.status == JobStatus.RUNNING)))


def _until_running(hub: Installation) -> None:
    """Returns within a millisecond or two of a claim, so that the kill falls into the work itself."""
    end = time.monotonic() + 2
    while time.monotonic() < end and not _running(hub):
        time.sleep(0.001)


def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(hub: Installation) -> None:
    chance = random.Random(20260302)
    assets, collection, placement = _world(hub)
    hub.start("scheduler", "worker")
    struck_running = 0
    for number, asset in enumerate(assets):
        wait_for(lambda: _idle(hub), 60, "the worker is up and idle; it says: " + hub.log("worker")[-2000:])
        with hub.database.unit_of_work(SYSTEM) as ctx:
            publish_asset(ctx, asset, [collection])
        if number % 2:
            time.sleep(chance.uniform(0.0, 0.25))
        else:
            _until_running(hub)
            time.sleep(chance.uniform(0.0, 0.01))
        hub.kill("worker")
        struck_running += _running(hub)
        hub.start("worker")
    wait_for(lambda: _idle(hub), 90, "all jobs reach a final state; worker says: " + hub.log("worker")[-2000:])
    print(f"{POINTS} kills, {struck_running} struck a running job")
    assert no_item_twice(hub, placement) == POINTS
    with hub.database.reading(SYSTEM) as ctx:
        final_states(ctx)
        published = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "syndication.asset.publish")
        assert ctx.session.scalar(published) == POINTS
        each_event_heard_once(ctx)
        assert (ctx.session.scalar(select(func.count()).select_from(OutboxEvent)) or 0) > POINTS
    chain_holds(hub)
