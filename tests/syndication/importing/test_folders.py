"""Folders, archives and several files: a broken file stops only itself; limits hold before anything is read."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from core.errors import Invalid, TooLarge
from syndication.importing import ImportBatch, Limits, read_files, read_folder, read_zip
from tests.syndication.importing.making import ENGLISH, GERMAN, PNG, codes
from tests.syndication.importing.test_feed_files import RSS

GOOD = {
    "en/guide.md": f"---\ntitle: Guide\n---\n{ENGLISH} ![m](meter.png)".encode(),
    "de/guide.md": f"---\ntitle: Anleitung\n---\n{GERMAN}".encode(),
    "en/meter.png": PNG,
    "en/page.html": f"<h1>Page</h1><p>{ENGLISH}</p>".encode(),
    "news.xml": RSS.encode(),
    "settings.json": b'{"a": 1}',
    "notes.txt": b"not content",
    "README.md": b"# About this folder",
    "LICENSE.md": b"words",
    ".git/config.md": b"# hidden",
    "en/guide@2e0c4fbe87.md": b"# an old state",
}
BROKEN = {
    "en/date.md": b"---\ntitle: x\ndate: 2025-02-30\n---\nx",
    "en/head.md": b"---\ntitle: a: b\n---\nx",
    "en/bytes.md": b"\x00\x01",
    "en/empty.md": b"",
    "bad.rss": b"<rss><",
    "bad.json": b'{"version": "https://jsonfeed.org/version/1", "items": 1}',
    "en/deep.html": b"<div>" * 2000,
    "en/large.md": b"x" * 3_000_000,
}


def titles(batch: ImportBatch) -> set[str]:
    return {item.title for item in batch.items}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in (GOOD | BROKEN).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


EXPECTED = {"Guide", "Anleitung", "Page", "Zähler & Gateways", "Ohne Datum"}


def test_a_broken_file_among_good_ones_stops_only_itself(folder: Path) -> None:
    batch = read_folder(folder)
    assert titles(batch) == EXPECTED
    assert set(batch.failed_files) == {*BROKEN, "news.xml"}  # one entry of the feed has a wrong date
    assert all(issue.message.endswith((".", ":")) for issue in batch.issues)
    assert [image.path for image in batch.images.values()] == ["en/meter.png"]


def test_an_archive_and_chosen_files_give_the_same(folder: Path) -> None:
    from_folder = read_folder(folder)
    for other in (read_zip(packed(GOOD | BROKEN)), read_files(GOOD | BROKEN)):
        assert other.items == from_folder.items
        assert other.issues == from_folder.issues
        assert other.images == from_folder.images


def test_language_variants_share_their_group() -> None:
    batch = read_files(GOOD)
    assert {item.locale for item in batch.items if item.group == "guide"} == {"en", "de"}


def test_progress_is_told_from_nothing_to_all(folder: Path) -> None:
    steps: list[tuple[int, int]] = []
    read_folder(folder, progress=lambda done, total: steps.append((done, total)))
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1] == len(steps) - 1
    assert [done for done, _total in steps] == sorted(done for done, _total in steps)


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.md").write_text("# Secret\n\n" + ENGLISH)
    (outside / "secret.png").write_bytes(PNG)
    (inside / "a.md").write_text(f"# A\n\n{ENGLISH} ![x](b.png) ![y](../outside/secret.png)")
    os.symlink(outside / "secret.md", inside / "b.md")
    os.symlink(outside / "secret.png", inside / "b.png")
    os.symlink(outside, inside / "sub")
    os.symlink(inside, inside / "loop")
    batch = read_folder(inside)
    assert titles(batch) == {"A"}
    assert batch.images == {}
    assert len([issue for issue in batch.issues if issue.code == "link_skipped"]) == 4


def test_a_pipe_does_not_hold_the_import_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "a.md").write_text(f"# A\n\n{ENGLISH}")
    assert titles(read_folder(tmp_path)) == {"A"}


def test_a_file_that_vanishes_while_reading_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# A\n\n{ENGLISH}")
    (tmp_path / "b.md").write_text(f"# B\n\n{ENGLISH}")
    batch = read_folder(tmp_path, progress=lambda _done, _total: (tmp_path / "b.md").unlink(missing_ok=True))
    assert titles(batch) == {"A"}
    assert [(issue.file, issue.code) for issue in batch.issues if issue.severity == "error"] == [("b.md", "unreadable")]


@pytest.mark.parametrize("limits", [Limits(files=3), Limits(total_bytes=1000)])
def test_limits_of_the_whole_hold_before_anything_is_read(folder: Path, limits: Limits) -> None:
    for read in (lambda: read_folder(folder, limits=limits), lambda: read_zip(packed(GOOD), limits=limits), lambda: read_files(GOOD, limits=limits)):
        with pytest.raises(TooLarge) as refusal:
            read()
        assert refusal.value.field == "source"


def test_a_picture_over_its_limit_is_left_out_and_reported() -> None:
    batch = read_files(GOOD, limits=Limits(picture_bytes=20))
    assert "image_unreadable" in codes(batch.issues)
    assert batch.images == {}


def test_no_folder_no_archive_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        read_folder(tmp_path / "nowhere")
    assert list(refusal.value.errors) == ["source"]
    with pytest.raises(Invalid):
        read_zip(b"PK\x03\x04 and then nothing")
    assert codes(read_folder(tmp_path).issues) == {"nothing_found"}


def test_an_archive_cannot_name_files_outside_nor_grow_beyond_its_claim() -> None:
    batch = read_zip(packed({"../../etc/evil.md": b"# E", "/abs.md": f"# Abs\n\n{ENGLISH}".encode(), "a\\b.md": f"# B\n\n{ENGLISH}".encode()}))
    assert titles(batch) == {"Abs", "B"}
    assert "link_skipped" in codes(batch.issues)
    bomb = packed({"a.md": b"x" * 50_000_000})
    assert len(bomb) < 100_000
    assert codes(read_zip(bomb).issues) == {"too_large"}


def test_a_damaged_or_encrypted_entry_stops_only_itself() -> None:
    data = bytearray(packed({"a.md": f"# A\n\n{ENGLISH}".encode(), "b.md": f"# B\n\n{ENGLISH}".encode()}))
    at = data.index(b"b.md") + 10
    data[at] ^= 0xFF
    assert titles(read_zip(bytes(data))) == {"A"}


def test_two_files_that_are_the_same_article_are_told_apart_by_a_report() -> None:
    same = f"---\ntitle: T\ntranslation_key: k\nlang: en\n---\n{ENGLISH}".encode()
    batch = read_files({"a.md": same, "b.md": same})
    assert [item.source_path for item in batch.items] == ["a.md"]
    assert [(issue.file, issue.code) for issue in batch.issues if issue.severity == "error"] == [("b.md", "twin")]


def test_a_rendering_beside_its_source_is_not_read_twice() -> None:
    batch = read_files({"raw/en/a.md": f"# A\n\n{ENGLISH}".encode(), "html/en/a.html": f"<h1>A</h1><p>{ENGLISH}</p>".encode()})
    assert [item.source_path for item in batch.items] == ["raw/en/a.md"]
    assert "rendering_skipped" in codes(batch.issues)
