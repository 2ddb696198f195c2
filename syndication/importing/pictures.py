"""Finding the pictures that articles name: beside the article, from the root of the site, or by the picture list."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Collection
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from core.gates import CleanHtml, clean, safe_url
from core.i18n import gettext as _
from syndication.importing.model import ImportedImage, Report, Unusable
from syndication.importing.shelves import Limits, Shelf

# The name of the file only says where to put it; what it is, `accept_upload` finds out.
EXTENSIONS = {
    ".png": "png",
    ".jpg": "jpg",
    ".jpeg": "jpg",
    ".gif": "gif",
    ".webp": "webp",
    ".avif": "avif",
    ".svg": "png",
}
PICTURE_LIST = "images.json"


class PictureFinder:
    """One per import: reads each picture once, whoever names it."""

    def __init__(self, shelf: Shelf, paths: Collection[str], limits: Limits) -> None:
        self.shelf, self.limits = shelf, limits
        self.paths = {path for path in paths if PurePosixPath(path).suffix.lower() in EXTENSIONS}
        self.images: dict[str, ImportedImage] = {}
        self._by_path: dict[str, ImportedImage] = {}
        self._sources = self._listed() if PICTURE_LIST in paths else {}

    def _listed(self) -> dict[str, str]:
        """`images.json` says under which path of the original site a picture stood: {file: {"source_path": …}}."""
        try:
            found = json.loads(self.shelf.read(PICTURE_LIST, self.limits.text_bytes))
        except (Unusable, ValueError, RecursionError):
            return {}
        if not isinstance(found, dict):
            return {}
        entries = ((file, facts.get("source_path")) for file, facts in found.items() if isinstance(facts, dict))
        return {source: file for file, source in entries if isinstance(source, str) and file in self.paths}

    def find(self, reference: str, article: str) -> str | None:
        """The path of the picture in this import, or None."""
        wanted = unquote(urlsplit(reference).path)
        folder = posixpath.dirname(article)
        if wanted.startswith("/"):
            wanted = wanted.lstrip("/")
            tries = [posixpath.join(step, wanted) for step in _upwards(folder)]
        else:
            page = posixpath.join(folder, PurePosixPath(article).stem.split(".")[0])
            tries = [posixpath.normpath(posixpath.join(step, wanted)) for step in (folder, page)]
        for path in tries:
            if path in self.paths:
                return path
        return self._from_list(wanted)

    def _from_list(self, wanted: str) -> str | None:
        """By the end of its former path, if exactly one fits."""
        wanted = posixpath.normpath(wanted).lstrip("./")
        fitting = [file for source, file in self._sources.items() if f"/{source}".endswith(f"/{wanted}")]
        return fitting[0] if len(fitting) == 1 else None

    def read(self, path: str) -> ImportedImage:
        if path not in self._by_path:
            data = self.shelf.read(path, self.limits.picture_bytes)
            digest = hashlib.sha256(data).hexdigest()
            address = f"/media/{digest}.{EXTENSIONS[PurePosixPath(path).suffix.lower()]}"
            self._by_path[path] = self.images.setdefault(address, ImportedImage(address, path, data, digest))
        return self._by_path[path]


class ArticlePictures:
    """The pictures of one article: an `allow_image` rule for `clean()` that remembers and reports."""

    def __init__(self, finder: PictureFinder | None, article: str, base: str | None, report: Report) -> None:
        self.finder, self.article, self.base, self.report = finder, article, base, report
        self.found: list[str] = []
        self.remote: list[str] = []

    def __call__(self, reference: str) -> str | None:
        address = self._address(reference)
        if address is not None and address not in self.found:
            self.found.append(address)
        return address

    def _address(self, reference: str) -> str | None:
        shown = reference[:120]
        if "://" in reference or reference.startswith("//") or self.finder is None:
            remote = safe_url(reference, base=self.base)
            if remote is not None:
                self.remote.append(remote)
                text = _("The picture %(name)s is on another server and was left out: add it as a file.", name=shown)
                self.report.add("info", "image_remote", text)
            return None
        path = self.finder.find(reference, self.article)
        if path is None:
            self._warn("image_missing", _("The picture %(name)s is not in this folder: add the file.", name=shown))
            return None
        try:
            return self.finder.read(path).address
        except Unusable as error:
            self._warn("image_unreadable", f"{path}: {error.message}")
            return None

    def _warn(self, code: str, message: str) -> None:
        self.report.add("warning", code, message)


def place_images(body: CleanHtml, places: dict[str, str | None]) -> CleanHtml:
    """The body with the addresses that our own store gave; a picture that was not accepted (None) goes."""
    if not places:
        return body
    html = str(body)
    for address, own in places.items():
        html = html.replace(f'src="{address}"', f'src="{own or ""}"')
    return clean(html, "article")


def _upwards(folder: str) -> list[str]:
    """The folder and all above it: the root of a site may lie anywhere over the article."""
    steps = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        steps.append(folder)
    return steps
