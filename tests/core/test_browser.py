"""Page pictures: what a page's program may reach through our browser, and what comes back when there is nothing to see."""

from __future__ import annotations

import io
import os
import shutil
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core.browser import Allowance, NotTaken, load_page, openable_hosts, take_picture
from core.browser.chromium import find_browser, flags
from core.browser.proxy import Spent, guarded_proxy
from core.settings import Settings, load_settings

browser = pytest.mark.browser


@dataclass
class Site:
    """A web server on loopback that remembers who asked for what."""

    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    port: int = 0

    def html(self, path: str, body: str) -> str:
        self.pages[path] = ("text/html; charset=utf-8", f"<!doctype html><meta charset=utf-8><title>t</title><body>{body}".encode())
        return f"http://localhost:{self.port}{path}"


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    made, servers = [], []
    for _ in range(2):
        site = Site()
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
        server.daemon_threads = True
        site.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        made.append(site)
        servers.append(server)
    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


def _handler(site: Site) -> Any:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None: ...

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.agents.add(self.headers.get("User-Agent", ""))
            if self.path in site.redirects:
                self.send_response(302)
                self.send_header("Location", site.redirects[self.path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if self.path == "/slow":
                time.sleep(30)
            media_type, body = site.pages.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in site.pages else 404)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

    return Handler


@pytest.fixture
def site(sites: list[Site]) -> Site:
    return sites[0]


@pytest.fixture
def hidden(sites: list[Site]) -> Site:
    """Stands on the same machine and is named nowhere: nobody may get there."""
    return sites[1]


@pytest.fixture
def open_to(tmp_path: Path, site: Site) -> Settings:
    return load_settings({}, data_dir=tmp_path / "var", secret_key="s" * 40, fetch_allow=(f"localhost:{site.port}",))


# -- the proxy ---------------------------------------------------------------------------------------------------------


def _through(port: int, request: str, body: bytes = b"") -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(request.encode() + b"\r\n\r\n" + body)
        answer = b""
        while chunk := wire.recv(65536):
            answer += chunk
    return int(answer.split(b" ", 2)[1]), answer


def _allowing(*sites: Site, **more: Any) -> Allowance:
    return Allowance(hosts=tuple(f"localhost:{site.port}" for site in sites), **more)


def test_what_is_allowed_passes_with_the_browsers_own_headers(site: Site) -> None:
    site.html("/", "Hello")
    with guarded_proxy(_allowing(site)) as (port, spent):
        status, answer = _through(port, f"GET http://localhost:{site.port}/ HTTP/1.1\r\nHost: x\r\nUser-Agent: HeadlessChrome/1")
    assert status == 200 and b"Hello" in answer
    assert site.agents == {"HeadlessChrome/1"}
    assert (spent.requests, spent.refused) == (1, [])


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://user@127.0.0.1:{port}/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "/etc/passwd",
    ],
)
def test_addresses_inside_are_refused(target: str, site: Site, hidden: Site) -> None:
    where = target.format(port=hidden.port)
    with guarded_proxy(_allowing(site)) as (port, spent):
        status, _answer = _through(port, f"GET {where} HTTP/1.1\r\nHost: x")
    assert (status, hidden.asked, len(spent.refused)) == (403, [], 1)


def test_a_name_that_leads_inside_is_refused_where_it_is_connected_to(hidden: Site) -> None:
    def resolve(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "127.0.0.1"]

    with guarded_proxy(Allowance(), resolve) as (port, spent):
        assert _through(port, f"GET http://harmless.example:{hidden.port}/ HTTP/1.1\r\nHost: x")[0] == 403
        assert _through(port, f"CONNECT harmless.example:{hidden.port} HTTP/1.1")[0] == 403
    assert [code for _where, code in spent.refused] == ["private_address", "private_address"]
    assert hidden.asked == []


@pytest.mark.parametrize("target", ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}", "localhost:22", "example.com:25", "nonsense", "x:99999"])
def test_tunnels_lead_only_outside(target: str, site: Site, hidden: Site) -> None:
    with guarded_proxy(_allowing(site), lambda host, port: ["127.0.0.1"]) as (port, spent):
        assert _through(port, f"CONNECT {target.format(port=hidden.port)} HTTP/1.1")[0] == 403
    assert hidden.asked == [] and len(spent.refused) == 1


def test_a_tunnel_to_what_is_allowed_carries_both_ways(site: Site) -> None:
    site.html("/", "Hello")
    with guarded_proxy(_allowing(site)) as (port, _spent), socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(f"CONNECT localhost:{site.port} HTTP/1.1\r\n\r\n".encode())
        assert b"200" in wire.recv(200)
        wire.sendall(b"GET / HTTP/1.0\r\n\r\n")
        answer = b""
        while chunk := wire.recv(65536):
            answer += chunk
    assert b"Hello" in answer


