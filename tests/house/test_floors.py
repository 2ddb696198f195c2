"""Imports point down the story: another room is entered by its front door, and never from below."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator

from tests.house.building import FLOORS, ROOMS, ROOT, python_files

_LEVEL = {room: number for number, floor in enumerate(FLOORS) for room in floor}


def _imports() -> Iterator[tuple[str, str, str]]:
    """(file, own room, imported module)"""
    for path in python_files():
        room = path.partition("/")[0]
        if room not in ROOMS:
            continue
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield path, room, node.module
            elif isinstance(node, ast.Import):
                for name in node.names:
                    yield path, room, name.name


def test_no_room_imports_a_neighbour_or_a_higher_floor() -> None:
    wrong = [
        f"{path} imports {module}"
        for path, room, module in _imports()
        if (other := module.partition(".")[0]) in ROOMS and other != room and _LEVEL[other] >= _LEVEL[room]
    ]
    assert wrong == []


def test_rooms_are_entered_by_their_front_door() -> None:
    allowed = {"core", "hub"}  # the kernel is everybody's ground; hub wires the rooms together
    wrong = [
        f"{path} imports {module}"
        for path, room, module in _imports()
        if (other := module.partition(".")[0]) in ROOMS
        and other not in {room, *allowed}
        and "." in module
        and not module.startswith("syndication.importing")
        and room != "hub"
    ]
    assert wrong == []


def test_rules_know_no_database_no_flask_and_no_clock() -> None:
    banned = ("flask", "sqlalchemy", "core.clock", "core.database", "core.ctx", "core.web", "requests", "urllib.request")
    wrong = [
        f"{path} imports {module}"
        for path, _room, module in _imports()
        if ("/rules/" in path or path.endswith("/rules.py")) and module.startswith(banned)
    ]
    assert wrong == []


def test_import_linter_knows_the_same_floors() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    assert contract["layers"] == [" | ".join(floor) for floor in reversed(FLOORS)]


def test_every_room_says_what_it_owns() -> None:
    for room in ROOMS:
        docstring = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8")))
        assert docstring, room
        assert len(docstring) > 40, f"{room}/__init__.py does not say what the room owns"


def test_every_top_level_package_is_really_ours() -> None:
    import importlib

    for room in ROOMS:
        source = importlib.import_module(room).__file__
        assert source is not None
        assert source.startswith(str(ROOT)), f"{room} is shadowed by {source}"
