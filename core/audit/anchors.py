"""Heads of the chain that are kept elsewhere: the only thing that finds a chain rewritten by somebody who has the secret, too."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.audit.entries import AuditEntry
from core.audit.sealing import HEAD, head_is_ours, head_told
from core.clock import wall_now
from core.ctx import SYSTEM
from core.errors import Refused
from core.i18n import gettext as _
from core.kv import read_value
from core.signing import public_key_of, signature_fits

if TYPE_CHECKING:
    from core.database import Database


@dataclass(frozen=True)
class Anchor:
    """A signed head: whoever keeps it can show later what the chain was, with nothing of the hub but the file."""

    seq: int
    hash: str
    signature: str
    public_key: str
    printed_at: str

    def line(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


def anchor_of(database: Database) -> Anchor:
    """The present head; refused when it is not ours or the chain is empty."""
    with database.reading(SYSTEM) as ctx:
        head = read_value(ctx, HEAD)
        if not head or not head["seq"]:
            raise Refused("audit_empty", _("Nothing has been sealed yet. Wait some seconds and try again."))
        if not head_is_ours(ctx, head):
            raise Refused("audit_head_forged", _("The head of the chain was not written by this hub. Run `channelpress audit verify`."))
        stamp = wall_now().isoformat(timespec="seconds")
        return Anchor(head["seq"], head["hash"], head["signature"], public_key_of(ctx, head["signature"]), stamp)


def read_anchors(text: str) -> list[Anchor]:
    """One head per line, as `audit head` prints them; refused with the line that is none."""
    anchors = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            anchors.append(_parse(line, number))
    if not anchors:
        raise Refused("anchor_unreadable", _("The file holds no head. Write one with `channelpress audit head`."))
    return anchors


def _parse(line: str, number: int) -> Anchor:
    try:
        anchor = Anchor(**json.loads(line))
        sound = isinstance(anchor.seq, int) and signature_fits(
            urlsafe_b64decode(anchor.public_key), head_told(anchor.seq, anchor.hash), anchor.signature
        )
    except (ValueError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise Refused("anchor_unreadable", _("Line %(number)s of the file is not a head as the hub printed it.", number=number))
    return anchor


def check_anchors(database: Database, anchors: list[Anchor]) -> str | None:
    """The first kept head that the chain no longer contains, in words; None when it contains them all."""
    held = 0
    with database.reading(SYSTEM) as ctx:
        for anchor in sorted(anchors, key=lambda one: one.seq):
            found = ctx.session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == anchor.seq))
            if found != anchor.hash:
                what = "is gone" if found is None else "is not the one it was"
                return f"entry {anchor.seq} {what} when its head was kept ({anchor.printed_at}); entries up to {held} are the same"
            held = anchor.seq
    return None
