"""The demo partners' web server: static files on another site than the hub, and no code of the hub in what it serves.

`python -m hub.demo.sites_server DIR PORT`. Bound to this machine only.
"""

from __future__ import annotations

import html
import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

ADDRESS = "127.0.0.1"
START_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Demo partner websites</title><style>body{{font:18px/1.6 system-ui,sans-serif;max-width:42rem;margin:12vh auto;padding:0 24px;color:#1c2733}}
li{{margin:.6em 0}}a{{color:#1f4fb0}}small{{color:#5b6b7a}}</style></head><body><h1>Four partner websites</h1>
<p>Plain pages on a server of their own. Each holds only the snippet that its webmaster copied from the hub.</p><ul>{rows}</ul>
<p><small>All companies are fictional. This is part of the Channelpress demonstration.</small></p></body></html>
"""


class SiteHandler(SimpleHTTPRequestHandler):
    """Files with their right types, never kept by the browser; no listing of folders."""

    extensions_map = {
        "": "application/octet-stream",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".ico": "image/x-icon",
        ".txt": "text/plain; charset=utf-8",
    }
    server_version = "PartnerSites"
    sys_version = ""

    def send_head(self) -> BytesIO | BinaryIO | None:
        if self.path.split("?")[0].split("#")[0] == "/":
            return self._start_page()
        return super().send_head()

    def _start_page(self) -> BytesIO:
        folder = Path(self.directory)
        names = sorted(path.name for path in folder.iterdir() if (path / "index.html").is_file()) if folder.is_dir() else []
        rows = "".join(f'<li><a href="/{html.escape(name)}/">{html.escape(name.capitalize())}</a></li>' for name in names)
        body = START_PAGE.format(rows=rows).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def list_directory(self, path: object) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the supervisor's terminal belongs to the hub."""


def server_for(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server that is bound but not yet serving; port 0 takes a free one."""
    return ThreadingHTTPServer((ADDRESS, port), partial(SiteHandler, directory=str(folder)))


def main(arguments: list[str]) -> int:
    """Serves until stopped."""
    if len(arguments) != 2 or not arguments[1].isdigit():
        sys.stderr.write("usage: python -m hub.demo.sites_server DIR PORT\n")
        return 2
    try:
        server = server_for(Path(arguments[0]), int(arguments[1]))
    except OSError as error:
        sys.stderr.write(f"The partner websites cannot listen on port {arguments[1]}: {error.strerror}. Choose another PORT.\n")
        return 1
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
