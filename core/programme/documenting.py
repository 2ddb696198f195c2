"""The table of all fields for docs/programme.md; a test compares the two."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.programme.checking import inner_kind
from core.programme.sections import packaged
from core.programme.words import section_title, sections_in_order

_LONGEST = 60


def fields_as_markdown() -> str:
    """One table for each section; what stands inside of lists and groups follows its field."""
    programme = packaged()
    parts = []
    for name in sections_in_order(programme):
        section = programme.sections[name]
        rows = _rows(type(section), f"{name}.")
        parts += [f"### {section_title(name)} (`{name}`)", "", "| field | default | meaning |", "| --- | --- | --- |", *rows, ""]
    return "\n".join(parts).rstrip() + "\n"


def _rows(kind: type[BaseModel], prefix: str) -> list[str]:
    rows = []
    for key, told in kind.model_fields.items():
        rows.append(
            f"| `{prefix}{key}` | {_default(told.get_default(call_default_factory=True))} | {told.title}. {told.description}{_limits(told)} |"
        )
        inner = inner_kind(told.annotation)
        if inner is not None:
            is_list = str(told.annotation).startswith("tuple")
            rows += _rows(inner, f"{prefix}{key}{'[]' if is_list else '.*'}.")
    return rows


def _default(value: Any) -> str:
    if isinstance(value, BaseModel):
        return "see below"
    if isinstance(value, (dict, tuple)) and any(isinstance(one, BaseModel) for one in (value.values() if isinstance(value, dict) else value)):
        return f"{len(value)} entries"
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) <= _LONGEST:
        return f"`{text}`"
    return f"{len(value)} entries"


def _limits(told: FieldInfo) -> str:
    bounds = {type(one).__name__: one for one in told.metadata}
    if "Ge" in bounds and "Le" in bounds:
        return f" {bounds['Ge'].ge} to {bounds['Le'].le}."
    return ""
