"""Simulated visitors knock where real ones do: at the collector, the tracked link, the landing page and its form.

Nothing is written to the database here. The clock stands where the visit is, so days, salts and consent times are right.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask

from engagement import Collector, intake_for
from hub.app import create_flask
from hub.demo.enquiries import Enquirer
from hub.demo.traffic import Visit
from hub.demo.travelling import TravellingClock
from syndication import item_link


@dataclass(frozen=True)
class Door:
    """A placement as its visitors meet it. `links` are the asset's id and language by its key."""

    placement: str
    partner: str
    locale: str
    page: str
    campaign: str
    links: Mapping[str, tuple[str, str]]

    @property
    def origin(self) -> str:
        parts = urlsplit(self.page)
        return f"{parts.scheme}://{parts.netloc}"


class Refused(RuntimeError):
    """The hub did not take what it must take: the demo cannot go on."""


class Visitors:
    """One per stretch of days: collector, pages and spool of one database object whose clock travels."""

    def __init__(self, database: Any, clock: TravellingClock) -> None:
        self.clock = clock
        self.intake = intake_for(database)
        self.intake.directory.refresh()
        self.collector = Collector(self.intake)
        self.app: Flask = create_flask(database)
        self.host = urlsplit(database.settings.url).netloc

    def close(self) -> None:
        """Everything that was sent lies in finished segments after this."""
        self.intake.spool.close()

    def look(self, door: Door, visit: Visit) -> None:
        """What the widget tells: loaded and rendered at once, viewable and the tap a little later."""
        events: list[list[Any]] = [["loaded"]]
        if visit.shown:
            events.append(["rendered", [door.links[key][0] for key in visit.shown]])
        self._tell(door, visit, 0, events)
        later: list[list[Any]] = [["viewable", [door.links[key][0] for key in visit.viewed]]] if visit.viewed else []
        if visit.clicked and visit.shown:
            later.append(["click", door.links[visit.clicked][0]])
        if later:
            self._tell(door, visit, 6, later)

    def _tell(self, door: Door, visit: Visit, after: int, events: list[list[Any]]) -> None:
        message = {"v": 1, "p": door.placement, "l": door.locale, "u": door.page, "e": events}
        body = urlencode({"d": json.dumps(message, separators=(",", ":"))}).encode()
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/e",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "REMOTE_ADDR": visit.address,
            "HTTP_USER_AGENT": visit.agent,
            "HTTP_ORIGIN": door.origin,
        }
        statuses: list[str] = []
        self.clock.at(visit.at + timedelta(seconds=after))
        self.collector(environ, lambda status, headers: statuses.append(status))
        if statuses != ["204 No Content"]:
            raise Refused(f"the collector answered {statuses} to {message}")

    def follow(self, door: Door, visit: Visit, who: Enquirer | None) -> bool:
        """The click, the page behind it, and the form if there is one and `who` fills it in; True for a lead."""
        asset, locale = door.links[str(visit.clicked)]
        link = item_link(f"http://{self.host}", asset, locale, placement=door.placement, source=door.partner, campaign=door.campaign)
        self.clock.at(visit.at + timedelta(seconds=11))
        client = self.app.test_client(use_cookies=False)
        sent = {"headers": {"User-Agent": visit.agent, "Referer": door.page}, "environ_base": {"REMOTE_ADDR": visit.address}}
        clicked = client.get(link, **sent)
        if clicked.status_code != 302:
            raise Refused(f"the link {link} answered {clicked.status_code}")
        if not visit.opened:
            return False
        self.clock.at(visit.at + timedelta(seconds=12))
        page = client.get(clicked.headers["Location"], base_url=f"http://{self.host}", **sent)
        if page.status_code != 200:
            raise Refused(f"the page {clicked.headers['Location']} answered {page.status_code}")
        form = read_form(page.text) if who is not None else None
        if who is None or form is None:
            return False
        self.clock.at(visit.at + timedelta(seconds=12 + visit.after_seconds))
        told = {**form.hidden, **{key: value for key, value in vars(who).items() if key in form.fields}, "consent": "1"}
        answer = client.post(form.action, data=told, base_url=f"http://{self.host}", **sent)
        if answer.status_code != 303:
            raise Refused(f"the form {form.action} answered {answer.status_code}")
        return True


@dataclass
class Form:
    action: str
    hidden: dict[str, str]
    fields: Sequence[str]


class _FormReader(HTMLParser):
    """The form that posts a lead: its address, what it carries, what it asks."""

    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self._names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key: value or "" for key, value in attrs}
        if tag == "form" and told.get("method") == "post" and urlsplit(told.get("action", "")).path.endswith("/lead"):
            self.form = Form(told["action"], {}, self._names)
        elif self.form and tag in ("input", "textarea"):
            if told.get("type") == "hidden":
                self.form.hidden[told["name"]] = told.get("value", "")
            elif told.get("tabindex") != "-1" and "name" in told:
                self._names.append(told["name"])


def read_form(html: str) -> Form | None:
    """The lead form of a page, None where there is none."""
    reader = _FormReader()
    reader.feed(html)
    return reader.form
