"""What a mail link can do in this room: grant a whole request, or hand in one file that a claim lacks (N-16).

Granting less, asking and declining need words and stay on the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import NotFound, Refused
from core.gates import AcceptedDocument
from core.i18n import format_date
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.money import Money
from core.signed_actions import ActionView, declare_action
from mdf.labels import activity_label, evidence_label
from mdf.models import Claim, EvidenceItem, FundRequest, Provider
from mdf.permissions import Perm
from mdf.rules.states import REQUESTS, RequestAction
from mdf.services.claim_files import attach_upload
from mdf.services.claims import EDITABLE
from mdf.services.decisions import decide_request
from mdf.services.requests import shares_of
from partners import partner_for

if TYPE_CHECKING:
    from core.ctx import Ctx


def _grant(ctx: Ctx, request_id: TypeID, params: dict[str, Any]) -> ActionView:
    row = ctx.session.scalar(select(FundRequest).where(FundRequest.id == request_id, FundRequest.submitted_at.is_not(None)))
    if row is None:
        raise NotFound("request")
    ctx.require(Perm.REQUEST_DECIDE, row.partner_id)
    REQUESTS.need(row.status, RequestAction.APPROVE)
    partner = partner_for(ctx, row.partner_id).display_name
    amount = Money(sum(shares_of(row).values()), row.currency).format()
    days = [format_date(day) for day in (row.starts_on, row.ends_on) if day]
    return ActionView(
        question=_("Grant %(amount)s for “%(title)s”?", amount=amount, title=row.title),
        consequence=_(
            "The amount is reserved in the budget, the list of proofs is fixed, and %(partner)s may begin. This cannot be taken back.",
            partner=partner,
        ),
        button=_("Grant %(amount)s", amount=amount),
        done=_("%(amount)s for “%(title)s” is granted.", amount=amount, title=row.title),
        seen=f"{row.status.value}:{sorted(shares_of(row).items())}:{row.currency}:{row.budget_id}",
        way_out=f"/desk/funds/{row.id}",
        facts=[
            (_("Partner"), partner),
            (_("Activity"), activity_label(row.activity_type)),
            (_("Period"), " – ".join(days)),
            (_("Amount"), amount),
        ],
    )


def _do_grant(ctx: Ctx, request_id: TypeID, params: dict[str, Any]) -> None:
    decide_request(ctx, request_id, RequestAction.APPROVE)


def _handing_in(ctx: Ctx, claim_id: TypeID, params: dict[str, Any]) -> ActionView:
    found = ctx.session.execute(
        select(Claim, EvidenceItem, FundRequest.title)
        .join(FundRequest, FundRequest.id == Claim.request_id)
        .join(EvidenceItem, EvidenceItem.request_id == Claim.request_id)
        .where(Claim.id == claim_id, EvidenceItem.id == _item(params), EvidenceItem.provider == Provider.UPLOAD)
    ).first()
    if found is None:
        raise NotFound("claim")
    claim, item, title = found
    ctx.require(Perm.CLAIM_EDIT, claim.partner_id)
    if claim.status not in EDITABLE:
        raise Refused("not_possible_now", _("Files can be added before the claim is sent, and when the reviewer asks for something."))
    return ActionView(
        question=_("Add a file to the claim for “%(title)s”", title=title),
        consequence=_("The file is added to the claim; sending the claim is still up to you. You can take the file off again in the hub."),
        button=_("Add file"),
        done=_("The file is with the claim for “%(title)s”.", title=title),
        seen=f"{claim.status.value}:{item.id}",
        way_out=f"/portal/funds/claims/{claim.id}",
        facts=[(_("What is missing"), evidence_label(item.code))],
    )


def _item(params: dict[str, Any]) -> TypeID:
    return TypeID.parse(str(params.get("item", "")), "evi")


def _hand_in(ctx: Ctx, claim_id: TypeID, params: dict[str, Any], document: AcceptedDocument) -> None:
    attach_upload(ctx, claim_id, _item(params), document)


declare_action("mdf.request.approve", _l("Grant a request for funds"), Perm.REQUEST_DECIDE, _grant, _do_grant)
declare_action("mdf.claim.add_file", _l("Add a file to a claim"), Perm.CLAIM_EDIT, _handing_in, _hand_in, takes_file=True)
