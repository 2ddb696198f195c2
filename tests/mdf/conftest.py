"""A budget of 20,000 euros, a campaign, Kestrel's placements, and requests in every state the tests ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from core.clock import FixedClock
from core.ctx import Ctx
from core.database import Database
from core.i18n import set_locale
from core.ids import TypeID, new_id
from mdf import (
    ActivityType,
    BudgetDraft,
    FundRequest,
    LineDraft,
    RequestAction,
    RequestDraft,
    create_budget,
    decide_request,
    open_budget,
    save_request,
    submit_request,
)
from mdf.services.progress import progress_requests
from partners import partner_by_slug
from syndication import Campaign, Collection, Placement, PlacementStatus
from tests.conftest import Cast
from tests.mdf.claims_world import AFTER, Stage, approve_by_nora

STARTS, ENDS = date(2026, 3, 9), date(2026, 3, 29)
CLOSES = date(2026, 6, 30)


@dataclass(frozen=True)
class Funds:
    """Ids of what exists."""

    kestrel: TypeID
    brightwater: TypeID
    budget: TypeID
    campaign: TypeID
    placement: TypeID
    second_placement: TypeID
    ended_placement: TypeID
    rival_placement: TypeID


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Whoever was served last does not decide in which language a refusal speaks."""
    set_locale("en")


@pytest.fixture
def funds(database: Database, cast: Cast, work: Callable[[str], Any]) -> Funds:
    with work("system") as ctx:
        return a_stage(ctx)


def a_stage(ctx: Ctx, *, amount_minor: int = 2_000_000) -> Funds:
    """Everything but requests."""
    kestrel, brightwater = partner_by_slug(ctx, "kestrel"), partner_by_slug(ctx, "brightwater")
    collection = Collection(id=new_id("col"), slug="retrofit", name="Retrofit", created_at=ctx.now)
    campaign = Campaign(id=new_id("cmp"), code="2026-q1_dach_retrofit", name="Retrofit", starts_on=STARTS, ends_on=ENDS, created_at=ctx.now)
    ctx.session.add_all([collection, campaign])
    ctx.session.flush()

    def place(partner_id: TypeID, name: str, status: PlacementStatus = PlacementStatus.LIVE) -> TypeID:
        row = Placement(
            id=new_id("plc"), partner_id=partner_id, name=name, site="www.kestrel.example", page_url="https://www.kestrel.example/", locale="de",
            collection_id=collection.id, campaign_id=campaign.id, allowed_domains=[], status=status, created_at=ctx.now, updated_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(row)
        return row.id

    placements = (
        *(place(kestrel.id, "Start page"), place(kestrel.id, "News page")),
        *(place(kestrel.id, "Old page", PlacementStatus.ENDED), place(brightwater.id, "Home")),
    )
    ctx.session.flush()
    return Funds(kestrel.id, brightwater.id, an_open_budget(ctx, amount_minor=amount_minor), campaign.id, *placements)


def an_open_budget(ctx: Ctx, *, amount_minor: int = 2_000_000, **more: Any) -> TypeID:
    told = {"name": "DACH, first half", "quarter": "2026-Q1", "currency": "EUR", "opens_on": date(2026, 1, 1), "closes_on": CLOSES}
    budget = create_budget(ctx, BudgetDraft(**{**told, "amount_minor": amount_minor, **more}))
    return open_budget(ctx, budget.id).id


def a_draft(funds: Funds, **changed: Any) -> RequestDraft:
    """Complete: 10,000 euros of cost, of which the vendor pays 5,000."""
    draft = RequestDraft(
        title="Retrofit on our start page",
        budget_id=funds.budget,
        activity_type=ActivityType.SYNDICATION_PLACEMENT,
        currency="EUR",
        campaign_id=funds.campaign,
        goal="Forty enquiries from building managers",
        target_group="Managers of office buildings in Germany",
        target_size=1200,
        expected_pipeline_minor=30_000_000,
        expected_leads=40,
        starts_on=STARTS,
        ends_on=ENDS,
        lines=(LineDraft("Placement on the start page", 600_000), LineDraft("Texts and pictures", 400_000)),
        placement_ids=(funds.placement,),
    )
    return replace(draft, **changed)


def a_saved_request(ctx: Ctx, funds: Funds, **changed: Any) -> FundRequest:
    return save_request(ctx, funds.kestrel, a_draft(funds, **changed))


@pytest.fixture
def submitted(work: Callable[[str], Any], funds: Funds) -> TypeID:
    """Pia's request for 5,000 euros."""
    with work("pia") as ctx:
        return submit_request(ctx, a_saved_request(ctx, funds).id).id


@pytest.fixture
def approved(work: Callable[[str], Any], submitted: TypeID) -> TypeID:
    """Approved by Rita in full."""
    with work("rita") as ctx:
        return decide_request(ctx, submitted, RequestAction.APPROVE).id


def let_time_pass(database: Database, work: Callable[[str], Any]) -> None:
    """What the scheduler does, twice: the second run must change nothing."""
    for _run in range(2):
        with work("system") as ctx:
            progress_requests(ctx)


@pytest.fixture
def claimable(work: Callable[[str], Any], submitted: TypeID, clock: FixedClock) -> Stage:
    """Approved by Nora; the activity is over since nine days."""
    stage = Stage(approve_by_nora(work, submitted), work, clock)
    clock.at = AFTER
    return stage


@pytest.fixture
def closed_gate(work: Callable[[str], Any], funds: Funds) -> str:
    """Requests need one certified person and Kestrel has none; returns the title of the certification."""
    from enablement import CertificationDraft, GatedAction, create_certification, set_gate

    with work("ebba") as ctx:
        made = create_certification(ctx, CertificationDraft("campaign-basics", {"en": "Campaign basics"}))
        set_gate(ctx, GatedAction.MDF_REQUEST, made.id, 1)
    return "Campaign basics"
