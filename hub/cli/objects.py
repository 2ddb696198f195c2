"""Commands of the object store: collect what nothing names, verify what is there."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

import click

from core.database import Database


def _database() -> Database:
    from hub.cli import database_of, settings_of

    return database_of(settings_of())


@click.group("objects")
def objects() -> None:
    """Pictures, banners and documents: the bytes behind the records."""


@objects.command("collect")
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--older-than", default=48, show_default=True, help="Hours since an object was last put; younger ones stay.")
def collect_command(dry_run: bool, older_than: int) -> None:
    """Remove objects that no record names; the hub may run meanwhile. It does so itself once a week."""
    from core.storage import collect

    if older_than < 1:
        raise click.UsageError("at least one hour: who names an object may not have committed yet")
    done = collect(_database(), older_than=timedelta(hours=older_than), dry_run=dry_run)
    verb = "would be removed" if dry_run else "removed"
    click.echo(f"{done.looked} objects looked at, {done.removed} {verb} ({done.bytes} bytes, {done.strays} of them without a row)")


@objects.command("verify")
@click.option("--limit", default=0, help="Look at so many objects only; 0: all.")
@click.option("--resume", is_flag=True, help="Go on where the last run stopped.")
def verify_command(limit: int, resume: bool) -> None:
    """Read and hash objects; exit 1 and every fault when one is missing or has other bytes than its key says."""
    from core.storage import verify_objects

    report = verify_objects(_database(), limit=limit, resume=resume)
    for fault in report.faults:
        click.echo(fault, err=True)
    more = f"; `--resume` goes on after {report.next_key[:8]}…" if report.next_key else ""
    strays = f", {report.strays} without a row (the collection removes them)" if report.strays else ""
    click.echo(f"{report.looked} of {report.total} objects read ({report.bytes} bytes), {len(report.faults)} faults{strays}{more}")
    if report.faults:
        sys.exit(1)


COMMANDS: list[Any] = [objects]
