"""A visitor's form becomes exactly one lead with its consent, in the page's language, without script or cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from cobranding import LandingPage
from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.events import OutboxEvent
from engagement import Intake, Lead, LeadStatus
from engagement.models import ConsentRecord, PlacementDay
from engagement.rules.lead_states import LeadAction
from engagement.services import change_lead_status
from tests.engagement.conftest import BROWSER, World

AGENT = {"User-Agent": BROWSER}
FILLED = {"name": "Jana Möller", "email": "jana@hotel-elbe.example", "company": "Hotel Elbe", "consent": "1"}


class Visitor:
    """Opens a page, waits like a person, fills the form in."""

    def __init__(self, client: FlaskClient, clock: FixedClock) -> None:
        self.client, self.clock = client, clock

    def open(self, address: str) -> dict[str, str]:
        page = self.client.get(address, headers=AGENT)
        assert page.status_code == 200, page.text
        return hidden_fields(page.text)

    def send(self, page: LandingPage, fields: dict[str, str], *, after_s: float = 20) -> Any:
        self.clock.move(timedelta(seconds=after_s))
        return self.client.post(f"/p/kestrel/{page.slug}/lead", data=fields, headers=AGENT | {"Origin": "https://elsewhere.example"})


def hidden_fields(html: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(cp_\w+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


@pytest.fixture
def visitor(app: Flask, intake: Intake, clock: FixedClock) -> Visitor:
    return Visitor(app.test_client(), clock)


def leads(database: Database) -> list[Lead]:
    with database.reading(SYSTEM) as ctx:
        found = list(ctx.session.scalars(select(Lead).order_by(Lead.id)))
        ctx.session.expunge_all()
    return found


def counted(database: Database) -> int:
    with database.reading(SYSTEM) as ctx:
        return int(ctx.session.scalar(select(func.sum(PlacementDay.count)).where(PlacementDay.kind == "lead")) or 0)


def test_click_page_form_lead_with_source_and_consent(
    database: Database, world: World, landing: LandingPage, visitor: Visitor, drained: Callable[[], Any]
) -> None:
    utm = f"utm_source=kestrel&utm_campaign=2026-q1_dach_retrofit&utm_content={world.assets[0]}:{world.placement}:a"
    location = visitor.client.get(f"/c/{world.placement}/{world.assets[0]}/de?{utm}", headers=AGENT).location
    drained()
    fields = visitor.open(location)
    answer = visitor.send(landing, fields | FILLED)
    assert (answer.status_code, answer.location.partition("?consent=")[0]) == (303, f"/p/kestrel/{landing.slug}/thanks")
    assert "Set-Cookie" not in answer.headers
    thanks = visitor.client.get(answer.location, headers=AGENT)
    assert thanks.status_code == 200
    assert f'/s/consent/{answer.location.partition("?consent=")[2]}"' in thanks.text
    [lead] = leads(database)
    assert (lead.partner_id, lead.placement_id, lead.asset_id, lead.locale) == (world.kestrel, world.placement, world.assets[0], "de")
    assert (lead.source_kind, lead.campaign, lead.utm["utm_source"]) == ("click", "2026-q1_dach_retrofit", "kestrel")
    assert lead.click_id is not None and lead.click_id.hex() in location
    assert (lead.name, lead.email, lead.status) == ("Jana Möller", "jana@hotel-elbe.example", LeadStatus.NEW)
    consent = lead.consent
    assert (consent.text, consent.text_version, consent.locale) == (landing.consent_text, landing.consent_version, "de")
    assert len(consent.text_sha256) == 64
    assert consent.source_page.endswith(f"/p/kestrel/{landing.slug}")
    assert counted(database) == 1
    with database.reading(SYSTEM) as ctx:
        told = ctx.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "engagement.lead_captured.v1")).one()
        assert told.payload["lead_id"] == str(lead.id)
        assert "jana" not in str(told.payload)


def test_sent_twice_is_one_lead(database: Database, landing: LandingPage, visitor: Visitor) -> None:
    fields = visitor.open(f"/p/kestrel/{landing.slug}") | FILLED
    assert [visitor.send(landing, fields).status_code for _ in range(3)] == [303, 303, 303]
    assert len(leads(database)) == counted(database) == 1
    assert leads(database)[0].source_kind == "partner"


def test_a_form_quicker_than_the_drain_gets_its_click_later(
    database: Database, world: World, landing: LandingPage, visitor: Visitor, drained: Callable[[], Any]
) -> None:
    location = visitor.client.get(f"/c/{world.placement}/{world.assets[0]}/de", headers=AGENT).location
    visitor.send(landing, visitor.open(location) | FILLED)
    assert leads(database)[0].source_kind == "partner"
    drained()
    [lead] = leads(database)
    assert (lead.source_kind, lead.placement_id) == ("click", world.placement)


def test_without_a_click_id_the_placement_in_the_link_counts_but_only_the_partners_own(
    database: Database, world: World, landing: LandingPage, visitor: Visitor
) -> None:
    for placement in (world.placement, world.rival_placement):
        visitor.send(landing, visitor.open(f"/p/kestrel/{landing.slug}?utm_content=x:{placement}:a") | FILLED)
    own, foreign = leads(database)
    assert (own.source_kind, own.placement_id) == ("placement", world.placement)
    assert (foreign.source_kind, foreign.placement_id) == ("partner", None)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": ""}, "name", "Name"),
        ({"email": ""}, "email", "E-Mail"),
        ({"email": "jana@"}, "email", "E-Mail"),
        ({"email": "a@b.example\nBcc: x@y.example"}, "email", "E-Mail"),
        ({"name": "x" * 121}, "name", "120"),
        ({"consent": ""}, "consent", "Kestrel"),
    ],
)
def test_a_wrong_entry_comes_back_in_the_pages_language_with_everything_kept(
    database: Database, landing: LandingPage, visitor: Visitor, change: dict[str, str], field: str, words: str
) -> None:
    fields = visitor.open(f"/p/kestrel/{landing.slug}?utm_source=kestrel") | FILLED | change
    answer = visitor.send(landing, fields)
    assert answer.status_code == 422
    message = re.search(rf'id="f-{field}-error">([^<]*)<', answer.text)
    assert message is not None and words in unescape(message[1])
    assert 'lang="de"' in answer.text
    assert "Hotel Elbe" in answer.text
    assert leads(database) == []
    again = hidden_fields(answer.text)
    assert again["cp_key"] == fields["cp_key"]
    assert visitor.send(landing, again | FILLED).status_code == 303
    assert leads(database)[0].utm == {"utm_source": "kestrel"}


@pytest.mark.parametrize("broken", [{"cp_context": "forged.token"}, {"cp_context": ""}, {"cp_key": "1"}, {"cp_key": ""}])
def test_a_forged_or_stale_form_is_shown_again_not_lost(database: Database, landing: LandingPage, visitor: Visitor, broken: dict[str, str]) -> None:
    answer = visitor.send(landing, visitor.open(f"/p/kestrel/{landing.slug}") | FILLED | broken)
    assert answer.status_code == 422
    assert leads(database) == []
    assert visitor.send(landing, hidden_fields(answer.text) | FILLED).status_code == 303
    assert len(leads(database)) == 1


def test_a_script_is_too_quick(database: Database, landing: LandingPage, visitor: Visitor) -> None:
    fields = visitor.open(f"/p/kestrel/{landing.slug}") | FILLED
    assert visitor.send(landing, fields, after_s=0.5).status_code == 422
    assert visitor.send(landing, fields, after_s=10).status_code == 303


def test_a_filled_honeypot_is_kept_as_spam_and_counts_nothing(database: Database, landing: LandingPage, visitor: Visitor) -> None:
    fields = visitor.open(f"/p/kestrel/{landing.slug}") | FILLED | {"website_url": "https://spam.example"}
    assert visitor.send(landing, fields).status_code == 303
    assert [lead.status for lead in leads(database)] == [LeadStatus.SPAM]
    assert counted(database) == 0


def test_a_page_that_is_gone_takes_no_leads(database: Database, landing: LandingPage, visitor: Visitor, work: Any) -> None:
    from cobranding import withdraw_page

    fields = visitor.open(f"/p/kestrel/{landing.slug}") | FILLED
    assert visitor.client.post(f"/p/brightwater/{landing.slug}/lead", data=fields).status_code == 404
    assert visitor.client.post("/p/kestrel/nothing/lead", data=fields).status_code == 404
    with work("pia") as ctx:
        withdraw_page(ctx, landing.id)
    assert visitor.send(landing, fields).status_code == 410
    assert leads(database) == []


def test_an_enormous_form_is_refused(landing: LandingPage, visitor: Visitor) -> None:
    assert visitor.send(landing, {"message": "x" * 300_000}).status_code == 413


def test_the_words_that_stood_on_the_page_are_what_was_agreed_to(database: Database, landing: LandingPage, visitor: Visitor, work: Any) -> None:
    from cobranding import PageDraft, save_page

    fields = visitor.open(f"/p/kestrel/{landing.slug}") | FILLED
    before = landing.consent_text
    with work("pia") as ctx:
        draft = PageDraft(
            slug=landing.slug,
            headline=landing.headline,
            intro="",
            cta_label="Los",
            consent_text="Ganz andere Worte.",
            form_fields=landing.form_fields,
            required_fields=landing.required_fields,
        )
        save_page(ctx, landing.id, draft)
    visitor.send(landing, fields)
    visitor.send(landing, visitor.open(f"/p/kestrel/{landing.slug}") | FILLED)
    with database.reading(SYSTEM) as ctx:
        texts = ctx.session.scalars(select(ConsentRecord.text).order_by(ConsentRecord.given_at)).all()
    assert texts == [before, "Ganz andere Worte."]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["name", "email", "company", "message", "consent", "cp_key", "cp_context", "x"]), st.text(max_size=60)))
def test_any_form_is_answered_below_500_and_stores_nothing(
    database: Database, landing: LandingPage, visitor: Visitor, fields: dict[str, str]
) -> None:
    assert visitor.send(landing, fields).status_code in (422, 303)
    assert leads(database) == []


@pytest.fixture
def lead(database: Database, landing: LandingPage, visitor: Visitor) -> Lead:
    visitor.send(landing, visitor.open(f"/p/kestrel/{landing.slug}") | FILLED)
    return leads(database)[0]


def test_a_lead_moves_by_its_table_only(work: Any, lead: Lead) -> None:
    with work("pia") as ctx:
        for action, status in (("accept", "accepted"), ("contact", "contacted"), ("qualify", "qualified")):
            assert change_lead_status(ctx, lead.id, LeadAction(action)).status == status
        with pytest.raises(Refused):
            change_lead_status(ctx, lead.id, LeadAction.ACCEPT)
        with pytest.raises(Invalid):
            change_lead_status(ctx, lead.id, LeadAction.LOSE, "  ")
        changed = change_lead_status(ctx, lead.id, LeadAction.LOSE, "No budget this year")
        assert changed.status is LeadStatus.LOST


def test_a_rival_cannot_tell_that_the_lead_exists(work: Any, lead: Lead) -> None:
    with work("zed") as ctx:
        assert ctx.session.scalar(select(Lead)) is None
        with pytest.raises(NotFound):
            change_lead_status(ctx, lead.id, LeadAction.ACCEPT)


def test_a_webmaster_may_not_change_leads(work: Any, lead: Lead) -> None:
    with work("wim") as ctx, pytest.raises(Forbidden):
        change_lead_status(ctx, lead.id, LeadAction.ACCEPT)
