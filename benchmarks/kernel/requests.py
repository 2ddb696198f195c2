"""A page, a signed-in page and a signed-in form, each as a ratio to a bare Flask view, with 1, 2 and 4 web processes."""

from __future__ import annotations

import hmac
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.feeds.serving import _family, _wait_for
from benchmarks.load import Measured, Target
from benchmarks.load import measure as measure_load
from core.accounts import OrganizationKind, add_organization, add_user
from core.accounts.services import begin_session
from core.ctx import SYSTEM
from core.migrate import migrate
from core.settings import load_settings
from hub.app import build_database, create_flask

ROOT = Path(__file__).resolve().parent.parent.parent
PROCESSES = (1, 2, 4)
PAGE, SIGNED_IN, FORM = "/auth/sign-in", "/desk/jobs/mine/", "/auth/language"


def measure(folder: Path, *, rounds: int, seconds: float, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """A row for each number of processes and each kind of request."""
    settings = load_settings({}, data_dir=folder)
    cookie, token, size = _sign_in(settings)
    form = f"language=en&next=/desk/jobs/mine/&csrf_token={token}".encode()
    head = (f"Cookie: cp_session={cookie}",)
    typed = ("Content-Type: application/x-www-form-urlencoded",)
    targets = [
        Target("bare GET", ("/bare",)),
        Target("bare POST", ("/bare",), typed, 303, form),
        Target("page", (PAGE,)),
        Target("signed-in GET", (SIGNED_IN,), head),
        Target("signed-in POST", (FORM,), (*head, *typed), 303, form),
    ]
    rows = []
    for number in PROCESSES:
        say(f"kernel: requests with {number} web processes")
        with _server(folder, number, size) as (port, pids):
            for target in targets:
                measure_load(port, target, seconds / 2, pids)
            seen: dict[str, list[Measured]] = {target.name: [] for target in targets}
            for _round in range(rounds):
                for target in targets:
                    seen[target.name].append(measure_load(port, target, seconds, pids))
        rows += [_row(number, name, ones, seen["bare POST" if "POST" in name else "bare GET"]) for name, ones in seen.items()]
    return rows


def _row(processes: int, name: str, ones: list[Measured], bare: list[Measured]) -> dict[str, Any]:
    rate, cpu = median(one.per_second for one in ones), median(one.cpu_us for one in ones)
    return {
        "processes": processes,
        "name": name,
        "requests_per_second": round(rate),
        "cpu_us": round(cpu),
        "rate_ratio": round(rate / median(one.per_second for one in bare), 3),
        "cpu_ratio": round(cpu / median(one.cpu_us for one in bare), 1),
    }


def _sign_in(settings: Any) -> tuple[str, str, int]:
    """A session's cookie, its form token, and how large the signed-in page is."""
    database = build_database(settings)
    migrate(database)
    with database.unit_of_work(SYSTEM) as ctx:
        vendor = add_organization(ctx, "Velorin Energy", OrganizationKind.VENDOR)
        user = add_user(ctx, vendor, email="nora@velorin.example", name="Nora", role="partner_manager", password="correct horse battery")
        cookie = begin_session(ctx, user.id, user.email, network="127.0.0.0")
    token = hmac.new(settings.secret_key.encode(), b"csrf:" + cookie.encode(), "sha256").hexdigest()
    client = create_flask(database).test_client()
    client.set_cookie("cp_session", cookie)
    answer = client.get(SIGNED_IN)
    assert answer.status_code == 200, answer.status
    database.dispose()
    return cookie, token, len(answer.data)


@contextmanager
def _server(data_dir: Path, processes: int, size: int) -> Iterator[tuple[int, list[int]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {"BENCH_DATA_DIR": str(data_dir), "BENCH_PORT": str(port), "BENCH_PAGE_BYTES": str(size)}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(processes), "--no-ws"]
    command += ["--blocking-threads", "4", "--backpressure", "256", "--log-level", "warning", "benchmarks.kernel.server:app"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(port, process)
        yield port, _family(process.pid)
    finally:
        process.terminate()
        process.wait(20)
