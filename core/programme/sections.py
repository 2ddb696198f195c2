"""Sections of the programme file: one pydantic model per room, frozen, with a default and words for every field (ADR 0019).

A rule never asks for "the programme": it is given its section as an argument, so that an old decision can be taken again with the old one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field

#: The version that comes with the release: the defaults of all sections. It needs no row.
PACKAGED = "1"
_DECLARED: dict[str, type[BaseModel]] = {}
S = TypeVar("S", bound=BaseModel)


class ProgrammeSection(BaseModel):
    """Base of every section and of what stands inside one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def term(default: Any, title: Any, hint: Any, *, unit: str = "", **limits: Any) -> Any:
    """One field. `title` and `hint` are lazy translations; `unit` (`days`, `hours`, `months`, `percent`, `money`, …) says how to read the value aloud.

    A callable default is a factory: nobody shares a mutable one.
    """
    start: dict[str, Any] = {"default_factory": default} if callable(default) else {"default": default}
    return Field(**start, title=cast(str, title), description=cast(str, hint), json_schema_extra={"unit": unit} if unit else None, **limits)


def declare_section(name: str, kind: type[BaseModel]) -> None:
    """Adds a room's section under `name`. Declaring the same one again is harmless; a field without words or default is a mistake at start."""
    known = _DECLARED.get(name)
    if known is not None and known is not kind and known.__qualname__ != kind.__qualname__:
        raise ValueError(f"the programme file has two sections {name!r}")
    for key, told in kind.model_fields.items():
        if told.is_required() or not told.title or not told.description:
            raise ValueError(f"{kind.__name__}.{key} needs a default, a title and a description")
    if not kind.model_config.get("frozen") or kind.model_config.get("extra") != "forbid":
        raise ValueError(f"{kind.__name__} must be frozen and forbid unknown fields")
    _DECLARED[name] = kind


def declared_sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Name and kind of all sections, by name."""
    return iter(sorted(_DECLARED.items()))


def section_names() -> tuple[str, ...]:
    return tuple(sorted(_DECLARED))


@dataclass(frozen=True)
class Programme:
    """One version, complete: what a file leaves out has its default."""

    version: str
    sections: Mapping[str, BaseModel] = field(default_factory=dict)
    effective_on: date | None = None

    def section(self, kind: type[S]) -> S:
        """The section of this kind; a section that the version does not know yet has its defaults."""
        return next((one for one in self.sections.values() if isinstance(one, kind)), None) or kind()


def packaged() -> Programme:
    """Version "1": the defaults."""
    return _packaged(tuple(declared_sections()))


@lru_cache(maxsize=8)
def _packaged(sections: tuple[tuple[str, type[BaseModel]], ...]) -> Programme:
    """Asked for by nearly every decision of a hub that never changed its programme."""
    return Programme(PACKAGED, {name: kind() for name, kind in sections})
