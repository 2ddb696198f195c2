"""Commands on content: import, publish, withdraw. They do what the desk does, through the same services."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from core.ctx import SYSTEM
from core.database import Database

#: What `import` prints before it only counts the rest; the whole report stands on the desk.
SHOWN_ISSUES = 40


def _database() -> Database:
    from hub.cli import database_of, settings_of

    return database_of(settings_of())


@click.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Exit 1 when a file could not be read.")
def import_command(path: Path, strict: bool) -> None:
    """Import PATH: a folder of Markdown and HTML, a ZIP of one, or an RSS, Atom or JSON Feed file.

    Running it again changes nothing that has not changed in the source. A broken file stops only itself.
    """
    from syndication.importing import ImportBatch, read_feed, read_folder, read_zip
    from syndication.services.imports import accept_pictures, import_batch, pictures_needed

    database = _database()
    with click.progressbar(length=1, label="Reading", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        batch: ImportBatch
        if path.is_dir():
            batch = read_folder(path, progress=progress)
        elif path.suffix.lower() == ".zip":
            batch = read_zip(path.read_bytes(), progress=progress)
        else:
            batch = read_feed(path.read_bytes(), path.name)
    with database.reading(SYSTEM) as ctx:
        needed = pictures_needed(ctx, batch)
    accepted = accept_pictures(batch, needed)
    with database.unit_of_work(SYSTEM) as ctx:
        run = import_batch(ctx, batch, path.name, accepted=accepted)
        counts, report = dict(run.counts), list(run.report)
    _print_report(counts, report)
    if strict and any(issue["severity"] == "error" for issue in report):
        sys.exit(1)


def _print_report(counts: dict[str, Any], report: list[dict[str, Any]]) -> None:
    click.echo(", ".join(f"{name} {number}" for name, number in counts.items()))
    for issue in report[:SHOWN_ISSUES]:
        place = issue["file"] + (f":{issue['line']}" if issue.get("line") else "")
        click.echo(f"{issue['severity']:<7} {place}: {issue['message']}", err=issue["severity"] == "error")
    if len(report) > SHOWN_ISSUES:
        click.echo(f"… and {len(report) - SHOWN_ISSUES} more; the desk shows the whole report.")


@click.command("publish")
@click.argument("asset")
@click.option("--to", "collections", multiple=True, required=True, help="Slug or id of a collection; may be given more than once.")
def publish(asset: str, collections: tuple[str, ...]) -> None:
    """Publish ASSET (id, slug or import key) to one or more collections."""
    from syndication import asset_by_key, collection_for, publish_asset

    with _database().unit_of_work(SYSTEM) as ctx:
        found = asset_by_key(ctx, asset)
        chosen = [collection_for(ctx, name) for name in collections]
        publish_asset(ctx, found.id, [collection.id for collection in chosen])
        names = ", ".join(collection.name for collection in chosen)
        click.echo(f"Published {found.slug} ({found.id}) to {names}.")


@click.command("withdraw")
@click.argument("asset")
@click.option("--reason", required=True, help="Why; it stands in the audit log.")
def withdraw(asset: str, reason: str) -> None:
    """Withdraw ASSET everywhere: feeds, widgets and pages lose it within seconds."""
    from syndication import asset_by_key, withdraw_asset

    with _database().unit_of_work(SYSTEM) as ctx:
        found = withdraw_asset(ctx, asset_by_key(ctx, asset).id, reason)
        click.echo(f"Withdrew {found.slug} ({found.id}).")


COMMANDS: list[Any] = [import_command, publish, withdraw]
