"""Recall in the small: what is withdrawn is gone from every public address before any worker has run."""

from __future__ import annotations

import feedparser
import pytest

from core.jobs import run_until_idle
from syndication import CollectionDraft, PlacementDraft, create_collection, create_placement, publish_asset, withdraw_asset
from tests.syndication.conftest import an_asset


@pytest.fixture
def stand(work, cast, database, app):
    """Two published assets on a placement of Kestrel, delivered by the real formats."""
    with work("cleo") as ctx:
        collection = create_collection(ctx, CollectionDraft("News"))
        asset, other = an_asset(ctx), an_asset(ctx, "Gateway")
        for one in (asset, other):
            publish_asset(ctx, one.id, [collection.id])
    with work("pia") as ctx:
        draft = PlacementDraft("Front page", "https://www.kestrel.example/", collection.id, "de")
        placement = create_placement(ctx, ctx.actor.partner_id, draft).id
    run_until_idle(database)
    return app.test_client(), placement, asset


def test_an_asset_is_everywhere_and_then_nowhere(stand, work, database) -> None:
    visitor, placement, asset = stand
    feeds = [f"/feeds/{placement}/{name}" for name in ("rss.xml", "atom.xml", "feed.json", "")]
    lists = [*feeds, f"/embed/{placement}.json"]
    page, click = f"/p/kestrel/a/de/{asset.slug}", f"/c/{placement}/{asset.id}/de"
    for path in lists:
        assert "Meter X de" in visitor.get(path).text, path
    assert visitor.get(page).status_code == 200
    assert visitor.get(click).status_code == 302
    tags = {path: visitor.get(path).headers["ETag"] for path in lists}

    with work("cleo") as ctx:
        withdraw_asset(ctx, asset.id, "legal")
    for worker_ran in (False, True):
        for path in lists:
            answer = visitor.get(path, headers={"If-None-Match": tags[path]})
            assert answer.status_code == 200, (path, worker_ran)
            assert "Meter X" not in answer.text and "Gateway" in answer.text, (path, worker_ran)
        assert visitor.get(page).status_code == 410
        assert visitor.get(click).status_code in (302, 410)
        run_until_idle(database)


def test_feeds_of_a_fresh_placement_are_valid_and_tagged(stand) -> None:
    visitor, placement, _asset = stand
    for name in ("rss.xml", "atom.xml"):
        feed = feedparser.parse(visitor.get(f"/feeds/{placement}/{name}").data)
        assert not feed.bozo
        assert {entry.title for entry in feed.entries} == {"Meter X de", "Gateway de"}
        assert all(f"/c/{placement}/ast_" in entry.link and "utm_source=kestrel" in entry.link for entry in feed.entries)
        assert len({entry.id for entry in feed.entries}) == 2


def test_an_unknown_placement_and_a_withdrawn_language_are_404(stand) -> None:
    visitor, placement, _asset = stand
    assert visitor.get("/feeds/plc_01h45ytscbebyvny4gc8cr8ma2/rss.xml").status_code == 404
    assert visitor.get(f"/feeds/{placement}/fr/rss.xml").status_code == 404
