"""The real hub behind the widget: its loader, its data through the fast path, its collector. No imitation but the partner's page."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from core.database import Database
from core.settings import Settings, load_settings
from embed_widget import csp_lines, snippet
from hub.public import with_public_reads
from syndication import Placement
from tests.conftest import Cast
from tests.embed_widget.play import eventually, open_chromium
from tests.embed_widget.stage import PartnerSite
from tests.feeds.stage import build_views, publish_stage

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(tmp_path: Path, engines: dict[str, str]) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return load_settings(engines, data_dir=tmp_path / "var", secret_key="s" * 40, port=port)


@pytest.fixture
def answered(app: Flask, database: Database, settings: Settings) -> Iterator[list[tuple[str, str]]]:
    """(path, status) of every answer of the running hub."""
    whole, seen = with_public_reads(app, database), []

    def noted(environ: dict[str, Any], start_response: Any) -> Any:
        def begin(status: str, headers: Any, *rest: Any) -> Any:
            seen.append((environ["PATH_INFO"], status[:3]))
            return start_response(status, headers, *rest)

        return whole(environ, begin)

    server = make_server("127.0.0.1", settings.port, noted, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


def test_a_strict_partner_page_shows_the_items_and_the_collector_hears_of_it(
    answered: list[tuple[str, str]], cast: Cast, database: Database, settings: Settings, chromium: Browser
) -> None:
    stage = publish_stage(database)
    build_views(database, stage)
    with database.unit_of_work(cast["wim"]) as ctx:
        html = snippet(ctx.session.get_one(Placement, stage.placement_id), settings.url, "Aktuelles")
    policy = "; ".join(("default-src 'none'", *csp_lines(settings.url), "require-trusted-types-for 'script'"))
    with PartnerSite().open() as site:
        assert isinstance(site, PartnerSite)
        context = chromium.new_context()
        tab = context.new_page()
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text))
        tab.goto(site.page(html, csp=policy))
        links = tab.get_by_role("region").get_by_role("listitem").get_by_role("link")
        links.first.wait_for()
        assert links.count() == 3
        assert f"{settings.url}/c/{stage.placement_id}/" in (links.first.get_attribute("href") or "")
        tab.goto("about:blank")
        assert eventually(lambda: ("/e", "204") in answered)
        assert said == []
        assert context.cookies() == []
        context.close()
    assert (f"/embed/{stage.placement_id}/de.json", "200") in answered
