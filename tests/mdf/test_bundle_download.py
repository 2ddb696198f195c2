"""Who may have a bundle: the partner whose claim it is, and whoever reviews; for everybody else the claim does not exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from core.clock import FixedClock
from core.database import Database
from core.ids import TypeID
from core.jobs import run_until_idle
from mdf.bundle import verify
from tests.mdf.claims_world import Stage
from tests.mdf.conftest import Funds
from tests.mdf.sealed_traffic import run_the_campaign

ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def claimed(database: Database, funds: Funds, claimable: Stage, clock: FixedClock) -> TypeID:
    run_the_campaign(database, funds, clock)
    claim_id = claimable.submitted()
    run_until_idle(database)
    return claim_id


@pytest.mark.parametrize(("who", "face"), [("pia", "portal"), ("rita", "desk")])
def test_partner_and_reviewer_get_the_same_file(who: str, face: str, claimed: TypeID, client_as: ClientAs) -> None:
    answer = client_as(who).get(f"/{face}/funds/claims/{claimed}/bundle.zip")
    assert answer.status_code == 200
    assert answer.content_type == "application/zip"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={claimed}-1.zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert verify(answer.data).holds


@pytest.mark.parametrize(("who", "face", "status"), [("zed", "portal", 404), ("pia", "desk", 404), ("wim", "portal", 403)])
def test_nobody_else_does(who: str, face: str, status: int, claimed: TypeID, client_as: ClientAs) -> None:
    answer = client_as(who).get(f"/{face}/funds/claims/{claimed}/bundle.zip")
    assert answer.status_code in (status, 403) and answer.status_code != 200
    assert b"PK" not in answer.data[:4]


def test_without_an_account_nothing_is_said(claimed: TypeID, client_as: ClientAs) -> None:
    client = client_as("pia")
    client.post("/auth/sign-out")
    assert client.get(f"/portal/funds/claims/{claimed}/bundle.zip").status_code in (302, 303, 401)


def test_before_it_is_made_there_is_none(claimable: Stage, client_as: ClientAs) -> None:
    claim_id = claimable.open()
    assert client_as("pia").get(f"/portal/funds/claims/{claim_id}/bundle.zip").status_code == 404


def test_the_audit_log_leads_to_it(claimed: TypeID, client_as: ClientAs) -> None:
    address = f"/desk/funds/claims/{claimed}/bundle.zip"
    nora = client_as("nora")
    assert address in nora.get(f"/desk/governance/audit/?object={claimed}").text
    assert address not in nora.get("/desk/governance/audit/?object=clm_unreadable").text
