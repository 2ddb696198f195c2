"""What an operator asks first: is this installation well, and if not, what do I do?"""

from __future__ import annotations

import shutil
import socket
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from core.audit import verify
from core.browser import find_browser
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.health import checks
from core.jobs import Job, JobStatus
from core.kv import read_value
from core.migrate import is_current
from engagement import sealable_until, sealed_until
from hub import engine_findings, mail_findings
from hub.cli.probing import ask
from hub.engine_findings import Finding

LOW_DISK = 500 * 2**20


def examine(database: Database) -> list[Finding]:
    """All checks, each giving at least one finding."""
    findings = [_folder(database), _disk(database)]
    try:
        findings += [*_data(database), *engine_findings.row_security(database)]
        if not any(one.level == "bad" for one in findings):
            findings += mail_findings.mail(database)
    except SQLAlchemyError as error:
        findings.append(
            Finding("bad", f"The database does not answer: {type(error).__name__}", "Check CHANNELPRESS_DATABASE_URL and that the server runs.")
        )
    findings += _checks(database)
    findings += [engine_findings.store(database.settings), engine_findings.doorbell(database.settings), _running(database), _browser()]
    return findings


def _folder(database: Database) -> Finding:
    folder = database.settings.data_dir
    probe = folder / ".doctor"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        return Finding(
            "bad", f"The data folder {folder} cannot be written: {error.strerror}", "Give this user the folder, or set DATA_DIR to another one."
        )
    return Finding("ok", f"The data folder {folder} can be written.")


def _disk(database: Database) -> Finding:
    free = shutil.disk_usage(database.settings.data_dir).free
    if free < LOW_DISK:
        advice = "Free some space; the collector answers 503 when the disk is full."
        return Finding("bad", f"Only {free // 2**20} MiB are free on the data folder's disk.", advice)
    return Finding("ok", f"{free // 2**30} GiB are free on the data folder's disk.")


def _data(database: Database) -> list[Finding]:
    with database.reading(SYSTEM) as ctx:
        if not is_current(ctx):
            return [Finding("bad", "The database schema is not up to date.", "Run `channelpress migrate`.")]
        dead = ctx.session.scalar(select(func.count()).select_from(Job).where(Job.status == JobStatus.DEAD)) or 0
        loaded = bool(read_value(ctx, "demo.loaded"))
        seals = _seals(ctx)
    findings = [Finding("ok", "The database schema is up to date."), seals]
    if dead:
        findings.append(Finding("warn", f"{dead} jobs have failed for good.", "Their last error stands in the table core_job."))
    if database.settings.demo and not loaded:
        findings.append(Finding("warn", "The demo world is not loaded.", "Run `channelpress demo`."))
    report = verify(database)
    if report.first_bad:
        advice = "Keep the database as it is and find out who had access."
        findings.append(Finding("bad", f"The audit chain does not hold: {report.first_bad}", advice))
    else:
        findings.append(Finding("ok", f"The audit chain holds ({report.entries} entries)."))
    return findings


def _checks(database: Database) -> list[Finding]:
    """What /readyz looks at and the findings above have not told already."""
    told = ("migrated", "demo_loaded", "disk_left", "object_store", "database")
    try:
        with database.reading(SYSTEM) as ctx:
            found = [check for check in checks(ctx) if check.name not in told]
    except SQLAlchemyError:
        return []
    levels = {"ok": "ok", "attention": "warn", "bad": "bad"}
    return [Finding(levels[check.state], f"{check.name}: {check.words}.", check.fix) for check in found]


def _running(database: Database) -> Finding:
    settings = database.settings
    status, body = ask(settings, "/readyz")
    if status == 200:
        return Finding("ok", f"The hub answers at {settings.url} and is ready.")
    if status:
        missing = ", ".join(name for name, good in body.items() if good is False and name != "ready")
        return Finding("bad", f"The hub answers but is not ready: {missing}.", "Look at its log; a worker and a scheduler must run.")
    with socket.socket() as probe:
        busy = probe.connect_ex((settings.bind, settings.port)) == 0
    if busy:
        return Finding("bad", f"Port {settings.port} is taken by another program.", "Start with another port: PORT=8100 make run.")
    return Finding("warn", f"The hub is not running on port {settings.port}.", "Start it with `make run`.")


def _browser() -> Finding:
    found = find_browser()
    if found:
        return Finding("ok", f"A browser for page pictures is installed ({found}).")
    advice = 'Claims say "picture not taken" without one; on Debian: apt-get install chromium.'
    return Finding("warn", "No Chromium is installed: pages of funded placements cannot be pictured.", advice)


def _seals(ctx: Ctx) -> Finding:
    """Sealing follows two days behind; further behind, nobody seals."""
    due, done = sealable_until(ctx), sealed_until(ctx)
    if done is None:
        return Finding("ok", "There are no days to seal yet.")
    if done < due - timedelta(days=1):
        return Finding("warn", f"Days are sealed until {done}, although {due} is due.", "A worker and a scheduler must run.")
    return Finding("ok", f"Every day until {done} is sealed.")
