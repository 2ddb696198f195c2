"""What is different between two versions, field by field, in words: title, old value, new value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.i18n import gettext as _
from core.programme.checking import inner_kind
from core.programme.sections import Programme
from core.programme.source import dotted
from core.programme.words import in_words, name_of, section_title, sections_in_order


@dataclass(frozen=True, slots=True)
class Difference:
    """One field. `old` or `new` is None when the entry is not there in that version."""

    section: str
    path: str
    title: str
    old: str | None
    new: str | None

    @property
    def section_title(self) -> str:
        return section_title(self.section)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """`entry`: a member of a list or group, which may be there or not; what stands in it is told only when both versions have it."""

    titles: tuple[str, ...]
    value: Any
    unit: str = ""
    currency: str = ""
    entry: bool = False


_Path = tuple[str, ...]


def differences(old: Programme, new: Programme) -> list[Difference]:
    """In the order of the guide, then of the fields."""
    found: list[Difference] = []
    for name in dict.fromkeys([*sections_in_order(new), *sections_in_order(old)]):
        before, after = _leaves_of(name, old), _leaves_of(name, new)
        one_sided = {path for path, leaf in (*before.items(), *after.items()) if leaf.entry and (path in before) != (path in after)}
        found += [
            Difference(name, dotted((name, *path)), " – ".join(told.titles), _said(before.get(path)), _said(after.get(path)))
            for path in dict.fromkeys([*after, *before])
            if (told := after.get(path) or before[path])
            and _changed(path, before.get(path), after.get(path))
            and not any(path[:size] in one_sided for size in range(1, len(path)))
        ]
    return found


def _changed(path: _Path, old: _Leaf | None, new: _Leaf | None) -> bool:
    """An order is news of its own only between the same entries."""
    if path[-1] == "#":
        return old is not None and new is not None and old.value != new.value and set(old.value) == set(new.value)
    return (old is None) != (new is None) or (old is not None and new is not None and old.value != new.value)


def _said(leaf: _Leaf | None) -> str | None:
    if leaf is None:
        return None
    return _("listed") if leaf.entry else in_words(leaf.value, leaf.unit, leaf.currency)


def _leaves_of(name: str, programme: Programme) -> dict[_Path, _Leaf]:
    section = programme.sections.get(name)
    return dict(_model(name, section, (), ())) if section is not None else {}


def _model(section: str, model: BaseModel, path: _Path, titles: tuple[str, ...]) -> Iterator[tuple[_Path, _Leaf]]:
    for key, told in type(model).model_fields.items():
        if key != "code":
            yield from _walk(section, getattr(model, key), told, (*path, key), (*titles, str(told.title)))


def _walk(section: str, value: Any, told: FieldInfo, path: _Path, titles: tuple[str, ...]) -> Iterator[tuple[_Path, _Leaf]]:
    extra = told.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, Mapping) else ""
    if isinstance(value, BaseModel):
        yield from _model(section, value, path, titles)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            named = (*titles, name_of(section, path, str(key)))
            if isinstance(one, BaseModel):
                yield from _entry(section, one, (*path, str(key)), named)
            else:
                yield (*path, str(key)), _Leaf(named, one, unit, str(key) if unit == "money" else "")
    elif isinstance(value, tuple) and inner_kind(told.annotation) is not None:
        keys = [str(getattr(one, "code", position)) for position, one in enumerate(value, start=1)]
        for key, one in zip(keys, value, strict=True):
            yield from _entry(section, one, (*path, key), (*titles, name_of(section, path, key)))
        yield (*path, "#"), _Leaf((*titles, _("Order")), tuple(name_of(section, path, key) for key in keys))
    else:
        yield path, _Leaf(titles, value, unit)


def _entry(section: str, one: BaseModel, path: _Path, titles: tuple[str, ...]) -> Iterator[tuple[_Path, _Leaf]]:
    yield path, _Leaf(titles, True, entry=True)
    yield from _model(section, one, path, titles)
