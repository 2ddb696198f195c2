"""Commands about the search index."""

from __future__ import annotations

import click

from core.database import Database


def _database() -> Database:
    from hub.cli import database_of, settings_of

    return database_of(settings_of())


@click.group("search")
def search_group() -> None:
    """The search index: it repeats what the rooms keep and can be built anew at any time."""


@search_group.command("rebuild")
def rebuild_index() -> None:
    """Build every document anew, in short transactions, while the hub runs."""
    from core.search import rebuild

    counts = rebuild(_database())
    for kind, number in counts.items():
        click.echo(f"{kind:<16} {number:>8}")
    click.echo(f"{'together':<16} {sum(counts.values()):>8}")


COMMANDS = (search_group,)
