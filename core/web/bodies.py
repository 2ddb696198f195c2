"""What a private request may carry: a form, or JSON of sane size and depth; anything else is refused in words (RFC 9110, 415 and 413)."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from core.errors import HubError, Invalid, TooLarge
from core.i18n import gettext as _

_TAKEN = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json", "text/plain", "")
#: Deeper than any payload of ours, far less than what exhausts a parser's stack.
DEEPEST = 32
LONGEST_JSON = 2**20


class UnsupportedBody(HubError):
    """A content type that no private address takes."""

    status = 415

    def __init__(self, kind: str) -> None:
        super().__init__("unsupported_media_type", _("This address takes forms and JSON, not %(kind)s.", kind=kind[:60] or "?"))


def check_type() -> None:
    """Before anything is read from the body."""
    kind = request.mimetype
    if kind not in _TAKEN:
        raise UnsupportedBody(kind if kind.isprintable() else "?")


def json_body() -> Any:
    """The request's JSON. Raises UnsupportedBody, TooLarge, or Invalid naming what is wrong; never a parser's own error."""
    if not request.is_json:
        raise UnsupportedBody(request.mimetype)
    raw = request.get_data(cache=True)
    if len(raw) > LONGEST_JSON:
        raise TooLarge(_("JSON may have %(limit)s bytes at most.", limit=LONGEST_JSON))
    return read_json(raw)


def read_json(raw: bytes) -> Any:
    """Strict JSON (RFC 8259): UTF-8, no NaN, no number too large for one, no name twice, no deeper than `DEEPEST`, no half characters."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid({"body": _("This is not UTF-8.")}) from None
    if _depth(text) > DEEPEST:
        raise Invalid({"body": _("This is nested more than %(limit)s levels deep.", limit=DEEPEST)})
    try:
        told = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
        json.dumps(told, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid({"body": _("This contains half a character (a lone surrogate).")}) from None
    except (ValueError, RecursionError):
        raise Invalid({"body": _("This is not valid JSON.")}) from None
    return told


def _depth(text: str) -> int:
    """Levels of brackets outside of strings: counted before a parser recurses into them."""
    deepest = depth = 0
    in_string = escaped = False
    for sign in text:
        if in_string:
            in_string, escaped = (sign != '"' or escaped), (sign == "\\" and not escaped)
        elif sign == '"':
            in_string = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")
    return made
