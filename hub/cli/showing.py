"""Commands that show: addresses of the running installation."""

from __future__ import annotations

import json
from typing import Any

import click

from core.settings import Settings


def _addresses(settings: Settings) -> dict[str, Any]:
    from hub.addresses import addresses
    from hub.cli import database_of

    return addresses(database_of(settings))


@click.command("addresses")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable; the keys are stable.")
def addresses_command(as_json: bool) -> None:
    """Print the addresses of this installation: hub, people (demo), placements, feeds, pages, partner websites."""
    from hub.cli import settings_of

    settings = settings_of()
    if as_json:
        click.echo(json.dumps(_addresses(settings), indent=2, ensure_ascii=False))
    else:
        print_addresses(settings)


def print_addresses(settings: Settings) -> None:
    """For people: where to go, and who to be there."""
    found = _addresses(settings)
    click.secho(f"Channelpress runs at {found['hub']}", bold=True)
    if found["people"]:
        click.echo("\nThe demo people (everything here is fictional):")
        width = max(len(person["email"]) for person in found["people"])
        for person in found["people"]:
            click.echo(f"  {person['email']:<{width}}  {person['password']}  {person['role']}")
    if found["partner_sites"]:
        click.echo("\nPartner websites with the widget:")
        for site in found["partner_sites"]:
            click.echo(f"  {site['url']}  {site['partner']}")
    pages = found["landing_pages"][:4]
    if pages:
        click.echo("\nLanding pages:")
        for page in pages:
            click.echo(f"  {page['url']}")
    if found["placements"]:
        click.echo(f"\n{len(found['placements'])} placements; `channelpress addresses --json` has their snippets and feeds.")


COMMANDS: list[Any] = [addresses_command]
