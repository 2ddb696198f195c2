"""Where a partner's money goes. Seen in full by the partner's administrator and by who pays; masked for everybody else (S-169)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from core.accounts import User
from core.ctx import Ctx
from core.errors import Invalid, NotFound
from core.gates.spelling import checked_name
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.ids import TypeID, new_id
from core.notices import Channel, declare_notice, holders, notify
from partners.bank_rules import iban_problem, is_bic, masked, plain
from partners.models import BankAccount
from partners.permissions import Perm


def _values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Who it was is looked up: a notice keeps no name."""
    if not ctx.may(Perm.BANK_READ):
        return None
    user = ctx.session.get(User, TypeID.parse(str(params["by"]), "usr")) if params["by"] else None
    return {"who": user.name if user is not None else _("The hub itself"), "account": params["account"]}


CHANGED = declare_notice(
    "partners.bank_account_changed",
    title=_l("A bank account was changed"),
    mail=Channel.AT_ONCE,
    may_be_switched_off=False,
    why=_l("A changed account is the most usual way to steal a payment: four eyes see every change."),
    permission=Perm.BANK_READ,
    values=_values,
    sample=lambda: {"who": "Pia Sommer", "account": "DE•• •••• 1234"},
)


def bank_account_of(ctx: Ctx, partner_id: TypeID) -> BankAccount | None:
    """As much of it as the reader may see. Another partner's does not exist."""
    if ctx.actor.partner_id not in (None, partner_id):
        raise NotFound("partner")
    return ctx.session.scalar(select(BankAccount).where(BankAccount.partner_id == partner_id))


def change_bank_account(ctx: Ctx, partner_id: TypeID, *, holder: str, iban: str, bic: str) -> BankAccount:
    """Tells everybody else who manages the partner's people, and whoever pays, in the same transaction."""
    ctx.require(Perm.BANK_EDIT, partner_id)
    told = {"holder": checked_name(holder, "holder"), "iban": plain(iban), "bic": plain(bic)}
    _check(told["iban"], told["bic"])
    row = ctx.session.scalar(select(BankAccount).where(BankAccount.partner_id == partner_id).with_for_update())
    before = {"account": masked(row.iban)} if row else None
    if row is None:
        row = BankAccount(id=new_id("bac"), partner_id=partner_id)
        ctx.session.add(row)
    row.holder, row.iban, row.bic = told["holder"], told["iban"], told["bic"]
    row.changed_by, row.changed_by_name, row.changed_at = ctx.actor.user_id, ctx.actor.name, ctx.now
    ctx.session.flush()
    ctx.audit("partners.bank_account.changed", row, before=before, after={"account": masked(row.iban)})
    params = {"by": str(ctx.actor.user_id or ""), "account": masked(row.iban)}
    notify(ctx, holders(Perm.BANK_EDIT, partner_id), CHANGED.name, params, "/portal/bank-account", object_id=row.id)
    notify(ctx, holders(Perm.BANK_READ), CHANGED.name, params, "/desk/funds/claims/", object_id=row.id)
    return row


def _check(iban: str, bic: str) -> None:
    errors = {}
    problem = iban_problem(iban)
    if problem == "country":
        errors["iban"] = _("Enter an IBAN. It begins with two letters for the country, such as DE, and two digits.")
    elif problem == "length":
        errors["iban"] = _("This IBAN has too few or too many characters for its country. Check it against the bank statement.")
    elif problem:
        errors["iban"] = _("The check digits do not fit: a digit is wrong or two are swapped. Check it against the bank statement.")
    if not problem and not is_bic(bic, iban[:2]):
        errors["bic"] = _("Enter the BIC of the same bank: 8 or 11 characters, such as DEUTDEFF.")
    if errors:
        raise Invalid(errors)
