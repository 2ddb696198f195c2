"""Commands for whoever has to believe us: verify a bundle offline, print our public keys, check the seals of this installation."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.ctx import SYSTEM

if TYPE_CHECKING:
    from mdf.bundle import Report

_SHOWN = 20
_MOST_BYTES = 1 << 30
_BLOCK = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.S)
_NAMED = re.compile(r"^# (key_[0-9a-z]{26})\b.*$", re.M)


@click.command("public-key")
def public_key() -> None:
    """Print every public key of this installation, to be handed to whoever verifies bundles.

    A key belongs into other hands before it is needed, and by another way than the bundle.
    """
    from core.signing import public_keys, signer
    from hub.cli import database_of, settings_of

    database = database_of(settings_of())
    with database.unit_of_work(SYSTEM) as ctx:
        signer(ctx)  # makes the first key of an installation
        for key in public_keys(ctx):
            click.echo(f"# {key.id} made {key.created_at:%Y-%m-%d}, fingerprint sha256 {key.fingerprint}")
            click.echo(key.pem, nl=False)


def read_keys(text: str) -> dict[str, bytes]:
    """Key id → 32 raw bytes, from what `public-key` printed. ClickException names what is wrong with the file."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    names, blocks = _NAMED.findall(text), _BLOCK.findall(text)
    if not blocks or len(names) != len(blocks):
        raise click.ClickException("the key file is not what `channelpress public-key` prints: a line '# key_…' before each key")
    keys = {}
    for name, block in zip(names, blocks, strict=True):
        try:
            key = load_pem_public_key(block.encode())
        except (ValueError, UnsupportedAlgorithm):
            raise click.ClickException(f"the key {name} in the key file cannot be read") from None
        if not isinstance(key, Ed25519PublicKey):
            raise click.ClickException(f"the key {name} in the key file is no Ed25519 key")
        keys[name] = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return keys


@click.command("verify")
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.File(encoding="utf-8"), help="File with the hub's public keys, as `channelpress public-key` prints them.")
def verify_command(bundle: Path, key: Any) -> None:
    """Verify a claim's signed BUNDLE offline: no database, no network; exit 1 and the bad item when it does not hold."""
    from mdf.bundle import verify

    keys = read_keys(key.read()) if key else None
    if bundle.stat().st_size > _MOST_BYTES:
        raise click.ClickException(f"{bundle.name} is larger than any bundle")
    report = verify(bundle.read_bytes(), keys)
    _print_report(report)
    if not report.holds:
        click.echo(f"The bundle does not hold: {_shown(report.first)}", err=True)
        sys.exit(1)
    if report.trusted:
        click.echo("The bundle holds, and the key is one of yours.")
    else:
        click.echo(f"The bundle holds in itself. Who signed it shows the key: fingerprint sha256 {report.fingerprint}; check it with --key.")


def _print_report(report: Report) -> None:
    if report.claim:
        told = report.facts
        named = (report.claim, told.get("title", ""), told.get("partner", ""), f"{told.get('first_day', '')} to {told.get('last_day', '')}")
        click.echo(_shown(", ".join(map(str, named))))
    for sentence in report.checked:
        click.echo(f"✓ {_shown(sentence)}")
    for finding in report.findings[:_SHOWN]:
        click.echo(f"✗ {_shown(finding)}", err=True)
    if len(report.findings) > _SHOWN:
        click.echo(f"… and {len(report.findings) - _SHOWN} more", err=True)


def _shown(text: object) -> str:
    """A bundle may hold anything: nothing of it may steer the reader's terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))[:500]


@click.command("verify-seals")
@click.argument("placement", required=False)
def verify_seals_command(placement: str | None) -> None:
    """Recompute the sealed days of this installation, or of one PLACEMENT, from its events; exit 1 and the bad day when one does not hold."""
    from core.ids import TypeID
    from engagement import verify_seals
    from hub.cli import database_of, settings_of

    try:
        wanted = TypeID.parse(placement, "plc") if placement else None
    except ValueError:
        raise click.UsageError(f"{placement!r} is no placement; its id begins with plc_") from None
    with database_of(settings_of()).reading(SYSTEM) as ctx:
        report = verify_seals(ctx, wanted)
    click.echo(f"{report.seals} seals over {report.events} events, {report.unsealed} late events wait for their supplement")
    for bad in report.bad[:_SHOWN]:
        click.echo(f"✗ {bad}", err=True)
    if report.bad:
        click.echo(f"{len(report.bad)} sealed days do not hold.", err=True)
        sys.exit(1)
    click.echo("All sealed days hold.")


COMMANDS: list[Any] = [verify_command, public_key, verify_seals_command]
