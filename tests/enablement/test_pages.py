"""The pages as people use them: the course to its certificate in the portal, the desk's forms, and what a rival sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import render_template_string
from flask.testing import FlaskClient
from sqlalchemy import select

from core.ids import TypeID
from enablement import GatedAction, gate_for, grant_award, set_gate, start_attempt
from enablement.models import Attempt, Award, Certification, GateRule, Question
from tests.conftest import Cast
from tests.enablement.conftest import Work

SignIn = Callable[[str], FlaskClient]


def _text(answer) -> str:
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def _right_answers(work: Work, page: str, wrong: int = 0) -> dict[str, str]:
    """What somebody clicks who reads the answers: the labels of the page, not the order in the database."""
    soup, form = BeautifulSoup(page, "html.parser"), {}
    for number, group in enumerate(soup.select("form[data-guard] fieldset")):
        for choice in group.select(".choice"):
            right = choice.label.get_text(strip=True) in ("Right", "Richtig")
            if right == (number >= wrong):
                form[choice.input["name"]] = choice.input["value"]
    return form


def test_a_course_is_read_its_quiz_passed_and_the_gate_open(work: Work, cast: Cast, client_as: SignIn, selling: TypeID) -> None:
    with work("ebba") as ctx:
        set_gate(ctx, GatedAction.DEAL_REGISTRATION, selling, 1)
    pia = client_as("pia")
    assert "Velorin verkaufen" in _text(pia.get("/portal/learning/"))
    course = pia.get(f"/portal/learning/{selling}")
    assert "They move heat." in _text(course)
    quiz = pia.post(f"/portal/learning/{selling}/quiz", follow_redirects=True)
    address = quiz.request.path
    assert "Frage" in quiz.text
    form = _right_answers(work, quiz.text)
    assert len(form) == 5
    half = pia.post(address, data=dict(list(form.items())[:2]))
    assert half.status_code == 422
    assert half.text.count(" checked") == 2, "what was chosen stays chosen"
    result = pia.post(address, data=form, follow_redirects=True)
    assert result.status_code == 200
    assert "2. März 2027" in _text(result) or "02.03.2027" in _text(result)
    assert "Because of" in _text(result)
    again = pia.post(address, data=form, follow_redirects=True)
    assert again.status_code == 200
    with work("pia") as ctx:
        assert gate_for(ctx, cast["pia"].partner_id, GatedAction.DEAL_REGISTRATION).is_open
    wim = client_as("wim")
    assert "Pia" in _text(wim.get(f"/portal/learning/{selling}"))
    assert wim.get(address).status_code == 404, "answers are their person's own"


def test_a_failed_quiz_keeps_the_right_answers_to_itself(work: Work, client_as: SignIn, selling: TypeID) -> None:
    pia = client_as("pia")
    quiz = pia.post(f"/portal/learning/{selling}/quiz", follow_redirects=True)
    result = pia.post(quiz.request.path, data=_right_answers(work, quiz.text, wrong=5), follow_redirects=True)
    assert "Richtig" not in [node.get_text(strip=True) for node in BeautifulSoup(result.text, "html.parser").select("#answers span[lang]")]
    assert "Because of" not in result.text
    course = pia.get(f"/portal/learning/{selling}")
    assert f"{selling}/quiz" not in course.text, "no button while the quiz rests"
    refused = pia.post(f"/portal/learning/{selling}/quiz", follow_redirects=True)
    assert refused.request.path == f"/portal/learning/{selling}"
    with work("system") as ctx:
        assert len(ctx.session.scalars(select(Attempt)).all()) == 1


def test_the_page_of_a_quiz_does_not_say_which_answer_is_right(work: Work, client_as: SignIn, selling: TypeID) -> None:
    pia = client_as("pia")
    page = pia.post(f"/portal/learning/{selling}/quiz", follow_redirects=True).text
    with work("system") as ctx:
        orders = [one["order"] for one in ctx.session.scalars(select(Attempt)).one().asked]
    assert len({tuple(order) for order in orders}) > 1, "answers are mixed"
    assert "Because of" not in page


def test_a_rival_sees_its_own_people_only(work: Work, cast: Cast, client_as: SignIn, selling: TypeID) -> None:
    with work("ebba") as ctx:
        set_gate(ctx, GatedAction.DEAL_REGISTRATION, selling, 1)
        grant_award(ctx, selling, cast["pia"].user_id)
    with work("wim") as ctx:
        attempt = start_attempt(ctx, selling)
    zed = client_as("zed")
    for address in ("/portal/learning/", f"/portal/learning/{selling}"):
        answer = zed.get(address)
        assert answer.status_code == 200
        for name in ("Pia", "Wim", "Kestrel"):
            assert name not in answer.text, f"{address} names {name}"
    assert zed.get(f"/portal/learning/attempts/{attempt.id}").status_code == 404
    assert zed.post(f"/portal/learning/attempts/{attempt.id}").status_code == 404
    assert zed.get("/desk/learning/").status_code == 404


def test_the_notice_names_the_certificate_the_holder_and_two_ways(app, work: Work, cast: Cast, selling: TypeID) -> None:
    with work("ebba") as ctx:
        set_gate(ctx, GatedAction.MDF_REQUEST, selling, 1)
        grant_award(ctx, selling, cast["zed"].user_id, passed_on=date(2025, 2, 1))
    with work("zed") as ctx:
        gate = gate_for(ctx, cast["zed"].partner_id, GatedAction.MDF_REQUEST)
    with app.test_request_context("/portal/funds/"):
        shown = render_template_string('{% from "enablement/_gate.html" import gate_notice with context %}{{ gate_notice(gate) }}', gate=gate)
    soup = BeautifulSoup(shown, "html.parser")
    told = " ".join(soup.get_text(" ").split())
    for part in ("Brightwater", "Selling Velorin", "Zed held it until Feb 1, 2026; it has expired."):
        assert part in told, part
    assert soup.select("li a")[0]["href"] == f"/portal/learning/{selling}"
    assert len(soup.select("ol > li")) == 2


def _certification_form(**changes: str) -> dict[str, str]:
    form = {"code": "new-course", "role": "sales", "title_en": "New course", "lesson_en": "Text", "title_de": "Neuer Kurs"}
    form |= {"questions_asked": "3", "pass_mark": "70", "cool_down_hours": "1", "valid_months": "6", "renewal_days": "30"}
    return {**form, **changes}


def test_the_desk_makes_a_certification_its_questions_and_its_gate(work: Work, client_as: SignIn) -> None:
    ebba = client_as("ebba")
    made = ebba.post("/desk/learning/new", data=_certification_form())
    assert made.status_code == 303, made.text
    here = made.headers["Location"]
    question = {"prompt_en": "Which?", "answers_en": "This\r\nThat\r\n", "correct": "2", "prompt_de": "Welche?", "answers_de": "Diese\nJene"}
    assert ebba.post(f"{here}/questions/new", data=question).status_code == 303
    assert ebba.post(f"{here}/gates", data={"people_deal_registration": "2", "people_mdf_request": "0"}).status_code == 303
    with work("system") as ctx:
        stored = ctx.session.scalars(select(Question)).one()
        assert (stored.correct, stored.answers) == (1, {"en": ["This", "That"], "de": ["Diese", "Jene"]})
        assert ctx.session.scalars(select(GateRule)).unique().one().minimum_holders == 2
    page = _text(ebba.get(here))
    assert "This" in page and "Certification created" in page
    assert ebba.post(f"/desk/learning/questions/{stored.id}/retire").status_code == 303
    assert "has no questions" in _text(ebba.get(here))
    assert ebba.post(f"{here}/edit", data=_certification_form(title_en="Renamed")).status_code == 303
    assert "Renamed" in ebba.get("/desk/learning/").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_en": ""}, "title_en"),
        ({"pass_mark": "²"}, "pass_mark"),
        ({"valid_months": "1e3"}, "valid_months"),
        ({"title_de": "x" * 121}, "title_de"),
    ],
)
def test_a_refused_certification_keeps_what_was_typed(client_as: SignIn, work: Work, changes: dict[str, str], field: str) -> None:
    answer = client_as("ebba").post("/desk/learning/new", data=_certification_form(summary_en="Kept words", **changes))
    soup = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert soup.select_one(f"#f-{field}[aria-invalid=true]") is not None
    assert soup.select_one(f"a[href='#f-{field}']") is not None
    assert soup.select_one("#f-summary_en").text.strip() == "Kept words"
    with work("system") as ctx:
        assert ctx.session.scalars(select(Certification)).all() == []


def test_bad_gates_and_bad_questions_stay_on_their_forms(client_as: SignIn, work: Work, selling: TypeID) -> None:
    ebba = client_as("ebba")
    answer = ebba.post(f"/desk/learning/{selling}/gates", data={"people_deal_registration": "-1", "people_mdf_request": "1"})
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select_one("#f-people_deal_registration[aria-invalid=true]")["value"] == "-1"
    with work("system") as ctx:
        assert ctx.session.scalars(select(GateRule)).all() == [], "nothing is half saved"
    answer = ebba.post(f"/desk/learning/{selling}/questions/new", data={"prompt_en": "Kept?", "answers_en": "one", "correct": "x"})
    assert answer.status_code == 422
    assert "Kept?" in answer.text


def test_a_certificate_is_issued_by_hand_and_revoked(work: Work, cast: Cast, client_as: SignIn, selling: TypeID) -> None:
    ebba = client_as("ebba")
    form = {"certification": str(selling), "person": " PIA@kestrel.example ", "passed_on": "2026-02-01"}
    made = ebba.post("/desk/learning/awards/new", data=form)
    assert made.status_code == 303, made.text
    here = made.headers["Location"]
    assert "Feb 1, 2027" in _text(ebba.get(here))
    assert "Kestrel" in _text(ebba.get("/desk/learning/awards/"))
    for query, found in (
        ("q=pia", True),
        ("status=active", True),
        ("status=expired", False),
        ("q=nobody", False),
        (f"certification={selling}", True),
    ):
        assert ("pia@kestrel.example" in ebba.get(f"/desk/learning/awards/?{query}").text) is found, query
    sheet = ebba.get("/desk/learning/awards/certificates.csv").text
    assert "sales-basics" in sheet and "2027-02-01" in sheet
    assert ebba.post(f"{here}/revoke", data={"reason": " "}).status_code == 422
    assert ebba.post(f"{here}/revoke", data={"reason": "Wrong person"}).status_code == 303
    assert "Wrong person" in _text(ebba.get(here))
    assert "Wrong person" in _text(client_as("pia").get(f"/portal/learning/{selling}"))
    assert ebba.post(f"{here}/confirm").status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person": "nobody@nowhere.example"}, "person"),
        ({"person": "\ud800\x00"}, "person"),
        ({"person": "cleo@velorin.example"}, "person"),
        ({"passed_on": "2026-03-03"}, "passed_on"),
        ({"passed_on": "31.3.2026"}, "passed_on"),
        ({"passed_on": "0001-01-01"}, "passed_on"),
        ({"certification": "crt_7zzzzzzzzzzzzzzzzzzzzzzzzz"}, "certification"),
        ({"certification": "x"}, "certification"),
    ],
)
def test_a_grant_with_bad_input_stays_on_its_form(work: Work, client_as: SignIn, selling: TypeID, changes: dict[str, str], field: str) -> None:
    form = {"certification": str(selling), "person": "pia@kestrel.example", "passed_on": "2026-02-01", **changes}
    data = "&".join(f"{name}={_escaped(value)}" for name, value in form.items())
    answer = client_as("ebba").post("/desk/learning/awards/new", data=data, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select_one(f"#f-{field}[aria-invalid=true]") is not None
    with work("system") as ctx:
        assert ctx.session.scalars(select(Award)).unique().all() == []


def _escaped(value: str) -> str:
    from urllib.parse import quote

    return quote(value.encode("utf-8", "surrogatepass"))


def test_readers_of_the_desk_see_and_change_nothing(client_as: SignIn, selling: TypeID) -> None:
    rita = client_as("rita")
    page = rita.get(f"/desk/learning/{selling}")
    assert page.status_code == 200
    assert "/gates" not in page.text
    for address in ("/desk/learning/new", f"/desk/learning/{selling}/edit", f"/desk/learning/{selling}/questions/new", "/desk/learning/awards/new"):
        assert rita.get(address).status_code == 403, address
        assert rita.post(address, data={}).status_code == 403, address
