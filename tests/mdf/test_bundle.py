"""The signed bundle: the same bytes every time, verified offline, and nothing can be slipped in."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from engagement.rules import seals as house_rules
from mdf.bundle import BundleFile, Head, Limits, read_zip, verify, write_bundle, write_zip
from mdf.bundle import sealed_lines as bundle_rules
from mdf.bundle.container import is_name
from mdf.bundle.manifest import canonical
from tests.conftest import ROOT
from tests.mdf.bundles import CLAIM, KEY_ID, KEYS, PUBLIC, sample_bundle, sample_files, sign


def test_the_same_contents_give_the_same_bytes() -> None:
    assert sample_bundle() == sample_bundle()
    shuffled = sample_files()
    random.Random(5).shuffle(shuffled)
    assert write_bundle(Head(CLAIM, 1, "2026-04-05T08:00:00+00:00", {"partner": "Kestrel"}), shuffled, sign) == sample_bundle()


def test_a_whole_bundle_holds_and_says_what_was_checked() -> None:
    report = verify(sample_bundle(), KEYS)
    assert report.holds, report.findings
    assert (report.claim, report.key, report.trusted, report.fingerprint) == (CLAIM, KEY_ID, True, hashlib.sha256(PUBLIC).hexdigest())
    assert len(report.checked) == 4
    assert "60 sealed days" in " ".join(report.checked)


def test_without_a_key_it_is_only_checked_against_itself() -> None:
    report = verify(sample_bundle())
    assert report.holds and not report.trusted


def test_somebody_elses_signature_is_named() -> None:
    """Everything consistent, signed with another key: only who brings the hub's key can tell."""
    report = verify(sample_bundle(), {"key_01m84ya35ce2as2zf06hhgeskc": PUBLIC})
    assert report.first is not None and report.first.item == "manifest.sig"
    other = verify(sample_bundle(), {KEY_ID: bytes(31) + b"\x01"})
    assert other.first is not None and other.first.item == "manifest.sig"


def test_any_zip_program_opens_it() -> None:
    with zipfile.ZipFile(io.BytesIO(sample_bundle())) as archive:
        assert archive.testzip() is None
        assert {"manifest.json", "manifest.sig", "readme.txt", "seals/plc_01m84ya395e2f8w4dz57pf3b8h.jsonl"} <= set(archive.namelist())
        assert all(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())


def test_the_verifier_runs_alone(tmp_path: Path) -> None:
    """The folder on another machine, nothing of the house beside it: it must not need it."""
    shutil.copytree(ROOT / "mdf" / "bundle", tmp_path / "bundle")
    (tmp_path / "claim.zip").write_bytes(sample_bundle())
    program = (
        "import sys; sys.path.insert(0, '.'); import bundle; r = bundle.verify(open('claim.zip','rb').read());"
        "bad = {'sqlalchemy', 'flask', 'core', 'mdf'} & set(sys.modules); print(r.holds, sorted(bad))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True []"


def test_what_is_signed_is_the_same_on_both_sides() -> None:
    assert bundle_rules.STATEMENT_DOMAIN == house_rules.STATEMENT_DOMAIN
    assert bundle_rules.STATEMENT_TYPE == house_rules.TYPE


@pytest.mark.parametrize(
    "name",
    ["../secret", "/etc/passwd", "a/../b", "a//b", "A.txt", "a b", ".hidden", "a/.b", "con:", "a\\b", "a/", "", "ä.txt", "a\n", "x" * 161],
)
def test_names_that_could_lead_elsewhere_are_refused(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(ValueError, match="no name for a file"):
        write_zip({name: b""})


def _with_python(files: dict[str, bytes], **how: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **how) as archive:  # type: ignore[arg-type]
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"not a zip at all" * 50,
        sample_bundle()[:-30],
        sample_bundle()[:1000],
        b"MZ" + sample_bundle(),
        sample_bundle() + sample_bundle(),
        _with_python({"../../etc/passwd": b"x"}),
        _with_python({"manifest.json": b"[" * 100_000}),
        _with_python({"bomb.txt": bytes(5_000_000)}, compression=zipfile.ZIP_DEFLATED),
        write_zip({"manifest.json": b"{}"}),
        write_zip({"manifest.json": canonical({"format": "channelpress.bundle", "version": 1, "files": [{}]})}),
        write_zip({"manifest.json": canonical({"format": "channelpress.bundle", "version": 1, "files": 7})}),
        write_zip({"manifest.json": canonical({"format": "channelpress.bundle", "version": 1, "files": []}), "manifest.sig": b"[]"}),
        write_zip({}),
    ],
)
def test_what_is_no_bundle_is_refused_without_a_crash(data: bytes) -> None:
    assert not verify(data, KEYS).holds


