"""The permission matrix: every permission in words, by room, and which role holds it. Made from the one permission file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.permissions import Role


@dataclass(frozen=True)
class MatrixRow:
    """One permission. `held` follows the order of the roles."""

    permission: str
    words: str
    held: tuple[bool, ...]


@dataclass(frozen=True)
class MatrixGroup:
    room: str
    label: str
    rows: tuple[MatrixRow, ...]


def matrix(
    permissions: Iterable[str], roles: Iterable[Role], words: Mapping[str, object], rooms: Mapping[str, object], text: str = ""
) -> tuple[MatrixGroup, ...]:
    """Grouped by room in the order of `rooms`, by code inside; `text` keeps rows whose words or code contain it."""
    columns, wanted = list(roles), text.casefold().strip()
    groups: dict[str, list[MatrixRow]] = {}
    for permission in sorted(permissions):
        told = str(words.get(permission, permission))
        if wanted in told.casefold() or wanted in permission:
            held = tuple(permission in role.permissions for role in columns)
            groups.setdefault(permission.partition(":")[0], []).append(MatrixRow(permission, told, held))
    order = [*(room for room in rooms if room in groups), *(room for room in groups if room not in rooms)]
    return tuple(MatrixGroup(room, str(rooms.get(room, room)), tuple(groups[room])) for room in order)
