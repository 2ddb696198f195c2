"""The file as typed, read without trust: plain YAML only, within limits, with the line of every field (A-13).

No aliases, anchors or tags, so nothing can unfold or be built; keys are words as they stand (`NO` is Norway, not false); a key
that comes twice is refused, because one of the two would silently win.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import yaml

from core.i18n import gettext as _

LARGEST_BYTES = 128 * 1024
DEEPEST = 12
MOST_NODES = 10_000
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}\Z")
_WORDS = {"true": True, "false": False, "": None, "~": None, "null": None}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it stands, what is wrong, what to do."""

    path: str
    line: int
    wrong: str
    fix: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.wrong} {self.fix}".strip()


class BadSource(Exception):
    """The text is no programme file at all; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.wrong)
        self.problem = problem


@dataclass
class Source:
    """`values` as plain data, and the line on which each path begins, from 1."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int:
        """Of the path, or of what it stands in."""
        return next((self.lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in self.lines), 1)


def read_source(text: str) -> Source:
    """Raises BadSource with the first thing that stops it."""
    if len(text.encode("utf-8", "replace")) > LARGEST_BYTES:
        limit = LARGEST_BYTES // 1024
        raise BadSource(Problem("", 1, _("The file is larger than %(limit)s KiB.", limit=limit), _("Shorten it, comments count too.")))
    try:
        values, lines = _Builder().build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadSource(_not_yaml(mark.line + 1 if mark else 1)) from None
    except yaml.YAMLError:
        words = _("The file contains characters that cannot stand in a text.")
        raise BadSource(Problem("", 1, words, _("Remove control characters."))) from None
    if values is None:
        raise BadSource(Problem("", 1, _("The file is empty."), _("Start from the version in force.")))
    if not isinstance(values, dict):
        raise BadSource(Problem("", 1, _("The file has no sections."), _("Begin with the name of a section and a colon, such as deals:")))
    return Source(values, lines)


def _not_yaml(line: int) -> Problem:
    fix = _("Check colons, quotes and brackets, and indent with spaces, not with tabs.")
    return Problem("", line, _("The file cannot be read from this line on."), fix)


class _Builder:
    """Plain data out of the parser's events: no recursion, so that depth is counted before it can hurt."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.open: list[_Open] = []
        self.nodes = 0
        self.result: Any = None
        self.documents = 0

    def build(self, text: str) -> tuple[Any, dict[Path, int]]:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            self._take(event)
        return self.result, self.lines

    def _take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise BadSource(Problem("", line, _("There are two files in one."), _("Remove the line of three hyphens.")))
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadSource(Problem(self._here(), line, _("The file refers to another place of itself (& or *)."), _("Write the value out.")))
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()

    def _node(self, event: Any, line: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise BadSource(Problem("", line, _("The file has too many values."), _("A programme file has a few hundred.")))
        if event.tag is not None and event.tag != "!":
            raise BadSource(Problem(self._here(), line, _("The file names a type (!)."), _("Remove the word that begins with an exclamation mark.")))
        if isinstance(event, yaml.ScalarEvent):
            self._put(_scalar(event), event.value, line)
            return
        path = self._put_collection(event, line)
        if len(self.open) >= DEEPEST:
            raise BadSource(Problem(dotted(path), line, _("The values are nested too deeply."), _("Look at the packaged file for the form.")))

    def _put_collection(self, event: Any, line: int) -> Path:
        made: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._put(made, None, line)
        self.open.append(_Open(made, path))
        return path

    def _put(self, value: Any, as_key: str | None, line: int) -> Path:
        if not self.open:
            self.result = value
            return ()
        holder = self.open[-1]
        if isinstance(holder.made, list):
            path = (*holder.path, len(holder.made))
            holder.made.append(value)
        elif holder.key is None:
            if as_key is None:
                raise BadSource(Problem(dotted(holder.path), line, _("A list or a group cannot be the name of a field."), _("Write a word.")))
            return self._name(holder, as_key, line)
        else:
            path, holder.made[holder.key] = (*holder.path, holder.key), value
            holder.key = None
        self.lines.setdefault(path, line)
        return path

    def _name(self, holder: _Open, key: str, line: int) -> Path:
        path = (*holder.path, key)
        if key in holder.made:
            first = self.lines.get(path, 1)
            wrong = _("%(path)s comes twice, first on line %(first)s.", path=dotted(path), first=first)
            raise BadSource(Problem(dotted(path), line, wrong, _("Keep one of the two.")))
        holder.key = key
        self.lines[path] = line
        return path

    def _here(self) -> str:
        if not self.open:
            return ""
        holder = self.open[-1]
        return dotted((*holder.path, holder.key) if holder.key else holder.path)


@dataclass
class _Open:
    """A group or list that is being filled; `key` is the name that waits for its value."""

    made: Any
    path: Path
    key: str | None = None


def _scalar(event: Any) -> Any:
    """As YAML 1.2 reads it: no sexagesimal numbers, no dates, and yes and no are words."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    known: Hashable = text.lower() if text in (text.lower(), text.upper(), text.capitalize()) else text
    if known in _WORDS:
        return _WORDS[str(known)]
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


def dotted(path: Path) -> str:
    """`deals.least_amount.EUR`, `tiers.tiers[2].code`."""
    told = ""
    for step in path:
        told += f"[{step}]" if isinstance(step, int) else (f".{step}" if told else str(step))
    return told[:200]
