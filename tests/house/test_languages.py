"""Every text can be translated, German has no gaps, and translations keep their slots and tags (style.md section 7)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from locales.renew import FOLDER, gaps, renewed, template

CATALOGUES = sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))
_SLOT = re.compile(r"%\((\w+)\)[sd]")
_TAG = re.compile(r"</?([a-z]+)\b[^>]*>")
#: The same in every language: the product's name, and keys as they are printed on the keyboard.
_NAMES = ("Channelpress", "Esc")


def _messages(path: Path) -> list[Message]:
    with path.open("rb") as handle:
        return [message for message in read_po(handle) if message.id]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_catalogues_follow_the_sources(path: Path) -> None:
    assert renewed(path, template()) == path.read_bytes(), "run `make messages`"


def test_german_has_no_gaps() -> None:
    assert gaps(FOLDER / "de" / "LC_MESSAGES" / "messages.po") == []


def _forms(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_translations_keep_slots_and_tags(path: Path) -> None:
    wrong = []
    for message in _messages(path):
        wanted = {slot for form in _forms(message.id) for slot in _SLOT.findall(form)}
        tags = sorted(_TAG.findall(_forms(message.id)[-1]))
        for form in _forms(message.string):
            # A singular may leave the number out, it may not invent a slot.
            invented = set(_SLOT.findall(form)) - wanted
            missing = wanted - set(_SLOT.findall(form)) if isinstance(message.id, str) else set()
            if form and (invented or missing or sorted(_TAG.findall(form)) != tags):
                wrong.append(str(message.id))
    assert wrong == []


def test_no_text_is_glued_together_with_f_strings() -> None:
    import ast

    from tests.house.building import ROOT, python_files

    glued = []
    for path in python_files():
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "_l", "gettext", "ngettext")
            if called and any(not isinstance(part, ast.Constant) for part in node.args[:1]):  # type: ignore[attr-defined]
                glued.append(f"{path}:{node.lineno}")  # type: ignore[attr-defined]
    assert glued == []


def test_templates_hold_no_bare_text() -> None:
    """Words between tags stand in _("…"): what a reader sees can be translated."""
    from tests.house.building import ROOT, our_files

    word = re.compile(r">\s*([A-Z][a-z]{2,}[^<>{}]*)<")
    bare = []
    for path in our_files("*.html"):
        if "/templates/" not in path or "styleguide" in path or path.startswith("tests/"):
            continue
        text = re.sub(r"{#.*?#}|{%.*?%}|<!--.*?-->", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.S)
        bare += [f"{path}: {found.strip()[:60]}" for found in word.findall(text) if found.strip() not in _NAMES]
    assert bare == []
