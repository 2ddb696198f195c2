"""One per process: judges what arrives and puts it on the disk. The collector and the click redirect share it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from core.spool import Spool, SpoolFull
from engagement.collect.directory import CurrentDirectory, Directory, Spot
from engagement.collect.refusals import Refusals
from engagement.collect.salts import Salts
from engagement.records import Click, Record, pack
from engagement.rules.agents import agent_of, is_prefetch
from engagement.rules.beacon import Events
from engagement.rules.kinds import Kind, RefusalReason, Verdict
from engagement.rules.sites import host_of_header, site_verdict
from engagement.rules.visitors import visitor_key

if TYPE_CHECKING:
    from pathlib import Path

    from core.database import Database
    from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a request says about its sender. Used to judge and to hash; neither address nor user agent is ever stored."""

    address: str
    user_agent: str
    origin: str
    referer: str
    purpose: str

    @classmethod
    def of(cls, environ: Mapping[str, Any]) -> Arrival:
        """From a WSGI environment."""
        return cls(
            environ.get("REMOTE_ADDR", ""),
            environ.get("HTTP_USER_AGENT", ""),
            environ.get("HTTP_ORIGIN", ""),
            environ.get("HTTP_REFERER", ""),
            environ.get("HTTP_SEC_PURPOSE") or environ.get("HTTP_PURPOSE", ""),
        )

    def page_host(self, told: str) -> str:
        """The browser's word first; a sandboxed frame has none, then the script's word."""
        return host_of_header(self.origin) or host_of_header(self.referer) or told


class Intake:
    """`directory`, `spool` and `refusals` are of this process; the day's salt is shared through the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.directory = CurrentDirectory(database)
        self.refusals = Refusals()
        self.spool = Spool(events_folder(database.settings), database.settings.spool_max_bytes)
        self._salts = Salts(database)
        self._hub_host = host_of_header(database.settings.url)

    def now_ms(self) -> int:
        return int(self.database.clock.now().timestamp() * 1000)

    def judge_agent(self, arrival: Arrival) -> Verdict:
        """By the browser alone: a link may be followed from anywhere."""
        if is_prefetch(arrival.purpose):
            return Verdict.PREFETCH
        return agent_of(arrival.user_agent).verdict

    def judge(self, spot: Spot, arrival: Arrival, told_host: str) -> Verdict:
        """Why this does not count, or `valid`. A placement must stand on an allowed site, a page of ours on the hub."""
        verdict = self.judge_agent(arrival)
        if verdict is not Verdict.VALID:
            return verdict
        host = arrival.page_host(told_host)
        if spot.placement is None:
            return Verdict.VALID if host in ("", self._hub_host) else Verdict.FOREIGN_SITE
        return site_verdict(host, spot.allowed, self._hub_host)

    def keep(self, spot: Spot, arrival: Arrival, verdict: Verdict, locale: str, page: str, events: Events) -> None:
        """Returns when the events are on the disk. Raises SpoolFull."""
        self._append(spot, arrival, verdict, locale, page, events, None)

    def note(self, spot: Spot, arrival: Arrival, verdict: Verdict, locale: str, page: str, events: Events) -> None:
        """The same without waiting for the disk: for what nobody was promised. Raises SpoolFull."""
        self._append(spot, arrival, verdict, locale, page, events, None, wait=False)

    def keep_click(self, spot: Spot, arrival: Arrival, verdict: Verdict, locale: str, asset: str, utm: Mapping[str, str]) -> str:
        """Records a followed link and returns its new click id (`cp_click`). Raises SpoolFull."""
        click = Click(secrets.token_hex(16), spot.campaign, dict(utm))
        self._append(spot, arrival, verdict, locale, "", ((Kind.CLICK.value, asset),), click)
        return click.click_id

    def _append(
        self,
        spot: Spot,
        arrival: Arrival,
        verdict: Verdict,
        locale: str,
        page: str,
        events: Events,
        click: Click | None,
        *,
        wait: bool = True,
    ) -> None:
        now_ms = self.now_ms()
        browser = agent_of(arrival.user_agent).kind_of_browser
        visitor = visitor_key(self._salts.at(now_ms), spot.partner_bytes, arrival.address, browser)
        refused = self.refusals.take()
        record = Record(spot.partner, spot.placement, locale, verdict.value, visitor.hex(), page, events, click, refused)
        try:
            self.spool.append(pack(record), now_ms, wait=wait)
        except SpoolFull:
            self.refusals.give_back(refused)
            raise

    def refuse(self, reason: RefusalReason, number: int = 1) -> None:
        """Counts; now and then writes the counts down."""
        self.refusals.count(reason, number)
        if self.refusals.overdue:
            counts = self.refusals.take()
            try:
                self.spool.append(pack(Record(refused=counts)), self.now_ms())
            except SpoolFull:
                self.refusals.give_back(counts)

    def known(self) -> Directory:
        """Raises DirectoryMissing when this process has never reached the database."""
        return self.directory()


def events_folder(settings: Settings) -> Path:
    """Where the events of this host wait for the drain."""
    return settings.spool_dir / "events"


_intakes: WeakKeyDictionary[Database, Intake] = WeakKeyDictionary()
_making = threading.Lock()


def intake_for(database: Database) -> Intake:
    """The intake of this process for this database; made on first use."""
    found = _intakes.get(database)
    if found is None:
        with _making:
            found = _intakes.get(database)
            if found is None:
                found = _intakes[database] = Intake(database)
    return found


def host_told(page: str) -> str:
    """The host of a page as `rules.beacon.page_of` keeps it (host and path)."""
    return page.partition("/")[0].lower()
