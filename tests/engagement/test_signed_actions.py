"""Accepting a lead from a mail: who the person is stays inside the hub, and a suspended partner's link opens nothing."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from core.signed_actions import issue_link
from engagement import Lead, LeadStatus
from partners.models import Partner, PartnerStatus
from tests.conftest import Cast
from tests.house.conftest import _lead


def _link(work: Any, cast: Cast, lead: Lead, name: str = "pia") -> str:
    with work("system") as ctx:
        address = issue_link(ctx, "leads.accept", lead.id, user_id=cast[name].user_id, email=cast[name].email)
    return address.removeprefix(ctx.settings.url)


def _a_lead(work: Any, cast: Cast, world: Any) -> Lead:
    with work("system") as ctx:
        partner_id = cast["pia"].partner_id
        assert partner_id is not None
        lead = _lead(ctx, partner_id, world.placement)
        ctx.session.add(lead)
    return lead


def test_accepting_shows_no_contact(app: Flask, work: Any, cast: Cast, world: Any) -> None:
    lead = _a_lead(work, cast, world)
    client, link = app.test_client(), _link(work, cast, lead)
    page = client.get(link)
    assert lead.name not in page.text
    assert lead.email not in page.text
    shown = re.search(r'name="shown" value="(\w+)"', page.text)
    assert shown is not None
    answer = client.post(link, data={"shown": shown[1]})
    assert (answer.status_code, lead.name in answer.text) == (200, False)
    with work("system") as ctx:
        assert ctx.session.get_one(Lead, lead.id).status is LeadStatus.ACCEPTED


def test_a_rival_s_link_and_a_suspended_partner_s_open_nothing(app: Flask, work: Any, cast: Cast, world: Any) -> None:
    lead = _a_lead(work, cast, world)
    client = app.test_client()
    assert client.get(_link(work, cast, lead, "zed")).status_code == 410
    link = _link(work, cast, lead)
    with work("system") as ctx:
        ctx.session.get_one(Partner, cast["pia"].partner_id).status = PartnerStatus.SUSPENDED
    assert client.get(link).status_code == 403
    with work("system") as ctx:
        assert ctx.session.get_one(Lead, lead.id).status is LeadStatus.NEW
