"""A link in a mail does one thing, once, for one person, and nothing at all by being looked at (N-16)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from core.accounts import User
from core.audit import AuditEntry
from core.clock import FixedClock
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import NotFound, Refused
from core.ids import TypeID, new_id
from core.kv import bump, read_value, write_value
from core.signed_actions import ACTIONS, ActionView, SignedAction, declare_action, issue_link, revoke_links
from core.signed_actions.arriving import WRONG_LINKS
from core.signed_actions.links import forget_signed_actions
from core.signing import sign
from tests.conftest import Cast

KIND = "tests.press"
PERMISSION = "deals:registration:decide"
OBJECT = new_id("tst")


def _describe(ctx: Ctx, object_id: TypeID, params: dict[str, Any]) -> ActionView:
    ctx.require(PERMISSION)
    if read_value(ctx, "tests.closed"):
        raise Refused("closed", "The press is closed.")
    return ActionView(
        "Press?", "One more sheet.", "Press it", "Pressed.", seen=str(read_value(ctx, "tests.seen")), way_out="/desk/", facts=[("Ink", "black")]
    )


def _act(ctx: Ctx, object_id: TypeID, params: dict[str, Any]) -> None:
    ctx.require(PERMISSION)
    assert ctx.actor.permissions == {PERMISSION}
    bump(ctx, "tests.pressed")
    ctx.audit("tests.pressed", object_id, after=params)


@pytest.fixture(autouse=True)
def press() -> Iterator[None]:
    declare_action(KIND, "Press", PERMISSION, _describe, _act)
    yield
    del ACTIONS[KIND]


@pytest.fixture
def link(work: Callable[[str], Any], cast: Cast) -> str:
    return _issue(work, cast)


def _issue(work: Callable[[str], Any], cast: Cast, name: str = "nora", **more: Any) -> str:
    with work("system") as ctx:
        address = issue_link(ctx, KIND, OBJECT, user_id=cast[name].user_id, email=cast[name].email, params={"ink": "black"}, **more)
    return address.removeprefix(ctx.settings.url)


def _pressed(database: Database) -> int:
    with database.reading(SYSTEM) as ctx:
        return int(read_value(ctx, "tests.pressed") or 0)


def _form(client: FlaskClient, link: str) -> dict[str, str]:
    page = client.get(link)
    assert page.status_code == 200, page.text
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page.text)
    assert found is not None
    return {"shown": found[1]}


def test_the_page_says_what_and_as_whom_and_one_post_does_it(app: Flask, database: Database, cast: Cast, link: str) -> None:
    client = app.test_client()
    page = client.get(link)
    assert all(words in page.text for words in ("Press?", "One more sheet.", "Nora", "Velorin Energy", "Press it"))
    answer = client.post(link, data=_form(client, link))
    assert (answer.status_code, _pressed(database)) == (200, 1)
    assert "Pressed." in answer.text
    with database.reading(SYSTEM) as ctx:
        actors = {entry.action: entry.actor_id for entry in ctx.session.scalars(select(AuditEntry))}
    assert str(actors["tests.pressed"]) == str(cast["nora"].user_id)
    assert {"core.signed_action.issued", "core.signed_action.used"} <= actors.keys()


def test_looking_never_acts_however_often(app: Flask, database: Database, link: str) -> None:
    """Mail scanners and previews open every link, some many times, some with HEAD."""
    client = app.test_client()
    before = _rows(database)
    for _number in range(100):
        assert client.get(link, headers={"Purpose": "prefetch", "User-Agent": "mail-scanner"}).status_code == 200
    assert client.head(link).status_code == 200
    assert client.options(link).status_code == 200
    assert client.put(link).status_code == 405
    assert (_pressed(database), _rows(database)) == (0, before)
    assert client.post(link, data=_form(client, link)).status_code == 200


def _rows(database: Database) -> list[Any]:
    with database.reading(SYSTEM) as ctx:
        links = [(row.id, row.used_at, row.revoked_at) for row in ctx.session.scalars(select(SignedAction))]
        return [links, ctx.session.scalar(text("SELECT count(*) FROM core_audit")), ctx.session.scalar(text("SELECT count(*) FROM core_job"))]


def test_no_answer_sets_a_cookie_is_kept_or_tells_where_it_came_from(app: Flask, link: str) -> None:
    client = app.test_client()
    form = _form(client, link)
    for answer in (client.get(link), client.post(link, data=form), client.get(link), client.get("/s/a/nonsense")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
        assert "<script" not in answer.text


def test_only_the_hash_is_kept(database: Database, link: str) -> None:
    token = link.rpartition("/")[2]
    with database.reading(SYSTEM) as ctx:
        rows = ctx.session.execute(select(SignedAction.__table__)).all()
    assert len(rows) == 1
    assert token not in repr(rows)


def test_every_link_that_does_not_work_gets_the_same_answer(
    app: Flask, database: Database, work: Callable[[str], Any], cast: Cast, clock: FixedClock
) -> None:
    """Used, expired, withdrawn, cut off, of another purpose, endless, invented: nothing is learnt from trying."""
    client = app.test_client()
    used, revoked, expired = _issue(work, cast), _issue(work, cast), _issue(work, cast, hours=1)
    shown = _form(client, used)
    assert client.post(used, data=shown).status_code == 200
    with work("system") as ctx:
        row = ctx.session.scalars(select(SignedAction).where(SignedAction.used_at.is_(None)).order_by(SignedAction.id).limit(1)).one()
        row.revoked_at = ctx.now
    clock.move(timedelta(hours=2))
    foreign = sign(database.settings, "preview", {"object": str(OBJECT)})
    dead = [
        used,
        revoked,
        expired,
        used[:-1],
        used + "x",
        f"/s/a/{foreign}",
        "/s/a/" + "A" * 43,
        "/s/a/" + "x" * 5000,
        "/s/a/..%2f..%2fetc",
        "/s/a/%00%ff",
        "/s/a/a/b",
    ]
    answers = set()
    for address in dead:
        for answer in (client.get(address), client.post(address, data=shown), client.get(address, headers={"Accept": "application/json"})):
            assert answer.status_code == 410
            answers.add((answer.mimetype, re.sub(r"[0-9a-f]{16}", "", answer.text)))
    assert sorted(mimetype for mimetype, _body in answers) == ["application/problem+json", "text/html"]
    assert _pressed(database) == 1


def test_a_problem_document_for_programs(app: Flask) -> None:
    answer = app.test_client().get("/s/a/nothing", headers={"Accept": "application/json"})
    assert answer.json is not None
    assert (answer.json["type"], answer.json["status"]) == ("urn:channelpress:problem:link_over", 410)


def test_two_clicks_at_once_act_once(app: Flask, database: Database, work: Callable[[str], Any], cast: Cast) -> None:
    for number in range(1, 6):
        link = _issue(work, cast)
        form = _form(app.test_client(), link)
        with ThreadPoolExecutor(4) as people:
            codes = list(people.map(lambda _n, link=link, form=form: app.test_client().post(link, data=form).status_code, range(4)))
        assert sorted(codes) == [200, 410, 410, 410]
        assert _pressed(database) == number


def test_a_post_without_the_page_does_nothing(app: Flask, database: Database, link: str, work: Callable[[str], Any], cast: Cast) -> None:
    """What was not shown is not confirmed: not without the form, not with another link's, not from another site."""
    client = app.test_client()
    other = _form(client, _issue(work, cast))
    assert client.post(link).status_code == 409
    assert client.post(link, data=other).status_code == 409
    assert client.post(link, data=_form(client, link), headers={"Origin": "https://evil.example"}).status_code == 403
    assert _pressed(database) == 0
    assert client.post(link, data=_form(client, link), headers={"Origin": "null"}).status_code == 200


