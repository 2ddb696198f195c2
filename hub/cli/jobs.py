"""Commands for jobs that failed: what they are, why, and once more."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import select

from core.ctx import SYSTEM
from core.database import Database
from core.errors import NotFound
from core.ids import TypeID
from core.jobs import Job, JobStatus
from core.jobs.operating import replay_job, replay_kind
from core.jobs.queries import job_with_attempts, shown_args


def _database() -> Database:
    from hub.cli import database_of, settings_of

    return database_of(settings_of())


def _id(text: str) -> TypeID:
    try:
        return TypeID.parse(text, "job")
    except ValueError:
        raise click.UsageError(f"{text!r} is no id of a job; `channelpress jobs dead` lists them") from None


@click.group("jobs")
def jobs() -> None:
    """Jobs that failed for good: list them, look at one, run it again."""


@jobs.command("dead")
@click.option("--kind", default="", help="Only jobs of this kind, for example core.send_mail.")
def dead(kind: str) -> None:
    """List dead jobs: id, kind, attempts, last error."""
    with _database().reading(SYSTEM) as ctx:
        query = select(Job).where(Job.status == JobStatus.DEAD).order_by(Job.id)
        rows = list(ctx.session.scalars(query.where(Job.name == kind) if kind else query))
        for row in rows:
            click.echo(f"{row.id}  {row.name}  {row.attempts}  {(row.last_error or '').splitlines()[0] if row.last_error else ''}"[:400])
    click.echo(f"{len(rows)} dead jobs", err=True)


@jobs.command("show")
@click.argument("job_id")
def show(job_id: str) -> None:
    """Show one job with its attempts."""
    with _database().reading(SYSTEM) as ctx:
        row, attempts = job_with_attempts(ctx, _id(job_id))
        for name, value in (("kind", row.name), ("state", row.status.value), ("queue", row.queue), ("arguments", ", ".join(shown_args(row)))):
            click.echo(f"{name:10} {value}")
        click.echo(f"{'due':10} {row.due_at:%Y-%m-%d %H:%M:%S} UTC\n{'error':10} {row.last_error or ''}")
        for one in reversed(attempts):
            ended = f"{one.ended_at:%Y-%m-%d %H:%M:%S}" if one.ended_at else "not known"
            click.echo(f"attempt {one.number}: {one.outcome.value}, ended {ended} {one.error or ''}".rstrip())


@jobs.command("replay")
@click.argument("job_id", required=False)
@click.option("--kind", default="", help="All dead jobs of this kind.")
@click.option("--reason", required=True, help="Why; the audit log keeps it.")
@click.option("--yes", is_flag=True, help="Do not ask how many.")
def replay(job_id: str | None, kind: str, reason: str, yes: bool) -> None:
    """Queue a dead job again, or with --kind all of one kind."""
    if bool(job_id) == bool(kind):
        raise click.UsageError("name one job, or a kind with --kind")
    database = _database()
    if job_id:
        with database.unit_of_work(SYSTEM) as ctx:
            replay_job(ctx, _id(job_id), reason)
        click.echo("1 job is queued again")
        return
    with database.reading(SYSTEM) as ctx:
        count = len(list(ctx.session.scalars(select(Job.id).where(Job.name == kind, Job.status == JobStatus.DEAD))))
    if not count:
        raise NotFound("job", f"there is no dead job of the kind {kind}")
    if not yes:
        click.confirm(f"Replay {count} jobs of the kind {kind}?", abort=True)
    with database.unit_of_work(SYSTEM) as ctx:
        replay_kind(ctx, kind, count, reason)
    click.echo(f"{count} jobs are queued again")


COMMANDS: list[Any] = [jobs]
