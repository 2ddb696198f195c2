"""Command of the operator: build the tasks again."""

from __future__ import annotations

import click

from core.turns import rebuild


@click.group("turns")
def turns() -> None:
    """Tasks: whose turn it is, derived from the rooms' own state."""


@turns.command("rebuild")
def rebuild_turns() -> None:
    """Build every open task again. Who has taken one keeps it; running it twice changes nothing."""
    from hub.cli import database_of, settings_of

    changed = rebuild(database_of(settings_of()))
    for kind, count in sorted(changed.items()):
        click.echo(f"{kind}: {count} changed")
    click.echo("Every task is as the rooms say." if not sum(changed.values()) else f"{sum(changed.values())} tasks changed.")


COMMANDS = (turns,)
