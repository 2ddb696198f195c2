"""Where a partner's money goes: seen in full by few, changed before everybody's eyes, never anybody else's (S-169)."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.accounts import User
from core.audit import history
from core.ctx import Ctx
from core.database import Database
from core.errors import NotFound
from core.jobs import run_until_idle
from core.notices import Notice
from hub.roles import ROLES
from partners.bank import bank_account_of, change_bank_account
from partners.models import BankAccount
from tests.conftest import Cast

Work = Callable[[str], AbstractContextManager[Ctx]]
SignIn = Callable[[str], FlaskClient]
IBAN, BIC = "DE89370400440532013000", "COBADEFFXXX"
FORM = {"holder": "Kestrel GmbH", "iban": "DE89 3704 0044 0532 0130 00", "bic": BIC}


@pytest.fixture(autouse=True)
def administrators(work: Work, cast: Cast) -> None:
    """Pia and Wim administer Kestrel, Zed Brightwater."""
    role = ROLES["partner_admin"]
    for name in ("pia", "wim", "zed"):
        with work("system") as ctx:
            ctx.session.get_one(User, cast[name].user_id).role = role.code
        cast.people[name] = replace(cast[name], role=role.code, permissions=role.permissions)


@pytest.fixture
def kept(client_as: SignIn, database: Database) -> None:
    assert client_as("pia").post("/portal/bank-account", data=FORM).status_code == 303
    run_until_idle(database)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("who", "iban", "bic"), [("rita", IBAN, BIC), ("nora", "DE•• •••• 3000", ""), ("cleo", "DE•• •••• 3000", "")])
def test_only_who_pays_is_given_the_number(work: Work, cast: Cast, who: str, iban: str, bic: str) -> None:
    with work(who) as ctx:
        row = bank_account_of(ctx, cast["pia"].partner_id)  # type: ignore[arg-type]
        assert row is not None
        assert (row.iban, row.bic) == (iban, bic)


@pytest.mark.usefixtures("kept")
def test_a_rival_neither_sees_nor_changes_it(work: Work, cast: Cast, client_as: SignIn) -> None:
    kestrel = cast["pia"].partner_id
    assert kestrel is not None
    with work("zed") as ctx:
        assert ctx.session.scalars(select(BankAccount)).all() == []
        with pytest.raises(NotFound):
            bank_account_of(ctx, kestrel)
        with pytest.raises(NotFound):
            change_bank_account(ctx, kestrel, holder="Zed", iban=IBAN, bic=BIC)
    assert "3000" not in client_as("zed").get("/portal/bank-account").text


@pytest.mark.usefixtures("kept")
def test_whoever_is_told_can_go_there_and_no_notice_keeps_a_name(work: Work, cast: Cast, client_as: SignIn) -> None:
    with work("system") as ctx:
        told = {row.user_id: row for row in ctx.session.scalars(select(Notice).where(Notice.kind == "partners.bank_account_changed"))}
        assert set(told) == {cast[name].user_id for name in ("wim", "rita", "ruben")}
        assert all("Pia" not in json.dumps(row.params) and IBAN not in json.dumps(row.params) for row in told.values())
    for name, face in (("wim", "portal"), ("rita", "desk")):
        client = client_as(name)
        assert client.get(told[cast[name].user_id].href).status_code == 200
        page = client.get(f"/{face}/me/notices/").text
        assert "Pia" in page and "DE•• •••• 3000" in page


@pytest.mark.usefixtures("kept")
def test_the_number_is_nowhere_in_the_audit_log(work: Work, database: Database) -> None:
    with work("system") as ctx:
        entry = history(ctx, str(ctx.session.scalars(select(BankAccount.id)).one()))[0]
    assert entry.after == {"account": "DE•• •••• 3000"}


@pytest.mark.parametrize("wrong", [{"iban": "DE89370400440532013001"}, {"iban": "DE8937040044"}, {"bic": "DEUTFRFF"}, {"holder": ""}])
def test_an_account_that_cannot_be_one_is_refused(client_as: SignIn, work: Work, wrong: dict[str, str]) -> None:
    assert client_as("pia").post("/portal/bank-account", data={**FORM, **wrong}).status_code == 422
    with work("system") as ctx:
        assert ctx.session.scalars(select(BankAccount)).all() == []
