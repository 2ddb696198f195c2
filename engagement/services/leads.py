"""A person's request becomes a lead with its consent, or nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.errors import Invalid, NotFound, Refused
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from engagement.drain.direct import record_now
from engagement.events import LeadCaptured, LeadStatusChanged
from engagement.models import ClickId, ConsentRecord, Lead, LeadStatus, LeadStep
from engagement.permissions import Perm
from engagement.rules.consents import ANSWER_REQUEST
from engagement.rules.kinds import Kind, Verdict
from engagement.rules.lead_states import LeadAction, step_for
from engagement.rules.sources import SourceKind, Trace, source_of
from syndication import Campaign, Placement

if TYPE_CHECKING:
    from core.ctx import Ctx

#: What the texts under our forms ask for (A-61); other purposes come with their own texts.
PURPOSE = ANSWER_REQUEST
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Submission:
    """A form that passed every check. `context` is what the page signed; `values` are by field name.

    `key` came with the page: the same form sent twice has the same one.
    """

    partner_id: TypeID
    page_id: TypeID | None
    asset_id: TypeID | None
    locale: str
    context: Mapping[str, object]
    values: Mapping[str, str]
    key: str
    consent_text: str
    consent_version: str
    source_page: str
    is_spam: bool = False
    utm: Mapping[str, str] = field(default_factory=dict)


def capture_lead(ctx: Ctx, submission: Submission) -> Lead:
    """Stores lead, consent and count together. A second call with the same key returns the first lead and changes nothing."""
    known = _by_key(ctx, submission.key)
    if known is not None:
        return known
    source = _source(ctx, submission)
    lead = _lead(ctx, submission, source)
    try:
        with ctx.session.begin_nested():
            ctx.session.add(lead)
            ctx.session.flush()
    except IntegrityError:
        # The same form twice at the same moment: the other request was first.
        return ctx.session.scalars(select(Lead).where(Lead.submission_key == submission.key)).one()
    consent = _consent(ctx, submission, lead)
    ctx.session.add_all([consent, _step(ctx, lead, LeadStatus.SPAM if submission.is_spam else LeadStatus.NEW)])
    ctx.session.flush()
    ctx.audit("engagement.lead.captured", lead, after={"status": lead.status.value, "source": lead.source_kind})
    if not submission.is_spam:
        _announce(ctx, lead, consent)
    return lead


def _by_key(ctx: Ctx, key: str) -> Lead | None:
    return ctx.session.scalar(select(Lead).where(Lead.submission_key == key))


def _source(ctx: Ctx, submission: Submission) -> Trace:
    click_id, placement_id = str(submission.context.get("click", "")), str(submission.context.get("placement", ""))
    traces = []
    click = ctx.session.get(ClickId, bytes.fromhex(click_id)) if click_id else None
    if click is not None:
        traces.append(Trace(SourceKind.CLICK, str(click.partner_id), str(click.placement_id), click.campaign))
    if placement_id:
        query = (
            select(Placement.partner_id, Campaign.code).outerjoin(Campaign, Campaign.id == Placement.campaign_id).where(Placement.id == placement_id)
        )
        for owner, code in ctx.session.execute(query):
            traces.append(Trace(SourceKind.PLACEMENT, str(owner), placement_id, code or ""))
    return source_of(str(submission.partner_id), traces)


def _lead(ctx: Ctx, submission: Submission, source: Trace) -> Lead:
    values, click_id = submission.values, str(submission.context.get("click", ""))
    return Lead(
        id=new_id("led", int(ctx.now.timestamp() * 1000)),
        partner_id=submission.partner_id,
        submission_key=submission.key,
        page_id=submission.page_id,
        asset_id=submission.asset_id,
        placement_id=TypeID.parse(source.placement_id, "plc") if source.placement_id else None,
        campaign=source.campaign or submission.utm.get("utm_campaign", ""),
        locale=submission.locale,
        source_kind=source.kind.value,
        click_id=bytes.fromhex(click_id) if click_id else None,
        utm=dict(submission.utm),
        name=values.get("name", ""),
        email=values.get("email", ""),
        company=values.get("company", ""),
        job_title=values.get("job_title", ""),
        phone=values.get("phone", ""),
        message=values.get("message", ""),
        status=LeadStatus.SPAM if submission.is_spam else LeadStatus.NEW,
        status_since=ctx.now,
        created_at=ctx.now,
        purpose=PURPOSE,
    )


def _consent(ctx: Ctx, submission: Submission, lead: Lead) -> ConsentRecord:
    return ConsentRecord(
        id=new_id("cns"),
        partner_id=lead.partner_id,
        lead_id=lead.id,
        purpose=PURPOSE,
        text=submission.consent_text,
        text_sha256=sha256(submission.consent_text.encode("utf-8")).hexdigest(),
        text_version=submission.consent_version,
        locale=submission.locale,
        source_page=submission.source_page,
        given_at=ctx.now,
    )


def _announce(ctx: Ctx, lead: Lead, consent: ConsentRecord) -> None:
    record_now(
        ctx,
        Kind.LEAD,
        Verdict.VALID,
        partner_id=lead.partner_id,
        placement_id=lead.placement_id,
        asset_id=lead.asset_id,
        locale=lead.locale,
    )
    ctx.emit(
        LeadCaptured(
            lead_id=str(lead.id),
            partner_id=str(lead.partner_id),
            page_id=str(lead.page_id or ""),
            placement_id=str(lead.placement_id or ""),
            asset_id=str(lead.asset_id or ""),
            campaign=lead.campaign,
            consent_id=str(consent.id),
        )
    )


def _step(ctx: Ctx, lead: Lead, status: LeadStatus, reason: str = "") -> LeadStep:
    who = ctx.actor.name or "visitor"
    return LeadStep(id=new_id("lst"), partner_id=lead.partner_id, lead_id=lead.id, status=status, actor_name=who, reason=reason, at=ctx.now)


def change_lead_status(ctx: Ctx, lead_id: TypeID, action: LeadAction, reason: str = "") -> Lead:
    """Takes the step, or refuses when it is not possible now. A stranger finds no lead."""
    query = select(Lead).where(Lead.id == lead_id).with_for_update(of=Lead)
    lead = ctx.session.scalar(query.execution_options(populate_existing=True))  # a page has often read it before
    if lead is None:
        raise NotFound("lead")
    ctx.require(Perm.LEAD_EDIT, lead.partner_id)
    step = step_for(lead.status, action)
    if step is None:
        raise Refused("not_possible_now", _("This is not possible in the present state of the lead."))
    reason = reason.strip()
    if step.needs_reason and not reason:
        raise Invalid({"reason": _("Say why: the reason is kept with the lead.")})
    if len(reason) > _LONGEST_REASON:
        raise Invalid({"reason": _("Use at most %(limit)s characters.", limit=_LONGEST_REASON)})
    before, lead.status, lead.status_since = lead.status, step.target, ctx.now
    ctx.session.add(_step(ctx, lead, step.target, reason))
    ctx.audit("engagement.lead.status_changed", lead, before={"status": before.value}, after={"status": lead.status.value}, reason=reason or None)
    ctx.emit(LeadStatusChanged(str(lead.id), str(lead.partner_id), before.value, lead.status.value))
    return lead