def test_a_redirect_is_shown_to_the_browser_and_judged_again(site: Site, hidden: Site) -> None:
    inside = f"http://127.0.0.1:{hidden.port}/secret"
    site.redirects["/go"] = inside
    with guarded_proxy(_allowing(site)) as (port, _spent):
        status, answer = _through(port, f"GET http://localhost:{site.port}/go HTTP/1.1\r\nHost: x")
        assert status == 302 and inside.encode() in answer
        assert _through(port, f"GET {inside} HTTP/1.1\r\nHost: x")[0] == 403
    assert hidden.asked == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_page_is_looked_at_and_not_used(method: str, site: Site) -> None:
    with guarded_proxy(_allowing(site)) as (port, spent):
        assert _through(port, f"{method} http://localhost:{site.port}/e HTTP/1.1\r\nHost: x\r\nContent-Length: 0")[0] == 403
    assert site.asked == [] and spent.refused[0][1] == "method"


def test_a_page_may_not_load_without_end(site: Site) -> None:
    site.pages["/big"] = ("text/plain", bytes(60_000))
    with guarded_proxy(_allowing(site, bytes=150_000, bytes_each=100_000)) as (port, spent):
        statuses = [_through(port, f"GET http://localhost:{site.port}/big HTTP/1.1\r\nHost: x")[0] for _ in range(4)]
    assert statuses == [200, 200, 403, 403] and {code for _where, code in spent.refused} == {"too_large"}
    with guarded_proxy(_allowing(site, requests=2)) as (port, spent):
        statuses = [_through(port, f"GET http://localhost:{site.port}/big HTTP/1.1\r\nHost: x")[0] for _ in range(3)]
    assert statuses == [200, 200, 403] and spent.refused[0][1] == "too_many_requests"
    with guarded_proxy(_allowing(site, seconds=0.0)) as (port, spent):
        assert _through(port, f"GET http://localhost:{site.port}/big HTTP/1.1\r\nHost: x")[0] == 403
    assert spent.refused[0][1] == "timeout"


def test_the_proxy_is_gone_with_its_page(site: Site) -> None:
    with guarded_proxy(_allowing(site)) as (port, _spent):
        pass
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_tunnel_ends_when_the_page_has_had_enough() -> None:
    spent = Spent(Allowance(bytes=10))
    assert spent.bytes_left() == 10


# -- what is asked before a browser is started -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "code"),
    [("/nothing", "page_unreachable"), ("/text", "page_unreachable"), ("/go", "address_refused")],
)
def test_a_page_that_cannot_be_shown_is_told_apart(path: str, code: str, site: Site, hidden: Site, open_to: Settings) -> None:
    site.pages["/text"] = ("text/plain", b"no page")
    site.redirects["/go"] = f"http://127.0.0.1:{hidden.port}/"
    with pytest.raises(NotTaken) as refused:
        load_page(open_to, f"http://localhost:{site.port}{path}")
    assert refused.value.code == code
    assert hidden.asked == []


def test_a_slow_page_is_timed_out(site: Site, open_to: Settings) -> None:
    with pytest.raises(NotTaken, match="timed_out"):
        load_page(open_to, f"http://localhost:{site.port}/slow", seconds=0.3)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://192.168.1.1/", "javascript:alert(1)", "file:///etc/passwd", "--version", ""])
def test_addresses_that_no_picture_is_taken_of(url: str, open_to: Settings) -> None:
    with pytest.raises(NotTaken, match="address_refused"):
        take_picture(open_to, url, browser="/bin/false")


