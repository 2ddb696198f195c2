"""A person takes a consent back: at once for every path here, and for everybody who got the contact a signed notice (N-19)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import BadToken, Invalid, NotFound
from core.events import subscribe
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from core.search import hide_document
from core.signing import sign, sign_bytes, unsign
from engagement.events import ConsentAcknowledged, ConsentTold, ConsentWithdrawn
from engagement.models import ConsentRecord, Lead, LeadStep, WithdrawalNotice
from engagement.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx

LINK = "engagement.consent"
_LONGEST = 500


@dataclass(frozen=True)
class Receiver:
    """Somebody who may have got a lead. `got` says whether; `deliver` brings the notice and says whether that already settles it."""

    name: str
    label: Any
    got: Callable[[Ctx, Lead], bool]
    deliver: Callable[[Ctx, Lead, WithdrawalNotice], bool]


RECEIVERS: dict[str, Receiver] = {}


def declare_receiver(name: str, label: Any, got: Callable[[Ctx, Lead], bool], deliver: Callable[[Ctx, Lead, WithdrawalNotice], bool]) -> None:
    """Whoever hands leads on (a CRM, a deal) declares itself here, or a withdrawal does not reach it."""
    RECEIVERS[name] = Receiver(name, label, got, deliver)


def consent_token(ctx: Ctx, consent_id: TypeID) -> str:
    """For the link in the confirmation page and in mails. Valid as long as the consent: taking it back has no deadline (Art. 7 (3) GDPR)."""
    return sign(ctx.settings, LINK, {"c": str(consent_id)})


def consent_of_token(ctx: Ctx, token: str) -> ConsentRecord:
    """Raises NotFound for anything that is not such a link."""
    try:
        consent_id = TypeID.parse(str(unsign(ctx.settings, LINK, token).get("c", "")), "cns")
    except (BadToken, ValueError):
        raise NotFound("consent") from None
    row = ctx.session.get(ConsentRecord, consent_id)
    if row is None:
        raise NotFound("consent")
    return row


def withdraw_by_link(ctx: Ctx, token: str) -> ConsentRecord:
    """By the person. A second press changes nothing."""
    return _withdraw(ctx, consent_of_token(ctx, token), "")


def withdraw_for_person(ctx: Ctx, lead_id: TypeID, reason: str) -> ConsentRecord:
    """By staff of the partner or the vendor, for a person who told them; says how they were told."""
    consent = ctx.session.scalar(select(ConsentRecord).where(ConsentRecord.lead_id == lead_id))
    if consent is None:
        raise NotFound("lead")
    ctx.require(Perm.CONSENT_WITHDRAW, consent.partner_id)
    reason = clean_text(reason)
    if not reason:
        raise Invalid({"consent_reason": _("Say how the person told you: the note is kept with the consent.")})
    return _withdraw(ctx, consent, reason[:_LONGEST])


def _withdraw(ctx: Ctx, consent: ConsentRecord, reason: str) -> ConsentRecord:
    lead = ctx.session.scalars(
        select(Lead).where(Lead.id == consent.lead_id).with_for_update(of=Lead).execution_options(populate_existing=True)
    ).one()
    # Read again: whoever pressed at the same moment has held the lead's row until now.
    ctx.session.refresh(consent)
    if consent.withdrawn_at is not None:
        return consent
    consent.withdrawn_at = lead.consent_ended_at = ctx.now
    who = ctx.actor.name or "visitor"
    said = reason or _("Consent withdrawn by the person.")
    ctx.session.add(
        LeadStep(id=new_id("lst"), partner_id=lead.partner_id, lead_id=lead.id, status=lead.status, actor_name=who, reason=said, at=ctx.now)
    )
    ctx.session.flush()
    hide_document(ctx, lead.id)  # it holds the contact, and a worker may be minutes away
    ctx.audit("engagement.consent.withdrawn", consent, after={"purpose": consent.purpose}, reason=reason or None)
    ctx.emit(ConsentWithdrawn(str(lead.id), str(lead.partner_id), str(consent.id), consent.purpose))
    return consent


@subscribe(ConsentWithdrawn, name="engagement.tell_receivers")
def tell_receivers(ctx: Ctx, fact: ConsentWithdrawn) -> None:
    """One signed notice to each receiver that got the lead; twice told is once written."""
    lead = ctx.session.get_one(Lead, TypeID.parse(fact.lead_id, "led"))
    for receiver in RECEIVERS.values():
        known = select(WithdrawalNotice.id).where(WithdrawalNotice.consent_id == fact.consent_id, WithdrawalNotice.receiver == receiver.name)
        if not receiver.got(ctx, lead) or ctx.session.scalar(known) is not None:
            continue
        notice = _notice(ctx, lead, fact, receiver.name)
        ctx.session.add(notice)
        ctx.session.flush()
        notice.delivered_at = ctx.now
        if receiver.deliver(ctx, lead, notice):
            notice.acknowledged_at, notice.acknowledged_by = ctx.now, "system"
    ctx.session.flush()
    ctx.emit(ConsentTold(fact.lead_id, fact.partner_id))


def _notice(ctx: Ctx, lead: Lead, fact: ConsentWithdrawn, receiver: str) -> WithdrawalNotice:
    body = {
        "type": "engagement.consent_withdrawn.v1",
        "lead": fact.lead_id,
        "consent": fact.consent_id,
        "purpose": fact.purpose,
        "receiver": receiver,
        "at": ctx.now.isoformat(),
    }
    told = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return WithdrawalNotice(
        id=new_id("wdn"),
        partner_id=lead.partner_id,
        consent_id=TypeID.parse(fact.consent_id, "cns"),
        lead_id=lead.id,
        receiver=receiver,
        body=body,
        signature=sign_bytes(ctx, told),
        created_at=ctx.now,
    )


def acknowledge(ctx: Ctx, lead_id: TypeID) -> None:
    """The partner says that the person's data is gone from its own lists."""
    query = select(WithdrawalNotice).where(WithdrawalNotice.lead_id == lead_id, WithdrawalNotice.acknowledged_at.is_(None))
    rows = list(ctx.session.scalars(query.with_for_update()))
    if not rows:
        raise NotFound("notice")
    ctx.require(Perm.LEAD_EDIT, rows[0].partner_id)
    for row in rows:
        row.acknowledged_at, row.acknowledged_by = ctx.now, str(ctx.actor.user_id or "")
    ctx.audit("engagement.consent.acknowledged", lead_id, after={"receivers": [row.receiver for row in rows]})
    ctx.emit(ConsentAcknowledged(str(lead_id), str(rows[0].partner_id)))


def open_notices(ctx: Ctx, lead_id: TypeID | None = None) -> list[WithdrawalNotice]:
    """Not acknowledged yet, oldest first: of one lead, or the report over all."""
    query = select(WithdrawalNotice).where(WithdrawalNotice.acknowledged_at.is_(None)).order_by(WithdrawalNotice.created_at, WithdrawalNotice.id)
    return list(ctx.session.scalars(query.where(WithdrawalNotice.lead_id == lead_id) if lead_id else query))
