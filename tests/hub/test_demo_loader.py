"""A small demo world, loaded once into SQLite through the services, the importer, the collector, the links and the forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.accounts import recognise
from core.audit import verify
from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Base, Database
from core.kv import read_value
from core.settings import load_settings
from engagement import ConsentRecord, Lead
from engagement.models import Event, PartnerDay, ProgrammeDay
from hub.addresses import addresses
from hub.demo import following_up, loader, pictures, playing, schedule
from hub.demo.sending import Door, Refused, Visitors
from hub.demo.traffic import Visit
from hub.demo.travelling import TravellingClock
from hub.demo.world import PARTNERS, PEOPLE
from syndication import Asset, AssetStatus, ImportRun, Localization, Placement, PlacementStatus

#: Loads whole worlds: make check.
from tests.engines.switch import engines_of

pytestmark = pytest.mark.slow

NOW = datetime(2026, 6, 18, 15, 0, tzinfo=UTC)  # a Thursday
DAYS = 6
TINY = '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><rect width="160" height="90" fill="#{colour}"/></svg>'


def an_empty_hub(folder: Any) -> Database:
    from hub.rooms import registry

    registry()
    made = Database(load_settings(engines_of(folder), data_dir=folder, secret_key="s" * 40, demo=True), FixedClock(NOW))
    Base.metadata.create_all(made.engine)
    return made


@pytest.fixture(scope="module", autouse=True)
def a_small_world(own_engines: object) -> Iterator[None]:
    """The drawings have their own tests; here a coloured card stands for each. Few days, but eager visitors, in three stretches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "draw_svg", lambda name: TINY.format(colour=name.encode().hex()[:6]))
        patch.setattr(schedule, "CLICK_RATE", {"cards": 0.35, "list": 0.35, "feed": 1.0})
        patch.setattr(schedule, "VIEWS_A_DAY", {partner.draft.slug: (14.0, 8.0) for partner in PARTNERS})
        patch.setattr(playing, "STRETCH", timedelta(days=3))
        patch.setattr(following_up, "LEFT_ALONE_DAYS", 1)
        yield


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, said: list[str]) -> Iterator[Database]:
    made = an_empty_hub(tmp_path_factory.mktemp("demo"))
    loader.load(made, said.append, DAYS)
    yield made
    made.dispose()


def scalar(world: Database, query: Any) -> Any:
    with world.reading(SYSTEM) as ctx:
        return ctx.session.scalar(query)


def counts(world: Database) -> dict[str, int]:
    query = select(ProgrammeDay.kind, func.sum(ProgrammeDay.count)).where(ProgrammeDay.verdict == "valid").group_by(ProgrammeDay.kind)
    with world.reading(SYSTEM) as ctx:
        return {kind: int(number) for kind, number in ctx.session.execute(query)}


def test_each_long_step_is_told(said: list[str], world: Database) -> None:
    assert [line.partition(" (")[0] for line in said[1:]] == [
        "Drawing pictures",
        "Reading texts in four languages",
        "Making people, content and placements",
        "Playing the days",
        "Building feeds and widgets",
    ]


def test_the_content_came_in_through_the_importer(world: Database) -> None:
    assert scalar(world, select(func.count()).select_from(Asset)) == 12
    assert scalar(world, select(func.count()).select_from(Localization)) == 44
    with world.reading(SYSTEM) as ctx:
        run = ctx.session.scalars(select(ImportRun)).one()
        assert (run.counts["created"], run.counts["failed"], run.report) == (44, 0, [])
        assert {asset.status for asset in ctx.session.scalars(select(Asset))} == {AssetStatus.PUBLISHED}


def test_everybody_can_sign_in_with_the_printed_password(world: Database) -> None:
    lines = addresses(world)["people"]
    assert [line["email"] for line in lines] == [person.email for person in PEOPLE]
    assert len({line["password"] for line in lines}) == len(lines)
    with world.reading(SYSTEM) as ctx:
        assert recognise(ctx, lines[3]["email"], lines[3]["password"], network="here") is not None


def test_every_placement_of_a_website_has_been_seen_by_visitors(world: Database) -> None:
    with world.reading(SYSTEM) as ctx:
        rows = list(ctx.session.scalars(select(Placement)))
        assert len(rows) == 10
        assert {row.status for row in rows if row.kind == "widget"} == {PlacementStatus.LIVE}
        assert {row.locale for row in rows} == {"de", "en", "ar", "ja"}