def test_without_a_browser_the_picture_says_so(site: Site, open_to: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(NotTaken, match="browser_missing"):
        take_picture(open_to, site.html("/", "Hello"))
    assert site.asked == []


@pytest.mark.parametrize("program", ["/bin/false", "/bin/true", "/nonexistent"])
def test_a_browser_that_does_not_work_is_our_fault(program: str, site: Site, open_to: Settings) -> None:
    with pytest.raises(NotTaken, match="capture_failed"):
        take_picture(open_to, site.html("/", "Hello"), browser=program)


def test_which_private_addresses_may_be_opened(tmp_path: Path) -> None:
    def hosts(**more: Any) -> tuple[str, ...]:
        return openable_hosts(load_settings({}, data_dir=tmp_path, secret_key="s" * 40, port=8600, **more))

    assert hosts() == ("127.0.0.1:8600",)
    assert hosts(demo=True) == ("127.0.0.1:8600", "localhost:8601")
    assert hosts(public_url="https://hub.velorin.example", bind="0.0.0.0") == ("hub.velorin.example:443",)


def test_the_sandbox_is_left_out_only_for_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for user, expected in ((0, True), (1000, False)):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        given = flags(tmp_path, 4000, 100, 100)
        assert ("--no-sandbox" in given) is expected
        assert "--proxy-bypass-list=<-loopback>" in given


# -- with a real browser -----------------------------------------------------------------------------------------------


def _size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _leftovers() -> set[str]:
    mine = {str(path) for path in Path(tempfile.gettempdir()).glob("channelpress-page-*")}
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            told = status.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if "channelpress-page-" in told and status.parent.name != str(os.getpid()):
            mine.add(f"{status.parent.name} {told[:80]}")
    return mine


@browser
def test_a_picture_shows_the_page_as_scripts_have_drawn_it(site: Site, open_to: Settings) -> None:
    from PIL import Image

    site.html("/", "<div style='width:640px;height:900px;background:#0a7d33'></div><script>document.body.style.background='#ffcc00'</script>")
    taken = take_picture(open_to, f"http://localhost:{site.port}/")
    assert (taken.media_type, taken.width, taken.height) == ("image/png", 1280, 1800) == ("image/png", *_size(taken.data))
    with Image.open(io.BytesIO(taken.data)) as picture:
        assert picture.convert("RGB").getpixel((300, 400)) == (0x0A, 0x7D, 0x33)
        assert picture.convert("RGB").getpixel((1100, 1500)) == (0xFF, 0xCC, 0x00)
    assert _leftovers() == set()


@browser
def test_a_pages_program_reaches_nothing_inside(site: Site, hidden: Site, open_to: Settings) -> None:
    """Everything a page can try: scripts, pictures, frames, styles, forms, sockets, workers, a redirect, the loopback in all its spellings."""
    site.redirects["/go"] = f"http://127.0.0.1:{hidden.port}/redirected"
    inside = [f"http://{host}:{hidden.port}" for host in ("127.0.0.1", "localhost", "[::1]", "127.1", "0.0.0.0")]
    tags = "".join(f"<img src='{one}/img'><iframe src='{one}/frame'></iframe><script src='{one}/script'></script>" for one in inside)
    tries = "".join(
        f"fetch('{one}/fetch',{{mode:'no-cors'}}).catch(()=>0);try{{new WebSocket('{one.replace('http', 'ws')}/ws')}}catch(e){{}};"
        f"try{{navigator.sendBeacon('{one}/beacon','x')}}catch(e){{}};"
        for one in inside
    )
    page = site.html(
        "/",
        f"<img src='/go'><link rel=stylesheet href='{inside[0]}/css'><link rel=prefetch href='{inside[0]}/prefetch'>{tags}"
        f"<iframe src='file:///etc/passwd'></iframe><script>{tries}</script><p>Done",
    )
    assert take_picture(open_to, page).refused > 0
    assert hidden.asked == []
    assert "/go" in site.asked


@browser
def test_the_hubs_own_look_is_known_as_a_machine(site: Site, open_to: Settings) -> None:
    """Or a partner's figures would grow with each picture."""
    from engagement.rules.agents import agent_of
    from engagement.rules.kinds import Verdict

    take_picture(open_to, site.html("/", "<img src='/x.png'>"))
    assert site.agents and {agent_of(agent).verdict for agent in site.agents} == {Verdict.CRAWLER}


@browser
def test_a_page_that_never_rests_does_not_hold_the_hub(site: Site, open_to: Settings) -> None:
    page = site.html("/", "<script>for(;;){}</script>")
    begin = time.monotonic()
    with pytest.raises(NotTaken, match="capture_failed"):
        take_picture(open_to, page, allowance=Allowance(hosts=openable_hosts(open_to), seconds=4.0))
    assert time.monotonic() - begin < 12
    assert _leftovers() == set()


@browser
def test_a_page_that_asks_something_gets_no_answer_and_its_picture_is_taken(site: Site, open_to: Settings) -> None:
    page = site.html("/", "<script>alert('Stop');confirm('Really?');prompt('Why?')</script><p>Done")
    assert take_picture(open_to, page).width == 1280


@browser
def test_what_a_page_loads_in_steps_is_waited_for(site: Site, open_to: Settings) -> None:
    """As a widget does: a script, then its data, then the pictures in it."""
    from PIL import Image

    drawing = io.BytesIO()
    Image.new("RGB", (400, 300), (12, 34, 200)).save(drawing, "PNG")
    site.pages["/picture.png"] = ("image/png", drawing.getvalue())
    site.pages["/data"] = ("text/plain", b"/picture.png")
    site.pages["/later.js"] = (
        "text/javascript",
        b"setTimeout(async()=>{const where=await(await fetch('/data')).text();"
        b"setTimeout(()=>{const i=new Image();i.src=where;document.body.append(i)},300)},400)",
    )
    taken = take_picture(open_to, site.html("/", "<script async src=/later.js></script>"))
    with Image.open(io.BytesIO(taken.data)) as picture:
        assert picture.convert("RGB").getpixel((200, 150)) == (12, 34, 200)


@browser
def test_an_installed_browser_is_found() -> None:
    assert find_browser() is not None
