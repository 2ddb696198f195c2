"""Commands of whoever answers persons: a copy of their data, their erasure, and what retention would take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from core.ctx import SYSTEM
from core.database import Database
from core.errors import Unavailable


def _database() -> Database:
    from hub.cli import database_of, settings_of

    return database_of(settings_of())


@click.group("privacy")
def privacy() -> None:
    """Personal data: copies for persons, erasure, retention, the register of processing."""


@privacy.command("export")
@click.argument("email")
@click.option("--name", "names", multiple=True, help="A further name under which the person may stand in texts.")
@click.option("--locale", default="en", help="Language of the readable page.")
@click.option("--output", "-o", type=click.Path(path_type=Path), required=True, help="File to write; it must not exist.")
def export_command(email: str, names: tuple[str, ...], locale: str, output: Path) -> None:
    """Write everything about one person into a ZIP (JSON and a readable page)."""
    from core.privacy import find_person
    from core.privacy.exporting import packed_copy

    if output.exists():
        raise click.UsageError(f"{output} exists already")
    with _database().unit_of_work(SYSTEM) as ctx:
        content = packed_copy(ctx, find_person(ctx, emails=[email], names=names), locale)
        ctx.audit("core.privacy.copy_made", "command line", after={"bytes": len(content)})
    output.write_bytes(content)
    output.chmod(0o600)
    click.echo(f"Written: {output}")


@privacy.command("erase")
@click.argument("email")
@click.option("--name", "names", multiple=True, help="A further name under which the person may stand in texts.")
@click.option("--user", "user_id", default="", help="The account, when its address has changed.")
@click.option("--dry-run", is_flag=True, help="Only say what would be touched.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_command(email: str, names: tuple[str, ...], user_id: str, dry_run: bool, yes: bool) -> None:
    """Erase one person: facts keep a pseudonym, money and counts stay. Cannot be undone."""
    from core.privacy import find_person, plan_erasure, wipe_traces
    from core.privacy.models import RequestKind
    from core.privacy.requests import RequestDraft, carry_out, take_request

    database = _database()
    with database.unit_of_work(SYSTEM) as ctx:
        plan = plan_erasure(ctx, find_person(ctx, emails=[email], names=names, user_id=user_id))
        for where, count in sorted(plan.counts().items()):
            click.echo(f"{count:6} {where}")
        if not plan.counts():
            click.echo("Nothing about this person is stored.")
        if dry_run or not plan.counts():
            return
        if not yes:
            click.confirm("Erase? This cannot be undone.", abort=True)
        draft = RequestDraft(RequestKind.ERASURE, email, sorted({*names, *plan.person.names}), checked_how="command line")
        plan = carry_out(ctx, take_request(ctx, draft).id)
    try:
        wipe_traces(database, sorted(plan.counts()))
    except Unavailable:
        click.echo("The database is busy: the worker wipes what is left of the old rows.")
    click.echo("In two minutes the worker looks a second time, for what was on its way.")
    click.echo(f"Erased. What is kept stands under {plan.pseudonym}.")


@privacy.command("retention")
@click.option("--dry-run", is_flag=True, help="Count only.")
def retention_command(dry_run: bool) -> None:
    """Take what its time is over for, by the days of the programme file."""
    from core.privacy.retaining import is_unfinished, run_retention

    database, more = _database(), True
    while more:
        with database.unit_of_work(SYSTEM) as ctx:
            run = run_retention(ctx, dry_run=dry_run)
        for name, count in sorted(run.counts.items()):
            if count:
                click.echo(f"{count:6} {name}")
        more = is_unfinished(run)
    click.echo("Counted; nothing was changed." if dry_run else "Done.")


@privacy.command("register")
def register_command() -> None:
    """Print the register of processing as it stands in docs/privacy.md."""
    from core.privacy.documenting import as_markdown

    click.echo(as_markdown(), nl=False)


COMMANDS: list[Any] = [privacy]
