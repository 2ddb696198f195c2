"""Whole sources: a folder, an archive, several files, one feed. A broken file stops only itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import HubError
from core.i18n import gettext as _
from syndication.importing.articles import HTML_SUFFIXES, Defaults, read_article
from syndication.importing.entries import item_of
from syndication.importing.json_feeds import is_json_feed, read_json
from syndication.importing.model import ImportBatch, ImportedItem, Progress, Report, Unusable
from syndication.importing.pictures import PictureFinder
from syndication.importing.placing import place_of
from syndication.importing.shelves import FolderShelf, Limits, MemoryShelf, Shelf, ZipShelf
from syndication.importing.xml_feeds import read_xml

ARTICLES = frozenset({".md", ".markdown"}) | HTML_SUFFIXES
FEEDS = frozenset({".xml", ".rss", ".atom", ".json"})
# Papers about the folder, not content of it.
_PAPERS = re.compile(r"(licen[cs]e|readme|changelog|notice|contributing|code_of_conduct|attribution)\b.*", re.IGNORECASE)
NO_LIMITS = Limits()


def read_folder(path: str | Path, *, progress: Progress | None = None, defaults: Defaults = Defaults(), limits: Limits = NO_LIMITS) -> ImportBatch:
    """Every article and feed file below a folder. Raises Invalid or TooLarge for the folder as a whole only."""
    report = Report(".")
    return _read(FolderShelf(Path(path), limits, report), report, progress, defaults, limits)


def read_zip(data: bytes, *, progress: Progress | None = None, defaults: Defaults = Defaults(), limits: Limits = NO_LIMITS) -> ImportBatch:
    """The same for a zip archive of such a folder."""
    report = Report(".")
    return _read(ZipShelf(data, limits, report), report, progress, defaults, limits)


def read_files(
    files: Mapping[str, bytes],
    *,
    progress: Progress | None = None,
    defaults: Defaults = Defaults(),
    limits: Limits = NO_LIMITS,
) -> ImportBatch:
    """The same for files that came one by one, by name."""
    return _read(MemoryShelf(files, limits), Report("."), progress, defaults, limits)


def read_feed(data: bytes, name: str, *, defaults: Defaults = Defaults()) -> ImportBatch:
    """One feed file: RSS, Atom or JSON Feed, told by its content."""
    batch = ImportBatch()
    _guarded(batch, Report(name), lambda report: _entries(data, name, report, defaults))
    return batch


def _read(shelf: Shelf, report: Report, progress: Progress | None, defaults: Defaults, limits: Limits) -> ImportBatch:
    batch = ImportBatch()
    paths = shelf.paths()
    finder = PictureFinder(shelf, paths, limits)
    todo = [path for path in _sources(paths, report) if PurePosixPath(path).suffix.lower() in ARTICLES | FEEDS]
    batch.issues += report.issues
    for done, path in enumerate(todo):
        if progress:
            progress(done, len(todo))
        _guarded(batch, Report(path), _Reading(shelf, path, finder, defaults, limits))
    if progress:
        progress(len(todo), len(todo))
    batch.items = _without_twins(batch)
    used = {address for item in batch.items for address in item.images}
    batch.images = {address: image for address, image in finder.images.items() if address in used}
    if not todo:
        report = Report(".")
        report.add("error", "nothing_found", _("No Markdown, HTML or feed file was found here: choose another folder."))
        batch.issues += report.issues
    return batch


def _sources(paths: list[str], report: Report) -> list[str]:
    """Without papers, old states, and a rendering that lies beside its source."""
    kept = []
    rendered = any(path.startswith("raw/") for path in paths) and any(path.startswith("html/") for path in paths)
    if rendered:
        report.add("info", "rendering_skipped", _("html/ is a rendering of raw/: the articles were read from raw/."))
    for path in paths:
        stem = PurePosixPath(path).stem
        if rendered and path.startswith("html/"):
            continue
        if _PAPERS.fullmatch(stem) and PurePosixPath(path).suffix.lower() in ARTICLES:
            report.add("info", "paper_skipped", _("%(path)s is no article and was skipped.", path=path))
        elif place_of(path).archived:
            report.add("info", "old_state_skipped", _("%(path)s is an older state of another file.", path=path))
        else:
            kept.append(path)
    return kept


@dataclass(frozen=True)
class _Reading:
    """One file of a shelf, to be read when its turn comes."""

    shelf: Shelf
    path: str
    finder: PictureFinder
    defaults: Defaults
    limits: Limits

    def __call__(self, report: Report) -> list[ImportedItem]:
        suffix = PurePosixPath(self.path).suffix.lower()
        data = self.shelf.read(self.path, self.limits.text_bytes if suffix in ARTICLES else self.limits.picture_bytes)
        if suffix in ARTICLES:
            return [read_article(self.path, data, report, self.finder, self.defaults)]
        if suffix == ".json" and not is_json_feed(data):
            return []  # settings and lists of all kinds
        return _entries(data, self.path, report, self.defaults)


def _guarded(batch: ImportBatch, report: Report, read: Callable[[Report], list[ImportedItem]]) -> None:
    """Whatever one file does wrong ends up in its report."""
    try:
        batch.items += read(report)
    except Unusable as error:
        report.add("error", error.code, error.message, error.line)
    except HubError as error:
        report.add("error", error.code, error.message)
    batch.issues += report.issues


def _entries(data: bytes, name: str, report: Report, defaults: Defaults) -> list[ImportedItem]:
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    facts, entries = (read_json if head.startswith((b"{", b"[")) else read_xml)(data, report)
    items = []
    for entry in entries:
        try:
            items.append(item_of(entry, facts, name, report, defaults))
        except Unusable as error:
            report.add("error", error.code, error.message, error.line)
        except HubError as error:
            report.add("error", error.code, error.message, entry.line)
    return items


def _without_twins(batch: ImportBatch) -> list[ImportedItem]:
    """Two files that claim to be the same article in the same language: the first in the order of paths stays."""
    kept: dict[str, ImportedItem] = {}
    for item in batch.items:
        first = kept.setdefault(item.external_key, item)
        if first is not item:
            report = Report(item.source_path)
            text = _("%(path)s is the same article in the same language: give one another name.", path=first.source_path)
            report.add("error", "twin", text)
            batch.issues += report.issues
    return list(kept.values())
