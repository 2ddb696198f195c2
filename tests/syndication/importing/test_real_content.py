"""The real articles of other projects (105 in 12 languages), which are beside the repository and never copied into it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from core.gates import clean
from syndication.importing import ImportBatch, read_folder
from tests.core.gates.html5 import faults

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("CHANNELPRESS_SHARED", ROOT.parent / "shared"))
CONTENT = SHARED / "data" / "real_content"
LEAK = re.compile(r"\{\{|\}\}|\{%|%\}|%7B%7B|\{#|markdown=")

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def batch() -> ImportBatch:
    return read_folder(CONTENT)


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, Any]]:
    return {entry["raw_file"]: entry for entry in json.loads((CONTENT / "items.json").read_text(encoding="utf-8"))}


def test_all_and_only_the_described_articles_come_in(batch: ImportBatch, described: dict[str, dict[str, Any]]) -> None:
    assert {item.source_path for item in batch.items} == set(described)
    assert len(batch.items) == 105
    assert [issue for issue in batch.issues if issue.severity == "error"] == []


def test_title_language_direction_and_group_agree(batch: ImportBatch, described: dict[str, dict[str, Any]]) -> None:
    for item in batch.items:
        entry = described[item.source_path]
        # One head ends its lines with CR LF; the description missed its title, which stands in the file all the same.
        # Others write `&eacute;`; the description keeps the writing, a reader wants the letter.
        assert item.title == unescape(entry["title"] or item.title), item.source_path
        assert item.title in unescape(re.sub(r"\s+", " ", item.raw).replace("''", "'")), item.source_path
        assert (item.locale, item.direction, item.group) == (entry["lang"], entry["dir"], entry["group"]), item.source_path
        assert item.sha256 == entry["sha256"], item.source_path
        assert (str(item.published_on) if item.published_on else None) == entry["published"], item.source_path
        if not item.summary_derived:
            assert item.summary == unescape(entry["summary"]), item.source_path


def test_the_language_is_measured_where_the_tag_lies(batch: ImportBatch, described: dict[str, dict[str, Any]]) -> None:
    for item in batch.items:
        entry = described[item.source_path]
        written = "en" if entry["untranslated"] else entry["lang"].partition("-")[0]
        assert item.measured_language == written, item.source_path
        assert item.language_agrees == (written == entry["lang"].partition("-")[0]), item.source_path
    assert Counter(issue.code for issue in batch.issues)["language_differs"] == 3


def test_tags_that_mean_a_region_keep_the_tag_and_get_the_region_beside_it(batch: ImportBatch) -> None:
    assert {item.likely_tag for item in batch.items if item.locale == "zh"} == {"zh-Hans-CN"}
    assert {item.likely_tag for item in batch.items if item.locale == "pt"} == {"pt-BR"}
    assert {item.likely_tag for item in batch.items if item.locale not in ("zh", "pt")} == {None}


def test_groups_hold_the_variants_of_one_article(batch: ImportBatch, described: dict[str, dict[str, Any]]) -> None:
    ours = Counter(item.group for item in batch.items)
    assert ours == Counter(entry["group"] for entry in described.values())
    assert len({item.external_key for item in batch.items}) == 105


def test_nothing_of_a_site_generator_leaks(batch: ImportBatch) -> None:
    for item in batch.items:
        for text in (item.title, item.summary, str(item.body_html), item.author or "", *item.tags):
            assert not LEAK.search(text), item.source_path
        assert "](" not in re.sub(r"<pre.*?</pre>|<code.*?</code>", "", item.body_html, flags=re.DOTALL), item.source_path


def test_bodies_are_clean_and_complete(batch: ImportBatch) -> None:
    for item in batch.items:
        assert faults(item.body_html) == [], item.source_path
        assert item.summary, item.source_path
        assert "[" not in (item.author or ""), item.source_path
    for item in batch.items[::10]:
        assert clean(item.body_html) == item.body_html


def test_pictures_are_found_by_the_list_or_reported(batch: ImportBatch) -> None:
    listed = json.loads((CONTENT / "images.json").read_text(encoding="utf-8"))
    found = {image.path for image in batch.images.values()}
    assert found <= set(listed)
    assert "images/otel/Chart.PNG" in found
    assert sum("/osg/" in path for path in found) == 4
    assert all(issue.severity == "warning" for issue in batch.issues if issue.code == "image_missing")


def test_reading_again_gives_the_same(batch: ImportBatch) -> None:
    again = read_folder(CONTENT)
    assert again.items == batch.items
    assert again.issues == batch.issues


def test_broken_files_among_the_real_ones_stop_only_themselves(tmp_path: Path, batch: ImportBatch) -> None:
    shutil.copytree(CONTENT, tmp_path / "content", copy_function=shutil.copyfile)
    broken = tmp_path / "content" / "raw" / "otel" / "en"
    broken.parent.chmod(0o755)
    broken.chmod(0o755)
    (broken / "wrong-date.md").write_text("---\ntitle: x\ndate: 2025-02-30\n---\nx")
    (broken / "wrong-head.md").write_text("---\ntitle: a: b\n---\nx")
    (broken / "wrong-bytes.md").write_bytes(b"\x00\xff\xfe")
    found = read_folder(tmp_path / "content")
    assert [item.external_key for item in found.items] == [item.external_key for item in batch.items]
    assert found.failed_files == [f"raw/otel/en/wrong-{what}.md" for what in ("bytes", "date", "head")]


def test_the_rendered_tree_alone_comes_in_without_leaks() -> None:
    rendered = read_folder(CONTENT / "html")
    assert len(rendered.items) == 105
    for item in rendered.items:
        assert not LEAK.search(item.body_html), item.source_path
