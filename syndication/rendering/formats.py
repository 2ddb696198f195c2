"""The shelf of formats. The ways out put theirs here when they register; this room renders without knowing any of them."""

from __future__ import annotations

from syndication.rendering.model import ViewFormat

_shelf: dict[str, ViewFormat] = {}


def register_format(fmt: ViewFormat) -> None:
    """Put a format on the shelf. The same name again replaces it, so that an application may be built twice in a process."""
    _shelf[fmt.name] = fmt


def format_named(name: str) -> ViewFormat:
    """The format of that name; KeyError when no room offers it."""
    return _shelf[name]


def registered_formats() -> tuple[ViewFormat, ...]:
    """All formats in the order of their names, so that rebuilds run in one order everywhere."""
    return tuple(_shelf[name] for name in sorted(_shelf))
