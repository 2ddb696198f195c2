"""Commands of whoever answers persons: a copy of their data, their erasure, and what retention would take."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import Unavailable
from core.ids import TypeID


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

    with _database().unit_of_work(SYSTEM) as ctx:
        content = packed_copy(ctx, find_person(ctx, emails=[email], names=names), locale)
        ctx.audit("core.privacy.copy_made", "command line", after={"bytes": len(content)})
        _write(output, content)
    click.echo(f"Written: {output}")


def _write(output: Path, content: bytes) -> None:
    """Readable by nobody else from its first byte on, and never over a file that is there."""
    try:
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.UsageError(f"{output} exists already") from None
    with os.fdopen(file, "wb") as opened:
        opened.write(content)


@privacy.command("erase")
@click.argument("email")
@click.option("--name", "names", multiple=True, help="A further name under which the person may stand in texts.")
@click.option("--user", "user_id", default="", help="The account, when its address has changed.")
@click.option("--dry-run", is_flag=True, help="Only say what would be touched.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_command(email: str, names: tuple[str, ...], user_id: str, dry_run: bool, yes: bool) -> None:
    """Erase one person: facts keep a pseudonym, money and counts stay. Cannot be undone."""
    from core.privacy import find_person, plan_erasure, wipe_traces

    try:
        account = TypeID.parse(user_id, "usr") if user_id else None
    except ValueError:
        raise click.UsageError(f"{user_id!r} is no id of an account; write usr_…") from None
    database = _database()
    with database.reading(SYSTEM) as ctx:
        plan = plan_erasure(ctx, find_person(ctx, emails=[email], names=names, user_id=user_id))
        addresses = _addresses(ctx, email, account)
    for where, count in sorted(plan.counts().items()):
        click.echo(f"{count:6} {where}")
    if not plan.counts():
        click.echo("Nothing about this person is stored.")
    if dry_run or not plan.counts():
        return
    if not yes:
        click.confirm("Erase? This cannot be undone.", abort=True)
    with database.unit_of_work(SYSTEM) as ctx:
        pseudonym, tables = _erased(ctx, addresses, names)
    try:
        wipe_traces(database, tables)
    except Unavailable:
        click.echo("The database is busy: the worker wipes what is left of the old rows.")
    click.echo("In two minutes the worker looks a second time, for what was on its way.")
    click.echo(f"Erased. What is kept stands under {pseudonym}.")


def _addresses(ctx: Ctx, email: str, account: TypeID | None) -> list[str]:
    """The one that was typed, and that of the account: a request leads to what stands under its own address alone."""
    from core.accounts import User

    user = ctx.session.get(User, account) if account else None
    return list(dict.fromkeys([email.strip().casefold(), *([user.email] if user is not None else [])]))


def _erased(ctx: Ctx, addresses: Sequence[str], names: Sequence[str]) -> tuple[str, list[str]]:
    """A request for each address, all under one pseudonym; returns it and the tables that were touched."""
    from core.privacy.models import RequestKind
    from core.privacy.requests import RequestDraft, carry_out, take_request

    pseudonym, tables = "", set[str]()
    for address in addresses:
        row = take_request(ctx, RequestDraft(RequestKind.ERASURE, address, names, checked_how="command line"))
        row.pseudonym = pseudonym
        plan = carry_out(ctx, row.id)
        pseudonym = plan.pseudonym
        tables |= plan.counts().keys()
    return pseudonym, sorted(tables)


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
