"""Kinds of notices, declared by the rooms: what the settings page lists and the preview page shows."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.ctx import Ctx


class Channel(enum.StrEnum):
    """How a notice reaches somebody's mailbox."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    OFF = "off"


Values = Callable[["Ctx", Mapping[str, Any]], Mapping[str, Any] | None]


def _as_given(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any]:
    return params


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class NoticeKind:
    """`values` turns ids into words with the reader's ctx, None when the thing is gone; `sample` is what the preview shows.

    `side` and `permission` say whose settings list it. A kind that may not be switched off says `why`.
    """

    name: str
    title: Any
    template: str
    mail: Channel
    in_app: bool
    may_be_switched_off: bool
    why: Any
    side: str
    permission: str
    values: Values
    sample: Callable[[], Mapping[str, Any]]

    @property
    def text_template(self) -> str:
        return f"{self.template}.txt"

    @property
    def html_template(self) -> str:
        return f"{self.template}.html"

    def concerns(self, side: str, may: Callable[[str], bool]) -> bool:
        """Whether somebody of this side, with these permissions, could ever get one."""
        return self.side in ("", side) and (not self.permission or may(self.permission))


KINDS: dict[str, NoticeKind] = {}


def declare_notice(
    kind: str,
    *,
    title: Any,
    template: str = "",
    mail: Channel = Channel.DIGEST,
    in_app: bool = True,
    may_be_switched_off: bool = True,
    why: Any = "",
    side: str = "",
    permission: str = "",
    values: Values = _as_given,
    sample: Callable[[], Mapping[str, Any]] = _nothing,
) -> NoticeKind:
    """Declares `room.what_happened`; its text is `<room>/templates/<room>/notices/what_happened.txt` unless `template` names another."""
    room, _dot, rest = kind.partition(".")
    if not rest:
        raise ValueError(f"a notice kind is named room.what_happened, not {kind!r}")
    if not may_be_switched_off and not why:
        raise ValueError(f"{kind}: who cannot switch it off must be told why")
    name = template or f"{room}/notices/{rest}"
    made = NoticeKind(kind, title, name, mail, in_app, may_be_switched_off, why, side, str(permission), values, sample)
    KINDS[kind] = made
    return made
