"""The programme on the desk and in the portal: written, checked, announced, read in words (A-13)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from core.accounts import Organization, OrganizationKind, add_user
from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.i18n import catalogue_locales
from core.programme import ProgrammeVersion, packaged, programme_of
from core.programme.printing import as_yaml
from core.programme.publishing import publish_text
from deals.programme import DealTerms
from hub.roles import ROLES
from tests.conftest import PASSWORD, Cast, _actor
from tests.core.programme.conftest import changed

DESK = "/desk/governance/programme/"
Clients = Callable[[str], FlaskClient]


@pytest.fixture
def lea(database: Database, cast: Cast, client_as: Clients) -> FlaskClient:
    """The channel lead, who alone writes the programme."""
    with database.unit_of_work(SYSTEM) as ctx:
        vendor = ctx.session.query(Organization).filter(Organization.kind == OrganizationKind.VENDOR).one()
        user = add_user(ctx, vendor, email="lea@velorin.example", name="Lea", role="channel_lead", password=PASSWORD, locale="en")
        cast.people["lea"] = _actor(user, vendor, ROLES["channel_lead"].permissions)
    return client_as("lea")


@pytest.fixture
def text(app: object) -> Iterator[str]:
    return as_yaml(packaged())


def words(answer: object) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))  # type: ignore[attr-defined]


def started(client: FlaskClient) -> str:
    answer = client.post(f"{DESK}drafts/")
    assert answer.status_code == 303
    return str(answer.location)


def publish(database: Database, text: str, day: date, **values: object) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        publish_text(ctx, changed(text, **values), day, note="Shorter protection", reason="The year ends")


def test_a_draft_is_written_checked_announced_and_begins(lea: FlaskClient, database: Database, clock: FixedClock, text: str) -> None:
    draft = started(lea)
    wrong = lea.post(draft, data={"text": changed(text, protection_days="soon"), "note": "Less", "revision": "1"}, follow_redirects=True)
    line = next(number for number, told in enumerate(text.splitlines(), start=1) if "protection_days:" in told)
    assert f'href="#line-{line}"' in wrong.text and f'id="line-{line}" class="lines__wrong"' in wrong.text
    assert "deals.protection_days" in wrong.text and "is not a whole number" in wrong.text
    assert lea.get(f"{draft}/publish").status_code == 303
    right = lea.post(draft, data={"text": changed(text, protection_days=60), "note": "Less", "revision": "2", "next": "publish"})
    assert right.status_code == 303 and right.location.endswith("/publish")
    asked = words(lea.get(right.location))
    assert "90 days" in asked and "60 days" in asked and "never changed again" in asked
    assert "protects the customer for the product line for 60 days" in words(lea.get(f"{draft}/guide"))
    done = lea.post(f"{draft}/publish", data={"revision": "3", "effective_on": "2026-04-01", "reason": ""}, follow_redirects=True)
    assert done.status_code == 200 and "Announced" in words(done)
    with database.reading(SYSTEM) as ctx:
        assert programme_of(ctx).version == "1"
    clock.move(timedelta(days=30))
    with database.reading(SYSTEM) as ctx:
        assert programme_of(ctx).section(DealTerms).protection_days == 60
    assert "In force" in words(lea.get(f"{DESK}2")) and lea.get(draft).status_code == 303
    assert "Less" in words(lea.get(DESK))


def test_short_notice_is_asked_for_its_reason_and_keeps_what_was_typed(lea: FlaskClient, text: str) -> None:
    draft = started(lea)
    lea.post(draft, data={"text": changed(text, protection_days=60), "note": "", "revision": "1"})
    refused = lea.post(f"{draft}/publish", data={"revision": "2", "effective_on": "2026-03-05", "reason": ""})
    assert refused.status_code == 422 and 'value="2026-03-05"' in refused.text and "less than 30 days" in words(refused)
    for odd in ("", "yesterday", "2026-02-30", "2025-01-01", "9999-99-99"):
        assert lea.post(f"{draft}/publish", data={"revision": "2", "effective_on": odd, "reason": "x"}).status_code == 422
    assert lea.post(f"{draft}/publish", data={"revision": "2", "effective_on": "2026-03-05", "reason": "Law"}).status_code == 303
    assert "Law" in words(lea.get(f"{DESK}2"))


def test_the_second_editor_is_told_and_loses_nothing(lea: FlaskClient, text: str) -> None:
    draft = started(lea)
    assert lea.post(draft, data={"text": "deals: {extensions: 2}\n", "note": "first", "revision": "1"}).status_code == 303
    late = lea.post(draft, data={"text": "deals: {extensions: 3}\n", "note": "second", "revision": "1"})
    assert late.status_code == 409
    told = words(late)
    assert "Somebody else saved this draft" in told and "extensions: 3" in told and "extensions: 2" in told
    assert lea.post(draft, data={"text": "deals: {extensions: 3}\n", "note": "both", "revision": "2"}).status_code == 303


def test_a_draft_can_be_thrown_away_and_a_published_version_can_not(lea: FlaskClient, database: Database, text: str) -> None:
    draft = started(lea)
    assert lea.post(f"{draft}/discard", data={"revision": "1"}).status_code == 303
    assert lea.get(draft).status_code == 404
    publish(database, text, date(2026, 4, 10), protection_days=60)
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.query(ProgrammeVersion).one()
        row_id, revision = row.id, str(row.revision)
    for address in ("discard", "publish"):
        answer = lea.post(f"{DESK}drafts/{row_id}/{address}", data={"revision": revision, "effective_on": "2026-05-01"})
        assert answer.status_code in (303, 409), address
    assert lea.post(f"{DESK}drafts/{row_id}", data={"revision": revision, "text": "x"}).status_code == 409


def test_the_channel_manager_reads_and_does_not_write(client_as: Clients, lea: FlaskClient) -> None:
    draft, nora = started(lea), client_as("nora")
    assert nora.get(DESK).status_code == 200 and "Start a draft" not in words(nora.get(DESK))
    assert nora.get(f"{DESK}1").status_code == 200 and nora.get(f"{DESK}compare").status_code == 200
    for address in (draft, f"{draft}/publish", f"{draft}/guide"):
        assert nora.get(address).status_code == 403
    assert nora.post(f"{DESK}drafts/").status_code == 403
    assert client_as("pia").get(DESK).status_code in (403, 404)


@pytest.mark.parametrize("address", ["2", "0", "999999999999", "x", "compare?old=7&new=%00", "99/guide"])
def test_a_version_that_is_not_there_is_not_found(lea: FlaskClient, address: str) -> None:
    assert lea.get(f"{DESK}{address}").status_code == (200 if address.startswith("compare") else 404)


def test_a_partner_reads_the_rules_and_what_is_announced(client_as: Clients, database: Database, text: str) -> None:
    publish(database, text, date(2026, 4, 10), protection_days=60)
    zed = client_as("zed")
    told = words(zed.get("/portal/programme/"))
    assert "for the product line for 90 days" in told
    assert "What changes on April 10, 2026" in told and "Protection 90 days 60 days" in told
    assert "for the product line for 60 days" in words(zed.get("/portal/programme/2"))
    assert zed.get("/portal/programme/3").status_code == 404
    assert 'href="/portal/programme/"' in zed.get("/portal/").text
    assert "60 Tage" in words(client_as("pia").get("/portal/programme/"))


def test_the_guide_reads_in_every_language_without_raw_keys(client_as: Clients, database: Database) -> None:
    zed = client_as("zed")
    keys = ("protection_days", "syndication_placement", "delivery_report", "extend_protection", "deals:registration")
    for locale in catalogue_locales():
        zed.post("/auth/language", data={"language": locale, "next": "/portal/programme/"})
        page = zed.get("/portal/programme/")
        assert page.status_code == 200
        body = words(page)
        assert not [key for key in keys if key in body], locale
        assert page.text.count("<table") >= 5


def test_an_old_request_keeps_what_it_was_promised(database: Database, text: str) -> None:
    """The version stands with the decision; reading it again gives the numbers of that day."""
    from core.programme import programme_version

    publish(database, text, date(2026, 3, 2), protection_days=60)
    with database.reading(SYSTEM) as ctx:
        assert programme_of(ctx).section(DealTerms).protection_days == 60
        assert programme_version(ctx, "1").section(DealTerms).protection_days == 90
