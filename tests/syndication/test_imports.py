"""Importing: what comes in, twice changes nothing, a changed source is a revision, a broken item stops only itself."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.ctx import SYSTEM
from core.errors import Forbidden, Invalid
from core.jobs import run_until_idle
from core.storage import StoredObject
from syndication import (
    Asset,
    CollectionDraft,
    CollectionItem,
    ImportRun,
    Localization,
    LocalizationEdit,
    TranslationStatus,
    asset_by_key,
    create_collection,
    edit_localization,
    import_path,
)
from syndication.services import import_sources, queue_import
from tests.syndication.pictures import a_png

ENGLISH = """---
title: Meter and heat
tags: [energy, heat]
date: 2026-02-01
collection: news
---
The meter counts the heat of a building and shows which of its rooms are too warm. ![A meter](meter.png)
"""
GERMAN = """---
title: Zähler und Wärme
---
Der Zähler misst die Wärme eines Gebäudes und zeigt, welche seiner Räume zu warm sind. ![Ein Zähler](../meter.png)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "content"
    (root / "de").mkdir(parents=True)
    (root / "en").mkdir()
    (root / "en" / "heat.md").write_text(ENGLISH)
    (root / "en" / "meter.png").write_bytes(a_png())
    (root / "meter.png").write_bytes(a_png())
    (root / "de" / "heat.md").write_text(GERMAN)
    (root / "en" / "broken.md").write_bytes(b"---\ntitle: [\n---\nx")
    return root


def _take_in(work: Callable, folder: Path) -> dict[str, int]:
    with work("cleo") as ctx:
        return dict(import_path(ctx, folder).counts)


def _texts(database) -> list[tuple[str, str, int, str]]:
    with database.reading(SYSTEM) as ctx:
        return sorted((text.locale, text.title, text.revision, str(text.status)) for text in ctx.session.query(Localization))


def test_a_folder_becomes_one_asset_with_two_languages(database, work, folder: Path) -> None:
    with work("cleo") as ctx:
        collection = create_collection(ctx, CollectionDraft("News", slug="news"))
    counts = _take_in(work, folder)
    assert (counts["created"], counts["assets"], counts["failed"]) == (2, 1, 1)
    with database.reading(SYSTEM) as ctx:
        asset = ctx.session.query(Asset).one()
        assert asset.source_locale == "en" and asset.tags == ["energy", "heat"]
        assert {text.locale for text in asset.localizations} == {"en", "de"}
        picture = ctx.session.query(StoredObject).one()
        assert all(f'src="{picture.path}"' in text.body_html for text in asset.localizations)
        assert asset.import_id is not None
        assert [item.collection_id for item in ctx.session.query(CollectionItem)] == [collection.id]


def test_the_report_names_file_and_line_of_what_is_broken(database, work, folder: Path) -> None:
    with work("cleo") as ctx:
        report = import_path(ctx, folder).report
    broken = [issue for issue in report if issue["severity"] == "error"]
    assert [issue["file"] for issue in broken] == ["en/broken.md"]
    assert broken[0]["line"] is not None and broken[0]["message"]


def test_a_second_import_changes_nothing(database, work, folder: Path, clock) -> None:
    _take_in(work, folder)
    before = _texts(database)
    clock.move(timedelta(days=1))
    counts = _take_in(work, folder)
    assert (counts["created"], counts["updated"], counts["unchanged"]) == (0, 0, 2)
    assert _texts(database) == before
    with database.reading(SYSTEM) as ctx:
        assert all(text.updated_at < clock.now() for text in ctx.session.query(Localization))


def test_a_changed_source_is_a_revision_and_makes_its_translation_stale(database, work, folder: Path) -> None:
    _take_in(work, folder)
    (folder / "en" / "heat.md").write_text(ENGLISH.replace("Meter and heat", "Meter and warmth"))
    counts = _take_in(work, folder)
    assert (counts["updated"], counts["unchanged"]) == (1, 1)
    assert _texts(database) == [("de", "Zähler und Wärme", 1, "stale"), ("en", "Meter and warmth", 2, "current")]


def test_a_new_picture_under_the_old_name_is_a_change(database, work, folder: Path) -> None:
    _take_in(work, folder)
    (folder / "en" / "meter.png").write_bytes(a_png((200, 10, 10)))
    assert _take_in(work, folder)["updated"] == 1


