"""Taking a consent back is as easy as giving it, closes every path at once, and everybody who got the contact is told and has to answer (N-19)."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from core.audit import AuditEntry
from core.ctx import SYSTEM
from core.database import Database
from core.errors import Refused
from core.ids import TypeID
from core.jobs import run_until_idle
from core.search import refresh
from core.signing import signature_holds
from deals import draft_from_lead
from deals.models import Registration
from engagement.models import ConsentRecord, Lead, LeadStatus, WithdrawalNotice
from engagement.rules.consents import HAND_OVER, may_hand_over
from engagement.rules.lead_states import KNOWN
from engagement.services.consents import consent_token, withdraw_by_link
from tests.conftest import MORNING, Cast
from tests.house.conftest import Records, Work, kestrels  # noqa: F401 - a fixture

PERSON = "Ida Zworkel"
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def accepted(database: Database, kestrels: Records) -> str:  # noqa: F811
    """A lead that Kestrel has taken on, so that its contact is known there."""
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(update(Lead).values(status=LeadStatus.ACCEPTED, name=PERSON))
    return kestrels.values["lead_id"]


def link(database: Database) -> str:
    with database.reading(SYSTEM) as ctx:
        return "/s/consent/" + consent_token(ctx, ctx.session.scalars(select(ConsentRecord.id)).one())


def notices(database: Database) -> dict[str, Any]:
    with database.reading(SYSTEM) as ctx:
        rows = {row.receiver: row for row in ctx.session.scalars(select(WithdrawalNotice))}
        ctx.session.expunge_all()
    return rows


def test_looking_at_the_link_changes_nothing_and_pressing_twice_is_once(app: Any, database: Database, accepted: str) -> None:
    client, address = app.test_client(), link(database)
    for _look in range(2):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert PERSON not in answer.text
    assert notices(database) == {}
    for _press in range(2):
        assert client.post(address).status_code == 200
    run_until_idle(database)
    assert list(notices(database)) == ["portal"]
    assert client.get("/s/consent/" + "x" * 40).status_code == 404


def test_the_portal_gets_a_signed_notice_within_a_minute_and_confirms_it(
    app: Any, database: Database, cast: Cast, client_as: SignIn, accepted: str
) -> None:
    app.test_client().post(link(database))
    run_until_idle(database)
    notice = notices(database)["portal"]
    with database.reading(SYSTEM) as ctx:
        told = json.dumps(notice.body, sort_keys=True, separators=(",", ":")).encode()
        assert signature_holds(ctx, told, notice.signature)
        assert notice.delivered_at - ctx.session.scalars(select(ConsentRecord.withdrawn_at)).one() <= timedelta(seconds=60)
    assert PERSON not in json.dumps(notice.body)
    pia = client_as("pia")
    confirm = f'action="/portal/leads/{accepted}/consent/acknowledge"'
    assert confirm in pia.get(f"/portal/leads/{accepted}").text
    assert client_as("zed").post(f"/portal/leads/{accepted}/consent/acknowledge").status_code == 404
    assert pia.post(f"/portal/leads/{accepted}/consent/acknowledge").status_code == 303
    assert notices(database)["portal"].acknowledged_by == str(cast["pia"].user_id)
    assert confirm not in pia.get(f"/portal/leads/{accepted}").text
    assert pia.post(f"/portal/leads/{accepted}/consent/acknowledge").status_code == 404


def test_every_path_to_the_contact_is_closed(app: Any, database: Database, client_as: SignIn, accepted: str, work: Work) -> None:
    pia, nora = client_as("pia"), client_as("nora")
    paths = ((pia, f"/portal/leads/{accepted}"), (pia, "/portal/leads/leads.csv?view=all"), (pia, "/portal/leads/?view=all"))
    paths += ((nora, f"/desk/leads/{accepted}"), (nora, "/desk/leads/leads.csv?view=all"), (nora, "/desk/leads/?view=all"))
    assert all("visitor@customer.example" in client.get(path).text or PERSON in client.get(path).text for client, path in paths)
    app.test_client().post(link(database))
    run_until_idle(database)
    for client, path in paths:
        page = client.get(path)
        assert page.status_code == 200
        assert "visitor@customer.example" not in page.text, path
        assert PERSON not in page.text, path
    with work("pia") as ctx, pytest.raises(Refused):
        draft_from_lead(ctx, accepted)


def test_two_presses_at_the_same_moment_are_one(database: Database, accepted: str) -> None:
    """The second has read the consent before the first commits, and waits for the lead's row: what it finds then counts."""
    with database.reading(SYSTEM) as ctx:
        token = consent_token(ctx, ctx.session.scalars(select(ConsentRecord.id)).one())

    def press() -> None:
        with database.unit_of_work(SYSTEM) as ctx:
            withdraw_by_link(ctx, token)

    with ThreadPoolExecutor(1) as second:
        with database.unit_of_work(SYSTEM) as ctx:
            withdraw_by_link(ctx, token)
            waiting = second.submit(press)
            with pytest.raises(TimeoutError):
                waiting.result(0.7)
        waiting.result(20)
    with database.reading(SYSTEM) as ctx:
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "engagement.consent.withdrawn")
        assert ctx.session.scalar(entries) == 1


