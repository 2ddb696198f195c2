"""Metrics: counted by route and never by path, of all processes together, and read by nobody from outside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from core.database import Database
from core.metrics import as_markdown
from core.metrics.observing import MOST_VALUES, bounded
from hub.app import create_flask

ROOT = Path(__file__).resolve().parents[2]


def _value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([0-9.e+-]+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_requests_are_counted_by_route_not_by_path(app: Flask, client_as: Callable[[str], FlaskClient]) -> None:
    nora = client_as("nora")
    counted = 'channelpress_requests_total{face="desk",method="GET",route="/desk/",status="2xx"}'
    before = _value(nora.get("/metrics").text, counted)
    nora.get("/desk/?q=zenobia")
    nora.get("/no/such/place/zenobia")
    text = nora.get("/metrics").text
    assert _value(text, counted) == before + 1
    assert 'route="(no route)"' in text
    assert "zenobia" not in text
    for name in (
        "channelpress_outbox_lag_seconds",
        "channelpress_spool_bytes",
        "channelpress_audit_unsealed",
        "channelpress_database_up",
        "channelpress_breakers",
    ):
        assert re.search(rf"^{name}[ {{]", text, re.MULTILINE), name


def test_nobody_from_outside_reads_them(app: Flask, database: Database) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    behind = _with(database, public_url="https://hub.example")
    assert behind.get("/metrics").status_code == 404
    guarded = _with(database, public_url="https://hub.example", metrics_token="t" * 20)
    assert guarded.get("/metrics").status_code == 401
    assert guarded.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert guarded.get("/metrics", headers={"Authorization": "Bearer " + "t" * 20}).status_code == 200


def _with(database: Database, **settings: object) -> FlaskClient:
    settings_then, database.settings = database.settings, replace(database.settings, **settings)  # type: ignore[arg-type]
    client = create_flask(database).test_client()
    assert settings_then
    return client


def test_a_label_has_an_end() -> None:
    found = {bounded("tests", str(number)) for number in range(MOST_VALUES + 50)}
    assert len(found) == MOST_VALUES + 1
    assert "other" in found


_COUNT = """
from core.metrics import observe_job
for number in range(7):
    observe_job("tests.counted", "done", 0.1)
"""
_READ = """
from core.database import Database
from core.metrics import exposition
from core.settings import load_settings
import core.tables, sys
from pathlib import Path
print(exposition(Database(load_settings({}, data_dir=Path(sys.argv[1])))).decode())
"""


def test_processes_count_together_also_when_one_has_ended(tmp_path: Path) -> None:
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"), "PYTHONPATH": str(ROOT)}
    (tmp_path / "metrics").mkdir()
    for _ in range(3):
        subprocess.run([sys.executable, "-c", _COUNT], env=environ, check=True, cwd=ROOT)
    told = subprocess.run([sys.executable, "-c", _READ, str(tmp_path)], env=environ, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    assert _value(told, 'channelpress_jobs_total{kind="tests.counted",outcome="done"}') == 21
    assert "channelpress_database_up 0.0" in told, "a database without tables costs its gauges, not the counters"


def test_the_table_in_the_docs_is_fresh() -> None:
    from hub.rooms import registry

    registry()
    assert as_markdown() in (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8"), "python -m core.metrics > docs/metrics.md"
