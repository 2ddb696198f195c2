"""Command of the operator: stored decisions, taken again."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import click

from core.ctx import SYSTEM
from core.decisions import replay
from core.ids import TypeID

_MOST_LINES = 200


@click.command("replay")
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.option("--all", "everything", is_flag=True, help="Every stored decision.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Only decisions from this day or moment (UTC) on.")
def replay_command(ids: tuple[str, ...], everything: bool, since: datetime | None) -> None:
    """Take stored decisions again, each with its own rule and programme version; exit 1 when one differs."""
    if bool(ids) == everything:
        raise click.UsageError("name decisions (dcs_…), or say --all")
    try:
        wanted = [TypeID.parse(one, "dcs") for one in ids]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    from hub.cli import database_of, settings_of

    with database_of(settings_of()).reading(SYSTEM) as ctx:
        found = replay(ctx, wanted or None, since.replace(tzinfo=UTC) if since else None)
    for difference in found.differences[:_MOST_LINES]:
        click.echo(difference.line, err=True)
    more = len(found.differences) - _MOST_LINES
    if more > 0:
        click.echo(f"… and {more} more", err=True)
    click.echo(f"{found.count} decisions replayed, {len({one.decision_id for one in found.differences})} different")
    if found.differences:
        sys.exit(1)


COMMANDS: list[Any] = [replay_command]