def test_limits_come_first() -> None:
    report = verify(sample_bundle(), KEYS, Limits(bytes=1000))
    assert [str(finding) for finding in report.findings] == ["bundle: it is larger than 1000 bytes"]
    assert len(read_zip(sample_bundle(), Limits(files=3))[0].files) <= 4
    assert not verify(sample_bundle(), KEYS, Limits(files=3)).holds


def test_random_bytes_never_crash_the_verifier() -> None:
    chance = random.Random(11)
    whole = sample_bundle()
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 40)):
            at = chance.randrange(len(broken))
            broken[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(6))
        assert not verify(bytes(broken), KEYS).holds


def _resigned(change: str, replacement: bytes) -> bytes:
    """A bundle whose writer lies: everything is signed, but a file says something else."""
    files = [BundleFile(one.path, replacement, one.about) if one.path == change else one for one in sample_files()]
    return write_bundle(Head(CLAIM, 1, "2026-04-05T08:00:00+00:00"), files, sign)


def test_figures_that_are_not_the_sums_of_the_seals_are_named() -> None:
    told = {"id": CLAIM, "results": {"evidenced": {"rendered": 9999}, "invalid": {}}}
    report = verify(_resigned("claim.json", canonical(told)), KEYS)
    assert report.first is not None and report.first.item == "claim.json" and "not the sums" in report.first.problem


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda told: told["statement"].update(events=5), "its hash is not that of its statement"),
        (lambda told: told.update(signature=f"{KEY_ID}.AAAA"), "its signature does not hold"),
        (lambda told: told.pop("hash"), "it is no sealed day"),
    ],
)
def test_a_seal_is_checked_even_in_a_bundle_that_was_signed_again(change: object, problem: str) -> None:
    path = next(one.path for one in sample_files() if one.path.startswith("seals/"))
    lines = next(one.content for one in sample_files() if one.path == path).splitlines()
    told = json.loads(lines[4])
    change(told)  # type: ignore[operator]
    lines[4] = json.dumps(told).encode()
    report = verify(_resigned(path, b"\n".join(lines) + b"\n"), KEYS)
    assert report.first is not None
    assert (report.first.item, report.first.line, report.first.problem) == (path, 5, problem)


def test_a_chain_of_other_days_is_found() -> None:
    path = next(one.path for one in sample_files() if one.path.startswith("seals/"))
    lines = next(one.content for one in sample_files() if one.path == path).splitlines(keepends=True)
    report = verify(_resigned(path, b"".join([lines[0], lines[2], *lines[3:]])), KEYS)
    assert report.first is not None and "not the sums" in report.first.problem


@pytest.mark.parametrize("brackets", [b"[" * 400 + b"]" * 400, b"[" * 900 + b"]" * 900, b"[" * 100_000])
def test_brackets_without_end_do_not_crash_the_verifier(brackets: bytes) -> None:
    head = b'{"format": "channelpress.bundle", "version": 1, "files": [], "facts": '
    assert not verify(write_zip({"manifest.json": head + brackets + b"}"})).holds
    whole = canonical({"format": "channelpress.bundle", "version": 1, "files": []})
    assert not verify(write_zip({"manifest.json": whole, "keys.json": brackets})).holds
    verify(_resigned("claim.json", brackets), KEYS)


@pytest.mark.parametrize("name", ["seq", "evidenced"])
def test_numbers_without_end_do_not_crash_the_verifier(name: str) -> None:
    """Signed by somebody else's key, as everything in a bundle may be."""
    path = next(one.path for one in sample_files() if one.path.startswith("seals/"))
    told = json.loads(next(one.content for one in sample_files() if one.path == path).splitlines()[0])
    told["statement"][name] = float("inf") if name == "seq" else {"rendered": float("inf")}
    text = json.dumps(told["statement"], sort_keys=True, separators=(",", ":")).encode()
    told["hash"], told["signature"] = hashlib.sha256(bundle_rules.STATEMENT_DOMAIN + text).hexdigest(), sign(bundle_rules.STATEMENT_DOMAIN + text)
    report = verify(_resigned(path, json.dumps(told).encode() + b"\n"), KEYS)
    assert report.first is not None and (report.first.item, report.first.problem) == (path, "it is no sealed day")
    endless = b'{"results": {"evidenced": {"rendered": Infinity}, "invalid": {}}}'
    verify(_resigned("claim.json", endless), KEYS)


def test_one_stretch_of_bytes_under_many_names_does_not_grow() -> None:
    size, count = 1_000_000, 1500
    names = [b"a%06d" % number for number in range(count)]
    data = bytearray(struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0x800, 0, 0, 33, 0, size, size, 7, 0) + names[0] + bytes(size))
    at = len(data)
    for name in names:
        data += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 788, 20, 0x800, 0, 0, 33, 0, size, size, 7, 0, 0, 0, 0, 0, 0) + name
    data += struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(data) - at, at, 0)
    assert max(sum(map(len, reading.files.values())) for reading in read_zip(bytes(data))) <= len(data)
    assert not verify(bytes(data), KEYS).holds
