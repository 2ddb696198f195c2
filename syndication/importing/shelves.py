"""Where files come from: a folder, a zip archive, an upload of several files. Limits are counted before reading."""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from core.errors import Invalid, TooLarge
from core.i18n import gettext as _
from syndication.importing.model import Report, Unusable


@dataclass(frozen=True)
class Limits:
    """Of one import; sizes in bytes, unpacked."""

    files: int = 5_000
    text_bytes: int = 2 * 2**20
    picture_bytes: int = 20 * 2**20
    total_bytes: int = 512 * 2**20


class Shelf(Protocol):
    """Files by their path below the root, with `/`, sorted."""

    def paths(self) -> list[str]: ...

    def read(self, path: str, max_bytes: int) -> bytes:
        """Raises Unusable for what cannot or may not be read."""
        ...


def _hidden(path: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(path).parts)


def _too_big(max_bytes: int) -> Unusable:
    limit = f"{max_bytes / 2**20:g}"
    return Unusable("too_large", _("The file is larger than %(limit)s MB: split it or make it smaller.", limit=limit))


def _counted(found: Iterator[tuple[str, int]], limits: Limits) -> list[str]:
    paths: list[str] = []
    total = 0
    for path, size in found:
        paths.append(path)
        total += size
        if len(paths) > limits.files:
            raise TooLarge(_("More than %(limit)s files: import the folders one by one.", limit=limits.files), field="source")
        if total > limits.total_bytes:
            limit = limits.total_bytes // 2**20
            raise TooLarge(_("More than %(limit)s MB in all: import the folders one by one.", limit=limit), field="source")
    return sorted(paths)


class FolderShelf:
    """A folder on this machine. Links are never followed: one of them could show a file of the server to the world."""

    def __init__(self, root: Path, limits: Limits, report: Report) -> None:
        if not root.is_dir():
            raise Invalid({"source": _("There is no folder %(path)s: check the path.", path=str(root))})
        self.root, self.limits, self.report = root.resolve(), limits, report

    def paths(self) -> list[str]:
        return _counted(self._walk(), self.limits)

    def _walk(self) -> Iterator[tuple[str, int]]:
        for folder, folders, files in os.walk(self.root, onerror=self._unreadable, followlinks=False):
            for name in [name for name in folders if os.path.islink(os.path.join(folder, name))]:
                self._skip(os.path.join(folder, name))
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
            for name in sorted(files):
                full = os.path.join(folder, name)
                path = os.path.relpath(full, self.root).replace(os.sep, "/")
                if _hidden(path):
                    continue
                facts = os.lstat(full)
                if stat.S_ISLNK(facts.st_mode):
                    self._skip(full)
                elif stat.S_ISREG(facts.st_mode):
                    yield path, facts.st_size

    def _skip(self, full: str) -> None:
        path = os.path.relpath(full, self.root)
        self.report.add("warning", "link_skipped", _("%(path)s is a link: put the file itself there.", path=path))

    def _unreadable(self, error: OSError) -> None:
        path = os.path.relpath(error.filename, self.root)
        self.report.add("error", "unreadable", _("The folder %(path)s cannot be read: check its rights.", path=path))

    def read(self, path: str, max_bytes: int) -> bytes:
        try:
            # No link even if somebody has just put one there, and no waiting for a pipe.
            handle = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as file:
                data = file.read(max_bytes + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "?"
            raise Unusable("unreadable", _("The file cannot be read (%(reason)s).", reason=reason)) from None
        if len(data) > max_bytes:
            raise _too_big(max_bytes)
        return data


class ZipShelf:
    """An archive, read in memory: names in it are keys and never become paths."""

    def __init__(self, data: bytes, limits: Limits, report: Report) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise Invalid({"source": _("The zip archive is damaged: pack it again.")}) from None
        self.limits, self.report = limits, report
        self.entries: dict[str, zipfile.ZipInfo] = {}

    def paths(self) -> list[str]:
        return _counted(self._walk(), self.limits)

    def _walk(self) -> Iterator[tuple[str, int]]:
        for entry in self.archive.infolist():
            path = entry.filename.replace("\\", "/").lstrip("/")
            link = stat.S_ISLNK(entry.external_attr >> 16)
            if entry.is_dir():
                continue
            if link or ".." in path.split("/"):
                self.report.add("warning", "link_skipped", _("%(path)s leads out of the archive.", path=path))
            elif not _hidden(path) and path not in self.entries:
                self.entries[path] = entry
                yield path, entry.file_size

    def read(self, path: str, max_bytes: int) -> bytes:
        try:
            # The size in the directory of the archive is a claim; what is unpacked is counted.
            with self.archive.open(self.entries[path]) as file:
                data = file.read(max_bytes + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, KeyError):
            raise Unusable("unreadable", _("The file in the archive is damaged or encrypted: pack it again.")) from None
        if len(data) > max_bytes:
            raise _too_big(max_bytes)
        return data


class MemoryShelf:
    """Files that somebody chose in a form, by name."""

    def __init__(self, files: Mapping[str, bytes], limits: Limits) -> None:
        self.files = {path.replace("\\", "/").lstrip("/"): data for path, data in files.items()}
        self.limits = limits

    def paths(self) -> list[str]:
        visible = ((path, len(data)) for path, data in self.files.items() if not _hidden(path))
        return _counted(visible, self.limits)

    def read(self, path: str, max_bytes: int) -> bytes:
        if path not in self.files:
            raise Unusable("unreadable", _("The file is not there."))
        if len(self.files[path]) > max_bytes:
            raise _too_big(max_bytes)
        return self.files[path]
