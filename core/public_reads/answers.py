"""The value a public address stands for, and the mapping it is found in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

_TAG = re.compile(r"[A-Za-z0-9_.:-]{1,200}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one public address says now.

    `tag` names the exact bytes of `body()` for life: equal tag, equal bytes, also after a restart
    (view hash + what was filled in). `last_modified` is the time of the last change of the whole answer,
    removals included, never the newest item's date. `body` is called only when bytes must really be sent.
    `keys` are the names a CDN purges by. `cors` opens the answer to scripts of any origin.
    """

    tag: str
    media_type: str
    last_modified: datetime
    body: Callable[[], bytes]
    keys: tuple[str, ...] = ()
    cors: bool = False
    status: int = 200

    def __post_init__(self) -> None:
        """Refuse values that would break a header: tags and keys travel in headers unescaped."""
        for word in (self.tag, *self.keys):
            if not _TAG.fullmatch(word):
                raise ValueError(f"not usable as an entity tag or cache key: {word!r}")
        if self.last_modified.tzinfo is None:
            raise ValueError("last_modified must be an aware time")


class Snapshot(Protocol):
    """One immutable state of everything public; swapped whole, never changed in place."""

    def find(self, path: str) -> Answer | None:
        """The answer at this path, or None: then the Flask view behind renders, stores and answers."""
