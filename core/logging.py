"""Structured logs: one JSON object per line, with the correlation id, without secrets and without personal data.

Three gates, because no one of them is enough: what was typed into the running request is struck out wherever it turns up (`typed`); what
looks like an address, a number to call or a secret is struck out by its looks; and the text of an exception loses whatever stands in
quotes or comes from a row, because drivers and libraries quote what they were given. `CHANNELPRESS_DEBUG` keeps the last one.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from core.ctx import correlation_id
from core.settings import Settings

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
#: What the person of the running request has typed; set by the web's edge.
typed: ContextVar[Callable[[], Iterable[str]] | None] = ContextVar("typed", default=None)

_LOOKS = (
    (re.compile(r"[\w.+%'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (
        re.compile(
            r"(?i)\b((?:password|passwd|secret|token|api[_-]?key|authorization|cookie|session)\w*[\"']?\s*[=:]\s*[\"']?)(?:bearer\s+|basic\s+)?[^\s\"',;&]+"
        ),
        r"\1[secret]",
    ),
    (re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{8,}"), "[secret]"),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), r"\1:[secret]@"),
    # A signed token begins with a dot when its content was worth compressing.
    (re.compile(r"(?<![\w.-])\.?[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{16,}"), "[token]"),
    (re.compile(r"(?<![\w.:-])\+\d[\d ()/.-]{6,}\d"), "[phone]"),
    (re.compile(r"(?<![\w.:-])0\d{2,5}[ /-]\d[\d /-]{3,}\d"), "[phone]"),
    (re.compile(r"/s/a/[\w.~-]{8,}"), "/s/a/[token]"),
)
_QUOTED = re.compile(r"(?<!\w)'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
_ROW = re.compile(r"\)=\([^\n]*\)|contains \([^\n]*\)|\[parameters: [^\n]*\]|(?<=CONTEXT:)[^\n]*|(?<=LINE \d:)[^\n]*")
#: Words as short as these, or bare codes, are no secret and stand everywhere.
_PLAIN = re.compile(r"[a-z][a-z_-]{0,15}\Z|\d{1,6}\Z")
_SHORTEST = 3


def scrubbed(text: str, *, foreign: bool = False) -> str:
    """The text for a log or a stored error. `foreign`: an exception's words, of which quoted parts are somebody's data."""
    if foreign:
        text = _QUOTED.sub("'…'", _ROW.sub("…", text))
    reader = typed.get()
    for value in sorted(_said(reader), key=len, reverse=True) if reader else ():
        text = text.replace(value, "[typed]")
    for looks, instead in _LOOKS:
        text = looks.sub(instead, text)
    return text


def _said(reader: Callable[[], Iterable[str]]) -> set[str]:
    try:
        return {value for value in reader() if len(value) >= _SHORTEST and not _PLAIN.match(value)}
    except Exception:  # noqa: BLE001 - a log line is written whatever state the request is in
        return set()


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "message", "correlation", …extra}`."""

    def __init__(self, *, debug: bool = False) -> None:
        super().__init__()
        self._debug = debug

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            # A message of ours is a sentence of ours; what others log may quote what they were given.
            "message": self._told(record.getMessage(), foreign=not record.name.startswith(("channelpress", "core."))),
            "correlation": correlation_id.get(),
        }
        for key, value in record.__dict__.items():
            if key not in _STANDARD:
                line[key] = value if isinstance(value, int | float) else self._told(str(value), foreign=key == "error")
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = self.formatException(record.exc_info)  # type: ignore[arg-type]
        return json.dumps(line, ensure_ascii=False)

    def formatException(self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]) -> str:
        """Where it happened as it is; what the exceptions say without what they quote."""
        error = ei[1]
        parts: list[str] = []
        while error is not None and len(parts) < 8:
            frames = "".join(traceback.format_tb(error.__traceback__))
            parts.insert(0, f"{frames}{type(error).__module__}.{type(error).__name__}: {self._told(str(error), foreign=True)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(parts)

    def _told(self, text: str, *, foreign: bool) -> str:
        return scrubbed(text, foreign=foreign and not self._debug)


def configure(settings: Settings) -> None:
    """Warnings and worse to standard error; everything from us when debugging."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(debug=settings.debug))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("channelpress").setLevel(logging.DEBUG if settings.debug else logging.INFO)
    logging.getLogger("channelpress.access").setLevel(logging.INFO if settings.access_log else logging.WARNING)
    logging.getLogger("channelpress.jobs").addFilter(_JobLines(settings))


class _JobLines(logging.Filter):
    """The line of a job that ended well belongs to the access log, and goes with it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._wanted = settings.access_log

    def filter(self, record: logging.LogRecord) -> bool:
        return self._wanted or record.levelno > logging.INFO
