"""The second lock: what the application's own database user sees on a raw connection (issue, line 4; A-05, law L5)."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from statistics import median
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import rls
from core.accounts import User
from core.ctx import Ctx
from core.database import Base, Database
from tests.conftest import Cast
from tests.engines import switch
from tests.engines.postgres import _tool
from tests.house.conftest import Records, kestrels  # noqa: F401 - the fixture

Work = Callable[[str], AbstractContextManager[Ctx]]
on_servers = pytest.mark.skipif(switch.ENGINES != "servers", reason="row-level security is PostgreSQL's")
#: Columns that name a partner under another name; their tables must be locked as well.
NAMES_A_PARTNER = {"partner_id", "about_partner_id"}


@pytest.fixture
def raw(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """As the hub's own user, past every line of our code."""
    connection = switch.servers().postgres.connect("suite", "hub")
    yield connection
    connection.close()


def _bound(connection: psycopg.Connection[Any], partner_id: Any) -> None:
    connection.execute(
        "SELECT set_config('channelpress.scope', 'partner', true), set_config('channelpress.partner_id', %s, true),"
        " set_config('channelpress.partner', %s, true)",
        [str(partner_id.uuid), str(partner_id)],
    )


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


def _of_partner(table: str) -> list[str]:
    return [column.name for column in Base.metadata.tables[table].columns if column.name in NAMES_A_PARTNER]


def test_every_table_that_names_a_partner_is_locked(database: Database) -> None:
    named = {name for name in Base.metadata.tables if _of_partner(name)}
    assert named - set(rls.locked_tables()) == set()
    assert {"partners_partner", "core_user", "core_organization", "core_outbox", "core_session"} <= set(rls.locked_tables())


@on_servers
@pytest.mark.usefixtures("kestrels")
def test_who_says_nothing_sees_nothing(raw: psycopg.Connection[Any]) -> None:
    assert {table: _count(raw, table) for table in rls.locked_tables() if _count(raw, table)} == {}
    with switch.servers().postgres.connect("suite") as all_of_it:
        full = {table for table in rls.locked_tables() if _count(all_of_it, table)}
    assert len(full) > 15, "the test would prove nothing on empty tables"


@on_servers
@pytest.mark.usefixtures("kestrels")
def test_a_rival_reads_changes_and_adds_nothing(raw: psycopg.Connection[Any], cast: Cast) -> None:
    kestrel, rival = cast["pia"].partner_id, cast["zed"].partner_id
    assert kestrel and rival
    tried = 0
    with switch.servers().postgres.connect("suite") as all_of_it:
        for table in rls.locked_tables():
            for column in _of_partner(table):
                value = str(kestrel if column == "partner_id" and table == "core_audit" else kestrel.uuid)
                tried += _tries(raw, all_of_it, table, column, value, rival)
    assert tried > 12


def _tries(raw: psycopg.Connection[Any], all_of_it: psycopg.Connection[Any], table: str, column: str, value: str, rival: Any) -> int:
    """Read, change, take over, delete, add, for one table; 1 when there was a row to try it on."""
    names = {"t": sql.Identifier(table), "c": sql.Identifier(column)}
    there = all_of_it.execute(sql.SQL("SELECT count(*) FROM {t} WHERE {c} = %s").format(**names), [value]).fetchone()
    with raw.transaction(force_rollback=True):
        _bound(raw, rival)
        seen = raw.execute(sql.SQL("SELECT count(*) FROM {t} WHERE {c} = %s").format(**names), [value]).fetchone()
        assert seen == (0,), table
        assert raw.execute(sql.SQL("UPDATE {t} SET {c} = {c} WHERE {c} = %s").format(**names), [value]).rowcount == 0, table
        assert raw.execute(sql.SQL("DELETE FROM {t} WHERE {c} = %s").format(**names), [value]).rowcount == 0, table
    row = all_of_it.execute(sql.SQL("SELECT * FROM {t} WHERE {c} = %s LIMIT 1").format(**names), [value])
    found = row.fetchone()
    if found is None or table in _MAY_BE_TOLD:
        return int(there != (0,))
    columns = sql.SQL(", ").join(sql.Identifier(part.name) for part in row.description or ())
    copied = sql.SQL("INSERT INTO {t} ({columns}) SELECT (json_populate_record(NULL::{t}, %s)).*").format(columns=columns, **names)
    as_json = all_of_it.execute(sql.SQL("SELECT to_json(x) FROM {t} x WHERE {c} = %s LIMIT 1").format(**names), [value]).fetchone()
    assert as_json is not None
    told = psycopg.types.json.Json(as_json[0])
    refused = _refusal(raw, rival, copied, told)
    by_trigger = isinstance(refused, psycopg.errors.RaiseException) and table in ("mdf_ledger_entry", "mdf_evidence_item")
    assert by_trigger or isinstance(refused, psycopg.errors.InsufficientPrivilege), (table, refused)
    return 1


def _refusal(raw: psycopg.Connection[Any], rival: Any, statement: sql.Composed, told: Any) -> psycopg.Error | None:
    try:
        with raw.transaction(force_rollback=True):
            _bound(raw, rival)
            raw.execute(statement, [told])
    except psycopg.Error as error:
        return error
    return None


