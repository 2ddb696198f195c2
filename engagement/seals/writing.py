"""From a plan to signed rows: each seal takes its place in its placement's chain."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from core.ids import TypeID, new_id
from core.kv import KeyValue, write_value
from core.signing import signer
from engagement.models import DaySeal, SealChain
from engagement.rules.seals import START, Statement, head_message
from engagement.seals.hashing import Key, Prepared
from engagement.seals.planning import Plan
from engagement.seals.reading import PROGRESS

if TYPE_CHECKING:
    from core.ctx import Ctx

Signer = Callable[[bytes], str]


def write(ctx: Ctx, plan: Plan) -> int:
    """Writes the plan's seals, or nothing when somebody else has gone on from the same state; returns how many."""
    if plan.through is None:
        return 0
    progress = ctx.session.get(KeyValue, PROGRESS, with_for_update=True)
    if (progress.value if progress else None) != plan.base:
        return 0
    through = plan.through.isoformat()
    if not plan.seals and plan.base and plan.base["through"] == through:
        return 0
    _append(ctx, plan.seals)
    rounds = plan.base["rounds"] if plan.base else 0
    write_value(ctx, PROGRESS, {"through": through, "rounds": rounds + 1})
    return len(plan.seals)


def _append(ctx: Ctx, seals: Sequence[Prepared]) -> None:
    sign = signer(ctx)
    chains = _chains(ctx, {seal.key for seal in seals})
    rows = [_row(ctx, seal, chains, sign) for seal in seals]
    for at in range(0, len(rows), 500):
        ctx.session.execute(insert(DaySeal), rows[at : at + 500])
    for chain in chains.values():
        chain.signature = sign(head_message(chain.placement_id, chain.partner_id, chain.seq, chain.hash))
    ctx.session.flush()


def _chains(ctx: Ctx, keys: set[Key]) -> dict[Key, SealChain]:
    """Every chain of a placement that is written to; new ones begin before their first seal."""
    found = {(row.partner_id.uuid.bytes, row.placement_id.uuid.bytes): row for row in ctx.session.scalars(select(SealChain).with_for_update())}
    return {key: chain for key, chain in found.items() if key in keys}


def _row(ctx: Ctx, seal: Prepared, chains: dict[Key, SealChain], sign: Signer) -> dict[str, Any]:
    chain = chains.get(seal.key)
    if chain is None:
        chain = chains[seal.key] = _new_chain(ctx, seal)
    statement = Statement(
        partner=chain.partner_id,
        placement=chain.placement_id,
        day=seal.day,
        zone=ctx.settings.time_zone,
        number=seal.number,
        seq=chain.seq + 1,
        events=seal.events,
        root=seal.root,
        counts=seal.counts,
        evidenced=seal.evidenced,
        previous=chain.hash,
        sealed_at=ctx.now,
    )
    chain.seq, chain.hash = statement.seq, statement.hash
    return {
        "id": new_id("sel", int(ctx.now.timestamp() * 1000)),
        "partner_id": chain.partner_id,
        "placement_id": chain.placement_id,
        **{name: getattr(statement, name) for name in ("day", "zone", "number", "seq", "events", "root", "previous", "hash", "sealed_at")},
        "counts": dict(statement.counts),
        "evidenced": dict(statement.evidenced),
        "signature": sign(statement.message),
        "members": seal.members,
    }


def _new_chain(ctx: Ctx, seal: Prepared) -> SealChain:
    partner, placement = (uuid.UUID(bytes=one) for one in seal.key)
    chain = SealChain(
        partner_id=TypeID.of("prt", partner),
        placement_id=TypeID.of("plc", placement),
        seq=0,
        hash=START,
        first_day=seal.day,
        signature="",
    )
    ctx.session.add(chain)
    return chain