def test_numbers_narrow_from_rendered_to_lead(world: Database) -> None:
    found = counts(world)
    assert found["rendered"] > found["viewable"] > found["click"] > found["page_view"] > found["lead"] > 0
    assert found["lead"] == scalar(world, select(func.count()).select_from(Lead))
    assert scalar(world, select(func.sum(ProgrammeDay.count)).where(ProgrammeDay.verdict == "crawler")) > 0


def test_levels_agree_and_every_partner_has_visitors(world: Database) -> None:
    assert scalar(world, select(func.sum(ProgrammeDay.count))) == scalar(world, select(func.count()).select_from(Event))
    assert scalar(world, select(func.sum(PartnerDay.count))) == scalar(world, select(func.sum(ProgrammeDay.count)))
    assert scalar(world, select(func.count(PartnerDay.partner_id.distinct()))) == len(PARTNERS)


def test_days_are_those_of_the_moved_clock(world: Database) -> None:
    days = scalar(world, select(func.min(Event.day))), scalar(world, select(func.max(Event.day)))
    assert days == (date(2026, 6, 18) - timedelta(days=DAYS - 1), date(2026, 6, 18))
    assert scalar(world, select(func.max(Event.received_ms))) <= NOW.timestamp() * 1000 + 300_000


def test_each_lead_has_its_source_and_its_consent(world: Database) -> None:
    with world.reading(SYSTEM) as ctx:
        for lead in ctx.session.scalars(select(Lead)):
            assert lead.email.endswith(".example")
            assert lead.placement_id is not None and lead.page_id is not None and lead.source_kind == "click"
            assert lead.utm["utm_source"] in {partner.draft.slug for partner in PARTNERS}
            assert lead.consent.given_at == lead.created_at
        texts = set(ctx.session.scalars(select(ConsentRecord.text)))
    assert all(len(text) > 40 for text in texts)


def states(world: Database) -> dict[str, str]:
    with world.reading(SYSTEM) as ctx:
        return {lead.email: str(lead.status) for lead in ctx.session.scalars(select(Lead))}


def test_partners_have_answered_their_older_leads(world: Database) -> None:
    found = set(states(world).values())
    assert found - {"new"}
    assert found <= {"new", "accepted", "contacted", "qualified", "lost"}


def test_websites_hold_the_snippets_that_addresses_prints(world: Database) -> None:
    printed = {one["snippet"] for one in addresses(world)["placements"]}
    for partner in PARTNERS:
        folder = world.settings.data_dir / "partner-sites" / partner.draft.slug
        for page in ("index.html", partner.news_page):
            text = (folder / page).read_text(encoding="utf-8")
            assert sum(snippet in text for snippet in printed) == 1


def test_the_audit_chain_holds(world: Database) -> None:
    assert verify(world).first_bad is None


def test_a_second_load_changes_nothing(world: Database) -> None:
    before = counts(world), scalar(world, select(func.count()).select_from(Lead))
    said: list[str] = []
    loader.load(world, said.append, DAYS)
    assert said == []
    assert (counts(world), scalar(world, select(func.count()).select_from(Lead))) == before


class _Killed(Exception):
    pass


def test_an_interrupted_load_goes_on_and_ends_with_the_same_numbers(tmp_path: Any, world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the middle of the second stretch, after some of its visitors have been counted on the disk and a lead was stored."""
    made = an_empty_hub(tmp_path / "again")
    follow, clicks = Visitors.follow, []

    def dies(self: Visitors, *arguments: Any) -> bool:
        clicks.append(arguments)
        if len(clicks) == 80:
            raise _Killed
        return follow(self, *arguments)

    monkeypatch.setattr(playing, "SENDERS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(Visitors, "follow", dies)
        with pytest.raises(_Killed):
            loader.load(made, [].append, DAYS)
    with made.reading(SYSTEM) as ctx:
        assert not read_value(ctx, loader.LOADED)
        assert read_value(ctx, playing.SENT) == "2026-06-15"
    loader.load(made, [].append, DAYS)
    assert counts(made) == counts(world)
    assert states(made) == states(world)
    made.dispose()


def test_an_event_that_is_not_taken_stops_the_load() -> None:
    visitors = object.__new__(Visitors)
    visitors.clock = TravellingClock(NOW, "Europe/Berlin")
    visitors.collector = lambda environ, start: start("503 Service Unavailable", [])  # type: ignore[assignment]
    door = Door("plc_x", "kestrel", "de", "http://localhost:1/kestrel/", "evergreen", {})
    with pytest.raises(Refused, match="503"):
        visitors.look(door, Visit(NOW, "kestrel/cards", "2001:db8::1", "Firefox", False))
