"""A mixed load: visitors, enquiries, deals, requests, approvals and claims, each with a mark of its own, until told to stop.

`sent` holds every mark that ever left, `acknowledged` those that were answered 2xx or 3xx. Whoever gets no answer, or 5xx, sends
the same form again, as a person with the error page before them would.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count

from tests.faults.browser import Browser, NoAnswer
from tests.faults.town import Town

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
_PAUSE = 0.03  # between two acts of a person
_AGAIN = 0.3  # before the same is sent again
KINDS = ("events", "leads", "deals", "requests", "approvals", "claims")
_numbers = count(1)


class Tally:
    """What went in. `again` counts forms that were sent once more, `statuses` every answer by kind and status."""

    def __init__(self) -> None:
        self.sent: dict[str, set[str]] = defaultdict(set)
        self.acknowledged: dict[str, set[str]] = defaultdict(set)
        self.statuses: dict[str, Counter[int]] = defaultdict(Counter)
        self.again = 0
        self.bare_refusals: list[str] = []
        self.lock = threading.Lock()

    def answered(self, kind: str) -> int:
        """Done or refused for a reason; not what is to be sent again."""
        with self.lock:
            return sum(number for status, number in self.statuses[kind].items() if 0 < status < 500)


class Load:
    """The people, each a thread. `stop` returns when all have gone home."""

    def __init__(self, port: int, town: Town, tally: Tally) -> None:
        self.town, self.tally, self._port = town, tally, port
        self._over = threading.Event()
        self._to_approve: list[str] = []
        self._troubles: list[str] = []
        self._page = Browser(port).hidden(town.page)
        pia, nora = Browser(port).sign_in(town, "pia"), Browser(port).sign_in(town, "nora")
        works = [self._events(), self._events(), self._leads(), self._deals(pia), self._requests(pia), self._approvals(nora), self._claims(pia)]
        self._threads = [threading.Thread(target=self._live, args=(work,), daemon=True) for work in works]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        assert self._troubles == []

    def _live(self, work: Iterator[None]) -> None:
        try:
            for _step in work:
                if self._over.wait(_PAUSE):
                    return
        except Exception as error:  # told by `stop`
            self._troubles.append(repr(error))

    def _until_answered(self, kind: str, mark: str, send: Callable[[], tuple[int, str, str]], fine: tuple[int, ...]) -> str | None:
        """Where the answer leads; None when it was refused for good, or the day is over first."""
        tries = 0
        while not self._over.is_set():
            tries += 1
            with self.tally.lock:
                self.tally.sent[kind].add(mark)
                self.tally.again += tries > 1
            try:
                status, where, _text = send()
            except NoAnswer:
                status, where = 0, ""
            with self.tally.lock:
                self.tally.statuses[kind][status] += 1
                if status in fine:
                    self.tally.acknowledged[kind].add(mark)
                    return where or "done"
            if 0 < status < 500:
                return None
            self._over.wait(_AGAIN)
        return None

    def _private(self, person: Browser, kind: str, mark: str, page: str, path: str, form: dict[str, str]) -> str | None:
        hidden: dict[str, str] = {}
        while not hidden and not self._over.is_set():
            try:
                hidden = person.hidden(page)
            except NoAnswer:
                pass
            if not hidden:
                self._over.wait(_AGAIN)
        if not hidden:
            return None

        def send() -> tuple[int, str, str]:
            answer = person.ask("POST", path, {**hidden, **form})
            if answer[0] == 503 and (not person.retry_after or "Send again" not in answer[2]):
                self.tally.bare_refusals.append(answer[2][:300])
            return answer

        return self._until_answered(kind, mark, send, (303,))

    def _events(self) -> Iterator[None]:
        visitor = Browser(self._port)
        for number in _numbers:
            told = {"v": 1, "p": self.town.placement, "l": "en", "u": f"https://kestrel.example/{number}", "e": [["loaded"]]}
            headers = {"User-Agent": BROWSER, "Origin": "https://kestrel.example"}
            try:
                with self.tally.lock:
                    self.tally.sent["events"].add(str(number))
                status = visitor.ask("POST", "/e", {"d": json.dumps(told)}, headers)[0]
            except NoAnswer:
                status = 0
            with self.tally.lock:
                self.tally.statuses["events"][status] += 1
                if status == 204:
                    self.tally.acknowledged["events"].add(str(number))
            if status == 0:
                self._over.wait(_AGAIN)  # a beacon is sent once
            yield

    def _leads(self) -> Iterator[None]:
        time.sleep(3)  # who is quicker is a script
        visitor = Browser(self._port)
        for number in _numbers:
            email = f"visitor-{number}@hotel.example"
            form = {**self._page, "cp_key": secrets.token_hex(16), "name": "Jana Möller", "email": email, "company": "Hotel Elbe", "consent": "1"}
            self._until_answered(
                "leads", email, lambda form=form: visitor.ask("POST", self.town.page + "/lead", form, {"User-Agent": BROWSER}), (303,)
            )
            yield

    def _deals(self, pia: Browser) -> Iterator[None]:
        for number in _numbers:
            name = f"Customer {number}"
            form = {
                "customer_name": name, "customer_domain": f"customer-{number}.example", "customer_country": "DE", "contact_name": "Ada Acker",
                "contact_email": f"ada@customer-{number}.example", "product_line": "heat-pumps", "amount": "48000", "amount_currency": "EUR",
                "expected_close": (date.today() + timedelta(days=90)).isoformat(), "stage": "proposal", "probability": "", "competitor": "",
                "presales_activity": "Energy audit, first calculation sent.", "tender_published_on": "", "then": "submit",
            }  # fmt: skip
            self._private(pia, "deals", name, "/portal/deals/new", "/portal/deals/new", form)
            yield

    def _requests(self, pia: Browser) -> Iterator[None]:
        for number in _numbers:
            title = f"Open day {number}"
            starts = date.today() + timedelta(days=3)
            form = {
                "title": title, "budget": self.town.budget, "activity_type": "event", "campaign": self.town.campaign, "goal": "Forty enquiries", "target_size": "100",
                "target_group": "Managers of buildings", "expected_leads": "10", "expected_pipeline": "300000", "starts_on": starts.isoformat(),
                "ends_on": (starts + timedelta(days=7)).isoformat(), "line-1-description": "Room", "line-1-cost": "1000", "participation_rate": "",
                "currency": "EUR", "do": "submit",
            }  # fmt: skip
            where = self._private(pia, "requests", title, "/portal/funds/new", "/portal/funds/new", form)
            if where:
                self._to_approve.append(where.rpartition("/")[2])
            yield

    def _approvals(self, nora: Browser) -> Iterator[None]:
        while True:
            if self._to_approve:
                request = self._to_approve.pop(0)
                here = f"/desk/funds/{request}"
                line = self._line_of(nora, here)
                if line:
                    self._private(nora, "approvals", request, here, f"{here}/decide", {line: "500.00", "do": "approve", "reason": ""})
            yield

    def _line_of(self, nora: Browser, page: str) -> str:
        try:
            found = re.search(r'name="(line-[a-z0-9_]+)"', nora.ask("GET", page)[2])
        except NoAnswer:
            found = None
        return found[1] if found else ""

    def _claims(self, pia: Browser) -> Iterator[None]:
        while self.town.claimable:
            request = self.town.claimable.pop(0)
            self._private(pia, "claims", request, f"/portal/funds/{request}", f"/portal/funds/claims/open/{request}", {})
            yield
            self._over.wait(0.5)
