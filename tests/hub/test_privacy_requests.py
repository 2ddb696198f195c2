"""What persons ask for: a copy that holds theirs and nobody else's, an erasure that needs a look first, a refusal with its reason."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from core.accounts import User
from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.errors import Refused
from core.jobs import run_until_idle
from core.privacy import erase, find_person, plan_erasure
from core.privacy.models import PrivacyRequest, RequestStatus
from core.privacy.requests import one_month_after
from core.privacy.retaining import hold, run_retention
from core.storage import StoredObject
from engagement.models import Lead, LeadStatus
from tests.conftest import Cast
from tests.house.conftest import Records, kestrels  # noqa: F401 - a fixture

VISITOR = "visitor@customer.example"
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def compliance(database: Database, cast: Cast, kestrels: Records, client_as: SignIn) -> FlaskClient:  # noqa: F811
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(update(User).where(User.email == cast["nora"].email).values(role="compliance"))
    return client_as("nora")


def take(client: FlaskClient, kind: str = "access", **more: str) -> str:
    told = {"kind": kind, "email": VISITOR, "checked_how": "answered from the known address", "locale": "de", **more}
    answer = client.post("/desk/governance/privacy/requests", data=told)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def only(database: Database, model: Any) -> Any:
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.scalars(select(model)).one()
        ctx.session.expunge(row)
    return row


def test_a_month_ends_where_the_next_one_does() -> None:
    assert one_month_after(date(2026, 1, 31)) == date(2026, 2, 28)
    assert one_month_after(date(2026, 12, 5)) == date(2027, 1, 5)


def test_pages_open_for_compliance_and_for_nobody_of_a_partner(compliance: FlaskClient, client_as: SignIn) -> None:
    for path in ("", "retention", "requests", "register.csv"):
        assert compliance.get(f"/desk/governance/privacy/{path}").status_code == 200, path
    assert client_as("pia").get("/desk/governance/privacy/").status_code in (403, 404)
    assert client_as("rita").get("/desk/governance/privacy/requests").status_code == 403


def test_a_name_of_two_letters_is_no_name_to_erase(compliance: FlaskClient) -> None:
    told = {"kind": "erasure", "email": VISITOR, "names": "Vera Visitor\nLi", "checked_how": "called back", "locale": "en"}
    answer = compliance.post("/desk/governance/privacy/requests", data=told)
    assert answer.status_code == 422
    assert "“Li” stands in countless words" in answer.text
    assert compliance.post("/desk/governance/privacy/requests", data={**told, "names": "Vera Visitor\nLi Wei\n李"}).status_code == 303


def test_a_copy_holds_the_persons_data_is_downloaded_once_and_in_her_language(compliance: FlaskClient, database: Database) -> None:
    page = take(compliance)
    assert compliance.post(page + "/copy").status_code == 303
    answer = compliance.post(page + "/download")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        told = json.loads(packed.read("data.json"))
        text = packed.read("data.html").decode()
    assert [row["email"] for row in told["data"]["lead_contact"]["engagement_lead"]] == [VISITOR]
    assert 'lang="de"' in text
    assert "kestrel.example" not in json.dumps(told), "data of somebody else"
    assert compliance.post(page + "/download").status_code == 409
    run_until_idle(database)
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(PrivacyRequest.object_key)).one() == ""


def test_a_copy_that_nobody_fetches_is_thrown_away(compliance: FlaskClient, database: Database, clock: FixedClock) -> None:
    compliance.post(take(compliance) + "/copy")
    key = only(database, PrivacyRequest).object_key
    with database.unit_of_work(SYSTEM, clock=FixedClock(clock.now() + timedelta(days=15))) as ctx:
        assert run_retention(ctx).counts["core.copies"] == 1
    run_until_idle(database)
    assert only(database, PrivacyRequest).status is RequestStatus.EXPIRED
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.get(StoredObject, key) is None


def test_an_erasure_shows_first_what_it_does_and_asks_for_a_look(compliance: FlaskClient, database: Database, clock: FixedClock) -> None:
    page = take(compliance, "erasure")
    assert "engagement_lead" in compliance.get(page).text
    assert compliance.post(page + "/erase").status_code == 422
    assert only(database, Lead).email == VISITOR
    assert compliance.post(page + "/erase", data={"sure": "1"}).status_code == 303
    assert only(database, PrivacyRequest).status is RequestStatus.FINISHING
    clock.move(timedelta(minutes=3))
    run_until_idle(database)
    lead, row = only(database, Lead), only(database, PrivacyRequest)
    assert lead.email.endswith("@erased.invalid")
    assert lead.name == row.pseudonym
    assert (row.email, row.names, row.status) == ("", [], RequestStatus.DONE)
    assert compliance.get(page).status_code == 200


def test_a_second_person_is_somebody_else(compliance: FlaskClient, database: Database) -> None:
    page = take(compliance, "erasure", needs_second="1")
    assert compliance.post(page + "/erase", data={"sure": "1"}).status_code == 409
    assert only(database, Lead).email == VISITOR


def test_a_request_without_a_check_of_the_identity_is_not_taken(compliance: FlaskClient) -> None:
    answer = compliance.post("/desk/governance/privacy/requests", data={"kind": "access", "email": "no address", "received_on": "2026-02-31"})
    assert answer.status_code == 422
    answer = compliance.post("/desk/governance/privacy/requests", data={"kind": "access", "email": "no address"})
    assert answer.status_code == 422
    assert "no address" in answer.text


def test_a_refusal_needs_its_reason(compliance: FlaskClient, database: Database) -> None:
    page = take(compliance)
    assert compliance.post(page + "/refuse").status_code == 422
    assert compliance.post(page + "/refuse", data={"reason": "Excessive"}).status_code == 303
    assert only(database, PrivacyRequest).status is RequestStatus.REFUSED
    assert compliance.post(page + "/copy").status_code == 409


def test_retention_makes_old_leads_nameless_and_counts_them_on(database: Database, kestrels: Records, clock: FixedClock) -> None:  # noqa: F811
    later = FixedClock(clock.now() + timedelta(days=400))
    with database.unit_of_work(SYSTEM, clock=later) as ctx:
        assert run_retention(ctx, dry_run=True).counts["engagement.open_leads"] == 1
    assert only(database, Lead).email == VISITOR
    with database.unit_of_work(SYSTEM, clock=later) as ctx:
        assert run_retention(ctx).counts["engagement.open_leads"] == 1
    assert only(database, Lead).email.endswith("@erased.invalid")
    with database.unit_of_work(SYSTEM, clock=later) as ctx:
        assert run_retention(ctx).counts["engagement.open_leads"] == 0


def test_a_lead_under_legal_hold_is_kept(database: Database, kestrels: Records, clock: FixedClock) -> None:  # noqa: F811
    with database.unit_of_work(SYSTEM) as ctx:
        hold(ctx, kestrels.values["lead_id"], "court")
        ctx.session.execute(update(Lead).values(status=LeadStatus.SPAM))
    with database.unit_of_work(SYSTEM, clock=FixedClock(clock.now() + timedelta(days=4000))) as ctx:
        counts = run_retention(ctx).counts
    assert counts["engagement.spam"] == 0
    with database.unit_of_work(SYSTEM) as ctx:
        erase(ctx, plan_erasure(ctx, find_person(ctx, emails=[VISITOR])))
    assert only(database, Lead).email == VISITOR


def test_only_open_requests_are_carried_out(compliance: FlaskClient, database: Database) -> None:
    page = take(compliance, "erasure")
    compliance.post(page + "/erase", data={"sure": "1"})
    assert compliance.post(page + "/erase", data={"sure": "1"}).status_code == 409
    assert Refused("x", "y").status == 409
