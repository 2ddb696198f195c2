"""Text as every database takes it: PostgreSQL stores neither NUL nor half a character, SQLite does.

Whoever lets input in cleans or refuses it with a word; this is the floor under all of them, so that no input breaks a write (law L6).
"""

from __future__ import annotations

import json
import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u(?:0000|d[89a-f])", re.IGNORECASE)


def storable(text: str) -> str:
    """The text itself, nearly always; else with U+FFFD in place of what cannot be stored."""
    return _UNSTORABLE.sub("\ufffd", text)


def storable_json(value: Any) -> Any:
    """The same for every text inside a JSON value, keys too."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key) if isinstance(key, str) else key: storable_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(one) for one in value]
    return value


def dump_json(value: Any) -> str:
    """JSON for a column. Characters beyond the first plane are pairs of escapes and stay what they are."""
    told = json.dumps(value)
    return json.dumps(storable_json(value)) if _ESCAPED.search(told) else told
