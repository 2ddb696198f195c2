"""Portal, "Funds": the partner's claims, from the first draft to the payment."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, request, url_for

from core.errors import Invalid, Refused, TooLarge
from core.gates import AcceptedDocument, accept_upload
from core.i18n import format_date
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, database, flash, render, unit_of_work
from mdf.models import Claim, ClaimStatus, FundRequest
from mdf.permissions import Perm
from mdf.queries.claims import claim_for
from mdf.queries.proofs import proofs_of
from mdf.rules.states import CLAIMS, ClaimAction
from mdf.services.claim_drafts import window_of
from mdf.services.claim_files import attach_upload, remove_upload
from mdf.services.claims import EDITABLE, answer_claim, cancel_claim, open_claim, save_claim, submit_claim
from mdf.views import claim_downloads, claim_list
from mdf.views.claim_forms import Typed, line_choices, read, stored
from mdf.views.claim_parts import claim_values
from mdf.views.frame import trail

bp = PrivateBlueprint("fund_claims", __name__, face="portal", url_prefix="/portal/funds/claims")
_CLAIM = '<typeid("clm"):claim_id>'
_PIECE = '<typeid("evd"):evidence_id>'


@bp.get("/")
@needs(Perm.CLAIM_READ)
def index() -> str:
    trail("portal", (_("Claims"), ""))
    return render("mdf/claims.html", **claim_list.list_values("portal", claim_list.wanted("open")))


@bp.get("/claims.csv")
@needs(Perm.CLAIM_READ)
def export() -> Response:
    return claim_list.export(claim_list.wanted("open"))


@bp.post('/open/<typeid("mrq"):request_id>', endpoint="open")
@needs(Perm.CLAIM_EDIT)
def begin(request_id: TypeID) -> Any:
    try:
        claim = open_claim(ctx(), request_id)
    except Refused as refusal:
        # The way out stands on the request's own page.
        flash(refusal.message, "attention")
        return redirect(url_for("funds.show", request_id=request_id), 303)
    return redirect(url_for("fund_claims.show", claim_id=claim.id), 303)


@bp.get(f"/{_CLAIM}")
@needs(Perm.CLAIM_READ)
def show(claim_id: TypeID) -> str:
    claim, row = claim_for(ctx(), claim_id)
    return _page(claim, row, stored(claim, row))


@bp.post(f"/{_CLAIM}")
@needs(Perm.CLAIM_EDIT)
def save(claim_id: TypeID) -> Any:
    """Saves, and then sends, answers or takes a file off, as the pressed button says."""
    refused = _take_files(claim_id)
    work = ctx()
    claim, row = claim_for(work, claim_id)
    told, action = read(request.form, row), request.form.get("do", "save")
    told.errors |= refused
    try:
        if told.errors:
            raise Invalid(told.errors, told.reasons)
        save_claim(work, claim_id, told.draft)
        _then(claim_id, action)
    except Invalid as refusal:
        told.errors = refusal.errors
        return _page(claim, row, told), refusal.status
    except Refused as refusal:
        if refusal.code != "duplicate_evidence":
            raise
        told.errors = {"invoice_no": refusal.message}
        return _page(claim, row, told), refusal.status
    return redirect(url_for("fund_claims.show", claim_id=claim_id), 303)


def _take_files(claim_id: TypeID) -> dict[str, str]:
    """Files are read and kept on their own, so that a mistake elsewhere in the form does not throw them away.

    No transaction is open while a file is looked through.
    """
    with database().reading(g.actor) as read_only:
        claim, row = claim_for(read_only, claim_id)
        read_only.require(Perm.CLAIM_EDIT, claim.partner_id)
        fields = {f"file_{item.id}": item.id for item in row.evidence_items} if claim.status in EDITABLE else {}
    errors: dict[str, str] = {}
    for field, item_id in fields.items():
        for upload in request.files.getlist(field):
            if not upload.filename:
                continue
            try:
                accepted = accept_upload(upload.stream, kind="document", name=upload.filename, field=field)
                _keep(claim_id, item_id, accepted)
            except Invalid as refusal:
                errors |= refusal.errors
            except TooLarge as refusal:
                errors[field] = refusal.message
    return errors


def _keep(claim_id: TypeID, item_id: TypeID, accepted: AcceptedDocument) -> None:
    with unit_of_work(g.actor) as own:
        attach_upload(own, claim_id, item_id, accepted)


def _then(claim_id: TypeID, action: str) -> None:
    work = ctx()
    if action == "submit":
        claim = submit_claim(work, claim_id)
        flash(_("The claim is with the reviewer. You see here what they decide."), "attention" if claim.late else "positive")
    elif action == "answer":
        answer_claim(work, claim_id, request.form.get("reason", ""))
        flash(_("Your answer is with the reviewer."), "positive")
    elif action.startswith("remove:"):
        remove_upload(work, claim_id, _evidence_id(action.removeprefix("remove:")))
        flash(_("The file was taken off."), "neutral")
    else:
        flash(_("Saved. Nobody sees the claim before you send it."), "neutral")


def _evidence_id(text: str) -> TypeID:
    try:
        return TypeID.parse(text, "evd")
    except ValueError:
        raise Refused("not_possible_now", _("This file cannot be taken off any more.")) from None


@bp.get(f"/{_CLAIM}/cancel")
@needs(Perm.CLAIM_EDIT)
def cancel_form(claim_id: TypeID) -> str:
    return _cancel_page(claim_id, {})


@bp.post(f"/{_CLAIM}/cancel")
@needs(Perm.CLAIM_EDIT)
def cancel(claim_id: TypeID) -> Any:
    try:
        cancel_claim(ctx(), claim_id, request.form.get("reason", ""))
    except Invalid as refusal:
        return _cancel_page(claim_id, refusal.errors), refusal.status
    flash(_("The claim is cancelled. The request stays approved; you can file a new claim for it."), "neutral")
    return redirect(url_for("fund_claims.show", claim_id=claim_id), 303)


def _cancel_page(claim_id: TypeID, errors: dict[str, str]) -> str:
    claim, row = claim_for(ctx(), claim_id)
    trail("portal", (_("Claims"), url_for("fund_claims.index")), (row.title, url_for("fund_claims.show", claim_id=claim_id)), (_("Cancel"), ""))
    return render("mdf/claim_cancel.html", claim=claim, row=row, errors=errors)


@bp.get(f"/{_CLAIM}/files/{_PIECE}")
@needs(Perm.CLAIM_READ)
def download(claim_id: TypeID, evidence_id: TypeID) -> Response:
    return claim_downloads.download(claim_id, evidence_id)


@bp.get(f"/{_CLAIM}/pictures/{_PIECE}")
@needs(Perm.CLAIM_READ)
def picture(claim_id: TypeID, evidence_id: TypeID) -> Response:
    return claim_downloads.picture(claim_id, evidence_id)


def _page(claim: Claim, row: FundRequest, told: Typed) -> str:
    work = ctx()
    trail("portal", (_("Claims"), url_for("fund_claims.index")), (row.title, ""))
    values = claim_values(work, claim, row, "portal")
    may_edit = claim.status in EDITABLE and work.may(Perm.CLAIM_EDIT, claim.partner_id)
    window = window_of(work, row)
    return render(
        "mdf/claim.html",
        **values,
        told=told,
        errors=told.errors,
        may_edit=may_edit,
        may_cancel=work.may(Perm.CLAIM_EDIT, claim.partner_id) and CLAIMS.find(claim.status, ClaimAction.CANCEL) is not None,
        is_question=claim.status is ClaimStatus.INFO_REQUESTED,
        line_choices=line_choices(row),
        window_words=_("from %(first)s to %(last)s", first=format_date(window.first), last=format_date(window.last)),
        hub_done=_counted(work, claim, row, by_hub=True),
        steps=_steps(claim, values) if may_edit else [],
    )


def _counted(work: Any, claim: Claim, row: FundRequest, *, by_hub: bool) -> tuple[int, int]:
    """(what the hub has brought, all that is required)."""
    required = [one for one in proofs_of(work, claim, row) if one.item.required]
    done = [one for one in required if one.proof.by_hub is by_hub and one.status.value != "missing"]
    return len(done), len(required)


def _steps(claim: Claim, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Where the partner stands: the hub's part is done before it began."""
    owed = [one for one in values["proofs"] if one["item"].required and not one["by_hub"] and not one["is_fulfilled"]]
    invoice_done = bool(claim.invoice_no and claim.invoice_on and claim.supplier and claim.supplier_tax_id and claim.lines)
    states = [not owed, invoice_done, claim.status not in EDITABLE]
    now = states.index(False) if False in states else -1
    labels = [_("Proofs"), _("Invoice"), _("Send")]
    notes = [_("measured by the hub, the rest uploaded"), _("its lines on what was approved"), _("the reviewer decides")]
    return [
        {"label": label, "note": note, "href": f"#{anchor}", "state": "done" if done else "now" if number == now else "next"}
        for number, (label, note, anchor, done) in enumerate(zip(labels, notes, ("proofs", "invoice", "send"), states, strict=True))
    ]
