"""The partners' websites: plain files with the snippet in them, word for word, from a server that knows no hub."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from importlib.resources import files
from pathlib import Path

import pytest

from hub.demo.sites_server import main, server_for
from hub.demo.websites import PASTE_HERE, write_site
from hub.demo.world import PARTNERS

SNIPPET = '<div data-channelpress="plc_x"><a href="http://hub.example/feeds/plc_x/">News</a></div><script async src="http://hub.example/embed/v1.js"></script>'


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    for partner in PARTNERS:
        write_site(tmp_path, partner.draft.slug, {"index.html": SNIPPET, partner.news_page: SNIPPET})
    return tmp_path


@pytest.fixture
def port(sites: Path) -> Iterator[int]:
    server = server_for(sites, 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def get(port: int, path: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda one: one.draft.slug)
def test_a_page_holds_the_snippet_word_for_word(sites: Path, partner: object) -> None:
    slug, news = partner.draft.slug, partner.news_page  # type: ignore[attr-defined]
    for name in ("index.html", news):
        page = (sites / slug / name).read_text(encoding="utf-8")
        assert page.count(SNIPPET) == 1
        assert PASTE_HERE not in page


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda one: one.draft.slug)
def test_a_site_says_it_is_invented_and_loads_nothing_from_elsewhere(partner: object) -> None:
    slug = partner.draft.slug  # type: ignore[attr-defined]
    says = {"kestrel": "erfundene Firma", "brightwater": "fictional company", "nakhla": "شركة خيالية", "minato": "架空の会社"}
    root = files("hub.demo").joinpath("sites", slug)
    for page in (one for one in root.iterdir() if one.name.endswith(".html")):
        text = page.read_text(encoding="utf-8")
        assert says[slug] in text
        assert text.count(PASTE_HERE) == 1
        assert re.findall(r'(?:src|href)="(?:https?:)?//', text) == []


def test_a_second_writing_changes_nothing_but_the_snippet(sites: Path) -> None:
    before = {path: path.read_bytes() for path in sites.rglob("*") if path.is_file()}
    for partner in PARTNERS:
        write_site(sites, partner.draft.slug, {"index.html": SNIPPET, partner.news_page: SNIPPET})
    assert {path: path.read_bytes() for path in sites.rglob("*") if path.is_file()} == before


def test_the_start_page_lists_the_four_sites(port: int) -> None:
    answer, body = get(port, "/")
    assert answer.status == 200
    assert re.findall(rb'href="/(\w+)/"', body) == [b"brightwater", b"kestrel", b"minato", b"nakhla"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/kestrel/", "text/html; charset=utf-8"), ("/nakhla/style.css", "text/css; charset=utf-8"), ("/minato/logo.svg", "image/svg+xml")],
)
def test_files_have_their_types_and_are_not_kept(port: int, path: str, kind: str) -> None:
    answer, _body = get(port, path)
    assert (answer.status, answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (200, kind, "no-store")


def test_no_folder_is_listed_and_nothing_outside_is_served(port: int, sites: Path) -> None:
    (sites / "empty").mkdir()
    assert get(port, "/empty/")[0].status == 404
    assert get(port, "/../../../../etc/passwd")[0].status == 404
    assert get(port, "/%2e%2e/%2e%2e/etc/passwd")[0].status == 404


def test_wrong_arguments_say_how_it_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["only-one"]) == 2
    assert "usage:" in capsys.readouterr().err


def test_a_taken_port_is_said_in_words(sites: Path, port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(sites), str(port)]) == 1
    assert "Choose another PORT" in capsys.readouterr().err
