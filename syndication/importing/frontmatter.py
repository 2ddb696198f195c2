"""The head of a Markdown or HTML file: YAML between `---` lines or TOML between `+++` lines.

Every YAML scalar is read as the text that stands there: YAML 1.1 would make `no` (Norwegian) a falsehood, and fail
on 2025-02-30 without naming the field.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time

import yaml

from core.i18n import gettext as _
from syndication.importing.model import Unusable

MAX_HEAD = 64 * 1024
_FENCES = {"---": re.compile(r"^(---|\.\.\.)[ \t]*$", re.MULTILINE), "+++": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)}
_OPENING = re.compile(r"\s*(---|\+\+\+)[ \t]*\n")
Value = str | list[str]


@dataclass(frozen=True)
class Head:
    """The fields, the line each stands in (from 1), and the line where the body begins."""

    fields: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body_line: int = 1

    def text(self, *names: str) -> str | None:
        """The first of these fields that says something, as one line of text."""
        for name in names:
            value = self.fields.get(name)
            text = ", ".join(value) if isinstance(value, list) else value
            if text is not None and text.strip():
                return text.strip()
        return None

    def words(self, *names: str) -> tuple[str, ...]:
        """A field that lists things, written as a list or with commas; blanks are dropped."""
        for name in names:
            value = self.fields.get(name)
            parts = value if isinstance(value, list) else (value or "").split(",")
            words = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
            if words:
                return words
        return ()

    def line(self, *names: str) -> int | None:
        return next((self.lines[name] for name in names if name in self.lines), None)


def split_head(text: str) -> tuple[Head, str]:
    """Head and body of a file; a file without a head is all body."""
    opening = _OPENING.match(text)
    if opening is None:
        return Head(), text
    closing = _FENCES[opening[1]].search(text, opening.end())
    first_line = text.count("\n", 0, opening.end()) + 1
    if closing is None:
        if opening[1] == "---" and not re.match(r"[\w-]+\s*:", text[opening.end() :]):
            return Head(), text  # a thematic break, not a head
        raise Unusable("front_matter", _("The front matter is not closed: add a line with %(fence)s.", fence=opening[1]), 1)
    head = text[opening.end() : closing.start()]
    body = text[closing.end() :]
    body_line = text.count("\n", 0, closing.end()) + 1
    if len(head) > MAX_HEAD:
        raise Unusable("front_matter", _("The front matter is longer than 64 KB: shorten it."), 1)
    read = _yaml if opening[1] == "---" else _toml
    fields, lines = read(head, first_line)
    return Head(fields, lines, body_line), body


def _yaml(head: str, first_line: int) -> tuple[dict[str, Value], dict[str, int]]:
    try:
        root = yaml.compose(head, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + mark.line if mark else first_line
        raise Unusable(
            "front_matter",
            _("The front matter is not valid YAML: put quotes around values with a colon, and indent with spaces."),
            line,
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise Unusable("front_matter", _("The front matter is not valid YAML."), first_line) from None
    if root is None:
        return {}, {}
    if not isinstance(root, yaml.MappingNode):
        raise Unusable("front_matter", _("The front matter has to be a list of “name: value” lines."), first_line)
    fields: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        name = key.value.strip().lower()
        if name in fields:
            line = first_line + key.start_mark.line
            raise Unusable("front_matter", _("The field “%(name)s” stands twice: keep one.", name=name), line)
        found = _yaml_value(value)
        if found is not None:
            fields[name], lines[name] = found, first_line + key.start_mark.line
    return fields, lines


def _yaml_value(node: yaml.Node) -> Value | None:
    if isinstance(node, yaml.ScalarNode):
        empty = node.style is None and node.value.strip() in ("", "~", "null")
        return None if empty else str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [str(part.value) for part in node.value if isinstance(part, yaml.ScalarNode)]
    return None  # nested settings of a site generator are not ours


def _toml(head: str, first_line: int) -> tuple[dict[str, Value], dict[str, int]]:
    try:
        found = tomllib.loads(head)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"at line (\d+)", str(error))
        line = first_line + int(at[1]) - 1 if at else first_line
        raise Unusable("front_matter", _("The front matter is not valid TOML: check this line."), line) from None
    fields: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for name, value in found.items():
        text = _toml_value(value)
        if text is not None:
            at = re.search(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*=", head, re.MULTILINE)
            fields[name.lower()] = text
            lines[name.lower()] = first_line + (head.count("\n", 0, at.end()) if at else 0)
    return fields, lines


def _toml_value(value: object) -> Value | None:
    if isinstance(value, list):
        return [str(part) for part in value if isinstance(part, str | int | float)]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None