def test_an_edit_of_ours_survives_the_same_source_and_is_kept_when_a_new_one_comes(database, work, folder: Path) -> None:
    _take_in(work, folder)
    with work("cleo") as ctx:
        asset = asset_by_key(ctx, ctx.session.query(Asset).one().slug)
        text = next(text for text in asset.localizations if text.locale == "en")
        edit_localization(ctx, text.id, LocalizationEdit("Our title", text.summary))
    assert _take_in(work, folder)["unchanged"] == 2
    assert ("en", "Our title", 2, "current") in _texts(database)
    (folder / "en" / "heat.md").write_text(ENGLISH.replace("Meter and heat", "Meter and warmth"))
    with work("cleo") as ctx:
        report = import_path(ctx, folder).report
    assert "own_edit_replaced" in {issue["code"] for issue in report}


def test_a_text_in_another_language_than_its_folder_is_kept_but_not_shown(database, work, folder: Path) -> None:
    body = "This text was never translated: it explains at length how the meter counts the heat of every room in the building. " * 3
    (folder / "de" / "heat.md").write_text("---\ntitle: Meter\n---\n" + body)
    _take_in(work, folder)
    with database.reading(SYSTEM) as ctx:
        german = next(text for text in ctx.session.query(Localization) if text.locale == "de")
        assert german.measured_language == "en"
        assert german.status is TranslationStatus.DRAFT


def test_a_picture_that_is_none_is_left_out_and_named(database, work, folder: Path) -> None:
    (folder / "en" / "meter.png").write_bytes(b"GIF89a but not really")
    with work("cleo") as ctx:
        report = import_path(ctx, folder).report
    assert ("en/meter.png", "picture_refused") in {(issue["file"], issue["code"]) for issue in report}
    with database.reading(SYSTEM) as ctx:
        english = next(text for text in ctx.session.query(Localization) if text.locale == "en")
        assert "<img" not in english.body_html


def _zip(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return out.getvalue()


def test_an_uploaded_archive_is_read_by_a_job_and_reported(database, work, folder: Path) -> None:
    with work("cleo") as ctx:
        run_id = queue_import(ctx, [("content.zip", io.BytesIO(_zip(folder)))]).id
    run_until_idle(database)
    with database.reading(SYSTEM) as ctx:
        run = ctx.session.get_one(ImportRun, run_id)
        assert (str(run.status), run.counts["created"], run.uploads, run.actor_name) == ("done", 2, {}, "Cleo")
    with database.unit_of_work(SYSTEM) as ctx:  # the job again: nothing
        import_sources.perform_import(ctx, run_id)
        assert ctx.session.query(Localization).count() == 2


def test_an_upload_that_is_nothing_is_refused_by_name(work) -> None:
    with work("cleo") as ctx:
        for files in ([], [("x.md", io.BytesIO(b""))], [("x.exe", io.BytesIO(b"MZ\x90\x00" + bytes(range(256))))]):
            with pytest.raises(Invalid) as refusal:
                queue_import(ctx, files)
            assert "files" in refusal.value.errors


def test_only_who_may_import_imports(work, folder: Path) -> None:
    with work("rita") as ctx, pytest.raises(Forbidden):
        import_path(ctx, folder)


@pytest.mark.shared
def test_the_real_content_comes_in_whole_and_only_once(database, work, shared: Path) -> None:
    import json

    source = shared / "real_content"
    source = source if source.is_dir() else shared / "data" / "real_content"
    expected = {(item["group"], item["lang"]): item for item in json.loads((source / "items.json").read_text())}
    counts = _take_in(work, source)
    assert (counts["items"], counts["created"], counts["failed"]) == (105, 105, 0)
    with database.reading(SYSTEM) as ctx:
        found = {(text.asset.external_key, text.locale): text for text in ctx.session.query(Localization)}
        assert found.keys() == expected.keys()
        for place, text in found.items():
            title = html.unescape(expected[place]["title"] or text.title)
            assert (text.title, text.direction) == (title, expected[place]["dir"]), place
            assert not any(leak in text.body_html for leak in ("{{<", "{{%", "{% ")), place
    again = _take_in(work, source)
    assert (again["created"], again["updated"], again["unchanged"], again["failed"]) == (0, 0, 105, 0)
