"""Approving a registration from a mail: only where nothing stands in the way."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from core.signed_actions import issue_link
from deals import DealStatus, Registration, decide_registration
from deals.rules.states import DealAction
from tests.conftest import Cast
from tests.deals.conftest import Submit, Work


def _link(work: Work, cast: Cast, row: Registration, name: str = "nora") -> str:
    with work("system") as ctx:
        address = issue_link(ctx, "deals.approve", row.id, user_id=cast[name].user_id, email=cast[name].email)
    return address.removeprefix(ctx.settings.url)


def _click(app: Flask, link: str) -> Any:
    client = app.test_client()
    page = client.get(link)
    shown = re.search(r'name="shown" value="(\w+)"', page.text)
    return client.post(link, data={"shown": shown[1]}) if shown else page


def _status(work: Work, row: Registration) -> DealStatus:
    with work("system") as ctx:
        return ctx.session.get_one(Registration, row.id).status


def test_nora_approves_from_her_mail(app: Flask, work: Work, cast: Cast, submit: Submit) -> None:
    row = submit("pia")
    answer = _click(app, _link(work, cast, row))
    assert answer.status_code == 200
    assert "Acme GmbH is approved" in answer.text
    assert _status(work, row) is DealStatus.APPROVED
    with work("system") as ctx:
        assert ctx.session.get_one(Registration, row.id).decided_by == "Nora"


def test_a_conflict_is_decided_on_the_desk(app: Flask, work: Work, cast: Cast, submit: Submit) -> None:
    """Approving over somebody else's earlier registration needs a reason, and a look at both."""
    submit("zed")
    row = submit("pia")
    answer = _click(app, _link(work, cast, row))
    assert answer.status_code == 409
    assert "Compare the two on the desk" in answer.text
    assert "Brightwater" not in answer.text
    assert _status(work, row) is DealStatus.SUBMITTED


def test_what_a_colleague_decided_is_not_decided_again(app: Flask, work: Work, cast: Cast, submit: Submit) -> None:
    row = submit("pia")
    link = _link(work, cast, row)
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.REJECT, reason="No.", reason_code="incomplete")
    assert _click(app, link).status_code == 409
    assert _status(work, row) is DealStatus.REJECTED


def test_who_may_not_decide_cannot_by_link(app: Flask, work: Work, cast: Cast, submit: Submit) -> None:
    row = submit("pia")
    for name in ("pia", "rita", "zed"):
        assert _click(app, _link(work, cast, row, name)).status_code == 403
    assert _status(work, row) is DealStatus.SUBMITTED
