"""The built loader: fresh, small, published with its hash, free of what host pages cannot bear."""

from __future__ import annotations

import json
import re

import pytest

from embed_widget.build import BROTLI_LIMIT_BYTES, MANIFEST, PARTS, SCRIPT, SOURCE, build, minify_css


def test_the_committed_file_equals_its_source() -> None:
    assert SCRIPT.read_bytes() == build().script, "run: python -m embed_widget.build"
    assert MANIFEST.read_bytes() == build().manifest


def test_the_budget() -> None:
    assert BROTLI_LIMIT_BYTES <= 3000
    assert build().brotli_bytes <= BROTLI_LIMIT_BYTES


def test_the_published_hash_is_the_one_a_browser_checks() -> None:
    published = json.loads(MANIFEST.read_text())
    assert re.fullmatch(r"sha384-[A-Za-z0-9+/]{64}", published["integrity"])
    assert published["integrity"] == build().integrity


def test_every_part_is_built_in() -> None:
    assert {path.name for path in SOURCE.glob("*.js")} == set(PARTS)


@pytest.mark.parametrize(
    "forbidden",
    [
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write",
        r"\beval\b|new Function",
        r"localStorage|sessionStorage|indexedDB|\.cookie\b",
        r"\bunload\b|beforeunload",
        r"for\s*\((?:const|let|var) \w+ in\b",
        r"JSON\.(?:stringify|parse)",
        r"console\.(?:error|warn|log)",
        r"pushState|replaceState",
        r"\d(?:rem)\b",
        r"(?i)\b(?:ads?|track\w*|analytics|pixel)\b",
    ],
)
def test_what_a_guest_does_not_do(forbidden: str) -> None:
    assert re.search(forbidden, SCRIPT.read_text("ascii")) is None


def test_no_address_is_built_in() -> None:
    assert "://" not in SCRIPT.read_text("ascii")


def test_blanks_with_a_meaning_survive() -> None:
    css = 'a  b { margin: 1px  2px; width: calc(1em + 2px) } /* gone */ :host([x]) c::after { content: ""; }'
    assert minify_css(css) == 'a b{margin:1px 2px;width:calc(1em + 2px)}:host([x]) c::after{content:""}'