def test_what_changed_since_the_page_was_opened_is_shown_again(app: Flask, database: Database, link: str) -> None:
    client = app.test_client()
    form = _form(client, link)
    with database.unit_of_work(SYSTEM) as ctx:
        write_value(ctx, "tests.seen", "another amount")
    answer = client.post(link, data=form)
    assert (answer.status_code, _pressed(database)) == (409, 0)
    assert "has changed since" in answer.text
    assert client.post(link, data=_form(client, link)).status_code == 200


def test_a_refusal_leaves_the_link_unused(app: Flask, database: Database, link: str) -> None:
    client = app.test_client()
    form = _form(client, link)
    with database.unit_of_work(SYSTEM) as ctx:
        write_value(ctx, "tests.closed", True)
    for answer in (client.get(link), client.post(link, data=form)):
        assert answer.status_code == 409
        assert "The press is closed." in answer.text
    with database.unit_of_work(SYSTEM) as ctx:
        write_value(ctx, "tests.closed", False)
    assert client.post(link, data=form).status_code == 200


def test_who_left_or_lost_the_role_does_nothing_any_more(app: Flask, database: Database, work: Callable[[str], Any], cast: Cast) -> None:
    client = app.test_client()
    for column, value in (("active", False), ("role", "crm_reader")):
        link = _issue(work, cast)
        form = _form(client, link)
        with database.unit_of_work(SYSTEM) as ctx:
            person = ctx.session.get_one(User, cast["nora"].user_id)
            before = getattr(person, column)
            setattr(person, column, value)
        assert [client.get(link).status_code, client.post(link, data=form).status_code] == [403, 403]
        with database.unit_of_work(SYSTEM) as ctx:
            setattr(ctx.session.get_one(User, cast["nora"].user_id), column, before)
    assert _pressed(database) == 0


