"""Desk, "Funds": claims to review and to pay, and the one page on which a claim is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, request, url_for

from core.amounts import typed
from core.errors import Invalid, NotFound, Refused
from core.i18n import gettext as _
from core.i18n import ngettext
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from mdf import claim_labels
from mdf.permissions import Perm
from mdf.queries.claims import claim_for
from mdf.rules.claims import ProofVerdict
from mdf.rules.states import CLAIMS, ClaimAction
from mdf.services.payment import pay_claim, release_payment
from mdf.services.review import accept_open, ask_claim, decide_claim, judge_evidence, take_claim
from mdf.views import claim_downloads, claim_list
from mdf.views.claim_forms import read_amounts
from mdf.views.claim_review import review_values
from mdf.views.frame import trail

bp = PrivateBlueprint("desk_fund_claims", __name__, face="desk", url_prefix="/desk/funds/claims")
_CLAIM = '<typeid("clm"):claim_id>'
_PIECE = '<typeid("evd"):evidence_id>'
#: Refusals that the page itself explains.
_EXPLAINED = ("separation_of_duties", "proofs_open")


@bp.get("/")
@needs(Perm.CLAIM_READ)
def index() -> str:
    trail("desk", (_("Claims"), ""))
    return render("mdf/claims.html", **claim_list.list_values("desk", claim_list.wanted("waiting")))


@bp.get("/claims.csv")
@needs(Perm.CLAIM_READ)
def export() -> Response:
    return claim_list.export(claim_list.wanted("waiting"))


@bp.get(f"/{_CLAIM}")
@needs(Perm.CLAIM_READ)
def show(claim_id: TypeID) -> str:
    return _page(claim_id, {})


@bp.post(f"/{_CLAIM}/take")
@needs(Perm.CLAIM_DECIDE)
def take(claim_id: TypeID) -> Any:
    return _done(claim_id, lambda: take_claim(ctx(), claim_id), _("The claim is in review."))


@bp.post(f"/{_CLAIM}/ask")
@needs(Perm.CLAIM_DECIDE)
def ask(claim_id: TypeID) -> Any:
    verb = lambda: ask_claim(ctx(), claim_id, request.form.get("reason", ""))  # noqa: E731 - one verb, said once
    return _done(claim_id, verb, _("Your question is with the partner."), asking="ask")


@bp.post(f"/{_CLAIM}/accept-open")
@needs(Perm.CLAIM_DECIDE)
def accept_all(claim_id: TypeID) -> Any:
    count = 0

    def verb() -> None:
        nonlocal count
        claim_for(ctx(), claim_id)
        count = accept_open(ctx(), claim_id)

    return _done(claim_id, verb, lambda: ngettext("%(n)s proof accepted.", "%(n)s proofs accepted.", count), anchor="proofs")


@bp.post(f"/{_CLAIM}/proofs/{_PIECE}")
@needs(Perm.CLAIM_DECIDE)
def judge(claim_id: TypeID, evidence_id: TypeID) -> Any:
    told = request.form.get("verdict", "")
    if told not in set(ProofVerdict):
        raise NotFound("verdict")

    def verb() -> None:
        claim_for(ctx(), claim_id)
        if judge_evidence(ctx(), evidence_id, ProofVerdict(told), request.form.get("comment", "")).claim_id != claim_id:
            raise NotFound("evidence")

    return _done(claim_id, verb, _("Your verdict is kept."), anchor=f"proof-{evidence_id}")


@bp.post(f"/{_CLAIM}/decision")
@needs(Perm.CLAIM_DECIDE)
def decide(claim_id: TypeID) -> Any:
    told = request.form.get("action", "")
    if told not in (ClaimAction.APPROVE, ClaimAction.APPROVE_PARTLY, ClaimAction.REJECT):
        raise NotFound("action")

    def verb() -> None:
        _claim, row = claim_for(ctx(), claim_id)
        amounts = read_amounts(request.form, row) if told == ClaimAction.APPROVE_PARTLY else None
        form = request.form
        reason, code = form.get("reason", ""), form.get("reason_code", "")
        decide_claim(ctx(), claim_id, ClaimAction(told), amounts=amounts, reason=reason, reason_code=code)

    return _done(claim_id, verb, _decided, asking=told)


def _decided() -> str:
    return _("Decided. The partner sees it, and the ledger has it.")


@bp.post(f"/{_CLAIM}/release")
@needs(Perm.CLAIM_PAY)
def release(claim_id: TypeID) -> Any:
    return _done(claim_id, lambda: release_payment(ctx(), claim_id), _("The claim is in the payment run."))


@bp.post(f"/{_CLAIM}/payment")
@needs(Perm.CLAIM_PAY)
def pay(claim_id: TypeID) -> Any:
    verb = lambda: pay_claim(ctx(), claim_id, request.form.get("payment_ref", ""))  # noqa: E731 - one verb, said once
    return _done(claim_id, verb, _("The payment is booked."), asking="pay")


@bp.get(f"/{_CLAIM}/files/{_PIECE}")
@needs(Perm.CLAIM_READ)
def download(claim_id: TypeID, evidence_id: TypeID) -> Response:
    return claim_downloads.download(claim_id, evidence_id)


@bp.get(f"/{_CLAIM}/pictures/{_PIECE}")
@needs(Perm.CLAIM_READ)
def picture(claim_id: TypeID, evidence_id: TypeID) -> Response:
    return claim_downloads.picture(claim_id, evidence_id)


def _done(claim_id: TypeID, verb: Callable[[], object], message: str | Callable[[], str], *, asking: str = "", anchor: str = "") -> Any:
    """Runs one verb; a refusal shows the page again with what was typed and what to do."""
    try:
        verb()
    except Invalid as refusal:
        return _page(claim_id, refusal.errors, asking=asking), refusal.status
    except Refused as refusal:
        if refusal.code not in _EXPLAINED:
            raise
        return _page(claim_id, {}, refused=refusal.message), refusal.status
    flash(message if isinstance(message, str) else message(), "positive")
    return redirect(url_for("desk_fund_claims.show", claim_id=claim_id, _anchor=anchor or None), 303)


def _page(claim_id: TypeID, errors: dict[str, str], *, asking: str = "", refused: str = "") -> str:
    work = ctx()
    claim, row = claim_for(work, claim_id)
    trail("desk", (_("Claims"), url_for("desk_fund_claims.index")), (row.title, ""))
    values = review_values(work, claim, row)
    steps = {step.action.value for step in CLAIMS.offered(claim.status, [str(one) for one in Perm if work.may(one)])}
    return render(
        "mdf/claim_review.html",
        **values,
        errors=errors,
        refused=refused,
        asking=asking or request.args.get("ask", ""),
        typed={key: str(value)[:2000] for key, value in request.form.items()},
        steps=set() if values["conflict"] else steps,
        all_steps=steps,
        amounts={line.key: typed(line.payable_minor, claim.currency) for line in values["settlement"].lines},
        may_judge=not values["conflict"] and work.may(Perm.CLAIM_DECIDE) and claim.status.value in ("submitted", "in_review"),
        reason_given=claim_labels.reason_label(claim.reason_code) if claim.reason_code else "",
    )