#: A partner's own work may leave a word for others here, and never reads it again.
_MAY_BE_TOLD = {name for name, rights in rls._LOCKED.items() if rights.adds}


@on_servers
@pytest.mark.usefixtures("kestrels")
def test_the_owner_sees_its_own(raw: psycopg.Connection[Any], cast: Cast) -> None:
    """Without this a lock that hides everything from everybody would pass."""
    assert cast["pia"].partner_id
    with raw.transaction():
        _bound(raw, cast["pia"].partner_id)
        seen = {table for table in rls.locked_tables() if _count(raw, table)}
        assert _count(raw, "partners_partner") == 1
    assert {"engagement_lead", "deals_registration", "mdf_request", "syndication_placement", "core_audit", "core_user"} <= seen


@on_servers
def test_a_pooled_connection_carries_nothing_on(database: Database, cast: Cast) -> None:
    """As behind pgbouncer: one server connection, taken by one person after the other."""
    seen = []
    for name in ("pia", "nora", "zed", "rita", "pia"):
        with database.reading(cast[name]) as ctx:
            seen.append(len(ctx.session.scalars(select(User.id)).all()))
        with database.engine.connect() as connection:
            told = connection.exec_driver_sql("SELECT current_setting('channelpress.scope', true), count(*) FROM core_user GROUP BY 1").all()
        assert told == [], "the setting outlived its transaction"
    assert seen == [7, 8, 6, 8, 7]


@on_servers
def test_a_session_nobody_bound_sees_nothing(database: Database, cast: Cast) -> None:
    with Session(database.engine) as session:
        assert session.scalars(select(User.id)).all() == []


@on_servers
def test_a_savepoint_that_rolls_back_keeps_the_scope(work: Work, cast: Cast) -> None:
    with work("pia") as ctx:
        before = len(ctx.session.scalars(select(User.id)).all())
        nested = ctx.session.begin_nested()
        ctx.session.scalars(select(User.id)).all()
        nested.rollback()
        assert len(ctx.session.scalars(select(User.id)).all()) == before


def test_a_door_that_reads_refuses_to_write(work: Work, cast: Cast) -> None:
    through = rls.door("tests.reads", "This test.")
    try:
        with work("pia") as ctx:
            own = ctx.session.get_one(User, cast["pia"].user_id)
            with rls.seeing_all(ctx.session, through):
                everybody = len(ctx.session.scalars(select(User.id)).all())
                own.name = "Somebody else"
                with pytest.raises(RuntimeError, match="for reading"):
                    ctx.session.flush()
            own.name = "Pia"
            assert everybody == len(cast.people)
            if switch.ENGINES == "servers":
                assert len(ctx.session.scalars(select(User.id)).all()) < everybody
    finally:
        del rls.DOORS["tests.reads"]


@on_servers
def test_the_migrated_locks_are_those_of_the_models(database: Database, tmp_path: Any) -> None:
    from core.migrate import migrate
    from core.settings import load_settings

    cluster = switch.servers().postgres
    name = cluster.create()
    migrated = Database(load_settings({"CHANNELPRESS_DATABASE_URL": cluster.url(name)}, data_dir=tmp_path, secret_key="s" * 40))
    try:
        migrate(migrated)
        assert _policies(name) == _policies("suite")
    finally:
        migrated.dispose()
        cluster.drop(name)


def _policies(name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    with switch.servers().postgres.connect(name) as connection:
        for table, *rest in connection.execute("SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2").fetchall():
            found.setdefault(table, []).append(rest)
        forced = connection.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1").fetchall()
    found["forced"] = forced
    return found


@on_servers
@pytest.mark.usefixtures("kestrels")
def test_a_dump_of_the_hubs_own_user_is_whole_when_it_says_so() -> None:
    """As docs/operators.md tells it; without the setting pg_dump refuses rather than leave rows out."""
    cluster = switch.servers().postgres
    command = [_tool("pg_dump"), "-h", "127.0.0.1", "-p", str(cluster.port), "-U", "hub", "--data-only", "-t", "engagement_lead", "suite"]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "row-level security" in refused.stderr
    environ = {**os.environ, "PGOPTIONS": "-c channelpress.scope=all"}
    dumped = subprocess.run([*command[:-1], "--enable-row-security", "suite"], capture_output=True, text=True, env=environ)
    assert dumped.returncode == 0, dumped.stderr
    assert "Kestrel-only words" in dumped.stdout


@on_servers
def test_what_the_lock_costs(database: Database, cast: Cast) -> None:
    """The same read as the owner with the policy and as the superuser without, as a ratio: printed, and far from a multiple."""
    partner = cast["pia"].partner_id
    assert partner
    cluster, query = switch.servers().postgres, "SELECT count(*) FROM core_audit WHERE partner_id = %s"
    with cluster.connect("suite") as free, cluster.connect("suite", "hub") as locked:
        locked.autocommit = False
        _bound(locked, partner)
        times = {"free": [], "locked": []}  # type: dict[str, list[float]]
        for _round in range(300):
            for name, connection in (("free", free), ("locked", locked)):
                begun = time.perf_counter()
                connection.execute(query, [str(partner)]).fetchone()
                times[name].append(time.perf_counter() - begun)
    ratio = median(times["locked"]) / median(times["free"])
    print(f"one indexed read: {ratio:.2f} times the read without row-level security")
    assert ratio < 5
