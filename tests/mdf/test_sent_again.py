"""Sending a form again does nothing twice, and a 503 keeps what was typed (law L1: whoever got no answer may try again)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, g, request
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from core.database import Database
from core.web import edge
from core.web.submissions import FIELD, Submission, forget_submissions
from mdf import FundRequest
from tests.conftest import Cast
from tests.mdf.conftest import Funds
from tests.mdf.test_request_pages import a_form

SignIn = Callable[[str], FlaskClient]
NEW = "/portal/funds/new"


def _loaded(client: FlaskClient, funds: Funds, **typed: str) -> dict[str, Any]:
    """The form as a browser has it after loading the page."""
    found = re.search(rf'name="{FIELD}" value="([^"]+)"', client.get(NEW).text)
    assert found is not None
    return {**a_form(funds, **typed), FIELD: found[1]}


def _requests(work: Callable[[str], Any]) -> int:
    with work("system") as ctx:
        return int(ctx.session.scalar(select(func.count()).select_from(FundRequest)) or 0)


@pytest.mark.parametrize("do", ["save", "submit"])
def test_the_same_form_again_leads_where_the_first_did(client_as: SignIn, work: Callable[[str], Any], funds: Funds, do: str) -> None:
    pia = client_as("pia")
    form = _loaded(pia, funds, do=do)
    first, second = pia.post(NEW, data=form), pia.post(NEW, data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location

    assert _requests(work) == 1


def test_other_content_or_another_page_is_another_wish(client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    pia = client_as("pia")
    form = _loaded(pia, funds, do="save")
    pia.post(NEW, data=form)
    pia.post(NEW, data={**form, "title": "A second one, from the page gone back to"})
    pia.post(NEW, data=_loaded(pia, funds, do="save"))
    assert _requests(work) == 3


def test_a_refused_form_may_be_sent_again(client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    pia = client_as("pia")
    form = _loaded(pia, funds, do="submit", goal="")
    assert [pia.post(NEW, data=form).status_code for _ in range(2)] == [422, 422]
    more = _loaded(pia, funds, do="more")
    assert [pia.post(NEW, data=more).status_code for _ in range(2)] == [200, 200]
    with work("system") as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_a_form_id_is_nobody_elses(client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    pia, zed = client_as("pia"), client_as("zed")
    form = _loaded(pia, funds, do="save")
    first = pia.post(NEW, data=form)
    assert zed.post(NEW, data=form).headers.get("Location") != first.location


def test_two_at_the_same_moment(app: Flask, client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    clients = [client_as("pia") for _ in range(4)]
    form = _loaded(clients[0], funds, do="submit")
    answers: list[tuple[int, str | None]] = []

    def send(client: FlaskClient) -> None:
        answer = client.post(NEW, data=form)
        answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1, answers
    assert answers[0][0] == 303
    assert _requests(work) == 1


def test_old_ones_are_forgotten(client_as: SignIn, work: Callable[[str], Any], funds: Funds) -> None:
    pia = client_as("pia")
    pia.post(NEW, data=_loaded(pia, funds, do="save"))
    with work("system") as ctx:
        forget_submissions(ctx)
        assert ctx.session.scalar(select(func.count()).select_from(Submission)) == 1
        row = ctx.session.scalars(select(Submission)).one()
        row.created_at -= timedelta(days=8)
        ctx.session.flush()
        forget_submissions(ctx)
        assert ctx.session.scalar(select(func.count()).select_from(Submission)) == 0


def _away(*_args: object, **_more: object) -> None:
    raise OperationalError("SELECT 1", {}, Exception("connection refused"))


def test_a_database_that_is_away_is_told_with_everything_typed(
    app: Flask, client_as: SignIn, database: Database, cast: Cast, work: Callable[[str], Any], funds: Funds, monkeypatch: pytest.MonkeyPatch
) -> None:
    pia = client_as("pia")
    form = _loaded(pia, funds, do="submit", goal='Forty\r\n\r\n"enquiries" <b>& more</b>')
    with monkeypatch.context() as fault:
        for name in ("unit_of_work", "reading"):
            fault.setattr(database, name, _away)
        page, sent = pia.get("/portal/"), pia.post(NEW, data=form)
    for answer in (page, sent):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert "<form" not in page.text
    again = BeautifulSoup(sent.text, "html.parser").form
    assert again is not None
    assert again["action"] == NEW
    kept = {str(area["name"]): unescape(area.decode_contents()).removeprefix("\n") for area in again.find_all("textarea")}
    sent_before = {name: value[0] if isinstance(value, list) else value for name, value in form.items()}
    assert {name: kept[name].replace("\r\n", "\n") for name in form} == {name: value.replace("\r\n", "\n") for name, value in sent_before.items()}
    assert pia.post(NEW, data=kept).status_code == 303
    assert _requests(work) == 1


def test_a_commit_without_an_answer_may_be_sent_again(
    app: Flask, client_as: SignIn, work: Callable[[str], Any], funds: Funds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit reached the database and its answer did not reach us: the request exists, once."""
    from sqlalchemy.orm import Session

    app.testing = False
    pia, real = client_as("pia"), Session.commit
    form = _loaded(pia, funds, do="submit")

    def commit(session: Session) -> None:
        real(session)
        _away()

    with monkeypatch.context() as fault:
        fault.setattr(Session, "commit", commit)
        answer = pia.post(NEW, data=form)
    assert answer.status_code == 503
    assert pia.post(NEW, data=form).status_code == 303
    assert _requests(work) == 1


def test_before_the_second_try_every_file_of_a_field_is_at_its_beginning(app: Flask) -> None:
    files = [(BytesIO(b"first"), "a.pdf"), (BytesIO(b"second"), "b.pdf")]
    with app.test_request_context("/portal/funds/claims/", method="POST", data={"file": files}):
        uploads = request.files.getlist("file")
        for upload in uploads:
            upload.stream.read()
        g.work = nullcontext()
        assert edge.may_try_again()
        assert [upload.stream.read() for upload in uploads] == [b"first", b"second"]
        g.work = nullcontext()
        assert not edge.may_try_again()
