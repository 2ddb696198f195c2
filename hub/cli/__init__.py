"""The command line: `channelpress --help`. Errors go to standard error; exit 1 for expected ones, 2 for wrong usage."""

from __future__ import annotations

import sys
from typing import Any

import click

from core.database import Database
from core.errors import HubError
from core.logging import configure
from core.settings import BadSettings, Settings, load_settings


class HubGroup(click.Group):
    """Turns refusals into one line on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadSettings as error:
            click.echo(f"Cannot start: {error}", err=True)
        except HubError as error:
            click.echo(f"Refused: {error.message}", err=True)
        sys.exit(1)


@click.group(cls=HubGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="channelpress", prog_name="channelpress")
def main() -> None:
    """Channelpress: publish once, co-brand and deliver to every partner, and prove what it was worth.

    Settings come from the environment (docs/settings.md). DATA_DIR says which installation is meant.
    """


def settings_of() -> Settings:
    """The settings of this call, with logging set up."""
    settings = load_settings()
    configure(settings)
    return settings


def database_of(settings: Settings) -> Database:
    """The composed database, closed when the command ends."""
    from hub.app import build_database

    database = build_database(settings)
    click.get_current_context().call_on_close(database.dispose)
    return database


from hub.cli import content, deciding, finding, jobs, keeping, objects, privacy, programme, proving, running, showing, turns  # noqa: E402

for _module in (running, content, showing, keeping, proving, objects, deciding, jobs, programme, finding, turns, privacy):
    for _command in _module.COMMANDS:
        main.add_command(_command)

__all__ = ["database_of", "main", "settings_of"]
