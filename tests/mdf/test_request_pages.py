"""The pages of requests and budgets, walked as people do."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from core.ids import TypeID
from mdf import FundRequest, RequestAction, RequestStatus, decide_request
from mdf.queries import balances_of
from tests.mdf.conftest import Funds

SignIn = Callable[[str], FlaskClient]


def a_form(funds: Funds, **changed: Any) -> dict[str, Any]:
    """As Pia types it, in German."""
    told = {
        "title": "Startseite im Frühjahr",
        "budget": str(funds.budget),
        "activity_type": "syndication_placement",
        "campaign": str(funds.campaign),
        "goal": "Vierzig Anfragen",
        "target_group": "Verwalter von Bürogebäuden",
        "target_size": "1200",
        "expected_leads": "40",
        "expected_pipeline": "300.000,00",
        "starts_on": "2026-03-09",
        "ends_on": "2026-03-29",
        "placements": [str(funds.placement)],
        "line-1-description": "Platzierung",
        "line-1-cost": "6.000,00",
        "line-2-description": "Texte",
        "line-2-cost": "4.000,00",
        "participation_rate": "",
        "do": "submit",
    }
    return {**told, **changed}


def _only(work: Callable[[str], Any]) -> FundRequest:
    with work("system") as ctx:
        request: FundRequest = ctx.session.query(FundRequest).one()
        return request


def test_from_the_form_to_the_reserved_money(client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    pia, rita = client_as("pia"), client_as("rita")
    answer = pia.post("/portal/funds/new", data=a_form(funds))
    assert answer.status_code == 303, answer.text
    request = _only(work)
    assert (request.status, request.requested_minor, request.participation_rate) == (RequestStatus.SUBMITTED, 500_000, 50)
    assert "Startseite im Frühjahr" in rita.get("/desk/funds/").text
    page = rita.get(f"/desk/funds/{request.id}")
    assert "€20,000.00" in page.text
    form = BeautifulSoup(page.text, "html.parser").select_one("#decision form")
    assert form is not None
    typed = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name^=line-]")}
    assert sorted(typed.values()) == ["2,000.00", "3,000.00"]
    name = next(key for key, value in typed.items() if value == "2,000.00")
    refused = rita.post(f"/desk/funds/{request.id}/decide", data={**typed, name: "1,000.00", "do": "approve"})
    assert refused.status_code == 422
    assert "Say why" in refused.text
    done = rita.post(f"/desk/funds/{request.id}/decide", data={**typed, name: "1,000.00", "do": "approve", "reason": "Texts exist"})
    assert done.status_code == 303
    with work("rita") as ctx:
        assert balances_of(ctx, funds.budget).committed == 400_000
    shown = pia.get(f"/portal/funds/{request.id}").text
    assert "Texts exist" in shown
    assert "4.000,00" in shown
    assert "4.000,00" in pia.get("/portal/funds/").text


def test_a_form_keeps_what_was_typed_and_names_every_field(client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    typed = a_form(funds, goal="", **{"line-2-cost": "viel", "expected_pipeline": "-5", "ends_on": "2026-03-01", "target_size": "²"})
    answer = client_as("pia").post("/portal/funds/new", data=typed)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    linked = {str(link["href"]) for link in page.select("[data-error-summary] a")}
    assert {"#f-line-2-cost", "#f-expected_pipeline", "#f-target_size"} <= linked
    for name, value in typed.items():
        field = page.select_one(f"#f-{name}")
        if field is not None and field.name == "input":
            assert field.get("value", "") == value, name
    assert page.select_one("textarea#f-target_group").text.strip() == typed["target_group"]  # type: ignore[union-attr]
    assert page.select_one("input[name=placements][checked]") is not None
    with work("system") as ctx:
        assert ctx.session.query(FundRequest).count() == 0


def test_reason_codes_are_told_to_machines(client_as: SignIn, funds: Funds, submitted: TypeID) -> None:
    """The same refusals as problem documents: field, reason code and words."""
    asked = {"Accept": "application/json"}
    pia, rita = client_as("pia"), client_as("rita")
    answer = pia.post(
        "/portal/funds/new",
        data=a_form(funds, starts_on="2026-03-01", **{"line-1-cost": "0,00", "line-2-cost": "9" * 20, "expected_pipeline": "viel"}),
        headers=asked,
    )
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["reasons"] == {"line-1-cost": "amount_not_positive", "line-2-cost": "amount_absurd", "expected_pipeline": "amount_unreadable"}
    answer = pia.post("/portal/funds/new", data=a_form(funds, starts_on="2026-03-01", goal=" "), headers=asked)
    assert answer.json is not None
    assert answer.json["reasons"] == {"starts_on": "starts_in_past", "goal": "goal_missing"}
    assert set(answer.json["errors"]) == {"starts_on", "goal"}
    answer = rita.post(f"/desk/funds/{submitted}/decide", data={"do": "decline", "reason": "No"}, headers=asked)
    assert answer.json is not None
    assert answer.json["reasons"] == {"reason_code": "reason_code_missing"}


def test_more_lines_only_shows_the_form_again(client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    answer = client_as("pia").post("/portal/funds/new", data=a_form(funds, do="more"))
    assert answer.status_code == 200
    assert 'name="line-7-cost"' in answer.text
    assert 'value="Startseite im Frühjahr"' in answer.text
    with work("system") as ctx:
        assert ctx.session.query(FundRequest).count() == 0


def test_what_will_be_asked_for_stands_in_the_form(client_as: SignIn, funds: Funds) -> None:
    page = BeautifulSoup(client_as("pia").get("/portal/funds/new").text, "html.parser")
    hints = page.select("#f-activity_type .choice .field__hint")
    assert len(hints) == 9
    assert all(hint.text.strip() for hint in hints)


def test_an_uncertified_partner_sees_the_way_to_the_certificate_instead_of_the_form(
    client_as: SignIn, work: Callable[[str], Any], funds: Funds, closed_gate: str
) -> None:
    pia = client_as("pia")
    page = pia.get("/portal/funds/new")
    assert page.status_code == 200
    assert closed_gate in page.text
    assert 'name="goal"' not in page.text
    assert pia.post("/portal/funds/new", data=a_form(funds)).status_code == 409
    with work("system") as ctx:
        assert ctx.session.query(FundRequest).count() == 0


def test_a_draft_is_saved_changed_and_submitted(client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    pia = client_as("pia")
    assert pia.post("/portal/funds/new", data=a_form(funds, do="save", goal="", campaign="")).status_code == 303
    request = _only(work)
    assert request.status is RequestStatus.DRAFT
    refused = pia.post(f"/portal/funds/{request.id}/submit")
    assert refused.status_code == 422
    assert "#f-goal" in refused.text
    assert pia.get(f"/portal/funds/{request.id}/edit").status_code == 200
    assert pia.post(f"/portal/funds/{request.id}/edit", data=a_form(funds)).status_code == 303
    assert _only(work).status is RequestStatus.SUBMITTED
    assert pia.get(f"/portal/funds/{request.id}/edit").status_code == 303
    assert pia.post(f"/portal/funds/{request.id}/edit", data=a_form(funds)).status_code == 409


def test_question_and_answer(client_as: SignIn, work: Callable[[str], Any], submitted: TypeID) -> None:
    rita, pia = client_as("rita"), client_as("pia")
    assert rita.post(f"/desk/funds/{submitted}/decide", data={"do": "ask"}).status_code == 422
    assert rita.post(f"/desk/funds/{submitted}/decide", data={"do": "ask", "reason": "How many buildings?"}).status_code == 303
    assert "How many buildings?" in pia.get(f"/portal/funds/{submitted}").text
    assert pia.post(f"/portal/funds/{submitted}/answer", data={"reason": ""}).status_code == 422
    assert pia.post(f"/portal/funds/{submitted}/answer", data={"reason": "Four hundred."}).status_code == 303
    assert _only(work).status is RequestStatus.IN_REVIEW
    assert "Four hundred." in rita.get(f"/desk/funds/{submitted}").text


def test_the_loser_of_the_last_money_reads_the_balance_on_the_page(
    client_as: SignIn, work: Callable[[str], Any], funds: Funds, submitted: TypeID
) -> None:
    from tests.mdf.conftest import an_open_budget

    with work("system") as ctx:
        ctx.session.get_one(FundRequest, submitted).budget_id = an_open_budget(ctx, amount_minor=123_456)
    rita = client_as("rita")
    page = BeautifulSoup(rita.get(f"/desk/funds/{submitted}").text, "html.parser")
    typed = {str(field["name"]): str(field["value"]) for field in page.select("#decision input[name^=line-]")}
    answer = rita.post(f"/desk/funds/{submitted}/decide", data={**typed, "do": "approve"})
    assert answer.status_code == 409
    assert "has €1,234.56 left" in answer.text
    assert _only(work).status is RequestStatus.SUBMITTED


def test_cancelling_names_the_money(client_as: SignIn, work: Callable[[str], Any], approved: TypeID, funds: Funds) -> None:
    pia = client_as("pia")
    assert "5.000,00" in pia.get(f"/portal/funds/{approved}/cancel").text
    assert pia.post(f"/portal/funds/{approved}/cancel", data={"reason": " "}).status_code == 422
    assert pia.post(f"/portal/funds/{approved}/cancel", data={"reason": "No time"}).status_code == 303
    with work("rita") as ctx:
        assert balances_of(ctx, funds.budget).available == 2_000_000


def test_lists_filter_by_their_address_and_export_what_they_show(
    client_as: SignIn, work: Callable[[str], Any], submitted: TypeID, funds: Funds
) -> None:
    rita = client_as("rita")
    for query, shown in (
        ("", True),
        ("?view=funded", False),
        (f"?partner={funds.kestrel}&campaign=2026-q1_dach_retrofit&from=2026-03-29&to=2026-12-31", True),
        (f"?partner={funds.brightwater}", False),
        (f"?budget={funds.budget}", True),
        ("?campaign=other", False),
        ("?from=2026-03-30", False),
        ("?q=start+page", True),
        ("?q=%25", False),
        ("?view=nonsense&from=nonsense&partner=nonsense", True),
    ):
        assert (str(submitted) in rita.get(f"/desk/funds/{query}").text) is shown, query
        rows = list(csv.DictReader(io.StringIO(rita.get(f"/desk/funds/requests.csv{query}").text)))
        assert bool(rows) is shown, query
    assert rows[0]["requested_minor"] == "500000"
    assert rows[0]["partner"] == "Kestrel"


def test_the_vendor_sees_no_drafts(client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    from tests.mdf.conftest import a_saved_request

    with work("pia") as ctx:
        draft = a_saved_request(ctx, funds)
    rita = client_as("rita")
    assert str(draft.id) not in rita.get("/desk/funds/?view=all").text
    assert rita.get(f"/desk/funds/{draft.id}").status_code == 404


def test_a_budget_from_the_plan_to_the_ledger(client_as: SignIn, work: Callable[[str], Any], approved: TypeID, funds: Funds) -> None:
    rita = client_as("rita")
    told = {"name": "UKI", "quarter": "2026-Q2", "region": "uki", "amount": "10,000.00", "amount_currency": "GBP", "participation_rate": "40"}
    wrong = rita.post("/desk/funds/budgets/new", data={**told, "opens_on": "2026-06-30", "closes_on": "2026-04-01", "quarter": "spring"})
    assert wrong.status_code == 422
    assert "lies before the first" in wrong.text
    made = rita.post("/desk/funds/budgets/new", data={**told, "opens_on": "2026-04-01", "closes_on": "2026-06-30"})
    assert made.status_code == 303
    where = made.headers["Location"]
    assert rita.post(f"{where}/status", data={"status": "open"}).status_code == 303
    assert rita.post(f"{where}/status", data={"status": "planned"}).status_code == 409
    assert rita.post(f"{where}/allocate", data={"amount": "-1", "reason": "x"}).status_code == 422
    assert rita.post(f"{where}/allocate", data={"amount": "500", "reason": "Moved from print"}).status_code == 303
    page = rita.get(where).text
    assert "£10,500.00" in page
    assert "Moved from print" in page
    ledger = list(csv.DictReader(io.StringIO(rita.get(f"{where}/ledger.csv").text)))
    assert [(row["kind"], row["available_minor"]) for row in ledger] == [("allocate", "1000000"), ("allocate", "1050000")]
    assert "€15,000.00" in rita.get("/desk/funds/budgets/").text
    assert "Retrofit on our start page" in rita.get(f"/desk/funds/budgets/{funds.budget}").text
    assert "UKI" not in client_as("pia").get("/portal/funds/new").text


def test_readers_see_but_do_not_touch(client_as: SignIn, submitted: TypeID, funds: Funds) -> None:
    cleo = client_as("cleo")
    page = cleo.get(f"/desk/funds/{submitted}")
    assert page.status_code == 200
    assert 'id="decision"' not in page.text
    assert cleo.post(f"/desk/funds/{submitted}/decide", data={"do": "approve"}).status_code == 403
    assert cleo.post(f"/desk/funds/budgets/{funds.budget}/allocate", data={"amount": "1", "reason": "x"}).status_code == 403
    assert client_as("wim").get("/portal/funds/").status_code == 403


@pytest.mark.parametrize("wish", ["start", "cancel", "lapse", "", "gift"])
def test_only_decisions_are_taken_from_the_form(client_as: SignIn, work: Callable[[str], Any], submitted: TypeID, wish: str) -> None:
    assert client_as("rita").post(f"/desk/funds/{submitted}/decide", data={"do": wish}).status_code in (404, 409)
    assert _only(work).status is RequestStatus.SUBMITTED


def test_a_rival_sees_nothing(client_as: SignIn, work: Callable[[str], Any], approved: TypeID) -> None:
    from mdf.queries import fund_lines

    zed = client_as("zed")
    assert str(approved) not in zed.get("/portal/funds/").text
    assert zed.get(f"/portal/funds/{approved}").status_code == 404
    assert zed.post(f"/portal/funds/{approved}/cancel", data={"reason": "Mine now"}).status_code == 404
    with work("zed") as ctx:
        assert fund_lines(ctx) == []
    with work("pia") as ctx:
        assert [(line.request_id, line.committed_minor, line.paid_minor) for line in fund_lines(ctx)] == [(approved, 500_000, 0)]


def test_a_wrong_approval_twice_is_told(client_as: SignIn, work: Callable[[str], Any], approved: TypeID) -> None:
    with work("rita") as ctx, pytest.raises(Exception, match="not possible"):
        decide_request(ctx, approved, RequestAction.APPROVE)
