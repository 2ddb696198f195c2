"""What the imitated hub says: invented items in four languages, with pictures drawn here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_SETS: dict[str, Any] = json.loads(Path(__file__).with_name("stories.json").read_text("utf-8"))


def stories(hub: str, placement: str, locale: str) -> dict[str, Any]:
    """Widget data as `embed_widget.payload` writes it."""
    said = _SETS[locale]
    items = [
        row
        | {
            "id": f"ast_01kgqc3tvde9h8x9qjq2c6n{number:03}",
            "href": f"{hub}/c/{placement}/ast_01kgqc3tvde9h8x9qjq2c6n{number:03}/{locale}?utm_source=kestrel&utm_medium=referral",
            "date": "2026-02-12",
            "date_label": said["day"],
            "image": {"src": f"{hub}/media/{number}.svg", "w": 1200, "h": 628, "alt": ""} if number != 3 else None,
        }
        for number, row in enumerate(said["items"])
    ]
    return {
        "v": 1,
        "placement": placement,
        "locale": locale,
        "dir": "rtl" if locale == "ar" else "ltr",
        "layout": "list",
        "title": said["title"],
        "more": {"href": f"{hub}/feeds/{placement}/", "label": said["more"]},
        "brand": {"name": "Kestrel GmbH"},
        "items": items,
        "labels": {},
    }


def picture(path: str) -> bytes:
    """A load curve over a building's facade, another colour for each number."""
    number = int(path.rsplit("/", 1)[1].removesuffix(".svg"))
    hue = (205 + number * 37) % 360
    bars = "".join(
        f'<rect x="{60 + 54 * at}" y="{430 - (at * 83 + number * 61) % 260}" width="34" height="420" fill="hsl({hue} 45% 88% / .55)"/>'
        for at in range(21)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 628" width="1200" height="628">'
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">'
        f'<stop offset="0" stop-color="hsl({hue} 48% 34%)"/><stop offset="1" stop-color="hsl({(hue + 40) % 360} 52% 58%)"/></linearGradient></defs>'
        f'<rect width="1200" height="628" fill="url(#g)"/>{bars}</svg>'
    ).encode()
