"""Functions aim at 20 lines and stop at 60, files aim at 150 and stop at 400 (style.md section 5)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.building import ROOT, our_files, python_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
VAGUE = {"utils", "helpers", "manager", "managers", "data", "process", "misc", "common", "helper", "util"}


@pytest.mark.parametrize("path", our_files("*.py", "*.js", "*.css", "*.html"), ids=str)
def test_no_file_outgrows_its_room(path: str) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_FILE, f"{path} has {lines} lines"


def _functions() -> Iterator[tuple[str, int]]:
    for path in python_files(with_tests=True):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_outgrows_a_screen() -> None:
    assert [name for name, size in _functions() if size > LONGEST_FUNCTION] == []


def test_every_module_has_a_name_that_says_something() -> None:
    assert [path for path in python_files() if path.rpartition("/")[2].removesuffix(".py") in VAGUE] == []
