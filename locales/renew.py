"""Extracts the interface's texts from the sources and merges them into every catalogue.

`python -m locales.renew` writes; `--check` only says whether something is stale, missing or fuzzy (a test runs it).
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
ROOMS = ("core", "partners", "enablement", "syndication", "cobranding", "feeds", "embed_widget", "engagement", "deals", "mdf", "hub")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "_l": None, "lazy_gettext": None, "N_": None}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
OPTIONS = {"jinja2": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}


def template() -> Catalog:
    """Every text of the sources."""
    catalog = Catalog(project="Channelpress", charset="utf-8")
    for room in ROOMS:
        options = {pattern: OPTIONS.get(method, {}) for pattern, method in METHODS}
        found = extract_from_dir(ROOT / room, METHODS, options, KEYWORDS, comment_tags=("TRANSLATORS:",), strip_comment_tags=True)
        for filename, _line, message, comments, context in found:
            # Without line numbers a moved line changes no catalogue.
            catalog.add(message, None, [(f"{room}/{filename}", 0)], auto_comments=comments, context=context)
    return catalog


def renewed(path: Path, source: Catalog) -> bytes:
    """The catalogue at `path`, brought up to date with the sources."""
    with path.open("rb") as handle:
        catalog = read_po(handle, locale=path.parent.parent.name)
    catalog.update(source, no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    out = BytesIO()
    write_po(out, catalog, sort_output=True, ignore_obsolete=True, include_lineno=False, width=140, omit_header=False)
    kept = [
        line
        for line in out.getvalue().splitlines(keepends=True)
        if not line.startswith((b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By'))
    ]
    return b"".join(kept)


def gaps(path: Path) -> list[str]:
    """Texts without a translation, or with one nobody has confirmed."""
    with path.open("rb") as handle:
        catalog = read_po(handle)
    return [str(message.id) for message in catalog if message.id and (not all(_forms(message.string)) or message.fuzzy)]


def _forms(string: object) -> list[str]:
    return [str(part) for part in string] if isinstance(string, list | tuple) else [str(string or "")]


def main() -> int:
    """0 when all is well, 1 when `--check` found something."""
    source = template()
    stale = False
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        fresh = renewed(path, source)
        if fresh != path.read_bytes():
            stale = True
            if "--check" not in sys.argv:
                path.write_bytes(fresh)
        missing = gaps(path)
        sys.stdout.write(f"{path.parent.parent.name}: {len(missing)} without translation\n")
    return int(stale and "--check" in sys.argv)


if __name__ == "__main__":
    raise SystemExit(main())
