"""The sealer: gives committed entries their place in the chain and signs its head."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.audit.days import OpenDay
from core.audit.entries import AuditEntry
from core.audit.lanes import entry_is_ours
from core.audit.pressing import holds, press
from core.jobs import scheduled
from core.kv import KeyValue
from core.signing import sign_bytes, signature_holds

if TYPE_CHECKING:
    from core.ctx import Ctx

START = "0" * 64
HEAD = "audit.head"
BATCH = 5000
#: The head before the first entry; the only one that needs no seal.
EMPTY: dict[str, Any] = {"seq": 0, "hash": START, "trusted": 0}


class BrokenHead(RuntimeError):
    """The head was not written by this hub: going on from it would put our own seal under somebody else's cut."""


@scheduled("core.seal_audit", every=3)
def seal(ctx: Ctx) -> None:
    """Chains what has been committed since the last run and seals days that are over; several sealers queue at the head."""
    row = locked_head(ctx)
    if not head_is_ours(ctx, row.value):
        raise BrokenHead("the head of the audit chain was not written by this hub; run `channelpress audit verify`")
    open_day = OpenDay(ctx, row.value.get("days"))
    waiting = ctx.session.scalars(select(AuditEntry).where(AuditEntry.hash.is_(None)).order_by(AuditEntry.id).limit(BATCH))
    seq, last = row.value["seq"], row.value["hash"]
    # What this hub did not write is left where it is: sealing would make it true. `verify` names it.
    for entry in (entry for entry in waiting if entry_is_ours(ctx.settings, entry)):
        open_day.reach(entry.at, seq)
        seq += 1
        entry.seq = seq
        entry.hash = last = entry.digest(last)
        entry.seal = press(ctx.settings, "place", place_told(seq, last))
    open_day.rest(seq)
    if seq > row.value["seq"] or open_day.changed:
        write_head(ctx, row, seq, last, row.value["trusted"], open_day.state)


def locked_head(ctx: Ctx) -> KeyValue:
    """The head's row, made when it is missing; whoever holds it is the only sealer."""
    row = ctx.session.get(KeyValue, HEAD, with_for_update=True, populate_existing=True)
    if row is not None:
        return row
    try:
        with ctx.session.begin_nested():
            ctx.session.add(KeyValue(key=HEAD, value=dict(EMPTY)))
    except IntegrityError:
        pass  # another sealer was first
    return ctx.session.get_one(KeyValue, HEAD, with_for_update=True, populate_existing=True)


def write_head(ctx: Ctx, row: KeyValue, seq: int, last: str, trusted: int, days: dict[str, Any]) -> None:
    """Signed for strangers, sealed for ourselves; entries up to `trusted` were adopted and are held by their hashes alone."""
    head = {"seq": seq, "hash": last, "trusted": trusted, "days": days, "signature": sign_bytes(ctx, head_told(seq, last))}
    row.value = {**head, "seal": press(ctx.settings, "head", _sealed_told(head))}
    ctx.session.flush()


def head_is_ours(ctx: Ctx, head: Any) -> bool:
    """True when this hub wrote it: its seal holds, and so does the signature that strangers check."""
    if head == EMPTY:
        return True
    try:
        signed = signature_holds(ctx, head_told(head["seq"], head["hash"]), head["signature"])
        return signed and holds(ctx.settings, "head", _sealed_told(head), head["seal"])
    except (KeyError, TypeError, AttributeError):
        return False


def place_told(seq: int, hashed: str) -> bytes:
    return f"{seq}:{hashed}".encode()


def head_told(seq: int, last: str) -> bytes:
    return f"{HEAD}:{seq}:{last}".encode()


def _sealed_told(head: dict[str, Any]) -> bytes:
    told = f"{head['seq']}:{head['hash']}:{head['trusted']}"
    # A head from before there were sealed days has none, and its seal says so.
    return (told + ":" + json.dumps(head["days"], sort_keys=True) if "days" in head else told).encode()
