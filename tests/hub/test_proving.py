"""The commands of whoever has to believe us: verify a bundle, print the keys, recompute the seals."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.settings import Settings
from hub.cli import main
from hub.cli.proving import read_keys
from tests.mdf.bundles import CLAIM, KEY_ID, PUBLIC, sample_bundle


def pem(raw: bytes = PUBLIC) -> str:
    return Ed25519PublicKey.from_public_bytes(raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    target = tmp_path / "hub.pem"
    target.write_text(f"# {KEY_ID} made 2026-01-01, fingerprint sha256 x\n{pem()}")
    return target


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    target = tmp_path / "bundle.zip"
    target.write_bytes(sample_bundle())
    return target


def test_a_whole_bundle_says_what_was_checked(bundle: Path, key_file: Path) -> None:
    done = CliRunner().invoke(main, ["verify", str(bundle), "--key", str(key_file)])
    assert done.exit_code == 0, done.output
    assert CLAIM in done.output and "60 sealed days" in done.output
    assert done.output.endswith("The bundle holds, and the key is one of yours.\n")


def test_without_a_key_it_says_what_it_does_not_know(bundle: Path) -> None:
    done = CliRunner().invoke(main, ["verify", str(bundle)])
    assert done.exit_code == 0 and "Who signed it shows the key" in done.output


def test_one_changed_byte_is_found_and_named(bundle: Path, key_file: Path) -> None:
    data = bytearray(bundle.read_bytes())
    at = data.index(b"%PDF-1.7")
    data[at + 20] ^= 1
    bundle.write_bytes(bytes(data))
    done = CliRunner().invoke(main, ["verify", str(bundle), "--key", str(key_file)])
    assert done.exit_code == 1
    assert "The bundle does not hold: uploads/invoice.pdf" in done.output


def test_it_needs_no_installation(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("CHANNELPRESS_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert CliRunner().invoke(main, ["verify", str(bundle)]).exit_code == 0
    assert not (tmp_path / "nowhere").exists()


def test_another_hubs_key_is_not_enough(bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_text(f"# key_01m84ya35ce2as2zf06hhgeskc x\n{pem()}")
    done = CliRunner().invoke(main, ["verify", str(bundle), "--key", str(other)])
    assert done.exit_code == 1 and "manifest.sig" in done.output


@pytest.mark.parametrize("told", ["", "nonsense", pem(), f"# {KEY_ID}\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_file_that_is_no_key_is_refused_with_the_way_out(told: str, bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "key.pem"
    target.write_text(told)
    done = CliRunner().invoke(main, ["verify", str(bundle), "--key", str(target)])
    assert done.exit_code == 1 and "key" in done.output and "Traceback" not in done.output


def test_a_key_of_another_kind_is_refused(tmp_path: Path, bundle: Path) -> None:
    other = X25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    target = tmp_path / "key.pem"
    target.write_text(f"# {KEY_ID}\n{other}")
    done = CliRunner().invoke(main, ["verify", str(bundle), "--key", str(target)])
    assert done.exit_code == 1 and "no Ed25519 key" in done.output


def test_what_public_key_prints_is_what_verify_reads(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    monkeypatch.delenv("CHANNELPRESS_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    first, second = (CliRunner().invoke(main, ["public-key"]) for _ in range(2))
    assert first.exit_code == 0 and first.stdout == second.stdout
    keys = read_keys(first.stdout)
    assert len(keys) == 1 and all(len(raw) == 32 for raw in keys.values())
    seals = CliRunner().invoke(main, ["verify-seals"])
    assert seals.exit_code == 0 and "All sealed days hold." in seals.output
    assert CliRunner().invoke(main, ["verify-seals", "nonsense"]).exit_code == 2


def test_nothing_in_a_bundle_steers_the_terminal(tmp_path: Path) -> None:
    from mdf.bundle import BundleFile, Head, write_bundle
    from mdf.bundle.manifest import canonical
    from tests.mdf.bundles import sign

    keys = BundleFile("keys.json", canonical({"keys": [{"id": KEY_ID, "public": PUBLIC.hex()}]}), "keys")
    target = tmp_path / "evil.zip"
    target.write_bytes(write_bundle(Head(CLAIM, 1, "now", {"title": "\x1b[2Jgone\nAll is well", "partner": "\x07"}), [keys], sign))
    done = CliRunner().invoke(main, ["verify", str(target)])
    assert "\x1b" not in done.output and "\x07" not in done.output and "gone\nAll" not in done.output
