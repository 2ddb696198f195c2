"""Every store keeps the same promises: what was put is got, byte by byte; what fails says whether trying again can help."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from core.clock import FixedClock
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import NotFound, Unavailable
from core.jobs import JOBS, Job, JobStatus, job, run_until_idle
from core.settings import BadSettings, Settings, load_settings
from core.storage import FolderStore, StoredObject, get_object, put_object, store_for
from tests.engines import FaultingProxy, switch

Work = Callable[[str], AbstractContextManager[Ctx]]


def test_what_was_put_is_got_again(settings: Settings) -> None:
    store = store_for(settings)
    for content in (b"", b"x", os.urandom(3 * 2**20), bytes(range(256)) * 40):
        key = store.put(content)
        assert store.put(content) == key
        assert store.get(key) == content
    assert len(key) == 64


def test_what_is_not_there_is_not_found(settings: Settings) -> None:
    store = store_for(settings)
    key = store.put(b"gone soon")
    store.delete(key)
    store.delete(key)
    for missing in (key, "0" * 64, "", "../../secret", "A" * 64, "g" * 64, f"{key}/x"):
        with pytest.raises(NotFound):
            store.get(missing)


def test_many_at_once_put_the_same_bytes(settings: Settings) -> None:
    content = os.urandom(200_000)
    with ThreadPoolExecutor(8) as hands:
        keys = set(hands.map(lambda _: store_for(settings).put(content), range(24)))
    assert len(keys) == 1
    assert store_for(settings).get(keys.pop()) == content


def test_two_transactions_that_store_the_same_picture_both_succeed(database: Database) -> None:
    with ThreadPoolExecutor(6) as hands:

        def put(_: int) -> str:
            with database.unit_of_work(SYSTEM) as ctx:
                return put_object(ctx, b"the same picture", "image/png").key

        assert len(set(hands.map(put, range(12)))) == 1
    with database.reading(SYSTEM) as ctx:
        assert len(ctx.session.scalars(select(StoredObject)).all()) == 1


@pytest.mark.parametrize("first", [True, False])
def test_the_same_bytes_in_public_and_in_private_are_two_objects(app: Flask, work: Work, first: bool) -> None:
    with work("system") as ctx:
        rows = {public: put_object(ctx, b"%PDF same bytes", "application/pdf", public=public) for public in (first, not first)}
        assert rows[True].key != rows[False].key
        assert [rows[public].public for public in (True, False)] == [True, False]
        assert get_object(ctx, rows[False].key)[1] == get_object(ctx, rows[True].key)[1] == b"%PDF same bytes"
    client = app.test_client()
    assert client.get(rows[True].path).data == b"%PDF same bytes"
    for extension in ("pdf", "png", "", "pdf.pdf"):
        assert client.get(f"/media/{rows[False].key}.{extension}").status_code == 404
    known = {"If-None-Match": f'"{rows[False].key}"'}
    assert client.get(rows[False].path, headers=known).status_code == 404, "not even whether it is there"


def test_a_reader_that_has_the_picture_costs_the_store_nothing(app: Flask, work: Work) -> None:
    with work("system") as ctx:
        row = put_object(ctx, b"picture", "image/png")
    store_for(app.extensions["channelpress"]["settings"]).delete(row.key)
    assert app.test_client().get(row.path, headers={"If-None-Match": f'"{row.key}"'}).status_code == 304


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_leaves_no_half_file_and_asks_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int) -> None:
    store = FolderStore(tmp_path / "objects")

    def full(_: int) -> None:
        raise OSError(fault, os.strerror(fault))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Unavailable):
            store.put(b"too much")
    assert [path for path in (tmp_path / "objects").rglob("*") if path.is_file()] == []
    assert store.get(store.put(b"too much")) == b"too much"


@pytest.fixture
def proxy() -> Iterator[FaultingProxy]:
    made = FaultingProxy(switch.servers().s3.port)
    yield made
    made.stop()


@pytest.fixture
def behind_the_proxy(settings: Settings, proxy: FaultingProxy) -> Settings:
    """The store of this run behind a proxy that a test can break; a folder cannot break like this."""
    if switch.ENGINES == "servers":
        return replace(settings, s3_endpoint=proxy.endpoint)
    environ = switch.servers().s3.environ("behind-the-proxy", proxy.endpoint)
    switch.servers().s3.bucket("behind-the-proxy")
    return load_settings(environ, data_dir=settings.data_dir, secret_key=settings.secret_key)


@pytest.mark.servers
def test_a_failing_service_is_unavailable_in_bounded_time_and_then_well_again(behind_the_proxy: Settings, proxy: FaultingProxy) -> None:
    store = store_for(behind_the_proxy)
    key = store.put(b"before")
    for breaking in (lambda: proxy.fail(500), lambda: proxy.fail(503), proxy.cut):
        breaking()
        began = time.monotonic()
        with pytest.raises(Unavailable):
            store.get(key)
        with pytest.raises(Unavailable):
            store.put(b"meanwhile")
        assert time.monotonic() - began < 15
        proxy.heal()
        assert store.get(key) == b"before"


@pytest.mark.servers
@pytest.mark.parametrize(("name", "value", "code"), [("s3_secret_key", "wrong", "SignatureDoesNotMatch"), ("s3_bucket", "nobody", "NoSuchBucket")])
def test_a_wrong_setting_is_told_apart_from_a_missing_object(behind_the_proxy: Settings, name: str, value: str, code: str) -> None:
    store = store_for(replace(behind_the_proxy, **{name: value}))
    for attempt in (lambda: store.put(b"x"), lambda: store.get("0" * 64)):
        with pytest.raises(Unavailable, match=code):
            attempt()


@pytest.mark.servers
def test_people_are_told_to_come_back_and_jobs_do(
    behind_the_proxy: Settings, proxy: FaultingProxy, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.app import create_flask

    monkeypatch.setattr(database, "settings", behind_the_proxy)

    @job("tests.store", retries=3)
    def keep(ctx: Ctx) -> None:
        put_object(ctx, b"from a job", "image/png")

    with database.unit_of_work(SYSTEM) as ctx:
        path = put_object(ctx, b"picture", "image/png").path
        ctx.enqueue(keep)
    proxy.fail(500)
    try:
        answer = create_flask(database).test_client().get(path)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Cache-Control" not in answer.headers or "public" not in answer.headers["Cache-Control"]
        assert "load the page again" in answer.text
        run_until_idle(database)
        proxy.heal()
        with database.reading(SYSTEM) as ctx:
            assert ctx.session.scalars(select(Job.status).where(Job.name == "tests.store")).one() is JobStatus.QUEUED
    finally:
        proxy.heal()
    clock.move(timedelta(hours=2))
    assert run_until_idle(database) == 1
    del JOBS["tests.store"]
    with database.reading(SYSTEM) as ctx:
        assert len(ctx.session.scalars(select(StoredObject)).all()) == 2


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"CHANNELPRESS_OBJECT_STORE": "ftp"}, "OBJECT_STORE"),
        ({"CHANNELPRESS_OBJECT_STORE": "s3"}, "S3_BUCKET"),
        ({"CHANNELPRESS_S3_ACCESS_KEY": "only"}, "S3_SECRET_KEY"),
        ({"CHANNELPRESS_S3_ENDPOINT": "minio:9000"}, "S3_ENDPOINT"),
        ({"CHANNELPRESS_DATABASE_URL": "mysql://localhost/hub"}, "DATABASE_URL"),
        ({"CHANNELPRESS_DATABASE_URL": "postgresql://localhost/hub"}, r"postgresql\+psycopg"),
        ({"CHANNELPRESS_BROKER_URL": "kafka://localhost"}, "BROKER_URL"),
        ({"CHANNELPRESS_DATABASE_POOL": "0"}, "DATABASE_POOL"),
    ],
)
def test_an_engine_that_cannot_work_stops_the_start_and_is_named(environ: dict[str, str], named: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=named):
        load_settings({"DATA_DIR": str(tmp_path), **environ})
