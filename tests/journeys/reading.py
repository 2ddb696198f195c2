"""What the hub answers to programs: feeds with their validators, widget data, numbers as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page

UTM_VALUE = re.compile(r"[a-z0-9\-_:.]{1,100}")
UTM_KEYS = {"utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_source_platform"}


@dataclass(frozen=True)
class Answer:
    """`headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


def fetch(address: str, **headers: str) -> Answer:
    """One GET as a feed reader does it: no cookie, redirects not followed. `If_None_Match=…` is a header."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        target = parts.path + ("?" + parts.query if parts.query else "")
        connection.request("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def utm_problems(address: str, source: str, placement: str) -> list[str]:
    """What is wrong with the UTM parameters of a tracked link (measures.md, UTM)."""
    parts = urlsplit(address)
    told = dict(parse_qsl(parts.query, keep_blank_values=True))
    asset = parts.path.split("/")[3] if parts.path.startswith(f"/c/{placement}/") else ""
    wanted = {
        "utm_source": source,
        "utm_medium": "referral",
        "utm_content": f"{asset}:{placement}:a",
        "utm_source_platform": "channelpress",
    }
    found = [f"{key} is {told.get(key)!r}, not {value!r}" for key, value in wanted.items() if told.get(key) != value]
    found += [f"{key} is missing" for key in UTM_KEYS - set(told)]
    found += [f"{key}={value!r} breaks the naming rule" for key, value in told.items() if not UTM_VALUE.fullmatch(value)]
    return found


def csv_rows(page: Page, address: str) -> list[list[str]]:
    """A table of the results page as it is downloaded, without its headings (they are in the reader's language)."""
    answer = page.request.get(address)
    assert answer.status == 200, f"{address}: {answer.status}"
    return list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))[1:]


def storage_of(page: Page) -> dict[str, object]:
    """Everything a page may have left in the browser; all empty when nothing was."""
    kept: dict[str, object] = page.evaluate(
        """async () => ({
            cookie: document.cookie, local: localStorage.length, session: sessionStorage.length,
            databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
            workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )
    return kept


NOTHING_KEPT = {"cookie": "", "local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0}
