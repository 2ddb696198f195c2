"""Private files: streamed to who was let in, or fetched under a link that lives a minute and opens nothing else."""

from __future__ import annotations

import urllib.request
from dataclasses import replace

import pytest
from flask import Flask

from core.ctx import SYSTEM
from core.database import Database
from core.errors import NotFound
from core.storage import put_object
from core.web.sending import private_link, send_private

CONTENT = b"%PDF private"


@pytest.fixture
def key(database: Database) -> str:
    with database.unit_of_work(SYSTEM) as ctx:
        return put_object(ctx, CONTENT, "application/pdf", public=False).key


def test_a_link_gives_the_file_under_its_name_and_is_not_kept(app: Flask, database: Database, key: str) -> None:
    with app.test_request_context(), database.reading(SYSTEM) as ctx:
        link = private_link(ctx, key, name="Rechnung Müller.pdf", media_type="application/pdf")
    if link.startswith("http"):
        with urllib.request.urlopen(link) as answer:
            body, headers = answer.read(), answer.headers
    else:
        found = app.test_client().get(link)
        assert found.status_code == 200
        body, headers = found.data, found.headers
        assert headers["Cache-Control"] == "no-store"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers
    assert body == CONTENT
    assert headers["Content-Type"] == "application/pdf"
    assert "attachment" in headers["Content-Disposition"]
    assert "M%C3%BCller" in headers["Content-Disposition"]


def test_a_link_that_is_forged_or_old_opens_nothing(app: Flask, database: Database, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.storage import stores
    from core.web import sending

    folder = stores.FolderStore(database.settings.data_dir / "objects")
    monkeypatch.setattr(sending, "store_for", lambda _settings: folder)
    with app.test_request_context(), database.reading(SYSTEM) as ctx:
        link = private_link(ctx, key, name="a.pdf", media_type="application/pdf")
        with pytest.raises(NotFound):
            private_link(ctx, "0" * 64, name="a.pdf", media_type="application/pdf")
    client = app.test_client()
    assert client.get(link[:-3] + "abc").status_code == 404
    assert client.get("/media/private/nothing").status_code == 404
    monkeypatch.setattr(sending, "LINK_S", -1)
    assert client.get(link).status_code == 404


def test_who_may_have_it_is_sent_there_or_served(app: Flask, database: Database, key: str) -> None:
    with app.test_request_context(), database.reading(SYSTEM) as ctx:
        served = send_private(ctx, key, name="a.pdf", media_type="application/pdf")
        assert (served.status_code, served.content_length) == (200, len(CONTENT))
        assert b"".join(served.response) == CONTENT  # type: ignore[arg-type]
        database.settings = replace(database.settings, direct_downloads=True)
        sent = send_private(ctx, key, name="a.pdf", media_type="application/pdf")
        assert sent.status_code == 303
        assert sent.headers["Cache-Control"] == "no-store"
