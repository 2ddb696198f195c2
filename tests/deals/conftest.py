"""Kestrel and Brightwater, both certified, two product lines, and a lead of Kestrel's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.ctx import Ctx
from core.ids import TypeID, new_id
from core.money import Money
from deals import Registration, RegistrationDraft, add_product_line, save_draft, submit_registration
from deals.rules.stages import SalesStage
from enablement import CertificationDraft, GatedAction, create_certification, grant_award, set_gate
from engagement import ConsentRecord, Lead
from tests.conftest import Cast

Work = Callable[[str], AbstractContextManager[Ctx]]
Submit = Callable[..., Registration]

#: Everything filled in as it should be; the clock stands at 2 March 2026.
GOOD = RegistrationDraft(
    customer_name="Acme GmbH",
    customer_domain="www.acme.example",
    customer_country="DE",
    contact_name="Ada Acker",
    contact_email="ada@acme.example",
    product_line="heat-pumps",
    amount=Money(4_800_000, "EUR"),
    expected_close=date(2026, 6, 30),
    presales_activity="Energy audit on 12 February, first calculation sent.",
    stage=SalesStage.PROPOSAL,
)

#: The same as the form sends it, in English.
FORM = {
    "customer_name": "Acme GmbH",
    "customer_domain": "www.acme.example",
    "customer_country": "DE",
    "contact_name": "Ada Acker",
    "contact_email": "ada@acme.example",
    "product_line": "heat-pumps",
    "amount": "48000",
    "amount_currency": "EUR",
    "expected_close": "2026-06-30",
    "stage": "proposal",
    "probability": "",
    "presales_activity": "Energy audit on 12 February.",
    "competitor": "",
    "tender_published_on": "",
}


@pytest.fixture
def programme(work: Work, cast: Cast) -> TypeID:
    """Product lines and the gate; Pia and Zed hold the certificate. Returns the certification."""
    with work("nora") as ctx:
        add_product_line(ctx, "heat-pumps", {"en": "Heat pumps", "de": "Wärmepumpen"})
        add_product_line(ctx, "storage", {"en": "Storage"}, tiers=["gold"])
    with work("system") as ctx:
        certification = create_certification(ctx, CertificationDraft(code="sales-1", titles={"en": "Certified seller"}))
        set_gate(ctx, GatedAction.DEAL_REGISTRATION, certification.id, 1)
        for name in ("pia", "zed"):
            user_id = cast[name].user_id
            assert user_id is not None
            grant_award(ctx, certification.id, user_id)
        return certification.id


@pytest.fixture
def submit(work: Work, cast: Cast, programme: TypeID) -> Submit:
    """`submit("pia", customer_name="…")`: a complete registration, submitted."""

    def done(name: str, **other: Any) -> Registration:
        partner_id = cast[name].partner_id
        assert partner_id is not None
        with work(name) as ctx:
            row = save_draft(ctx, partner_id, replace(GOOD, **other))
            return submit_registration(ctx, row.id)

    return done


@pytest.fixture
def lead(work: Work, cast: Cast, programme: TypeID) -> Lead:
    """Somebody of Acme asked Kestrel, from a placement of a campaign."""
    partner_id = cast["pia"].partner_id
    assert partner_id is not None
    with work("pia") as ctx:
        row = Lead(
            id=new_id("led"),
            partner_id=partner_id,
            submission_key="l" * 32,
            campaign="2026-q1_dach_retrofit",
            placement_id=new_id("plc"),
            asset_id=new_id("ast"),
            locale="de",
            source_kind="click",
            name="Ada Acker",
            email="ada@energy.acme.example",
            company="Acme GmbH",
            status_since=ctx.now,
            created_at=ctx.now,
            consent=ConsentRecord(
                id=new_id("cns"),
                partner_id=partner_id,
                purpose="answer_request",
                text="Yes",
                text_sha256="0" * 64,
                text_version="1",
                locale="de",
                source_page="/",
                given_at=ctx.now,
            ),
        )
        ctx.session.add(row)
    return row
