"""Commands for whoever has to believe us: verify a bundle offline, print our public keys, check the seals of this installation."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from core.ctx import SYSTEM

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
    if report.claim:
        told = report.facts
        click.echo(f"{report.claim}, {told.get('title', '')}, {told.get('partner', '')}, {told.get('first_day', '')} to {told.get('last_day', '')}")
    for sentence in report.checked:
        click.echo(f"✓ {sentence}")
    for finding in report.findings[:20]:
        click.echo(f"✗ {finding}", err=True)
    if len(report.findings) > 20:
        click.echo(f"… and {len(report.findings) - 20} more", err=True)
    if not report.holds:
        click.echo(f"The bundle does not hold: {report.first}", err=True)
        sys.exit(1)
    if report.trusted:
        click.echo("The bundle holds, and the key is one of yours.")
    else:
        click.echo(f"The bundle holds in itself. Who signed it shows the key: fingerprint sha256 {report.fingerprint}; check it with --key.")


COMMANDS: list[Any] = [verify_command, public_key]
