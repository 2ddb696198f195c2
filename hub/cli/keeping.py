"""Commands of the operator: clock, audit, doctor."""

from __future__ import annotations

import json
import re
import sys
import time
from datetime import date, datetime, timedelta
from typing import Any, TextIO

import click

from core.clock import wall_now
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.jobs import wake_schedules
from core.kv import read_value, write_value

#: Seconds after which every process has asked for the offset again (OffsetClock).
SEEN_BY_ALL = 1.2
_STEP = re.compile(r"([+-])(\d{1,6})([smhdw])\Z")
_UNIT = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _database() -> Database:
    from hub.cli import database_of, settings_of

    return database_of(settings_of())


@click.command("clock", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("move", required=False)
def clock(move: str | None) -> None:
    """Show the hub's clock, or move it: +14d, -2h, or `reset`. Demo installations only."""
    from hub.app import CLOCK_OFFSET

    database = _database()
    if move and not database.settings.demo:
        raise click.UsageError("only a demo installation has a movable clock (CHANNELPRESS_DEMO=1)")
    with database.unit_of_work(SYSTEM) as ctx:
        offset = float(read_value(ctx, CLOCK_OFFSET) or 0)
        if move:
            offset = 0.0 if move == "reset" else offset + _seconds(move)
            write_value(ctx, CLOCK_OFFSET, offset)
            ctx.audit("hub.clock.moved", "clock", after={"offset_seconds": offset})
    if move:
        time.sleep(SEEN_BY_ALL)
        with database.unit_of_work(SYSTEM) as ctx:
            wake_schedules(ctx)
    now = wall_now() + timedelta(seconds=offset)
    click.echo(f"{now.astimezone(database.clock.zone):%Y-%m-%d %H:%M:%S %Z} ({offset / 86400:+.2f} days from the machine's time)")


def _seconds(move: str) -> float:
    match = _STEP.match(move)
    if match is None:
        raise click.UsageError(f"{move!r} is no step in time; write for example +14d, -2h or reset")
    step = timedelta(**{_UNIT[match[3]]: int(match[2])}).total_seconds()
    if step > 3700 * 86400:
        raise click.UsageError("at most ten years in one step")
    return -step if match[1] == "-" else step


@click.group("audit")
def audit() -> None:
    """The audit log: who did what, when and why, in a chain that shows tampering."""


@audit.command("verify")
@click.option("--head", type=click.File(), help="File with heads that were kept elsewhere: the chain must still contain them.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Look at this sealed day only.")
def verify_command(head: TextIO | None, day: datetime | None) -> None:
    """Recompute the audit chain and its sealed days; exit 1 and the first bad entry when it does not hold."""
    from core.audit import check_anchors, read_anchors, verify

    database = _database()
    if day is not None:
        _verify_day(database, day.date())
        return
    anchors = read_anchors(head.read()) if head else []
    report = verify(database)
    click.echo(f"{report.entries} entries chained, {report.unsealed} waiting for the sealer")
    found = report.first_bad or check_anchors(database, anchors)
    if found:
        click.echo(f"The chain does not hold: {found}", err=True)
        sys.exit(1)
    click.echo("The chain holds." if not anchors else f"The chain holds and contains all {len(anchors)} kept heads.")


def _verify_day(database: Database, day: date) -> None:
    from core.audit import verify_day

    report = verify_day(database, day)
    if report.first_bad:
        click.echo(f"The day {day} does not hold: {report.first_bad}", err=True)
        sys.exit(1)
    click.echo(f"The day {day} holds: {report.entries} entries in {report.records} sealed record(s).")


@audit.command("proof")
@click.argument("entry_id")
def proof_command(entry_id: str) -> None:
    """Print the proof of one entry (aud_…): its day's signed root and the path to it, as JSON for `audit check`."""
    from core.audit import proof_of

    try:
        wanted = TypeID.parse(entry_id, "aud")
    except ValueError:
        raise click.UsageError(f"{entry_id!r} is no id of an audit entry; write aud_…") from None
    with _database().reading(SYSTEM) as ctx:
        click.echo(json.dumps(proof_of(ctx, wanted), ensure_ascii=False, indent=1))


@audit.command("check")
@click.argument("proof", type=click.File(encoding="utf-8"))
@click.option("--fingerprint", help="Fingerprint of the hub's key, as it was told to you another way; compared.")
def check_command(proof: TextIO, fingerprint: str | None) -> None:
    """Check a proof of an entry. Needs no database and no network; any copy of this program can do it."""
    from core.audit import check_proof

    told, found = check_proof(proof.read())
    if fingerprint and fingerprint.lower() != found:
        click.echo(f"The proof holds, but under another key: {found}", err=True)
        sys.exit(1)
    click.echo(f"The proof holds: {told}.\nSigned with the key {found}")


@audit.command("head")
def head_command() -> None:
    """Print the signed head of the chain as one line of JSON, to be kept where nobody of this machine can write.

    Append one every night; `audit verify --head FILE` compares.
    """
    from core.audit import anchor_of

    click.echo(anchor_of(_database()).line())


@audit.command("adopt")
@click.option("--reason", required=True, help="Why; it stands in the audit log.")
def adopt_command(reason: str) -> None:
    """Go on with a chain whose secret was lost. Stop the hub first; the hashes have to hold."""
    from core.audit import adopt

    with _database().unit_of_work(SYSTEM) as ctx:
        click.echo(f"Adopted {adopt(ctx, reason)} entries. What was adopted is held by its hashes alone; keep a head elsewhere.")


@click.command("doctor")
def doctor() -> None:
    """Check this installation and say what to fix; exit 1 when something needs fixing."""
    from hub.doctor import examine

    findings = examine(_database())
    for finding in findings:
        mark = {"ok": "✓", "warn": "!", "bad": "✗"}[finding.level]
        click.echo(f"{mark} {finding.what}" + (f"\n    {finding.fix}" if finding.fix else ""), err=finding.level == "bad")
    if any(finding.level == "bad" for finding in findings):
        sys.exit(1)


COMMANDS: list[Any] = [clock, audit, doctor]
