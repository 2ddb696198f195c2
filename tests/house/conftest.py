"""One of everything that belongs to a partner, for the walkers that need real addresses."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from sqlalchemy import update

from cobranding import create_page, publish_page
from core.accounts import User
from core.ctx import Ctx
from core.ids import TypeID, new_id
from deals import RegistrationDraft, save_draft
from enablement import CertificationDraft, QuestionDraft, create_certification, start_attempt
from engagement.models import ConsentRecord, Lead
from syndication import Audience, CollectionDraft, PlacementDraft, asset_by_key, create_collection, create_placement, publish_asset
from syndication.importing import read_files
from syndication.services.imports import import_batch
from tests.conftest import Cast
from tests.house.funding import a_budget, funded

Work = Callable[[str], AbstractContextManager[Ctx]]
SECRET = "Kestrel-only words"


@dataclass(frozen=True)
class Records:
    """One of everything, Kestrel's alone; `slugs` are the names in public addresses."""

    values: dict[str, str]
    slugs: dict[str, str]


@pytest.fixture
def kestrels(work: Work, cast: Cast) -> Records:
    kestrel = cast["pia"].partner_id
    assert kestrel is not None
    text = f"---\ntitle: {SECRET}\nlang: de\n---\nNur für Kestrel.\n".encode()
    with work("system") as ctx:
        import_batch(ctx, read_files({"secret.md": text}), "secret")
        collection = create_collection(ctx, CollectionDraft(SECRET, audience=Audience(partners=(str(kestrel),))))
        asset = asset_by_key(ctx, "secret")
        publish_asset(ctx, asset.id, [collection.id])
        placement = create_placement(ctx, kestrel, PlacementDraft(SECRET, "https://kestrel.example/", collection.id, "de"))
        # The rival gets every right a partner can have: what stops them must be whose record it is.
        ctx.session.execute(update(User).where(User.email.in_([cast["zed"].email, cast["pia"].email])).values(role="partner_admin"))
        asset_slug = asset.localizations[0].slug
        question = QuestionDraft({"en": "Which?"}, {"en": ["This", "That"]}, 0)
        course = create_certification(ctx, CertificationDraft("course", {"en": "Course"}, questions=(question,)))
        question_id = course.questions[0].id
        budget_id = a_budget(ctx)
    with work("pia") as ctx:
        page = create_page(ctx, kestrel, asset.id)
        publish_page(ctx, page.id)
        lead = _lead(ctx, kestrel, placement.id)
        ctx.session.add(lead)
        attempt = start_attempt(ctx, course.id)
        deal = save_draft(ctx, kestrel, RegistrationDraft(customer_name=SECRET))
        funds = funded(ctx, kestrel, budget_id, SECRET)
    values = {"asset_id": asset.id, "placement_id": placement.id, "page_id": page.id, "lead_id": lead.id, "collection_id": collection.id}
    values["registration_id"] = deal.id
    values |= funds
    values |= {"certification_id": course.id, "attempt_id": attempt.id, "award_id": attempt.award_id, "question_id": question_id}
    slugs = {"partner_slug": "kestrel", "page_slug": page.slug, "asset_slug": asset_slug}
    return Records({name: str(value) for name, value in values.items()}, slugs)


def _lead(ctx: Ctx, partner_id: TypeID, placement_id: TypeID) -> Lead:
    return Lead(
        id=new_id("led"),
        partner_id=partner_id,
        submission_key="k" * 32,
        placement_id=placement_id,
        locale="de",
        source_kind="placement",
        name=SECRET,
        email="visitor@customer.example",
        status_since=ctx.now,
        created_at=ctx.now,
        consent=ConsentRecord(
            id=new_id("cns"),
            partner_id=partner_id,
            purpose="contact",
            text="Yes",
            text_sha256="0" * 64,
            text_version="1",
            locale="de",
            source_page="/",
            given_at=ctx.now,
        ),
    )
