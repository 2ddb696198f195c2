"""Kestrel's and Brightwater's placements, one asset in two languages, and a collector that is called like a server would."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from cobranding import LandingPage, create_page, publish_page
from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID, new_id
from core.spool import SpoolReader
from engagement import Intake, intake_for
from engagement.collect import Collector
from engagement.collect.intake import events_folder
from engagement.drain import Drained, drain
from partners import partner_by_slug
from syndication import Asset, AssetStatus, Campaign, Collection, CollectionItem, Localization, Placement, PlacementStatus, announce_public_change

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.61 Safari/537.36"


@dataclass
class World:
    """Ids of what exists."""

    kestrel: TypeID
    brightwater: TypeID
    placement: TypeID
    second_placement: TypeID
    rival_placement: TypeID
    ended_placement: TypeID
    assets: list[TypeID] = field(default_factory=list)


@pytest.fixture
def world(database: Database, cast: Any) -> World:
    with database.unit_of_work(SYSTEM) as ctx:
        kestrel, brightwater = partner_by_slug(ctx, "kestrel"), partner_by_slug(ctx, "brightwater")
        collection = Collection(id=new_id("col"), slug="news", name="News", created_at=ctx.now)
        campaign = Campaign(
            id=new_id("cmp"), code="2026-q1_dach_retrofit", name="Retrofit", starts_on=ctx.today, ends_on=ctx.today, created_at=ctx.now
        )
        ctx.session.add_all([collection, campaign])
        ctx.session.flush()
        assets = [_asset(ctx.now, number) for number in range(3)]
        ctx.session.add_all(assets)
        ctx.session.flush()
        ctx.session.add_all(CollectionItem(collection_id=collection.id, asset_id=asset.id, added_at=ctx.now) for asset in assets)

        def place(partner: Any, name: str, domain: str, **more: Any) -> TypeID:
            row = Placement(
                id=new_id("plc"), partner_id=partner.id, name=name, site=domain, page_url=f"https://www.{domain}/", locale=partner.locale,
                collection_id=collection.id, allowed_domains=[domain], created_at=ctx.now, updated_at=ctx.now, **more,
            )  # fmt: skip
            ctx.session.add(row)
            return row.id

        made = World(
            kestrel.id,
            brightwater.id,
            place(kestrel, "Start page", "kestrel.example", campaign_id=campaign.id),
            place(kestrel, "Blog", "kestrel.example"),
            place(brightwater, "Home", "brightwater.example"),
            place(kestrel, "Old", "kestrel.example", status=PlacementStatus.ENDED),
            [asset.id for asset in assets],
        )
        announce_public_change(ctx)
    return made


def _asset(now: Any, number: int) -> Asset:
    asset = Asset(
        id=new_id("ast"), slug=f"meter-{number}", content_type="article", status=AssetStatus.PUBLISHED, status_since=now, source_locale="en",
        published_at=now, created_at=now, updated_at=now,
    )  # fmt: skip
    for locale in ("en", "de"):
        asset.localizations.append(
            Localization(id=new_id("loc"), locale=locale, direction="ltr", slug=f"meter-{number}", title=f"Meter {number} {locale}", updated_at=now)
        )
    return asset


@pytest.fixture
def landing(work: Any, world: World) -> LandingPage:
    """Kestrel's published landing page about the first asset, with a form."""
    with work("pia") as ctx:
        page = create_page(ctx, world.kestrel, world.assets[0])
        publish_page(ctx, page.id)
    return page


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Sender:
    """Posts to the collector as a WSGI server would; a millisecond passes each time, so that events have an order."""

    def __init__(self, collector: Collector, clock: FixedClock) -> None:
        self.collector = collector
        self.clock = clock

    def raw(self, body: bytes, *, length: str | None = "", **environ: str) -> Answer:
        told: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/e",
            "REMOTE_ADDR": "192.0.2.7",
            "HTTP_USER_AGENT": BROWSER,
            "HTTP_ORIGIN": "https://www.kestrel.example",
            "CONTENT_LENGTH": str(len(body)) if length == "" else length,
            "wsgi.input": io.BytesIO(body),
            **environ,
        }
        self.clock.move(timedelta(milliseconds=1))
        caught: list[Any] = []
        chunks = self.collector(told, lambda status, headers: caught.extend((status, headers)))
        return Answer(int(caught[0][:3]), dict(caught[1]), b"".join(chunks))

    def message(self, message: Any, **environ: str) -> Answer:
        return self.raw(urlencode({"d": json.dumps(message)}).encode(), **environ)

    def tell(self, source: TypeID, *events: list[Any], locale: str = "de", page: str = "https://www.kestrel.example/news", **environ: str) -> Answer:
        return self.message({"v": 1, "p": source, "l": locale, "u": page, "e": list(events)}, **environ)


@pytest.fixture
def intake(database: Database, world: World) -> Iterator[Intake]:
    made = intake_for(database)
    yield made
    made.spool.close()


@pytest.fixture
def sender(intake: Intake, clock: FixedClock) -> Sender:
    return Sender(Collector(intake), clock)


@pytest.fixture
def drained(database: Database, intake: Intake) -> Callable[[], Drained]:
    """Hands the spool over as a restart would, and drains it to the end."""

    def run() -> Drained:
        intake.spool.close()
        intake.spool.__init__(events_folder(database.settings), database.settings.spool_max_bytes)  # type: ignore[misc]
        return drain_all(database)

    return run


def drain_all(database: Database) -> Drained:
    events = segments = 0
    while True:
        with database.unit_of_work(SYSTEM) as ctx:
            done = drain(ctx, SpoolReader(events_folder(database.settings)))
        events, segments = events + done.events, segments + done.segments
        if not done.more:
            return Drained(events, segments, False)
