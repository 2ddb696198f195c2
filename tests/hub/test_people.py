"""People administration: inviting, roles, deactivating, choosing a password; and what none of it tells a stranger."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.accounts import Organization, User
from core.accounts.forgotten import ask_for_password, send_password_link
from core.accounts.models import SignInAttempt
from core.accounts.people import change_role, deactivate_person, invite_person, password_link
from core.accounts.services import forget_sign_ins
from core.audit import AuditEntry
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import Invalid, NotFound, Refused
from core.jobs import Job
from core.mail.models import Mail
from core.mail.queueing import link_of
from tests.conftest import Cast

Work = Callable[[str], AbstractContextManager[Ctx]]
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def admins(work: Work, cast: Cast) -> None:
    """Pia manages Kestrel's people, Nora everybody's."""
    with work("system") as ctx:
        ctx.session.get_one(User, cast["pia"].user_id).role = "partner_admin"
        ctx.session.get_one(User, cast["nora"].user_id).role = "channel_lead"


def _actor(work: Work, cast: Cast, name: str) -> None:
    from hub.roles import ROLES

    role = {"pia": "partner_admin", "nora": "channel_lead"}[name]
    cast.people[name] = replace(cast[name], role=role, permissions=ROLES[role].permissions)


@pytest.fixture
def pia(admins: None, work: Work, cast: Cast) -> None:
    _actor(work, cast, "pia")


def _token(app: Flask, client: FlaskClient) -> dict[str, str]:
    from tests.conftest import _token as made

    return made(app, client)


@pytest.mark.usefixtures("pia")
def test_an_invited_person_chooses_a_password_and_signs_in(app: Flask, client_as: SignIn) -> None:
    page = client_as("pia").post("/portal/people/invite", data={"name": "Kim Kestrel", "email": "kim@kestrel.example", "role": "partner_sales"})
    assert page.status_code == 200
    link = re.search(r"/auth/password/[\w.-]+", page.text)
    assert link is not None
    assert link[0] not in client_as("pia").get("/portal/people/").text, "shown once"
    kim = app.test_client()
    assert "kim@kestrel.example" in kim.get(link[0]).text
    form = {"password": "a long sentence of mine", "again": "a long sentence of mine"}
    assert kim.post(link[0], data={**form, "again": "x"}, headers=_token(app, kim)).status_code == 422
    assert kim.post(link[0], data=form, headers=_token(app, kim)).status_code == 303
    again = kim.post(link[0], data=form, headers=_token(app, kim))
    assert again.status_code == 400
    assert "does not work" in again.text
    done = kim.post("/auth/sign-in", data={"email": "kim@kestrel.example", "password": form["password"]}, headers=_token(app, kim))
    assert done.status_code == 303
    assert kim.get("/portal/people/").status_code == 403


@pytest.mark.usefixtures("pia")
def test_a_partner_manages_its_own_people_only(work: Work, cast: Cast, client_as: SignIn) -> None:
    with work("pia") as ctx:
        with pytest.raises(NotFound):
            change_role(ctx, cast["zed"].user_id, "partner_sales")  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            deactivate_person(ctx, cast["rita"].user_id)  # type: ignore[arg-type]
        own = ctx.session.get_one(Organization, cast["pia"].organization_id)
        with pytest.raises(Invalid, match="role"):
            invite_person(ctx, own, email="x@kestrel.example", name="X", role="channel_lead")
        with pytest.raises(Invalid, match="cannot be used here"):
            invite_person(ctx, own, email="zed@brightwater.example", name="X", role="partner_sales")
        with pytest.raises(Invalid, match="account already"):
            invite_person(ctx, own, email="wim@kestrel.example", name="X", role="partner_sales")
        with pytest.raises(Invalid, match="looks like"):
            invite_person(ctx, own, email="wirn@kestre1.example".replace("rn", "m"), name="X", role="partner_sales")
    client = client_as("pia")
    assert client.get(f"/portal/people/{cast['zed'].user_id}").status_code == 404
    assert client.get(f"/portal/people/?organization={cast['zed'].organization_id}").status_code == 404
    assert "zed@" not in client.get("/portal/people/").text


@pytest.mark.usefixtures("pia")
def test_nobody_changes_themselves_and_the_last_administrator_stays(work: Work, cast: Cast) -> None:
    wim, pia_id = cast["wim"].user_id, cast["pia"].user_id
    assert wim and pia_id
    with work("pia") as ctx, pytest.raises(Refused, match="Nobody changes their own"):
        change_role(ctx, pia_id, "partner_sales")
    with work("system") as ctx, pytest.raises(Refused, match="last person"):
        change_role(ctx, pia_id, "partner_sales")
    with work("system") as ctx, pytest.raises(Refused, match="last person"):
        deactivate_person(ctx, pia_id)
    with work("pia") as ctx:
        change_role(ctx, wim, "partner_admin")
    with work("system") as ctx:
        change_role(ctx, pia_id, "partner_sales")
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "core.person.role_changed", AuditEntry.object_id == str(wim))).one()
        assert (entry.before, entry.after) == ({"role": "partner_webmaster"}, {"role": "partner_admin"})
    with work("pia") as ctx, pytest.raises(Refused, match="changed a moment ago"):
        change_role(ctx, wim, "partner_sales")


@pytest.mark.usefixtures("pia")
def test_deactivating_ends_sessions_at_once(work: Work, cast: Cast, client_as: SignIn) -> None:
    wim = client_as("wim")
    assert wim.get("/portal/").status_code == 200
    done = client_as("pia").post(f"/portal/people/{cast['wim'].user_id}/deactivate", data={"reason": "left"})
    assert done.status_code == 303
    assert wim.get("/portal/").status_code == 303
    assert wim.post("/auth/language", data={"language": "de"}).status_code in (401, 403)


def test_asking_for_a_password_tells_nothing(app: Flask, database: Database, cast: Cast, work: Work) -> None:
    stranger = app.test_client()
    answers = []
    for email in ("pia@kestrel.example", "nobody@kestrel.example", "", "p\u0456a@kestrel.example"):
        stranger.get("/auth/forgotten")
        answer = stranger.post("/auth/forgotten", data={"email": email}, headers=_token(app, stranger))
        answers.append((answer.status_code, re.sub(r'value="[^"]*"|<code dir="ltr">\w+|[0-9a-f]{16}', "", answer.text)))
    assert len(set(answers)) == 1, "the same words whoever it was"
    with work("system") as ctx:
        jobs = ctx.session.scalars(select(Job).where(Job.name == "core.send_password_link")).all()
        assert len(jobs) == len(answers)


def test_three_mails_an_hour_are_three_also_after_the_sweep(database: Database, cast: Cast) -> None:
    """The sweep of failed sign-ins runs in between: it must not take what this counts."""
    for _time in range(5):
        with database.unit_of_work(SYSTEM) as ctx:
            ask_for_password(ctx, "pia@kestrel.example", network="192.0.2.7")
            ctx.session.flush()
            for attempt in ctx.session.scalars(select(SignInAttempt)):
                attempt.at -= timedelta(minutes=11)
            ctx.session.flush()
            forget_sign_ins(ctx)
    with database.reading(SYSTEM) as ctx:
        asked = [job.args[0] for job in ctx.session.scalars(select(Job).where(Job.name == "core.send_password_link"))]
    assert asked.count(str(cast["pia"].user_id)) == 3


def test_a_link_for_one_account_opens_no_other_and_a_forged_one_none(app: Flask, work: Work, cast: Cast) -> None:
    with work("system") as ctx:
        link = password_link(ctx, ctx.session.get_one(User, cast["wim"].user_id)).partition("/auth/")[2]
    client = app.test_client()
    for token in (link[:-2] + "xx", link.replace("password/", "password/x"), "password/" + "a" * 9000, "password/..", "password/%00"):
        answer = client.get("/auth/" + token)
        assert answer.status_code in (400, 404), token[:40]
        assert "wim" not in answer.text


@pytest.mark.usefixtures("pia")
def test_where_mail_leaves_a_link_goes_to_its_person_and_not_to_who_manages_people(
    database: Database, client_as: SignIn, cast: Cast, work: Work
) -> None:
    database.settings = replace(database.settings, smtp_host="mail.velorin.example", mail_from="hub@velorin.example")
    pia = client_as("pia")
    pages = [
        pia.post("/portal/people/invite", data={"name": "Kim Kestrel", "email": "kim@kestrel.example", "role": "partner_sales"}),
        pia.post(f"/portal/people/{cast['wim'].user_id}/link"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "/auth/password/" not in page.text
        assert "ist unterwegs" in page.text, "in Pia's language"
    with work("system") as ctx:
        kim = ctx.session.scalars(select(User.id).where(User.email == "kim@kestrel.example")).one()
        asked = [job.args[0] for job in ctx.session.scalars(select(Job).where(Job.name == "core.send_password_link"))]
        assert asked == [str(kim), str(cast["wim"].user_id)]
        send_password_link(ctx, str(kim))
        ctx.session.flush()
        mail = ctx.session.scalars(select(Mail).where(Mail.user_id == kim)).one()
        assert mail.kind == "core.invited"
        assert link_of(database.settings, mail).startswith(f"{database.settings.url}/auth/password/")
