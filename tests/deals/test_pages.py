"""The pages: nothing typed is lost, each side sees its own, filters live in the address, exports are what is seen."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.clock import FixedClock
from core.ids import TypeID, new_id
from deals import DealAction, DealStatus, Registration, close_registration, decide_registration, draft_from_lead
from enablement import GatedAction, set_gate
from engagement import Lead
from tests.conftest import Cast
from tests.deals.conftest import FORM, Submit, Work

SignIn = Callable[[str], FlaskClient]


def words(answer: object) -> str:
    return html.unescape(answer.text).replace("\xa0", " ")  # type: ignore[attr-defined]


def test_from_the_form_to_the_decision_and_the_order(client_as: SignIn, work: Work, programme: TypeID) -> None:
    zed, nora = client_as("zed"), client_as("nora")
    assert "Register a deal" in words(zed.get("/portal/deals/new"))
    sent = zed.post("/portal/deals/new", data={**FORM, "then": "submit"})
    assert sent.status_code == 303, sent.text
    page = words(zed.get(sent.location))
    assert "Submitted" in page and "€48,000.00" in page and "With the channel manager since" in page
    deal = sent.location.rpartition("/")[2]
    assert "Acme GmbH" in words(nora.get("/desk/deals/"))
    assert nora.post(f"/desk/deals/{deal}/ask", data={"reason": "Which building?"}).status_code == 303
    assert "Which building?" in words(zed.get(sent.location))
    assert zed.post(f"{sent.location}/answer", data={"reason": "The office."}).status_code == 303
    assert nora.post(f"/desk/deals/{deal}/approve").status_code == 303
    assert "Protected until the end of May 31, 2026." in words(zed.get(sent.location))
    assert zed.post(f"{sent.location}/stage", data={"stage": "verbal", "probability": "95", "expected_close": "2026-04-01"}).status_code == 303
    assert zed.post(f"{sent.location}/win", data={"amount": "50,000.00", "amount_currency": "EUR", "closed_on": "2026-03-02"}).status_code == 303
    assert "€50,000.00" in words(nora.get(f"/desk/deals/{deal}"))


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("amount", "-5", "minus sign"),
        ("amount", "0", "above zero"),
        ("amount", "ten", "in figures"),
        ("amount", "9" * 40, "at most"),
        ("amount", "12.345", "small unit"),
        ("amount_currency", "XXX", "list"),
        ("expected_close", "2026-02-30", "a day that exists"),
        ("expected_close", "2020-01-01", "has passed"),
        ("expected_close", "2036-03-02", "too far away"),
        ("customer_domain", "not a domain", "a domain that exists"),
        ("customer_domain", "gmail.com", "share this domain"),
        ("customer_name", "A" * 300, "at most 200"),
        ("contact_email", "ada", "e-mail address"),
        ("presales_activity", "b" * 5000, "at most 4000"),
        ("product_line", "nothing", "from the list"),
        ("probability", "150", "0 to 100"),
        ("probability", "²", "0 to 100"),
        ("stage", "sold", "Choose a stage"),
        ("customer_country", "<b>", "from the list"),
    ],
)
def test_bad_input_is_named_and_nothing_typed_is_lost(client_as: SignIn, programme: TypeID, field: str, typed: str, says: str) -> None:
    sent = client_as("zed").post("/portal/deals/new", data={**FORM, field: typed, "then": "submit"})
    page = words(sent)
    assert sent.status_code == 422 and says in page
    assert f'href="#f-{field}"' in page
    for name, value in FORM.items():
        if name != field and name not in ("customer_country", "product_line", "amount_currency", "stage") and value:
            assert value in page, name
    if field not in ("amount_currency", "product_line", "stage", "customer_country"):
        assert typed in page


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_form(client_as: SignIn, programme: TypeID) -> None:
    wrong = {**FORM, "presales_activity": "", "amount": "-5", "customer_domain": "gmail.com", "expected_close": "31.6.2026", "stage": "x"}
    page = words(client_as("zed").post("/portal/deals/new", data={**wrong, "then": "submit"}))
    found = [piece.partition('"')[0] for piece in page.split('href="#f-')[1:]]
    assert found == ["customer_domain", "amount", "expected_close", "stage", "presales_activity"]


def test_yen_have_no_decimals_and_a_german_types_a_comma(client_as: SignIn, work: Work, programme: TypeID) -> None:
    yen = client_as("zed").post("/portal/deals/new", data={**FORM, "amount": "900000.5", "amount_currency": "JPY", "then": "submit"})
    assert yen.status_code == 422 and "JPY has no such small unit" in words(yen) and "900000.5" in words(yen)
    sent = client_as("pia").post("/portal/deals/new", data={**FORM, "amount": "48.000,50", "then": "save"})
    assert sent.status_code == 303
    with work("pia") as ctx:
        assert ctx.session.scalars(select(Registration.amount_minor)).one() == 4_800_050
    assert 'value="48.000,50"' in client_as("pia").get(f"{sent.location}/edit").text


def test_a_half_filled_draft_is_saved_and_nobody_else_sees_it(client_as: SignIn, programme: TypeID) -> None:
    sent = client_as("zed").post("/portal/deals/new", data={"customer_name": "Acme GmbH", "then": "save"})
    assert sent.status_code == 303
    nora = client_as("nora")
    assert "Acme" not in words(nora.get("/desk/deals/?view=all")) and "Acme" not in words(nora.get("/desk/deals/deals.csv?view=all"))
    assert nora.get(f"/desk/deals/{sent.location.rpartition('/')[2]}").status_code == 404
    assert client_as("zed").post(f"{sent.location}/withdraw").status_code == 303


def test_a_closed_gate_stands_in_place_of_the_form_and_a_begun_draft_stays(client_as: SignIn, work: Work, programme: TypeID) -> None:
    zed = client_as("zed")
    draft = zed.post("/portal/deals/new", data={**FORM, "then": "save"}).location
    with work("system") as ctx:
        set_gate(ctx, GatedAction.DEAL_REGISTRATION, programme, 5)
    page = words(zed.get("/portal/deals/new"))
    assert "Certified seller" in page and "Two ways to get there" in page and 'name="customer_name"' not in page
    assert 'name="customer_name"' in words(zed.get(f"{draft}/edit"))
    sent = zed.post("/portal/deals/new", data={**FORM, "then": "submit"})
    assert sent.status_code == 409 and "Energy audit" in words(sent) and "Certified seller" in words(sent)


def test_the_lead_page_offers_the_deal_once(client_as: SignIn, lead: Lead) -> None:
    pia = client_as("pia")
    assert f"/portal/deals/from-lead/{lead.id}" in pia.get(f"/portal/leads/{lead.id}").text
    begun = pia.post(f"/portal/deals/from-lead/{lead.id}")
    assert begun.status_code == 303 and begun.location.endswith("/edit")
    form = words(pia.get(begun.location))
    assert 'value="Acme GmbH"' in form and "ada@energy.acme.example" in form
    assert pia.post(f"/portal/deals/from-lead/{lead.id}").location == begun.location
    page = pia.get(f"/portal/leads/{lead.id}").text
    assert begun.location.removesuffix("/edit") in page and "from-lead" not in page
    assert str(lead.id) in pia.get(begun.location.removesuffix("/edit")).text
    assert "from-lead" not in client_as("nora").get(f"/desk/leads/{lead.id}").text


def test_a_conflict_is_shown_to_the_channel_manager_and_hidden_from_the_partner(
    client_as: SignIn, work: Work, submit: Submit, clock: FixedClock
) -> None:
    first, second = submit("pia", customer_name="Acme Heizung GmbH"), submit("zed", customer_domain="shop.acme.example")
    page = words(client_as("nora").get(f"/desk/deals/{second.id}"))
    assert "Only you see this" in page and "Kestrel" in page and "Acme Heizung" in page and "Approve …" in page
    for _protected in (False, True):
        seen = words(client_as("zed").get(f"/portal/deals/{second.id}"))
        assert "came first" in seen
        assert not [word for word in ("Kestrel", "Heizung", str(first.id), "Pia") if word in seen]
        assert ("at most 90 days more" in seen) == _protected
        with work("nora") as ctx:
            if not _protected:
                decide_registration(ctx, first.id, DealAction.APPROVE)
    clock.move(timedelta(hours=1))
    refused = client_as("nora").post(f"/desk/deals/{second.id}/approve", data={"reason": "They were quicker."})
    assert refused.status_code == 409 and "They were quicker." in words(refused) and "End that protection first" in words(refused)
    assert "cannot be approved now" in words(client_as("nora").get(f"/desk/deals/{second.id}"))
    assert "came first" not in words(client_as("pia").get(f"/portal/deals/{first.id}"))


def test_filters_live_in_the_address_and_the_export_is_what_is_seen(client_as: SignIn, work: Work, submit: Submit, lead: Lead, cast: Cast) -> None:
    kestrel, other = (
        submit("pia", customer_name="=cmd GmbH"),
        submit("zed", customer_name="Beta Ltd", customer_domain="beta.example", customer_country="GB"),
    )
    with work("pia") as ctx:
        row = draft_from_lead(ctx, lead.id)
        close_registration(ctx, row.id, DealAction.WITHDRAW)
        close_registration(ctx, kestrel.id, DealAction.WITHDRAW, reason="No.")
    nora = client_as("nora")
    for query, shown in (
        ("", {other.id}),
        ("?view=all", {kestrel.id, other.id}),
        ("?view=closed", {kestrel.id}),
        (f"?partner={cast['zed'].partner_id}", {other.id}),
        ("?campaign=nothing", set()),
        ("?status=released", {kestrel.id}),
        ("?view=all&line=storage", set()),
        ("?from=2026-03-02&to=2026-03-02", {kestrel.id, other.id}),
        ("?from=2026-03-03", set()),
        ("?view=all&q=beta", {other.id}),
        ("?view=all&q=100%25", set()),
        ("?view=nonsense&partner=x&from=0001-01-01&to=9999-12-31&before=x", {other.id}),
    ):
        page = nora.get(f"/desk/deals/{query}").text
        assert {row.id for row in (kestrel, other) if str(row.id) in page} == shown, query
        rows = list(csv.DictReader(io.StringIO(nora.get(f"/desk/deals/deals.csv{query}").data.decode("utf-8-sig"))))
        assert {row["id"] for row in rows} == {str(id_) for id_ in shown}, query
    exported = nora.get("/desk/deals/deals.csv?view=all").text
    assert "\n=cmd" not in exported and ",=cmd" not in exported and "48000.00" in exported


def test_a_long_list_has_pages_both_ways(client_as: SignIn, submit: Submit, clock: FixedClock) -> None:
    for number in range(27):
        clock.move(timedelta(minutes=1))
        submit("zed", customer_name=f"Customer {number:02}", customer_domain=f"customer{number}.example")
    zed = client_as("zed")
    first = words(zed.get("/portal/deals/"))
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    second = words(zed.get(older))
    assert "Customer 26" in first and "Customer 00" not in first and "Customer 00" in second and "27 deals" in second
    newer = second.partition('rel="prev" href="')[2].partition('"')[0]
    assert "Customer 26" in words(zed.get(newer))


def test_product_lines_and_own_customers_are_kept_by_the_channel_manager(client_as: SignIn, programme: TypeID) -> None:
    nora = client_as("nora")
    bad = nora.post("/desk/deals/lines/", data={"name": "Solar", "code": "Solar!", "tiers": "gold"})
    assert bad.status_code == 422 and 'value="Solar"' in bad.text
    assert nora.post("/desk/deals/lines/", data={"name": "Solar", "name_de": "Photovoltaik", "code": "solar", "tiers": "platinum"}).status_code == 303
    assert "Solar" in words(nora.get("/desk/deals/lines/"))
    assert "Solar" not in words(client_as("zed").get("/portal/deals/new"))
    direct = {"customer_name": "Direct SE", "customer_domain": "direct.example", "last_contact_on": "2026-02-01"}
    assert nora.post("/desk/deals/lines/direct", data={**direct, "last_contact_on": "2027-02-01"}).status_code == 422
    assert nora.post("/desk/deals/lines/direct", data={**direct, "last_contact_on": "soon"}).status_code == 422
    assert nora.post("/desk/deals/lines/direct", data=direct).status_code == 303
    refused = client_as("zed").post("/portal/deals/new", data={**FORM, "customer_domain": "direct.example", "then": "submit"})
    assert refused.status_code == 422 and "within the last 180 days" in words(refused)
    assert nora.post(f"/desk/deals/lines/{new_id('pdl')}/switch", data={"active": "0"}).status_code == 404
    assert client_as("rita").get("/desk/deals/lines/").status_code == 403


def test_what_is_not_possible_now_says_so(client_as: SignIn, submit: Submit) -> None:
    row = submit("zed")
    zed, nora = client_as("zed"), client_as("nora")
    assert zed.post(f"/portal/deals/{row.id}/win", data={"amount": "5", "amount_currency": "EUR"}).status_code == 409
    assert zed.post(f"/portal/deals/{row.id}/approve").status_code == 404
    assert zed.get(f"/portal/deals/{row.id}/edit").status_code == 303
    assert zed.post(f"/portal/deals/{row.id}/edit", data=FORM).status_code == 303
    assert zed.post(f"/portal/deals/{row.id}/withdraw", data={"reason": ""}).status_code == 422
    assert nora.post(f"/desk/deals/{row.id}/release", data={"reason": "x"}).status_code == 409
    assert nora.post(f"/desk/deals/{row.id}/reject", data={"reason": "Words kept", "reason_code": ""}).status_code == 422
    kept = nora.post(f"/desk/deals/{row.id}/reject", data={"reason": "Words kept", "reason_code": "mood"})
    assert "Words kept" in words(kept)
    assert client_as("rita").post(f"/desk/deals/{row.id}/approve").status_code == 403
    assert DealStatus.SUBMITTED.value in client_as("rita").get(f"/desk/deals/deals.csv?status={DealStatus.SUBMITTED}").text
