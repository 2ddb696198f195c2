"""Pictures and looks while the activity runs: on their days, late and saying so, or missing with the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.browser import LoadedPage, NotTaken, PagePicture
from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.jobs import run_until_idle
from mdf.evidence import page_checks, pictures
from mdf.models import Evidence, EvidenceStatus
from mdf.tasks import capture_due, check_page, take_page_picture
from tests.mdf.claims_world import Stage, approve_by_nora
from tests.mdf.conftest import ENDS, STARTS, Funds

Work = Callable[[str], Any]
PNG = b"\x89PNG\r\n\x1a\n a picture of "


class Pages:
    """What the browser and the fetch would find. A code instead of a page is what they fail with."""

    def __init__(self, placement: TypeID) -> None:
        self.code = ""
        self.html = f"<div data-channelpress='{placement}'></div>"
        self.taken: list[str] = []

    def picture(self, settings: Any, url: str) -> PagePicture:
        if self.code:
            raise NotTaken(self.code, "as told")
        self.taken.append(url)
        data = PNG + str(len(self.taken)).encode()
        return PagePicture(data, "image/png", 1280, 1800, hashlib.sha256(data).hexdigest(), url, 5, 0)

    def load(self, settings: Any, url: str) -> LoadedPage:
        if self.code:
            raise NotTaken(self.code)
        return LoadedPage(url, self.html)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch, funds: Funds) -> Pages:
    made = Pages(funds.placement)
    monkeypatch.setattr(pictures, "take_picture", made.picture)
    monkeypatch.setattr(page_checks, "load_page", made.load)
    return made


@pytest.fixture
def request_id(work: Work, submitted: TypeID) -> TypeID:
    return approve_by_nora(work, submitted)


def _on(database: Database, clock: FixedClock, day: Any) -> None:
    """What the scheduler does on a day, twice."""
    clock.at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    for _ in range(2):
        with database.unit_of_work(SYSTEM) as ctx:
            capture_due(ctx)
        run_until_idle(database)


def _rows(database: Database) -> dict[str, Evidence]:
    with database.reading(SYSTEM) as ctx:
        rows = ctx.session.scalars(select(Evidence)).all()
        found = {row.item.code: row for row in rows}
        assert len(found) == len(rows)
        ctx.session.expunge_all()
    return found


MIDDLE = STARTS + (ENDS - STARTS) // 2


def test_three_pictures_are_taken_each_on_its_day(database: Database, clock: FixedClock, request_id: TypeID, pages: Pages) -> None:
    _on(database, clock, STARTS - timedelta(days=1))
    assert pages.taken == []
    for offset in range((ENDS - STARTS).days + 1):
        _on(database, clock, STARTS + timedelta(days=offset))
    rows = _rows(database)
    assert len(pages.taken) == 3
    for code, day in (("screenshot_start", STARTS), ("screenshot_middle", MIDDLE), ("screenshot_end", ENDS)):
        assert (rows[code].status, rows[code].note, rows[code].facts["taken_on"]) == (EvidenceStatus.AUTO_ATTACHED, "", day.isoformat())
        assert rows[code].claim_id is None and rows[code].object_key and len(rows[code].sha256) == 64


def test_a_late_picture_is_taken_and_says_so(database: Database, clock: FixedClock, request_id: TypeID, pages: Pages) -> None:
    """The hub stood still for the whole activity, as a moved clock does it."""
    _on(database, clock, ENDS + timedelta(days=2))
    rows = _rows(database)
    assert {code: (row.note, row.facts["late_days"]) for code, row in rows.items() if code.startswith("screenshot")} == {
        "screenshot_start": ("taken_late", (ENDS - STARTS).days + 2),
        "screenshot_middle": ("taken_late", (ENDS - MIDDLE).days + 2),
        "screenshot_end": ("taken_late", 2),
    }


@pytest.mark.parametrize("code", ["browser_missing", "page_unreachable", "address_refused", "timed_out", "capture_failed"])
def test_no_picture_has_a_reason(code: str, database: Database, clock: FixedClock, request_id: TypeID, pages: Pages) -> None:
    pages.code = code
    _on(database, clock, STARTS)
    row = _rows(database)["screenshot_start"]
    assert (row.status, row.note, row.object_key, row.facts["attempts"]) == (EvidenceStatus.MISSING, code, "", 1)


def test_a_failed_picture_is_tried_again_for_a_week(database: Database, clock: FixedClock, request_id: TypeID, pages: Pages) -> None:
    pages.code = "page_unreachable"
    for offset in range(6):
        _on(database, clock, STARTS + timedelta(days=offset))
    assert _rows(database)["screenshot_start"].facts["attempts"] == 6
    pages.code = ""
    _on(database, clock, STARTS + timedelta(days=6))
    row = _rows(database)["screenshot_start"]
    assert (row.status, row.note, row.facts["late_days"]) == (EvidenceStatus.AUTO_ATTACHED, "taken_late", 6)


def test_a_page_that_stays_away_is_given_up_after_a_week(database: Database, clock: FixedClock, request_id: TypeID, pages: Pages) -> None:
    pages.code = "page_unreachable"
    for offset in range(10):
        _on(database, clock, STARTS + timedelta(days=offset))
    assert _rows(database)["screenshot_start"].facts["attempts"] == 8


def test_each_job_twice_changes_nothing(database: Database, clock: FixedClock, request_id: TypeID, pages: Pages) -> None:
    _on(database, clock, STARTS)
    before = {code: (row.status, row.object_key, row.facts) for code, row in _rows(database).items()}
    items = [str(row.item_id) for row in _rows(database).values()]
    with database.unit_of_work(SYSTEM) as ctx:
        for item in items:
            ctx.enqueue(take_page_picture, item)
            ctx.enqueue(check_page, item)
    run_until_idle(database)
    assert {code: (row.status, row.object_key, row.facts) for code, row in _rows(database).items()} == before


def test_nothing_is_taken_for_a_request_that_was_cancelled(
    database: Database, clock: FixedClock, work: Work, submitted: TypeID, pages: Pages
) -> None:
    _on(database, clock, STARTS)
    assert pages.taken == [] and _rows(database) == {}


def test_the_last_look_at_the_page_counts_with_its_time(database: Database, clock: FixedClock, request_id: TypeID, pages: Pages) -> None:
    _on(database, clock, STARTS)
    _on(database, clock, STARTS + timedelta(days=1))
    pages.html = "<p>The snippet was removed"
    _on(database, clock, STARTS + timedelta(days=2))
    row = _rows(database)["page_check"]
    assert (row.status, row.facts["looks"], row.facts["found"]) == (EvidenceStatus.AUTO_ATTACHED, 3, 2)
    assert row.facts["last_look"]["code"] == "not_found"
    assert row.facts["last_found_at"] == "2026-03-10T09:00:00+00:00"


def test_a_snippet_that_never_was_there_is_named(database: Database, clock: FixedClock, request_id: TypeID, pages: Pages) -> None:
    pages.html = "<p>Nothing of ours"
    _on(database, clock, STARTS)
    row = _rows(database)["page_check"]
    assert (row.status, row.note) == (EvidenceStatus.MISSING, "not_found")


def test_pictures_go_into_the_claim_that_is_opened(database: Database, clock: FixedClock, claimable: Stage, pages: Pages, work: Work) -> None:
    at = clock.at
    for day in (STARTS, MIDDLE, ENDS):
        _on(database, clock, day)
    clock.at = at
    claim_id = claimable.open()
    rows = _rows(database)
    hub = [row for code, row in rows.items() if code.startswith("screenshot") or code == "page_check"]
    assert {row.claim_id for row in hub} == {claim_id}
    assert {row.status for row in hub} == {EvidenceStatus.AUTO_ATTACHED}


@pytest.mark.parametrize("code", ["", "browser_missing"])
def test_the_claims_file_holds_pictures_or_says_why_not(
    code: str, database: Database, clock: FixedClock, claimable: Stage, pages: Pages, work: Work
) -> None:
    from mdf.bundle import read_zip, verify
    from mdf.evidence.bundling import bundle_of
    from mdf.models import Claim

    pages.code = code
    at = clock.at
    _on(database, clock, STARTS)
    clock.at = at
    claim_id = claimable.submitted()
    run_until_idle(database)
    with work("pia") as ctx:
        data = bundle_of(ctx, ctx.session.get_one(Claim, claim_id))
    assert verify(data).holds
    files = read_zip(data)[0].files
    assert len([name for name in files if name.startswith("pictures/")]) == (0 if code else 1)
    assert (b"browser_missing" in files["evidence.jsonl"]) is bool(code)
