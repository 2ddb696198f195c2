"""Untrusted content passes the five gates of `core.gates`; nothing else does their work (architecture decision 14)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.building import ROOT, our_files, python_files

GATES = "core/gates/"
#: Modules that speak to foreign servers, or clean HTML.
CLOSED_MODULES = {"requests", "urllib.request", "urllib3", "httpx", "aiohttp", "http.client", "bleach", "nh3", "html_sanitizer", "lxml.html.clean"}
#: Names that go around a gate, as `name` or `owner.name`.
CLOSED_NAMES = {"Markup", "csv.writer", "csv.DictWriter", "Image.open", "urlopen", "CleanHtml"}
#: (file, name) → why it is none of the gates' business.
EXCEPTIONS = {
    ("cobranding/banners/pictures.py", "Image.open"): "opens pictures of our own store, which accept_upload drew",
    ("hub/cli/probing.py", "http.client"): "asks this installation's own /healthz on loopback, which fetch() has to refuse",
    ("core/storage/s3.py", "urllib3.exceptions"): "names what a broken stream of the object store raises",
    ("core/storage/s3.py", "urllib3.exceptions.HTTPError"): "the same",
}
IN_TEMPLATES = re.compile(r"\|\s*safe\b|\bautoescape\s+false\b|\bMarkup\b|\|\s*forceescape\b")


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _closed_import(name: str) -> bool:
    # `http.client` for its status numbers, or the names of its exceptions, would be harmless; nobody needs them.
    return name in CLOSED_MODULES or any(name.startswith(module + ".") for module in CLOSED_MODULES) or name.endswith(".Markup")


GUILTY = """\
import requests
import urllib.request
from urllib import request
from urllib.request import urlopen
import bleach
from bleach.sanitizer import Cleaner
import nh3
from markupsafe import Markup
from flask import Markup
import http.client
import csv; csv.writer(f)
import csv; csv.DictWriter(f, [])
from PIL import Image; Image.open(f)
import PIL.Image; PIL.Image.open(f)
CleanHtml('<b>')
gates.CleanHtml('<b>')
import markupsafe; markupsafe.Markup('<b>')
x = '{{ body|safe }}'
x = '{{ body | safe }}'"""
HONEST = """\
from core.gates import clean, CleanHtml
CleanHtml.stored(x)
import csv; csv.reader(f)
from urllib.parse import quote
from PIL import Image; Image.new('L', (1, 1))"""


def trespasses(path: str, source: str) -> list[str]:
    """Every place in a module that does a gate's work itself."""
    tree = ast.parse(source)
    closed_imports = ((line, name) for line, name in _imported(tree) if _closed_import(name) and (path, name) not in EXCEPTIONS)
    found = [f"{path}:{line} imports {name}" for line, name in closed_imports]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _dotted(node.func)
            short = ".".join(name.split(".")[-2:])
            for closed in (short, short.rpartition(".")[2]):
                if closed in CLOSED_NAMES and (path, closed) not in EXCEPTIONS:
                    found.append(f"{path}:{node.lineno} calls {name}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\{[{%][^}]*\|\s*safe\b", node.value):
            found.append(f"{path}:{node.lineno} writes a template with |safe")
    return found


@pytest.mark.parametrize("path", [path for path in python_files() if not path.startswith(GATES)], ids=str)
def test_no_module_does_the_work_of_a_gate(path: str) -> None:
    assert trespasses(path, (ROOT / path).read_text(encoding="utf-8")) == []


def test_no_template_switches_escaping_off() -> None:
    templates = our_files("*.html", "*.txt", "*.xml", "*.j2", "*.jinja")
    assert any(path.endswith(".html") for path in templates)
    found = []
    for path in templates:
        if "/templates/" in path:
            lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
            found += [f"{path}:{number}" for number, line in enumerate(lines, start=1) if IN_TEMPLATES.search(line)]
    assert found == []


@pytest.mark.parametrize("source", GUILTY.splitlines())
def test_the_walker_sees_each_way_around(source: str) -> None:
    assert trespasses("room/views.py", source) != []


@pytest.mark.parametrize("source", HONEST.splitlines())
def test_the_walker_lets_honest_work_pass(source: str) -> None:
    assert trespasses("room/views.py", source) == []


def test_no_exception_outlives_its_reason() -> None:
    for path, name in EXCEPTIONS:
        assert name.removesuffix(".HTTPError") in (ROOT / path).read_text(encoding="utf-8"), f"{path} no longer needs its exception for {name}"
