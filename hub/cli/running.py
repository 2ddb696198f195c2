"""Commands that start things: up, migrate, demo, scheduler."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

import click

from core.ctx import SYSTEM
from core.database import Database
from core.migrate import is_current, migrate
from core.settings import Settings
from hub.cli.probing import wait_until_ready


def _settings() -> Settings:
    from hub.cli import settings_of

    return settings_of()


def _build(settings: Settings) -> Database:
    from hub.cli import database_of

    return database_of(settings)


@click.command("up")
@click.option("--no-demo", is_flag=True, help="Do not load the demo world, even where the settings ask for it.")
def up(no_demo: bool) -> None:
    """Start the hub: migrate, load the demo world if asked, then run web, worker and scheduler until Ctrl-C."""
    from hub.supervisor import Tree, programs_for

    settings = _settings()
    database = _build(settings)
    _prepare(database, demo=settings.demo and not no_demo)
    database.dispose()
    tree = Tree(programs_for(settings), {**os.environ, **_environment(settings)}, tell=lambda line: click.echo(line, err=True))
    tree.grace = max(tree.grace, settings.worker_grace + 4)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: tree.request_stop())
    tree.start()
    try:
        if wait_until_ready(settings, seconds=60):
            _greet(settings)
        else:
            click.echo("The hub has not become ready within a minute; `channelpress doctor` says what is missing.", err=True)
        tree.watch()
    finally:
        click.echo("\nStopping …", err=True)
        tree.stop()
        click.echo("Stopped.", err=True)


def _environment(settings: Settings) -> dict[str, str]:
    root = str(Path(__file__).resolve().parent.parent.parent)
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    return {
        "PYTHONPATH": path,
        "DATA_DIR": str(settings.data_dir),
        "PORT": str(settings.port),
        "CHANNELPRESS_DEMO": "1" if settings.demo else "0",
        "PYTHONUNBUFFERED": "1",
        # Counters of all processes meet here; those of the last run would be told again.
        "PROMETHEUS_MULTIPROC_DIR": str(_empty_folder(settings.data_dir / "metrics")),
        # A newcomer's console shows addresses, not a line for each click.
        **({"CHANNELPRESS_ACCESS_LOG": "0"} if settings.demo and "CHANNELPRESS_ACCESS_LOG" not in os.environ else {}),
    }


def _empty_folder(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _prepare(database: Database, *, demo: bool) -> None:
    with database.reading(SYSTEM) as ctx:
        behind = not is_current(ctx)
    if behind:
        click.echo("Preparing the database …")
        migrate(database)
    _follow_address(database)
    if demo:
        from hub.demo.loader import load

        load(database, say=click.echo)


def _follow_address(database: Database) -> None:
    """Feeds and widgets carry the hub's address; another port or domain means building them anew."""
    from syndication import follow_public_address

    with database.unit_of_work(SYSTEM) as ctx:
        follow_public_address(ctx)


def _greet(settings: Settings) -> None:
    from hub.cli.showing import print_addresses

    click.echo("")
    print_addresses(settings)
    click.echo("\nCtrl-C stops everything. Your data stays in " + str(settings.data_dir))


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema; running it again changes nothing."""
    database = _build(_settings())
    migrate(database)
    _follow_address(database)
    click.echo("The database is up to date.")


@click.command("demo")
def demo() -> None:
    """Load the fictional demo world into this installation; a second call finds it there."""
    settings = _settings()
    if not settings.demo:
        raise click.UsageError("set CHANNELPRESS_DEMO=1: a demo world must not enter a real installation by accident")
    _prepare(_build(settings), demo=True)


@click.command("reset")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Delete this installation's data folder and start over."""
    settings = _settings()
    if not yes:
        click.confirm(f"Delete everything in {settings.data_dir}?", abort=True)
    shutil.rmtree(settings.data_dir, ignore_errors=True)
    click.echo(f"{settings.data_dir} is gone; `make run` starts over.")


@click.command("scheduler", hidden=True)
def scheduler() -> None:
    """Run the scheduler in the foreground (the supervisor does this)."""
    from hub.scheduler import run

    run(_build(_settings()))


@click.command("work", hidden=True)
@click.option("--seconds", default=0.0, help="Stop after so many seconds; 0: when nothing is due.")
def work(seconds: float) -> None:
    """Run due jobs here, without a worker (for repairs)."""
    from core.jobs import run_until_idle, tick

    database = _build(_settings())
    end = time.monotonic() + seconds
    while True:
        tick(database)
        done = run_until_idle(database)
        click.echo(f"{done} jobs done")
        if time.monotonic() >= end:
            sys.exit(0)


COMMANDS: list[Any] = [up, migrate_command, demo, reset, scheduler, work]
