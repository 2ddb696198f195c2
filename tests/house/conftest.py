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
from core.decisions import Appeal, Decision
from core.ids import TypeID, new_id
from core.mail import Suppression
from core.mail.queueing import new_mail
from core.notices import Notice
from core.programme.drafting import start_draft
from core.sla import start_clock
from core.turns import Task
from deals import RegistrationDraft, save_draft
from enablement import CertificationDraft, QuestionDraft, create_certification, start_attempt
from engagement.models import ConsentRecord, Lead
from syndication import Audience, CollectionDraft, PlacementDraft, asset_by_key, create_collection, create_placement, publish_asset
from syndication.importing import read_files
from syndication.services.imports import import_batch
from syndication.tasks import rebuild_views
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
        job_id = ctx.enqueue(rebuild_views, collection.id, started_by=cast["pia"].user_id, label=SECRET)
    with work("system") as ctx:
        told = _told(ctx, kestrel, cast["pia"].user_id or new_id("usr"), deal.id) | _decided(ctx, kestrel, deal.id)
    values = told | {"asset_id": asset.id, "placement_id": placement.id, "page_id": page.id, "lead_id": lead.id, "collection_id": collection.id}
    values["registration_id"] = deal.id
    values["job_id"] = job_id
    values["user_id"] = cast["wim"].user_id or new_id("usr")
    values |= funds
    values |= {"certification_id": course.id, "attempt_id": attempt.id, "award_id": attempt.award_id, "question_id": question_id}
    # Nobody has asked: the pages of requests have to bear an id that leads to none.
    values |= {"privacy_request_id": new_id("prq"), "file_id": new_id("evd")}
    slugs = {"partner_slug": "kestrel", "page_slug": page.slug, "asset_slug": asset_slug}
    return Records({name: str(value) for name, value in values.items()}, slugs)


def _told(ctx: Ctx, partner_id: TypeID, user_id: TypeID, deal_id: TypeID) -> dict[str, TypeID]:
    """A notice of Pia's, a task of Kestrel's, a mail, and an address that gets none."""
    task, href = new_id("tsk"), f"/portal/deals/{deal_id}"
    notice = Notice(id=new_id("ntc"), partner_id=partner_id, user_id=user_id, kind="deals.registration_asked", href=href, created_at=ctx.now)
    notice.params = {"registration": str(deal_id)}
    mail = new_mail(ctx, user_id, partner_id, "deals.registration_asked")
    suppression = Suppression(id=new_id("sup"), address="gone@kestrel.example", reason="550 5.1.1", created_at=ctx.now)
    notice.mail_id = mail.id
    row = Task(id=task, partner_id=partner_id, kind="deals.registration", object_id=str(deal_id), code="answer", href=href, sort_key=str(task))
    row.permission, row.params, row.since, row.created_at = "deals:registration:edit", {}, ctx.now, ctx.now
    ctx.session.add_all([notice, mail, suppression, row])
    return {"notice_id": notice.id, "task_id": task, "mail_id": mail.id, "suppression_id": suppression.id}


def _decided(ctx: Ctx, partner_id: TypeID, deal_id: TypeID) -> dict[str, TypeID]:
    """A decision about Kestrel's deal, Kestrel's objection to it, and the clock of the vendor's answer."""
    inputs = {"action": "reject", "reason_code": "tender_published"}
    decision = Decision(id=new_id("dcs"), partner_id=partner_id, object_id=str(deal_id), rule="deals.decision", rule_version="1", inputs=inputs)
    decision.programme_version, decision.result, decision.reason_code = "1", "rejected", "tender_published"
    decision.actor_kind, decision.decided_at = "user", ctx.now
    ctx.session.add(decision)
    ctx.session.flush()
    appeal = Appeal(id=new_id("apl"), partner_id=partner_id, decision_id=decision.id, object_id=str(deal_id), text=SECRET, raised_at=ctx.now)
    appeal.raised_by = str(new_id("usr"))
    clock = start_clock(ctx, "deals.decision", deal_id, partner_id, "dach")
    draft = start_draft(ctx, "deals: {}\n")
    ctx.session.add(appeal)
    ctx.session.flush()
    return {"decision_id": decision.id, "appeal_id": appeal.id, "clock_id": clock.id, "draft_id": draft.id}


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
