"""The partner's own bank account, and the part of it that stands on the page where a claim is paid."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for

from core.errors import Invalid
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import needs
from core.web import PrivateBlueprint, ctx, flash, render
from partners import Perm
from partners.bank import bank_account_of, change_bank_account
from partners.bank_rules import grouped

portal = PrivateBlueprint("bank_account", __name__, face="portal", url_prefix="/portal/bank-account")


@portal.get("")
@needs(Perm.BANK_EDIT)
def show() -> Any:
    return _page({}, {})


@portal.post("")
@needs(Perm.BANK_EDIT)
def change() -> Any:
    values = request.form.to_dict()
    try:
        change_bank_account(ctx(), _own(), holder=values.get("holder", ""), iban=values.get("iban", ""), bic=values.get("bic", ""))
    except Invalid as error:
        return _page(values, error.errors), error.status
    flash(_("The bank account is saved. Your colleagues and those who pay have been told."))
    return redirect(url_for(".show"), 303)


def _own() -> TypeID:
    partner_id = ctx().actor.partner_id
    assert partner_id is not None
    return partner_id


def _page(values: dict[str, str], errors: dict[str, str]) -> str:
    row = bank_account_of(ctx(), _own())
    g.breadcrumbs = [(_("Bank account"), url_for(".show"))]
    told = {"holder": row.holder, "iban": grouped(row.iban), "bic": row.bic} if row else {}
    return render("hub/bank_account.html", row=row, values={**told, **values}, errors=errors)


def payment_target(partner_id: TypeID) -> str:
    """Fills the slot of the claim's payment; masked unless the reader pays."""
    row = bank_account_of(ctx(), partner_id)
    shown = "" if row is None else grouped(row.iban) if "•" not in row.iban else row.iban
    return render("hub/payment_target.html", row=row, iban=shown)
