"""What the widget and our pages may say, and how it is checked. Everything in it is untrusted (findings.md, Widget).

    {"v": 1, "p": "plc_…", "l": "de", "u": "https://host/path", "e": [["loaded"], ["rendered", ["ast_…"]], ["viewable", "ast_…"]]}

A landing page of ours says `"p": "prt_…"` and `[["page_view", "ast_…"]]`.
A message that cannot be meant by our own scripts is `Malformed`, and says which field and what to do. One that is well formed
but names things we do not know is not an error of its sender (an old snippet, a withdrawn asset): those parts are left out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from engagement.rules.kinds import Kind

MAX_BODY_BYTES = 64 * 1024
MAX_EVENTS = 50
MAX_ASSETS = 100
MAX_ROWS = 500
_LONGEST_PAGE = 300
_LONGEST_ID = 64

#: The message's word → what we count: from a placement's widget, and from a landing page of ours. Plain strings from here
#: on to the disk: the hash of an enum's member is computed in Python, and this is the busiest path of the house.
WIDGET_KINDS = {"loaded": str(Kind.LOADED), "rendered": str(Kind.RENDERED), "viewable": str(Kind.VIEWABLE), "click": str(Kind.TAP)}
PAGE_KINDS = {"page_view": str(Kind.PAGE_VIEW), "form_start": str(Kind.FORM_START)}
KINDS = WIDGET_KINDS | PAGE_KINDS
_OF_WIDGETS = frozenset(WIDGET_KINDS.values())
_OF_PAGES = frozenset(PAGE_KINDS.values())
_ALONE = frozenset({"loaded"})
#: Told twice in one message, these still happened once.
_ONCE = frozenset(KINDS.values()) - {str(Kind.TAP)}
#: What URLSearchParams escapes most in a message of ours; none of them can make a new escape together with its neighbours.
_FREQUENT = tuple((b"%%%02X" % ord(mark), mark.encode()) for mark in '"[],:{}/')
Events = tuple[tuple[str, str | None], ...]


class Malformed(ValueError):
    """`field` names the place in the message, `fix` says what would be right."""

    def __init__(self, field: str, fix: str) -> None:
        super().__init__(f"{field}: {fix}")
        self.field = field
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Beacon:
    """A well-formed message. `events` are (kind, asset id as text or None); ids are not yet known to exist."""

    source: str
    locale: str
    page: str
    events: Events


def read_form(body: bytes) -> Mapping[str, Any]:
    """The JSON object in form field `d`."""
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        if name == b"d":
            return _object(_unescaped(value.replace(b"+", b" ")))
    raise Malformed("d", "send a form (application/x-www-form-urlencoded) with one field d that holds the JSON message")


def _unescaped(value: bytes) -> bytes:
    """As `unquote_to_bytes`, four times as fast for our own messages: that one goes from escape to escape in Python."""
    for escape, mark in _FREQUENT:
        value = value.replace(escape, mark)
    return unquote_to_bytes(value) if b"%" in value else value


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        raise Malformed("d", "must be JSON in UTF-8") from None
    if not isinstance(message, dict):
        raise Malformed("d", "must be a JSON object")
    return message


def read_beacon(body: bytes) -> Beacon:
    """Raises Malformed for whatever our own scripts would never send."""
    message = read_form(body)
    version = message.get("v")
    if version != 1 or isinstance(version, bool):
        raise Malformed("v", "must be 1, the only version of this message")
    told = message.get("e")
    if not isinstance(told, list) or not 1 <= len(told) <= MAX_EVENTS:
        raise Malformed("e", f"must be a list of 1 to {MAX_EVENTS} events")
    events = _without_repeats(_flat(told))
    if len(events) > MAX_ROWS:
        raise Malformed("e", f"must not name more than {MAX_ROWS} assets in all")
    source = _text(message, "p", _LONGEST_ID)
    _check_speaker(source, events)
    return Beacon(source, _text(message, "l", 35), page_of(message.get("u")), events)


def _check_speaker(source: str, events: Events) -> None:
    """A widget does not view pages, and a page is not rendered: otherwise one could be counted as the other."""
    is_page = source.startswith("prt_")
    if not is_page and not source.startswith("plc_"):
        raise Malformed("p", "must be the id of a placement (plc_…) or of a partner (prt_…)")
    allowed = _OF_PAGES if is_page else _OF_WIDGETS
    for at, (kind, _asset) in enumerate(events):
        if kind not in allowed:
            raise Malformed(f"e[{at}]", f"does not belong to p; {'a page' if is_page else 'a placement'} sends other events")


def _text(message: Mapping[str, Any], field: str, longest: int) -> str:
    value = message.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise Malformed(field, f"must be a text of 1 to {longest} characters")
    return value


def _flat(told: list[Any]) -> list[tuple[str, str | None]]:
    flat: list[tuple[str, str | None]] = []
    for at, event in enumerate(told):
        kind = KINDS.get(event[0]) if isinstance(event, list) and event and isinstance(event[0], str) else None
        if kind is None:
            raise Malformed(f"e[{at}]", f"must be a list that begins with one of {', '.join(KINDS)}")
        if event[0] in _ALONE:
            if len(event) != 1:
                raise Malformed(f"e[{at}]", f"{event[0]} stands alone")
            flat.append((kind, None))
            continue
        for asset in _assets(event, at):
            flat.append((kind, asset))
    return flat


def _assets(event: list[Any], at: int) -> list[str]:
    named = event[1] if len(event) == 2 else None
    assets = [named] if isinstance(named, str) else named
    if not isinstance(assets, list) or not 1 <= len(assets) <= MAX_ASSETS:
        raise Malformed(f"e[{at}]", f"{event[0]} needs one asset id, or a list of at most {MAX_ASSETS}")
    for asset in assets:
        if not isinstance(asset, str) or not 0 < len(asset) <= _LONGEST_ID:
            raise Malformed(f"e[{at}][1]", "must hold asset ids (ast_…)")
    return assets


def _without_repeats(events: list[tuple[str, str | None]]) -> Events:
    seen: set[tuple[str, str | None]] = set()
    kept = []
    for event in events:
        if event in seen and event[0] in _ONCE:
            continue
        seen.add(event)
        kept.append(event)
    return tuple(kept)


def page_of(told: object) -> str:
    """Host and path of a page, without query or fragment (those may hold personal data); empty when it is no web page."""
    if told is None:
        return ""
    if not isinstance(told, str) or len(told) > 4096:
        raise Malformed("u", "must be the address of the page, at most 4096 characters")
    try:
        parts = urlsplit(told)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    page = f"{host}{port}{parts.path or '/'}"
    if not page.isprintable():
        page = "".join(letter for letter in page if letter.isprintable())
    return page[:_LONGEST_PAGE]
