"""Whose turn it is, through the whole story of a deal and a claim: as tasks, as notices, for the right people only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from core.clock import FixedClock
from core.ctx import SYSTEM
from core.database import Database
from core.jobs import run_until_idle
from core.notices import Notice
from core.turns import Task, rebuild
from core.turns.refreshing import sweep_turns
from deals import DealAction, decide_registration
from deals.services.deciding import answer_question
from tests.conftest import Cast
from tests.deals.conftest import lead, programme, submit  # noqa: F401 - the stage of deals

SignIn = Callable[[str], FlaskClient]
Work = Callable[[str], Any]


def open_tasks(database: Database) -> list[tuple[str, str, str]]:
    """(kind, code, whose)."""
    with database.reading(SYSTEM) as ctx:
        rows = ctx.session.scalars(select(Task).where(Task.done_at.is_(None)).order_by(Task.kind, Task.code))
        return [(row.kind, row.code, "partner" if row.partner_id else "vendor") for row in rows]


def heard(database: Database, cast: Cast) -> dict[str, list[str]]:
    names = {str(actor.user_id): name for name, actor in cast.people.items()}
    found: dict[str, list[str]] = {}
    with database.reading(SYSTEM) as ctx:
        for row in ctx.session.scalars(select(Notice).order_by(Notice.id)):
            found.setdefault(names[str(row.user_id)], []).append(row.kind)
    return found


@pytest.fixture
def registered(database: Database, submit: Any) -> Any:  # noqa: F811
    row = submit("pia")
    run_until_idle(database)
    return row


def test_a_task_follows_the_turn(database: Database, work: Work, cast: Cast, registered: Any) -> None:
    assert open_tasks(database) == [("deals.registration", "decide", "vendor")]
    with work("nora") as ctx:
        decide_registration(ctx, registered.id, DealAction.ASK, reason="Who decides?")
    run_until_idle(database)
    assert open_tasks(database) == [("deals.registration", "answer", "partner")]
    with work("pia") as ctx:
        answer_question(ctx, registered.id, "Ada decides.")
    run_until_idle(database)
    assert open_tasks(database) == [("deals.registration", "decide", "vendor")]
    with work("nora") as ctx:
        decide_registration(ctx, registered.id, DealAction.APPROVE)
    run_until_idle(database)
    assert open_tasks(database) == []
    told = heard(database, cast)
    assert told["nora"] == ["deals.registration_submitted", "deals.registration_answered"]
    assert told["pia"] == ["deals.registration_asked", "deals.registration_decided"]
    assert not {"zed", "wim", "cleo", "rita"} & told.keys()


def test_time_alone_makes_a_task_and_the_sweep_finds_it_once(database: Database, work: Work, cast: Cast, registered: Any, clock: FixedClock) -> None:
    with work("nora") as ctx:
        decide_registration(ctx, registered.id, DealAction.APPROVE)
    run_until_idle(database)
    assert open_tasks(database) == []
    clock.move(timedelta(days=80))
    for _time in range(2):
        with database.unit_of_work(SYSTEM) as ctx:
            sweep_turns(ctx)
        run_until_idle(database)
    assert open_tasks(database) == [("deals.registration", "protection_ends", "partner")]


def test_tasks_are_built_again_from_nothing(database: Database, registered: Any) -> None:
    before = open_tasks(database)
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.execute(delete(Task))
    assert rebuild(database)["deals.registration"] == 1
    assert open_tasks(database) == before
    assert sum(rebuild(database).values()) == 0


def test_the_list_and_the_start_page_show_it_to_those_who_may(client_as: SignIn, registered: Any) -> None:
    for address in ("/desk/tasks/", "/desk/"):
        assert "Acme GmbH" in client_as("nora").get(address).text
        assert "Acme GmbH" not in client_as("rita").get(address).text.replace("Acme GmbH: ", "")
    for address in ("/portal/tasks/", "/portal/tasks/?view=unassigned", "/portal/me/notices/", "/portal/"):
        for name in ("zed", "pia"):
            assert "Acme GmbH" not in client_as(name).get(address).text


def test_taking_and_giving_back(client_as: SignIn, database: Database, registered: Any, cast: Cast) -> None:
    nora, zed, rita = client_as("nora"), client_as("zed"), client_as("rita")
    with database.reading(SYSTEM) as ctx:
        task = str(ctx.session.scalars(select(Task.id)).one())
    assert zed.post(f"/portal/tasks/{task}/take").status_code == 404
    assert rita.post(f"/desk/tasks/{task}/take").status_code == 404  # not within her permissions
    assert "Take it" in nora.get("/desk/tasks/").text
    assert nora.post(f"/desk/tasks/{task}/take", data={"view": "mine"}).status_code == 303
    page = nora.get("/desk/tasks/?view=mine").text
    assert "yours" in page
    assert "Give back" in page
    assert nora.post(f"/desk/tasks/{task}/give-back").status_code == 303
    assert nora.post(f"/desk/tasks/{task}/give-back").status_code == 409


def test_reading_ones_notices(client_as: SignIn, database: Database, work: Work, cast: Cast, registered: Any) -> None:
    nora, zed = client_as("nora"), client_as("zed")
    page = nora.get("/desk/me/notices/").text
    assert "Kestrel registered a deal with Acme GmbH" in page
    assert "1 unread" in page
    with database.reading(SYSTEM) as ctx:
        notice = str(ctx.session.scalars(select(Notice.id)).one())
    for verb in ("open", "read"):
        assert zed.post(f"/portal/me/notices/{notice}/{verb}").status_code == 404
    answer = nora.post(f"/desk/me/notices/{notice}/open")
    assert (answer.status_code, answer.location) == (303, f"/desk/deals/{registered.id}")
    assert "nothing new" in nora.get("/desk/").text
    assert "Nothing new." in nora.get("/desk/me/notices/?view=unread").text
    assert nora.post("/desk/me/notices/read", data={"up_to": notice}).status_code == 303


def test_choosing_what_reaches_one(client_as: SignIn, database: Database, work: Work, registered: Any) -> None:
    pia = client_as("pia")
    page = pia.get("/portal/me/notices/settings").text
    assert "mail:deals.registration_asked" in page
    assert "mail:deals.registration_submitted" not in page  # the vendor's
    assert "mail:mdf.claim_due" not in page  # may not be switched off
    assert pia.post("/portal/me/notices/settings", data={"mail:deals.registration_asked": "off", "language": "en"}).status_code == 303
    assert pia.post("/portal/me/notices/settings", data={"mail:deals.registration_asked": "pigeon"}).status_code == 422
    with work("nora") as ctx:
        decide_registration(ctx, registered.id, DealAction.ASK, reason="Who decides?")
    run_until_idle(database)
    assert "Nothing new." in pia.get("/portal/me/notices/?view=unread").text
