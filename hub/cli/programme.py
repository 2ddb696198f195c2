"""Commands on the programme file: show it, check one, publish one, compare versions, print its schema."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from core.ctx import SYSTEM
from core.database import Database
from core.programme.source import LARGEST_BYTES

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _database() -> Database:
    from hub.cli import database_of, settings_of

    return database_of(settings_of())


@click.group("programme")
def programme() -> None:
    """The programme file: tiers, deadlines, protection, proofs and answer times, as numbered versions."""


@programme.command("show")
@click.argument("version", required=False)
@click.option("--packaged", is_flag=True, help="The file that came with this release; needs no database.")
def show(version: str | None, packaged: bool) -> None:
    """Print VERSION as it was typed; without it the version in force."""
    from core.programme import packaged as first
    from core.programme import programme_of, programme_version
    from core.programme.printing import as_yaml
    from core.programme.queries import version_row
    from hub.rooms import registry

    registry()
    if packaged:
        click.echo(as_yaml(first()), nl=False)
        return
    with _database().reading(SYSTEM) as ctx:
        wanted = version or programme_of(ctx).version
        row = version_row(ctx, wanted)
        click.echo(row.text if row else as_yaml(programme_version(ctx, wanted)), nl=False)


@programme.command("schema")
def schema() -> None:
    """Print the JSON Schema of the file, for an editor that checks while you type."""
    from core.programme.printing import as_schema
    from hub.rooms import registry

    registry()
    click.echo(json.dumps(as_schema(), indent=2, ensure_ascii=False))


@programme.command("fields")
def fields() -> None:
    """Print every field with its default and meaning, as docs/programme.md has them."""
    from core.programme.documenting import fields_as_markdown
    from hub.rooms import registry

    registry()
    click.echo(fields_as_markdown(), nl=False)


@programme.command("check")
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Check FILE; needs no database. Exit 1 with one line for each mistake: FILE:LINE: field: what is wrong and what to do."""
    from core.programme.checking import check_text
    from hub.rooms import registry

    registry()
    problems = check_text(_text(file)).problems
    for one in problems:
        place = f" {one.path}:" if one.path else ""
        click.echo(f"{file}:{one.line}:{place} {one.sentence}", err=True)
    if problems:
        sys.exit(1)
    click.echo(f"{file}: no mistakes")


@programme.command("publish")
@click.argument("file", type=_FILE)
@click.option("--effective", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day, in the programme's time zone.")
@click.option("--note", default="", help="What it is about; partners read it.")
@click.option("--reason", default="", help="Needed when the day is less than 30 days away; partners read it.")
def publish(file: Path, effective: Any, note: str, reason: str) -> None:
    """Publish FILE as the next version. It is never changed again."""
    from core.programme.publishing import publish_text

    day: date = effective.date()
    with _database().unit_of_work(SYSTEM) as ctx:
        made = publish_text(ctx, _text(file), day, note, reason)
        click.echo(f"Version {made.number} holds from {day.isoformat()} on. sha256 {made.sha256}")


@programme.command("diff")
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str) -> None:
    """Print what is different between two versions, or between a version and a FILE."""
    from core.programme.differences import differences

    with _database().reading(SYSTEM) as ctx:
        for one in differences(_one(ctx, old), _one(ctx, new)):
            click.echo(f"{one.path}: {one.old or 'not listed'} -> {one.new or 'not listed'}")


def _one(ctx: Any, told: str) -> Any:
    from core.programme import programme_version
    from core.programme.checking import check_text

    if told.isdecimal() or not Path(told).is_file():
        return programme_version(ctx, told)
    checked = check_text(_text(Path(told)))
    if checked.programme is None:
        raise click.ClickException(f"{told} has mistakes; see `channelpress programme check {told}`")
    return checked.programme


def _text(file: Path) -> str:
    """No more of it than is looked at anyway."""
    with file.open("rb") as handle:
        return handle.read(LARGEST_BYTES + 1).decode("utf-8", "replace")


COMMANDS: list[Any] = [programme]
