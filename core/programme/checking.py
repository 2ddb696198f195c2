"""A file checked against the sections: every mistake with its path, its line, what is wrong and what to do, in the reader's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel, Field, ValidationError, create_model

from core.i18n import gettext as _
from core.programme.sections import Programme, ProgrammeSection, declared_sections
from core.programme.source import BadSource, Path, Problem, Source, dotted, read_source

#: More would only hide the first ones.
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Checked:
    """Either a programme with its complete `content`, or problems."""

    programme: Programme | None = None
    content: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def check_text(text: str, version: str = "") -> Checked:
    """Never raises: whatever was typed, the answer is a programme or a list of problems."""
    try:
        source = read_source(text)
    except BadSource as refusal:
        return Checked(problems=(refusal.problem,))
    # A section of which every line is a comment stands for its defaults.
    values = {name: told for name, told in source.values.items() if told is not None}
    try:
        file = programme_file().model_validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        problems = [_problem(told, source) for told in error.errors(include_url=False)[:MOST_PROBLEMS]]
        return Checked(problems=tuple(sorted(problems, key=lambda one: one.line)))
    sections: dict[str, BaseModel] = {name: getattr(file, name) for name, _kind in declared_sections()}
    return Checked(Programme(version, sections), file.model_dump(mode="json"))


def programme_file() -> type[BaseModel]:
    """The whole file as one model."""
    return _file(tuple(declared_sections()))


@lru_cache(maxsize=8)
def _file(sections: tuple[tuple[str, type[BaseModel]], ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {name: (kind, Field(default_factory=kind)) for name, kind in sections}
    return create_model("ProgrammeFile", __base__=ProgrammeSection, **fields)


def _problem(error: Any, source: Source) -> Problem:
    path: Path = tuple(step for step in error["loc"] if step != "[key]")
    wrong, fix = _words(error, path)
    return Problem(dotted(path), source.line_of(path), wrong, fix)


def _words(error: Mapping[str, Any], path: Path) -> tuple[str, str]:
    kind, told, limits = str(error["type"]), _shown(error.get("input")), error.get("ctx") or {}
    if kind == "extra_forbidden":
        return _unknown(path)
    if kind == "value_error":
        return str(limits.get("error") or error["msg"]), hint_of(path)
    if kind in ("greater_than_equal", "greater_than"):
        return _("%(value)s is too small.", value=told), _("Write at least %(least)s.", least=limits.get("ge", limits.get("gt")))
    if kind in ("less_than_equal", "less_than"):
        return _("%(value)s is too large.", value=told), _("Write at most %(most)s.", most=limits.get("le", limits.get("lt")))
    if kind == "too_long":
        return _("These are too many entries."), _("Write at most %(most)s.", most=limits.get("max_length"))
    if kind in ("enum", "literal_error"):
        return _("%(value)s is not possible here.", value=told), _("Write one of these: %(known)s.", known=limits.get("expected"))
    return _wrong_type(kind, told) or (_("%(value)s does not fit here.", value=told), hint_of(path))


def _wrong_type(kind: str, told: str) -> tuple[str, str] | None:
    if kind.startswith("int_"):
        return _("%(value)s is not a whole number.", value=told), _("Write it in figures, without quotes, unit or separators, such as 90.")
    if kind.startswith("bool_"):
        return _("%(value)s is neither true nor false.", value=told), _("Write true or false.")
    if kind.startswith("string_") and kind != "string_pattern_mismatch":
        return _("%(value)s is not a text.", value=told), _("Write text; put it into quotes when it looks like a number.")
    if kind.startswith("date_"):
        return _("%(value)s is not a day.", value=told), _('Write year-month-day in quotes, such as "2027-01-31".')
    if kind in ("list_type", "tuple_type"):
        return _("A list is needed here."), _("Write each entry on a line of its own that begins with a hyphen.")
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return _("Fields are needed here, not a single value."), _("Write each field indented below, as name: value.")
    return None


def _unknown(path: Path) -> tuple[str, str]:
    name = str(path[-1])[:60]
    known = sorted(_kind_at(path[:-1]).model_fields)
    near = get_close_matches(name, known, 1)
    fix = _("Did you mean %(near)s?", near=near[0]) if near else _("Known are: %(known)s.", known=", ".join(known))
    return _("There is no field %(name)s here.", name=name), fix


def _shown(value: Any) -> str:
    """What was typed, as far as it helps to recognise it."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"


def _kind_at(path: Path) -> type[BaseModel]:
    """The model that stands at a path of the file."""
    kind: type[BaseModel] = programme_file()
    for step in path:
        told = kind.model_fields.get(str(step))
        if told is not None:
            kind = inner_kind(told.annotation) or kind
    return kind


def inner_kind(annotation: Any) -> type[BaseModel] | None:
    """The section inside `tuple[X, ...]`, `dict[K, X]`, `X | None` or `X` itself."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := inner_kind(part)) is not None), None)


def hint_of(path: Path) -> str:
    """What the field's own description says."""
    for size in range(len(path), 0, -1):
        told = _kind_at(path[: size - 1]).model_fields.get(str(path[size - 1]))
        if told is not None and told.description:
            return str(told.description)
    return ""
