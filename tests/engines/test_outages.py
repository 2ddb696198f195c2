"""Two writers meet, or the database is away: people get a sentence and a second try, never a stack trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from core.clock import FixedClock
from core.conflicts import is_away, is_conflict
from core.ctx import SYSTEM
from core.database import Base, Database
from core.kv import KeyValue, bump, read_value, write_value
from core.permissions import ANYONE
from core.settings import load_settings
from core.web.blueprints import PublicBlueprint
from core.web.edge import ctx
from tests.conftest import MORNING
from tests.engines import Postgres

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, own_engines: object) -> Iterator[Postgres]:
    """A cluster that these tests may stop."""
    made = Postgres.started(tmp_path_factory.mktemp("cluster"))
    made.create("hub")
    yield made
    made.remove()


@pytest.fixture
def hub(postgres: Postgres, tmp_path: Path) -> Iterator[Database]:
    from hub.rooms import registry

    registry()
    settings = load_settings({"CHANNELPRESS_DATABASE_URL": postgres.url("hub")}, data_dir=tmp_path, secret_key="s" * 40)
    made = Database(settings, FixedClock(MORNING))
    Base.metadata.create_all(made.engine)
    postgres.empty("hub")
    yield made
    made.dispose()


@pytest.fixture
def meeting() -> Barrier:
    return Barrier(2, timeout=10)


@pytest.fixture
def app(hub: Database, meeting: Barrier) -> Flask:
    """The hub with three addresses more, where two requests are sure to meet."""
    from hub.app import create_flask

    bp = PublicBlueprint("meeting", __name__, url_prefix="/p")
    waited: set[str] = set()

    def meet(name: str) -> None:
        if name not in waited:  # the second try does not wait for anybody
            waited.add(name)
            meeting.wait()

    def crosswise(name: str) -> str:
        first, second = ("left", "right") if name == "one" else ("right", "left")
        bump(ctx(), first)
        meet(name)
        bump(ctx(), second)
        return "done"

    def the_same_key(name: str) -> str:
        if read_value(ctx(), "taken") is not None:
            return "taken"
        meet(name)
        ctx().session.add(KeyValue(key="taken", value=name))
        ctx().session.flush()
        return "mine"

    def never(name: str) -> str:
        ctx().session.add(KeyValue(key="never", value=name))
        ctx().session.flush()
        ctx().session.execute(text("INSERT INTO core_kv (key, value) VALUES ('never', '1')"))
        return "not reached"

    for view in (crosswise, the_same_key, never):
        bp.post(f"/meeting/{view.__name__}/<name>")(view)
        view.needs = ANYONE  # type: ignore[attr-defined]
    made = create_flask(hub)
    made.register_blueprint(bp)
    return made


def _both(app: Flask, view: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []

    def post(name: str) -> None:
        answer = app.test_client().post(f"/p/meeting/{view}/{name}")
        found.append((answer.status_code, answer.text))

    hands = [Thread(target=post, args=(name,)) for name in ("one", "two")]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return sorted(found)


def test_the_loser_of_a_deadlock_is_tried_once_more_and_both_count(app: Flask, hub: Database) -> None:
    with hub.unit_of_work(SYSTEM) as work:
        write_value(work, "left", 0)
        write_value(work, "right", 0)
    assert _both(app, "crosswise") == [(200, "done"), (200, "done")]
    with hub.reading(SYSTEM) as read:
        assert [read_value(read, side) for side in ("left", "right")] == [2, 2]


def test_the_loser_of_a_race_for_a_key_sees_what_the_winner_wrote(app: Flask, hub: Database) -> None:
    assert _both(app, "the_same_key") == [(200, "mine"), (200, "taken")]


def test_a_conflict_with_itself_ends_after_the_second_try(app: Flask, hub: Database) -> None:
    app.testing = False
    assert app.test_client().post("/p/meeting/never/x").status_code == 500
    with hub.reading(SYSTEM) as read:
        assert read.session.scalars(select(KeyValue.key)).all() == []


def test_without_its_database_every_page_says_so_and_comes_back(app: Flask, hub: Database, postgres: Postgres) -> None:
    client = app.test_client()
    assert client.get("/auth/sign-in").status_code == 200
    client.set_cookie("cp_session", "somebody")
    postgres.stop("immediate")
    try:
        for path in ("/auth/sign-in", "/portal/", "/desk/", "/p/kestrel/words", "/media/" + "0" * 64 + ".png"):
            answer = client.get(path)
            assert (path, answer.status_code) == (path, 503)
            assert "<h1" in answer.text
            assert "Traceback" not in answer.text
        assert client.post("/p/meeting/never/x", headers={"Accept": "application/json"}).json["status"] == 503
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
    finally:
        postgres.start()
    client.delete_cookie("cp_session")
    assert client.get("/auth/sign-in").status_code == 200


def test_what_is_a_conflict_and_what_is_an_outage(hub: Database, postgres: Postgres) -> None:
    def write_twice() -> None:
        with hub.unit_of_work(SYSTEM) as work:
            write_value(work, "k", 1)
            work.session.execute(text("INSERT INTO core_kv (key, value) VALUES ('k', '1')"))

    def lose_the_connection() -> None:
        with hub.unit_of_work(SYSTEM) as work:
            write_value(work, "k", 2)
            postgres.hang_up("hub")
            write_value(work, "k", 3)

    with pytest.raises(IntegrityError) as twice:
        write_twice()
    assert is_conflict(twice.value)
    assert not is_away(twice.value)
    with pytest.raises(OperationalError) as gone:
        lose_the_connection()
    assert is_away(gone.value)
    assert not is_conflict(gone.value)
