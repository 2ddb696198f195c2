"""The demo's content as a folder the importer can read: the texts with moved dates, and the pictures beside them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from core.gates import AcceptedImage, accept_upload
from hub.demo.pictures import draw_all, rasterise
from hub.demo.telling import Advance
from hub.demo.world import CAMPAIGN_DAYS, CAMPAIGN_WRITTEN, campaign_code, moved

_DATE = re.compile(r"^date: (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


def written_texts() -> dict[str, str]:
    """Every text as it stands in the package, by `group/language`."""
    return {f"{folder.name}/{text.name[:-3]}": text.read_text(encoding="utf-8") for folder, text in _texts()}


def _texts() -> list[tuple[Traversable, Traversable]]:
    root = files(__package__).joinpath("content")
    pairs = [(folder, text) for folder in root.iterdir() if folder.is_dir() for text in folder.iterdir() if text.name.endswith(".md")]
    return sorted(pairs, key=lambda pair: (pair[0].name, pair[1].name))


def publishing_days(last_day: date) -> dict[str, date]:
    """When each asset came out, on the calendar of the loaded world."""
    days = {}
    for name, text in written_texts().items():
        group, _slash, language = name.partition("/")
        found = _DATE.search(text)
        if language == "en" and found:
            days[group] = moved(date.fromisoformat(found[1]), last_day)
    return days


def lay_out(folder: Path, last_day: date) -> Path:
    """Writes the texts below `folder`, with their dates and the campaign moved to the loaded calendar."""
    code = campaign_code(moved(CAMPAIGN_DAYS[0], last_day))
    for name, text in written_texts().items():
        target = folder / f"{name}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        dated = _DATE.sub(lambda found: f"date: {moved(date.fromisoformat(found[1]), last_day)}", text)
        target.write_text(dated.replace(CAMPAIGN_WRITTEN, code), encoding="utf-8")
    return folder


def draw_and_accept(folder: Path, advance: Advance) -> dict[str, AcceptedImage]:
    """Draws the pictures beside the texts; while one is drawn, the one before passes the gate in its child process. By path."""
    with ThreadPoolExecutor(2) as pool:
        waiting = {}
        for name in draw_all(folder / "pictures"):
            path = f"pictures/{name}.png"
            waiting[path] = pool.submit(accept_upload, (folder / path).read_bytes(), kind="image", field=path)
            advance()
        return {path: accepted.result() for path, accepted in waiting.items()}


def logo_svg(slug: str) -> str:
    """A logo of the demo; `slug` is a partner's, or "velorin". Letters are outlines of OFL faces (Noto, Source Sans)."""
    return files(__package__).joinpath("logos", f"{slug}.svg").read_text(encoding="utf-8")


def logo_png(slug: str) -> bytes:
    """The same as a picture, as a partner would upload it."""
    return rasterise(logo_svg(slug), width=1200)