def test_a_thief_gets_one_deed_and_no_session(app: Flask, link: str) -> None:
    """Whoever holds a forwarded link can do its one deed as its person (ADR 0012); nothing else opens."""
    thief = app.test_client()
    assert thief.post(link, data=_form(thief, link)).status_code == 200
    for address in ("/desk/", "/desk/deals/", "/portal/"):
        assert thief.get(address).status_code == 303
        assert "/auth/sign-in" in thief.get(address).location
    assert thief.get_cookie("cp_session") is None
    assert thief.post(link, data={"shown": "0" * 64}).status_code == 410


def test_another_person_who_is_signed_in_is_told(client_as: Callable[[str], FlaskClient], database: Database, cast: Cast, link: str) -> None:
    cleo = client_as("cleo")
    page = cleo.get(link)
    assert "Cleo is signed in" in page.text
    assert cleo.post(link, data=_form(cleo, link)).status_code == 200
    with database.reading(SYSTEM) as ctx:
        assert ctx.session.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "tests.pressed")).all() == [cast["nora"].user_id]


def test_trying_links_is_slowed_down_and_old_ones_do_not_count(app: Flask, work: Callable[[str], Any], cast: Cast) -> None:
    client = app.test_client()
    link = _issue(work, cast)
    assert client.post(link, data=_form(client, link)).status_code == 200
    for _number in range(WRONG_LINKS + 1):
        assert client.get(link).status_code == 410
    fresh = _issue(work, cast)
    for number in range(WRONG_LINKS):
        assert client.get(f"/s/a/{number:043d}").status_code == 410
    answer = client.get(f"/s/a/{0:043d}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert client.get(fresh).status_code == 429


def test_links_are_withdrawn_by_what_they_are_about(database: Database, work: Callable[[str], Any], cast: Cast, app: Flask) -> None:
    first, second = _issue(work, cast), _issue(work, cast, "rita")
    with work("system") as ctx:
        assert revoke_links(ctx) == 0
        assert revoke_links(ctx, user_id=cast["nora"].user_id, object_id=OBJECT) == 1
        assert revoke_links(ctx, user_id=cast["nora"].user_id) == 0
    assert [app.test_client().get(first).status_code, app.test_client().get(second).status_code] == [410, 403]


def test_a_link_needs_a_person_and_an_end(work: Callable[[str], Any], cast: Cast) -> None:
    with work("system") as ctx:
        with pytest.raises(NotFound):
            issue_link(ctx, KIND, OBJECT, user_id=None, email="nobody@nowhere.example")
        with pytest.raises(ValueError, match="lives from"):
            issue_link(ctx, KIND, OBJECT, user_id=cast["nora"].user_id, email="", hours=24 * 365)
        with pytest.raises(ValueError, match="no such"):
            issue_link(ctx, "tests.unknown", OBJECT, user_id=cast["nora"].user_id, email="")
        assert issue_link(ctx, KIND, OBJECT, user_id=None, email=" NORA@velorin.example").startswith(ctx.settings.url + "/s/a/")


def test_old_links_are_forgotten(database: Database, work: Callable[[str], Any], cast: Cast, clock: FixedClock) -> None:
    _issue(work, cast)
    for days, left in ((20, 1), (20, 0), (0, 0)):
        clock.move(timedelta(days=days))
        with work("system") as ctx:
            forget_signed_actions(ctx)
        with database.reading(SYSTEM) as read:
            assert len(read.session.scalars(select(SignedAction)).all()) == left
