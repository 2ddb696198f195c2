"""The outbox, the way out of mails, the morning's summary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.ids import new_id
from core.jobs import run_until_idle
from core.mail import Mail, Suppression
from core.mail.digest import mail_digests
from core.mail.unsubscribing import unsubscribe_url
from core.notices import KINDS, Channel, NoticeSetting, notify, person
from tests.conftest import Cast
from tests.core.mail.conftest import Post
from tests.core.mail.test_sending import PARAMS, states, tell

SignIn = Callable[[str], FlaskClient]


def test_held_mails_can_be_read_and_not_sent(client_as: SignIn, database: Database, cast: Cast) -> None:
    tell(database, cast, "pia", "zed")
    nora = client_as("nora")
    page = nora.get("/desk/governance/mail/").text
    assert "pia@kestrel.example" in page
    assert "Nothing leaves this installation." in page
    assert "zed@brightwater.example" not in nora.get("/desk/governance/mail/?q=pia").text
    with database.reading(SYSTEM) as ctx:
        mail = ctx.session.scalars(select(Mail.id).where(Mail.user_id == cast["zed"].user_id)).one()
    assert "A mail could not be delivered" in nora.get(f"/desk/governance/mail/{mail}").text
    letter = nora.get(f"/desk/governance/mail/{mail}/letter")
    assert letter.headers["Content-Security-Policy"].startswith("sandbox")
    assert "script" not in letter.text
    assert nora.post(f"/desk/governance/mail/{mail}/again", data={"reason": "asked"}).status_code == 409
    for name in ("cleo", "rita"):
        assert client_as(name).get("/desk/governance/mail/").status_code == 403
    assert client_as("pia").get(f"/desk/governance/mail/{mail}").status_code == 404


def test_sending_again_needs_a_reason(client_as: SignIn, sending: Database, cast: Cast, post: Post) -> None:
    tell(sending, cast, "pia")
    run_until_idle(sending)
    nora = client_as("nora")
    with sending.reading(SYSTEM) as ctx:
        mail = ctx.session.scalars(select(Mail.id)).one()
    assert nora.post(f"/desk/governance/mail/{mail}/again", data={"reason": " "}).status_code == 422
    assert nora.post(f"/desk/governance/mail/{mail}/again", data={"reason": "She deleted it."}).status_code == 303
    run_until_idle(sending)
    assert states(sending) == [("sent", 1)]
    assert len({sent["Message-ID"] for sent in post.mails}) == 1
    assert len(post.mails) == 2


def test_a_suppressed_address_may_be_written_to_again(client_as: SignIn, database: Database, cast: Cast) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        row = Suppression(id=new_id("sup"), address="pia@kestrel.example", user_id=cast["pia"].user_id, reason="550 5.1.1", created_at=ctx.now)
        ctx.session.add(row)
    nora = client_as("nora")
    assert "pia@kestrel.example" in nora.get("/desk/governance/mail/suppressed").text
    assert nora.post(f"/desk/governance/mail/suppressed/{row.id}/lift", data={"reason": ""}).status_code == 422
    assert nora.post(f"/desk/governance/mail/suppressed/{row.id}/lift", data={"reason": "Moved back."}).status_code == 303
    assert "Every address gets mail." in nora.get("/desk/governance/mail/suppressed").text


def test_every_notice_reads_in_every_language(client_as: SignIn) -> None:
    nora = client_as("nora")
    for kind in KINDS:
        for locale in ("en", "de"):
            page = nora.get("/desk/governance/mail/texts", query_string={"kind": kind, "locale": locale})
            letter = nora.get("/desk/governance/mail/texts/letter", query_string={"kind": kind, "locale": locale})
            assert (page.status_code, letter.status_code) == (200, 200), kind
            assert f'lang="{locale}"' in letter.text


def test_a_mail_scanner_ends_nothing_and_one_click_does(app: Flask, database: Database, cast: Cast) -> None:
    address = unsubscribe_url(database.settings, cast["pia"].user_id or new_id("usr"), "tests.told").removeprefix(database.settings.url)
    visitor = app.test_client()
    for _time in range(3):
        assert visitor.get(address).status_code == 200
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(NoticeSetting)).all() == []
    for _time in range(2):
        answer = visitor.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    tell(database, cast, "pia", "zed")
    with database.reading(SYSTEM) as ctx:
        assert [row.user_id for row in ctx.session.scalars(select(Mail))] == [cast["zed"].user_id]
    assert visitor.post(address[:-2] + "xx").status_code >= 400


def test_one_summary_a_day_with_everything_unread(sending: Database, cast: Cast, post: Post, clock: FixedClock) -> None:
    with sending.unit_of_work(SYSTEM) as ctx:
        for name in ("pia", "zed"):
            ctx.session.add(NoticeSetting(user_id=cast[name].user_id, kind="tests.told", in_app=True, mail=Channel.DIGEST, changed_at=ctx.now))
    for _time in range(3):
        with sending.unit_of_work(SYSTEM) as ctx:
            notify(ctx, person(cast["pia"].user_id or ""), "tests.told", PARAMS, "/portal/")
    for _hour in range(48):
        with sending.unit_of_work(SYSTEM) as ctx:
            mail_digests(ctx)
        run_until_idle(sending)
        clock.move(timedelta(hours=1))
    assert states(sending) == [("sent", 1)]
    [mail] = post.mails
    assert mail["To"] == "Pia <pia@kestrel.example>"
    assert "3" in mail["Subject"]
