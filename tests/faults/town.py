"""What an installation needs before people come: two partners, their page and form, product lines, budgets, and claims that can be filed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from cobranding import create_page, publish_page
from core.accounts import Organization, OrganizationKind, User, add_organization, add_user
from core.clock import FixedClock
from core.ctx import SYSTEM, Actor, Ctx
from core.ids import TypeID
from deals import add_product_line
from hub.roles import ROLES
from mdf import (
    ActivityType,
    BudgetDraft,
    LineDraft,
    RequestAction,
    RequestDraft,
    create_budget,
    decide_request,
    open_budget,
    save_request,
    submit_request,
)
from partners import PartnerDraft, PartnerModel, admit_partner
from syndication import Asset, CollectionDraft, PlacementDraft, create_collection, create_placement, publish_asset
from syndication.importing import read_files
from syndication.services import CampaignDraft, create_campaign
from syndication.services.imports import import_batch
from tests.faults.installation import Installation

PASSWORD = "correct horse battery"
#: Days ago: activities that are over, so that their claims can be opened.
_LONG_AGO = 40


@dataclass
class Town:
    """Ids and addresses of what exists."""

    placement: str = ""
    page: str = ""
    budget: str = ""
    campaign: str = ""
    claimable: list[str] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)

    def email(self, name: str) -> str:
        return f"{name}@{'kestrel' if name == 'pia' else 'velorin'}.example"


def build(hub: Installation, *, requests: int = 30, budget_minor: int = 2_000_000) -> Town:
    """Everything through the rooms' own verbs. `requests` of Pia's are approved and over: as many claims can be opened."""
    made = Town()
    people = made.people
    with hub.database.unit_of_work(SYSTEM) as ctx:
        vendor = add_organization(ctx, "Velorin Energy", OrganizationKind.VENDOR)
        draft = PartnerDraft("kestrel", "Kestrel GmbH", "Kestrel", "kestrel.example", "DE", "dach", "gold", PartnerModel.RESELLER, ("en",))
        kestrel = admit_partner(ctx, draft)
        own = ctx.session.get_one(Organization, kestrel.id.replace("prt_", "org_"))
        for name, house, role in (("pia", own, "partner_marketer"), ("nora", vendor, "partner_manager"), ("cleo", vendor, "partner_marketing")):
            user = add_user(ctx, house, email=made.email(name), name=name.title(), role=role, password=PASSWORD, locale="en")
            people[name] = _actor(user, house)
        made.placement, asset = _published(ctx, kestrel.id)
        add_product_line(ctx, "heat-pumps", {"en": "Heat pumps"})
        campaign = create_campaign(ctx, CampaignDraft("2026_dach_faults", "Faults", ctx.today - timedelta(days=60), ctx.today + timedelta(days=60)))
        made.campaign = str(campaign.id)
        made.budget = str(_budget(ctx, "This year", budget_minor))
        old_budget = _budget(ctx, "Last quarter", requests * 100_00)
    with hub.database.unit_of_work(people["pia"]) as ctx:
        page = create_page(ctx, kestrel.id, asset)
        publish_page(ctx, page.id)
        made.page = f"/p/kestrel/{page.slug}"
    then = FixedClock(datetime.now(UTC) - timedelta(days=_LONG_AGO))
    for number in range(requests):
        made.claimable.append(_over(hub, people, kestrel.id, (old_budget, made.campaign), then, number))
    return made


def _actor(user: User, house: Organization) -> Actor:
    permissions = ROLES[user.role].permissions
    return Actor("user", user.id, house.id, house.partner_id, permissions, user.name, "en", user.role, user.email)


def _published(ctx: Ctx, partner_id: TypeID) -> tuple[str, TypeID]:
    collection = create_collection(ctx, CollectionDraft("News"))
    import_batch(ctx, read_files({"meter.md": b"---\ntitle: Meter\nlang: en\n---\nIt counts.\n"}), "stories")
    asset = ctx.session.scalars(select(Asset)).one()
    publish_asset(ctx, asset.id, [collection.id])
    placement = create_placement(ctx, partner_id, PlacementDraft("Home", "https://kestrel.example/", collection.id, "en"))
    return str(placement.id), asset.id


def _budget(ctx: Ctx, name: str, amount_minor: int) -> TypeID:
    today = ctx.today
    draft = BudgetDraft(
        name=name,
        quarter="2026-Q1",
        currency="EUR",
        amount_minor=amount_minor,
        opens_on=today - timedelta(days=120),
        closes_on=today + timedelta(days=240),
    )
    return open_budget(ctx, create_budget(ctx, draft).id).id


def request_draft(budget: TypeID, campaign: str, title: str, starts: date, cost_minor: int) -> RequestDraft:
    """Complete; an event needs no placement."""
    return RequestDraft(
        title=title, budget_id=budget, campaign_id=TypeID.parse(campaign, "cmp"), activity_type=ActivityType.EVENT, currency="EUR", goal="Forty enquiries", target_group="Managers of buildings",
        target_size=100, expected_pipeline_minor=30_000_000, expected_leads=10, starts_on=starts, ends_on=starts + timedelta(days=7),
        lines=(LineDraft("Room", cost_minor),),
    )  # fmt: skip


def _over(hub: Installation, people: dict[str, Actor], partner_id: TypeID, where: tuple[TypeID, str], then: FixedClock, number: int) -> str:
    with hub.database.unit_of_work(people["pia"], clock=then) as ctx:
        draft = request_draft(*where, f"Evening {number}", ctx.today + timedelta(days=1), 10_000)
        request = submit_request(ctx, save_request(ctx, partner_id, draft).id)
    with hub.database.unit_of_work(people["nora"], clock=then) as ctx:
        return str(decide_request(ctx, request.id, RequestAction.APPROVE).id)
