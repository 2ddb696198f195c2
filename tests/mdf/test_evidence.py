"""What the hub measured stands in the claim when it is opened, with its figures, its gaps and its limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from mdf.evidence import attach_measured, measured_for
from mdf.models import Claim, Evidence, EvidenceStatus, Provider
from tests.mdf.claims_world import Stage
from tests.mdf.conftest import ENDS, STARTS, Funds
from tests.mdf.sealed_traffic import FundedTraffic, run_the_campaign

DAYS = (ENDS - STARTS).days + 1
Work = Callable[[str], Any]


@pytest.fixture
def campaign(database: Database, funds: Funds, claimable: Stage, clock: FixedClock) -> Stage:
    """The activity ran and is over, its days are sealed."""
    run_the_campaign(database, funds, clock)
    return claimable


def _rows(database: Database, claim_id: TypeID) -> dict[str, Evidence]:
    with database.reading(SYSTEM) as ctx:
        rows = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim_id)).all()
        found = {row.item.code: row for row in rows}
        ctx.session.expunge_all()
    return found


def test_the_claim_opens_with_sealed_figures(database: Database, campaign: Stage, work: Work) -> None:
    rows = _rows(database, campaign.open())
    sealed = rows["sealed_counts"]
    assert (sealed.status, sealed.note) == (EvidenceStatus.AUTO_ATTACHED, "")
    assert sealed.facts["evidenced"] == {"rendered": 10 * DAYS, "click": DAYS}
    assert sealed.facts["valid"] == {"rendered": 10 * DAYS, "click": 2 * DAYS}
    assert (sealed.facts["sealed_days"], sealed.facts["days_without_seal"]) == (DAYS, [])


def test_what_did_not_count_stands_apart_by_reason(database: Database, campaign: Stage, work: Work) -> None:
    told = _rows(database, campaign.open())["invalid_traffic"].facts
    assert told["invalid"] == {"crawler": 2 * DAYS}
    assert told["repeated"] == {"rendered": 0, "click": DAYS}
    assert told["events"] == 14 * DAYS


def test_most_of_the_list_is_there_without_the_partner(database: Database, campaign: Stage, work: Work) -> None:
    """Only pictures are missing here (none was taken in this test), and what only the partner can bring."""
    rows = _rows(database, campaign.open())
    by_hub = {code: row.status for code, row in rows.items() if row.item.provider is Provider.HUB and not code.startswith("screenshot")}
    assert set(by_hub) >= {"sealed_counts", "invalid_traffic", "page_check"}
    assert {code for code, status in by_hub.items() if status is not EvidenceStatus.AUTO_ATTACHED} == {"page_check"}


def test_attaching_again_changes_nothing(database: Database, campaign: Stage, work: Work) -> None:
    claim_id = campaign.open()
    before = {code: (row.id, row.status, row.facts) for code, row in _rows(database, claim_id).items()}
    with work("pia") as ctx:
        attach_measured(ctx, ctx.session.get_one(Claim, claim_id))
    assert {code: (row.id, row.status, row.facts) for code, row in _rows(database, claim_id).items()} == before


def test_what_a_reviewer_decided_stays(database: Database, campaign: Stage, work: Work) -> None:
    claim_id = campaign.open()
    with work("system") as ctx:
        row = ctx.session.scalars(select(Evidence).where(Evidence.claim_id == claim_id)).all()[0]
        row.status, row.facts = EvidenceStatus.ACCEPTED, {"judged": True}
        code = row.item.code
    with work("pia") as ctx:
        attach_measured(ctx, ctx.session.get_one(Claim, claim_id))
    assert _rows(database, claim_id)[code].facts == {"judged": True}


def test_days_that_are_not_sealed_yet_are_named(database: Database, funds: Funds, claimable: Stage, clock: FixedClock, work: Work) -> None:
    """The claim may be opened the day after: the last two days are still inside their 48 hours."""
    clock.at -= timedelta(days=8)
    run_the_campaign(database, funds, clock)
    sealed = _rows(database, claimable.open())["sealed_counts"]
    assert (sealed.status, sealed.note) == (EvidenceStatus.AUTO_ATTACHED, "not_sealed_yet")
    assert sealed.facts["days_without_seal"] == ["2026-03-28", "2026-03-29"]


def test_a_placement_that_nobody_ever_saw_says_so(database: Database, claimable: Stage) -> None:
    sealed = _rows(database, claimable.open())["sealed_counts"]
    assert (sealed.status, sealed.note, sealed.facts) == (EvidenceStatus.MISSING, "never_seen", {})


def test_the_reviewer_gets_every_day_and_the_whole_story(database: Database, funds: Funds, campaign: Stage, work: Work) -> None:
    claim_id = campaign.open()
    with work("rita") as ctx:
        measured = measured_for(ctx, ctx.session.get_one(Claim, claim_id))
    (proof,) = measured.placements
    assert (proof.placement_id, len(proof.days), proof.missing_days) == (funds.placement, DAYS, [])
    assert measured.totals.evidenced == {"rendered": 10 * DAYS, "click": DAYS}
    actions = [entry.action for entry in measured.timeline]
    assert actions.index("mdf.request.submitted") < actions.index("mdf.claim.opened")


def test_traffic_outside_the_activity_proves_nothing(database: Database, funds: Funds, campaign: Stage, work: Work) -> None:
    traffic = FundedTraffic(database, funds)
    traffic(STARTS - timedelta(days=1), 50, placement=funds.placement)
    traffic(ENDS + timedelta(days=1), 50, placement=funds.placement)
    from engagement import seal_all_due

    seal_all_due(database)
    assert _rows(database, campaign.open())["sealed_counts"].facts["evidenced"]["rendered"] == 10 * DAYS
