"""Publishing: what one change costs until every placement's feed is fresh, against feedgen for each placement."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks.feeds.world import LOCALES, make_world
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.settings import load_settings
from feeds import FORMATS, feed_path
from syndication import Localization, SnapshotReader, build_collection, compile_view, format_named
from syndication.delivery.content import content_of
from syndication.delivery.view_models import ViewMaker
from syndication.models import Collection

SAMPLE = 100


def publish_and_measure(folder: Path, few: int, many: int) -> dict[str, Any]:
    """CPU seconds of one process for each part.

    `fresh` is everything between the change and the moment at which each placement answers with it: rendering all views and
    reading the new mapping once. feedgen for each is reckoned for one format a placement only, which favours it.
    """
    costs = {count: _fresh(folder / str(count), count) for count in (few, many)}
    feedgen_each = costs[many].pop("feedgen_one") * many
    costs[few].pop("feedgen_one")
    return {
        "placements": {str(count): cost for count, cost in costs.items()},
        "feedgen_each_s": round(feedgen_each, 2),
        "render_ratio": round(costs[many]["render_s"] / costs[few]["render_s"], 2),
        "fresh_ratio": round(costs[many]["fresh_s"] / costs[few]["fresh_s"], 2),
        "of_feedgen": round(costs[many]["fresh_s"] / feedgen_each, 5),
        "render_of_feedgen": round(costs[many]["render_s"] / feedgen_each, 5),
    }


def _fresh(folder: Path, count: int) -> dict[str, float]:
    database, collection_id, placements = make_world(load_settings({}, data_dir=folder), count)
    reader = SnapshotReader()
    snapshot, first = _timed(lambda: _read(database, reader))
    turns = []
    for turn in range(5):
        render = _change_and_render(database, collection_id, turn)
        snapshot, swap = _timed(lambda: _read(database, reader))
        turns.append((render + swap, render, swap))
    fresh, render, swap = sorted(turns)[len(turns) // 2]
    paths = [feed_path(placement, fmt.name) for placement in placements[:SAMPLE] for fmt in FORMATS]
    _, fill = _timed(lambda: [snapshot.find(path).body() for path in paths])
    cost = {
        "render_s": round(render, 4),
        "swap_s": round(swap, 4),
        "fresh_s": round(fresh, 4),
        "first_read_s": round(first, 3),
        "fill_us": round(fill / len(paths) * 1e6, 1),
        "mapping_mb": round(_memory(database), 1),
        "feedgen_one": _feedgen_one(database, collection_id),
    }
    database.dispose()
    return cost


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def _change_and_render(database: Database, collection_id: TypeID, turn: int) -> float:
    """CPU seconds to bring all views (formats × languages) up to date after one title changed."""
    with database.unit_of_work(SYSTEM) as ctx:
        text = ctx.session.scalars(select(Localization).where(Localization.locale == "de").limit(1)).one()
        text.title, text.updated_at = f"Neu {turn}", ctx.now
    with database.unit_of_work(SYSTEM) as ctx:
        return _timed(lambda: build_collection(ctx, collection_id))[1]


def _read(database: Database, reader: SnapshotReader) -> Any:
    with database.reading(SYSTEM) as ctx:
        return reader.read(ctx)


def _memory(database: Database) -> float:
    """Megabytes of Python objects that one snapshot holds."""
    tracemalloc.start()
    kept = _read(database, SnapshotReader())
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept is not None
    return held / 2**20


def _feedgen_one(database: Database, collection_id: TypeID) -> float:
    """CPU seconds to write one placement's feed with feedgen (mean of the three formats), as a hub without views would."""
    with database.reading(SYSTEM) as ctx:
        maker = ViewMaker(content_of(ctx, ctx.session.get_one(Collection, collection_id)), ctx.settings.url, ("velorin.example",))
        view = maker.model(LOCALES[0], ctx.now)
        _, spent = _timed(lambda: [compile_view(format_named(fmt.name).render(view), view.slots) for fmt in FORMATS for _ in range(5)])
    return spent / 5 / len(FORMATS)
