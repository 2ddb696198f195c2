"""Loads the fictional demo world. A second call finds it there; one that follows an interrupted load goes on where that stopped."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from core.ctx import SYSTEM
from core.database import Database
from core.jobs import run_until_idle
from core.kv import read_value, write_value
from hub.addresses import addresses
from hub.demo.building import CARDS, LIST, Built, build
from hub.demo.material import draw_and_accept, lay_out
from hub.demo.pictures import SCENES
from hub.demo.playing import play
from hub.demo.telling import Teller
from hub.demo.travelling import TravellingClock
from hub.demo.websites import write_site
from hub.demo.world import DAYS, PARTNERS
from syndication.importing import read_folder

LOADED = "demo.loaded"
PEOPLE = "demo.people"
SITES = "demo.sites"
BUILT = "demo.built"


def load(database: Database, say: Callable[[str], object] = print, days: int = DAYS) -> None:
    """Builds people, content and placements, then `days` days of visitors up to now. Needs a migrated database."""
    tell = Teller(say)
    if _value(database, LOADED):
        write_sites(database)
        return
    say("Loading the demo world: a fictional vendor, four fictional partners, invented visitors.")
    kept = _value(database, BUILT)
    built = Built.read(kept) if kept else _build(database, tell, days)
    with tell.step("Playing the days", built.days) as advance:
        play(database, built, database.clock.now(), advance)
    with tell.step("Building feeds and widgets"):
        run_until_idle(database)
    write_sites(database)
    with database.unit_of_work(SYSTEM) as ctx:
        write_value(ctx, LOADED, True)
    shutil.rmtree(_material(database), ignore_errors=True)


def _build(database: Database, tell: Teller, days: int) -> Built:
    last_day = database.clock.today()
    with tell.step("Drawing pictures", len(SCENES)) as advance:
        folder = lay_out(_material(database), last_day)
        pictures = draw_and_accept(folder, advance)
    with tell.step("Reading texts in four languages"):
        batch = read_folder(folder)
    with tell.step("Making people, content and placements"):
        clock = TravellingClock(_eve(database, last_day, days), database.settings.time_zone)
        with database.unit_of_work(SYSTEM, clock=clock) as ctx:
            built, cast = build(ctx, batch, pictures, last_day, days)
            write_value(ctx, PEOPLE, cast.lines)
            write_value(ctx, SITES, [{"partner": one.draft.slug, "path": f"/{one.draft.slug}/"} for one in PARTNERS])
            write_value(ctx, BUILT, vars(built))
    return built


def _eve(database: Database, last_day: date, days: int) -> Any:
    """The morning before the first day."""
    return database.clock.now() - timedelta(days=days + 1)


def write_sites(database: Database) -> None:
    """Pastes today's snippets into the partners' pages: the hub's address may have changed since the last start."""
    kept = _value(database, BUILT)
    if not kept:
        return
    built = Built.read(kept)
    made = {placement["id"]: placement["snippet"] for placement in addresses(database)["placements"]}
    for partner in PARTNERS:
        slug = partner.draft.slug
        pages = {"index.html": f"{slug}/{LIST}", partner.news_page: f"{slug}/{CARDS}"}
        own = {page: made.get(built.placements[name]["id"], "") for page, name in pages.items()}
        write_site(database.settings.data_dir / "partner-sites", slug, own)


def _value(database: Database, key: str) -> Any:
    with database.reading(SYSTEM) as ctx:
        return read_value(ctx, key)


def _material(database: Database) -> Path:
    return database.settings.data_dir / "demo-material"
