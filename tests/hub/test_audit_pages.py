"""The audit log on the desk: found, opened, checked, taken along; nobody without the permission, nothing of a name in the chain."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from core.audit import AuditEntry, check_proof, history, readable, seal
from core.clock import FixedClock
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.ids import new_id
from tests.conftest import Cast

Work = Callable[[str], AbstractContextManager[Ctx]]
REASON = "Herr Müller asked for it on the telephone"


def _changed(work: Work, database: Database, clock: FixedClock) -> str:
    asset = new_id("ast")
    with work("nora") as ctx:
        ctx.audit(
            "tests.thing.changed", asset, before={"status": "open", "title": "Old title"}, after={"status": "closed", "title": "=1+1"}, reason=REASON
        )
    with database.unit_of_work(SYSTEM) as ctx:
        seal(ctx)
    clock.move(timedelta(days=1))
    with database.unit_of_work(SYSTEM) as ctx:
        seal(ctx)
    return str(asset)


def test_an_entry_is_found_opened_and_proven(client_as: Callable[[str], FlaskClient], work: Work, database: Database, clock: FixedClock) -> None:
    asset = _changed(work, database, clock)
    nora = client_as("nora")
    page = nora.get("/desk/governance/audit/", query_string={"who": "nora", "object": asset})
    assert page.status_code == 200
    assert "tests.thing.changed" in page.text
    assert f"Entries by “nora”, about {asset}" in page.text
    with database.reading(SYSTEM) as ctx:
        entry = history(ctx, asset)[0]
    shown = nora.get(f"/desk/governance/audit/{entry.id}")
    assert "This entry holds." in shown.text
    assert REASON in shown.text
    assert "<del>Old title</del>" in shown.text
    proof = nora.get(f"/desk/governance/audit/{entry.id}/proof.json")
    assert "entry 1 of" in check_proof(proof.text)[0] or "stands in the day" in check_proof(proof.text)[0]


def test_an_export_is_what_is_seen_without_formulas_and_is_an_entry_itself(
    client_as: Callable[[str], FlaskClient], work: Work, database: Database, clock: FixedClock
) -> None:
    asset = _changed(work, database, clock)
    nora = client_as("nora")
    lines = nora.get("/desk/governance/audit/entries.jsonl", query_string={"object": asset}).text.splitlines()
    assert [json.loads(line)["actor_name"] for line in lines] == ["Nora"]
    assert json.loads(lines[0])["after"] == {"status": "closed", "title": "=1+1"}
    table = nora.get("/desk/governance/audit/entries.csv", query_string={"object": asset}).text
    assert table.count("tests.thing.changed") == 1
    with database.reading(SYSTEM) as ctx:
        exports = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "core.audit.exported")).all()
        assert [entry.after["entries"] for entry in exports if entry.after] == [1, 1]


def test_the_name_that_an_export_asked_for_stays_out_of_the_chain(client_as: Callable[[str], FlaskClient], database: Database) -> None:
    client_as("nora").get("/desk/governance/audit/entries.csv", query_string={"who": "musterfrau", "action": "people"})
    with database.reading(SYSTEM) as ctx:
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "core.audit.exported")).one()
        assert "musterfrau" not in json.dumps([str(part) for part in entry.told()])
        assert readable(ctx, [entry])[0].after == {"format": "csv", "entries": 0, "by_name": "musterfrau", "by_action": "people"}


def test_only_who_may_read_it_does(client_as: Callable[[str], FlaskClient], work: Work, database: Database, clock: FixedClock) -> None:
    _changed(work, database, clock)
    for name in ("rita", "zed"):
        answer = client_as(name).get("/desk/governance/audit/")
        assert answer.status_code in (403, 404)
        assert REASON not in answer.text


def test_people_are_in_the_chain_by_their_id_only(work: Work, cast: Cast, database: Database) -> None:
    with work("nora") as ctx:
        ctx.audit(
            "tests.thing.changed", new_id("ast"), after={"contact_name": "petra", "phone": "0401234567", "n": 3}, reason="Petra Musterfrau called"
        )
    with database.reading(SYSTEM) as ctx:
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "tests.thing.changed")).one()
        told = json.dumps([str(part) for part in entry.told()])
        assert str(cast["nora"].user_id) in told
        for word in ("Nora", "petra", "Petra", "0401234567"):
            assert word not in told


def test_the_health_page_says_what_is_wrong_in_words(client_as: Callable[[str], FlaskClient]) -> None:
    page = client_as("nora").get("/desk/governance/health/")
    assert page.status_code == 200
    assert "Work in the background moves" in page.text
    assert client_as("zed").get("/desk/governance/health/").status_code in (403, 404)
