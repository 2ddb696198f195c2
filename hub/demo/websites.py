"""The partners' websites on the disk: our static pages with the snippet pasted in, word for word, as a webmaster does it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.demo.material import logo_svg
from hub.demo.pictures.partner_scenes import draw_hero

PASTE_HERE = "<!-- paste the snippet here -->"


def write_site(folder: Path, slug: str, snippets: Mapping[str, str]) -> None:
    """One partner's site; `snippets` by the name of the page that holds them."""
    target = folder / slug
    target.mkdir(parents=True, exist_ok=True)
    for page in sorted(_pages(slug), key=lambda one: one.name):
        text = page.read_text(encoding="utf-8")
        (target / page.name).write_text(text.replace(PASTE_HERE, snippets.get(page.name, "")), encoding="utf-8")
    (target / "logo.svg").write_text(logo_svg(slug), encoding="utf-8")
    hero = target / "hero.svg"
    if not hero.exists():
        hero.write_text(draw_hero(slug), encoding="utf-8")


def _pages(slug: str) -> list[Traversable]:
    return [page for page in files(__package__).joinpath("sites", slug).iterdir() if page.name.endswith((".html", ".css"))]
