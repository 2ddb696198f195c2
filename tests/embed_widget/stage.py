"""A stage for the widget: an imitated hub on 127.0.0.1 and a partner's website on localhost, which is another site."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from embed_widget.build import SCRIPT
from engagement.rules.beacon import read_beacon
from tests.embed_widget.stories import picture, stories

PLACEMENT = "plc_01kgqc3tvde9h8x9qjq2c6n1ab"
OTHER_PLACEMENT = "plc_01kgqc3tvde9h8x9qjq2c6n1cd"


class Site(ThreadingHTTPServer):
    """Serves until the block ends; `host` decides which site the browser takes it for."""

    daemon_threads = True
    host = "127.0.0.1"

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.server_port}"

    @contextmanager
    def open(self) -> Iterator[Site]:
        thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()
            thread.join()


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Silence."""

    def handle(self) -> None:
        # A visitor who leaves does not wait for the answer to a beacon.
        with suppress(ConnectionError):
            super().handle()

    def answer(self, status: int, media_type: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class HubHandler(_Quiet):
    """Answers as the hub does, or misbehaves as the test asks."""

    server: HubSite
    CORS: ClassVar = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-store"}

    def do_GET(self) -> None:
        hub, path = self.server, urlsplit(self.path).path
        hub.asked.append(path)
        if path == "/embed/v1.js":
            self.answer(200, "text/javascript; charset=utf-8", SCRIPT.read_bytes(), **self.CORS)
        elif path.startswith("/media/"):
            self.answer(200, "image/svg+xml", picture(path), **self.CORS)
        elif path.startswith("/embed/"):
            self._data(path)
        else:
            self.answer(200, "text/html", b"<!doctype html><html lang=en><title>Landed</title><h1>Landed</h1></html>")

    def _data(self, path: str) -> None:
        hub = self.server
        if hub.delay_s:
            time.sleep(hub.delay_s)
        if hub.garbage is not None:
            self.answer(200, "application/json", hub.garbage, **self.CORS)
        elif hub.down:
            self.answer(503, "text/html", b"<h1>Service unavailable</h1>", **self.CORS)
        else:
            placement, _, locale = path.removeprefix("/embed/").removesuffix(".json").partition("/")
            data = stories(hub.origin, placement, locale or "en") | hub.overrides
            self.answer(200, "application/json; charset=utf-8", json.dumps(data).encode(), **self.CORS)

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size).decode("utf-8")
        read_beacon(body.encode())  # what the collector would refuse must not pass here
        batch = json.loads(parse_qs(body)["d"][0])
        self.server.heard.append({"path": self.path, "type": self.headers["Content-Type"], "cookie": self.headers.get("Cookie"), **batch})
        self.answer(204, "text/plain", b"", **self.CORS)

    def do_OPTIONS(self) -> None:
        self.server.asked.append("OPTIONS " + self.path)
        self.answer(204, "text/plain", b"", **self.CORS)


class HubSite(Site):
    """`asked`: paths in order. `heard`: batches of the collector. The rest: how to misbehave."""

    def __init__(self) -> None:
        super().__init__(HubHandler)
        self.asked: list[str] = []
        self.heard: list[dict[str, Any]] = []
        self.delay_s = 0.0
        self.down = False
        self.garbage: bytes | None = None
        self.overrides: dict[str, Any] = {}

    def events(self, kind: str) -> list[list[Any]]:
        """All events of a kind over all batches, in order of arrival."""
        return [event for batch in self.heard for event in batch["e"] if event[0] == kind]


class PartnerHandler(_Quiet):
    server: PartnerSite

    def do_GET(self) -> None:
        page = self.server.pages.get(unquote(urlsplit(self.path).path))
        if self.path == "/favicon.ico":
            self.answer(204, "image/x-icon", b"")
        elif page is None:
            self.answer(404, "text/html", b"<!doctype html><title>Not here</title>")
        else:
            html, headers = page
            self.answer(200, "text/html; charset=utf-8", html.encode("utf-8"), **headers)


class PartnerSite(Site):
    """A partner's own website: pages by path, with the headers of that page."""

    host = "localhost"

    def __init__(self) -> None:
        super().__init__(PartnerHandler)
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}

    def page(self, body: str, *, head: str = "", path: str = "/news", attributes: str = 'lang="en"', **headers: str) -> str:
        """Puts a page up and gives its address; `csp=` is the Content-Security-Policy."""
        sent = {"Content-Security-Policy": headers["csp"]} if "csp" in headers else {}
        html = f'<!doctype html><html {attributes}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        html += f"<title>Partner</title>{head}</head><body>{body}</body></html>"
        self.pages[path] = (html, sent)
        return self.origin + path
