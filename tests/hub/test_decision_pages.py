"""The pages of decisions, appeals and agreed times, on both sides (N-06, A-31, A-32)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from core.clock import FixedClock
from core.decisions import decision_of
from core.sla import clock_of
from deals import DealAction, Registration, decide_registration, note_direct_engagement
from deals.decisions import CLOCK
from deals.rules.decisions import DECISION
from tests.deals import conftest as deals
from tests.deals.conftest import FORM, Work

Submit = Callable[..., Registration]
As = Callable[[str], FlaskClient]
programme, submit = deals.programme, deals.submit


def test_the_partner_sees_beforehand_what_silence_does(submit: Submit, client_as: As, clock: FixedClock, work: Work) -> None:
    row = submit("pia")
    pia = client_as("pia")
    page = pia.get(f"/portal/deals/{row.id}?lang=en").text
    assert "Schutz" in page or "protection lasts longer" in page
    with work("pia") as ctx:
        view = clock_of(ctx, CLOCK, row.id)
    assert view is not None and f"/portal/clocks/{view.clock.id}/escalate" not in page
    clock.at = view.due_at + timedelta(hours=1)
    pia = client_as("pia")
    assert f"/portal/clocks/{view.clock.id}/escalate" in pia.get(f"/portal/deals/{row.id}").text
    assert pia.post(f"/portal/clocks/{view.clock.id}/escalate").status_code == 303
    assert f"/portal/clocks/{view.clock.id}/escalate" not in pia.get(f"/portal/deals/{row.id}").text
    assert client_as("zed").post(f"/portal/clocks/{view.clock.id}/escalate").status_code == 404


def test_a_refused_registration_names_criterion_need_rule_and_way_out(programme: object, client_as: As) -> None:
    answer = client_as("zed").post("/portal/deals/new", data={**FORM, "amount": "100", "then": "submit"})
    assert answer.status_code == 422
    for words in ("at least €5,000.00", "€100.00", "deals.admission, version 1; programme version 1", "sell it without protection"):
        assert words in answer.text, words


def test_a_customer_of_our_own_is_free_again_on_a_day(programme: object, client_as: As, work: Work) -> None:
    with work("nora") as ctx:
        note_direct_engagement(ctx, "Acme GmbH", "acme.example", date(2026, 2, 20))
    answer = client_as("zed").post("/portal/deals/new", data={**FORM, "then": "submit"})
    assert answer.status_code == 422
    assert "none within 180 days before" in answer.text and "From Aug 20, 2026 on you can register this customer" in answer.text


def test_from_the_rejection_to_the_overturned_appeal(submit: Submit, client_as: As, work: Work) -> None:
    row = submit("zed")
    with work("nora") as ctx:
        decide_registration(ctx, row.id, DealAction.REJECT, reason="They buy already.", reason_code="existing_customer")
        decision = decision_of(ctx, row.id, DECISION)
    assert decision is not None
    zed, rita, nora = client_as("zed"), client_as("rita"), client_as("nora")
    page = zed.get(f"/portal/deals/{row.id}").text
    address = f"/portal/decisions/{decision.id}/appeal"
    assert "Customer already" in page and "deals.decision, version 1" in page and address in page
    assert zed.get(address).status_code == 200
    assert zed.post(address, data={"text": " "}).status_code == 422
    assert client_as("pia").get(address).status_code == 404
    sent = zed.post(address, data={"text": "That was a company of the same name."})
    assert sent.status_code == 303 and "company of the same name" in zed.get(sent.location).text
    assert zed.get(address).status_code == 303  # once

    listed = nora.get("/desk/governance/decisions/?appeal=open").text
    assert f"/desk/governance/decisions/{decision.id}" in listed
    own = nora.get(f"/desk/governance/decisions/{decision.id}").text
    assert "somebody else has to judge" in own and "Taken again just now, with the same result." in own
    appeal_address = rita.get(f"/desk/governance/decisions/{decision.id}").text.split('action="/desk/governance/decisions/appeals/')[1].split('"')[0]
    judge = f"/desk/governance/decisions/appeals/{appeal_address}"
    assert nora.post(judge, data={"state": "upheld", "answer": "No."}).status_code == 409
    assert rita.post(judge, data={"state": "", "answer": "No."}).status_code == 422
    assert rita.post(judge, data={"state": "overturned", "answer": "You are right."}).status_code == 303
    assert "You are right." in zed.get(sent.location).text
    assert "In review" in zed.get(f"/portal/deals/{row.id}").text


@pytest.mark.parametrize("query", ["", "?rule=deals.decision&result=approved&by=system&from=2026-01-01&to=2026-12-31", "?before=x&rule=%00&from=99"])
def test_lists_filter_page_and_export(submit: Submit, client_as: As, query: str) -> None:
    submit("zed")
    nora = client_as("nora")
    for page in ("decisions", "clocks"):
        assert nora.get(f"/desk/governance/{page}/{query}").status_code == 200
        export = nora.get(f"/desk/governance/{page}/{page}.csv{query}")
        assert export.status_code == 200 and export.content_type.startswith("text/csv")
    for none in ("2026-03-02|x", "0001-01-01T00:00:00+14:00|slc_01h455vb4pex5vsknk084sn02q"):
        assert nora.get("/desk/governance/clocks/", query_string={"after": none}).status_code == 200, none


def test_the_clock_page_shows_the_hit_rate_by_reviewer(submit: Submit, client_as: As, work: Work, clock: FixedClock) -> None:
    first, late = submit("pia"), submit("zed", customer_name="Wharf Ltd", customer_domain="wharf.example")
    with work("nora") as ctx:
        decide_registration(ctx, first.id, DealAction.APPROVE)
    clock.move(timedelta(days=6))
    with work("nora") as ctx:
        decide_registration(ctx, late.id, DealAction.APPROVE)
    submit("pia", customer_name="Third Ltd", customer_domain="third.example")
    clock.move(timedelta(days=6))
    page = client_as("nora").get("/desk/governance/clocks/").text
    assert "Nora" in page and "50.0" in page and "Nobody yet, and overdue" in page and "As of" in page


def test_who_may_not_read_decisions_is_told_so(client_as: As) -> None:
    assert client_as("ebba").get("/desk/governance/decisions/").status_code == 403
    assert client_as("zed").get("/desk/governance/clocks/").status_code == 404