def test_the_search_forgets_the_contact_in_the_same_moment(app: Any, database: Database, client_as: SignIn, accepted: str) -> None:
    """Not when a worker comes to it: nobody finds the person between the press and the next job."""
    with database.unit_of_work(SYSTEM) as ctx:
        refresh(ctx, "leads", [TypeID.parse(accepted, "led")])
    pia, nora = client_as("pia"), client_as("nora")
    paths = ((pia, "/portal/search?q=Zworkel"), (nora, "/desk/search?q=Zworkel"), (nora, "/desk/search?q=visitor"))
    assert all(accepted in client.get(path).text for client, path in paths)
    app.test_client().post(link(database))
    assert [path for client, path in paths if accepted in client.get(path).text] == []


def test_a_deal_made_before_loses_the_contact_and_nothing_else(app: Any, database: Database, work: Work, accepted: str) -> None:
    with work("pia") as ctx:
        deal_id = draft_from_lead(ctx, accepted).id
    app.test_client().post(link(database))
    run_until_idle(database)
    with database.reading(SYSTEM) as ctx:
        deal = ctx.session.get_one(Registration, deal_id)
        assert (deal.contact_name, deal.contact_email) == ("", "")
        assert str(deal.lead_id) == accepted
    assert notices(database)["deals"].acknowledged_by == "system"
    assert notices(database)["portal"].acknowledged_at is None


def test_staff_withdraw_for_a_person_only_with_a_word_how_they_know(client_as: SignIn, database: Database, accepted: str) -> None:
    pia = client_as("pia")
    path = f"/portal/leads/{accepted}/consent/withdraw"
    assert pia.post(path).status_code == 422
    assert client_as("wim").post(path, data={"consent_reason": "x"}).status_code == 403
    assert client_as("zed").post(path, data={"consent_reason": "x"}).status_code == 404
    assert pia.post(path, data={"consent_reason": "by telephone"}).status_code == 303
    run_until_idle(database)
    assert "portal" in notices(database)


def test_before_acceptance_nobody_has_to_be_told(app: Any, database: Database, kestrels: Records) -> None:  # noqa: F811
    app.test_client().post(link(database))
    run_until_idle(database)
    assert notices(database) == {}


@pytest.mark.parametrize(("status", "purpose", "ended"), list(product(LeadStatus, (*sorted(HAND_OVER), "newsletter", ""), (None, MORNING))))
def test_no_path_hands_a_lead_over_without_a_purpose_that_fits(status: LeadStatus, purpose: str, ended: Any) -> None:
    assert may_hand_over(status, purpose, ended) == (status in KNOWN and purpose in HAND_OVER and ended is None)


@pytest.mark.parametrize("values", [{"purpose": "newsletter"}, {"consent_ended_at": MORNING}])
def test_the_contact_is_not_even_loaded(database: Database, work: Work, accepted: str, values: dict[str, Any]) -> None:
    """The property holds below every page: whatever reads the lead for a person gets the mask."""
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(update(Lead).values(**values))
    for who in ("pia", "nora"):
        with work(who) as ctx:
            lead = ctx.session.scalars(select(Lead)).one()
            assert (lead.name, lead.email, lead.phone, lead.message) == ("", "", "", "")
