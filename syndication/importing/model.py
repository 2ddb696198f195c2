"""What an import yields: items, pictures and a report. Nothing here knows the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from core.gates import CleanHtml

Severity = Literal["error", "warning", "info"]
Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class ImportIssue:
    """One line of the import report. An `error` means that the file (or the feed's entry) was not taken in."""

    file: str
    line: int | None
    severity: Severity
    code: str
    message: str


@dataclass(frozen=True)
class ImportedImage:
    """A picture found beside the articles, as its bytes stand in the file: it still has to pass `accept_upload`."""

    address: str  # stands for the picture in `body_html` until `place_images` puts the stored one there
    path: str
    data: bytes
    sha256: str


@dataclass(frozen=True)
class ImportedItem:
    """One article in one language. Items with the same `group` are language variants of each other.

    `locale` is the tag that the source claims; `measured_language` is what the text is written in, None when it is
    too short to tell. `direction` is measured from the letters of the body.
    """

    external_key: str
    group: str
    content_type: str
    title: str
    summary: str
    summary_derived: bool
    author: str | None
    published_on: date | None
    tags: tuple[str, ...]
    locale: str
    likely_tag: str | None
    direction: Literal["ltr", "rtl"]
    measured_language: str | None
    body_html: CleanHtml
    source_path: str
    sha256: str
    raw: str = field(repr=False)
    campaign: str | None = None
    collection: str | None = None
    source_url: str | None = None
    image: str | None = None  # address of the article's own picture
    image_alt: str = ""
    images: tuple[str, ...] = ()  # addresses of all pictures, that of `image` included
    remote_images: tuple[str, ...] = ()  # on other servers, left out of the body

    @property
    def language_agrees(self) -> bool:
        """False for a text that lies in the folder of a language it is not written in."""
        return self.measured_language in (None, self.locale.partition("-")[0].lower())


@dataclass
class ImportBatch:
    """Everything one source gave. `images` by address."""

    items: list[ImportedItem] = field(default_factory=list)
    issues: list[ImportIssue] = field(default_factory=list)
    images: dict[str, ImportedImage] = field(default_factory=dict)

    @property
    def failed_files(self) -> list[str]:
        return sorted({issue.file for issue in self.issues if issue.severity == "error"})


class Report:
    """Collects the issues of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.issues: list[ImportIssue] = []

    def add(self, severity: Severity, code: str, message: str, line: int | None = None) -> None:
        self.issues.append(ImportIssue(self.file, line, severity, code, message))


class Unusable(Exception):
    """This file cannot be taken in; the others can."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.line = code, message, line
