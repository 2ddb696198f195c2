"""`notify`: one fact becomes one row for each person it concerns, in the transaction that made it true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.ids import TypeID, new_id
from core.jobs import job
from core.notices.audiences import Audience, members
from core.notices.kinds import KINDS, Channel, NoticeKind
from core.notices.models import Notice, NoticeSetting
from core.once import insert_once

if TYPE_CHECKING:
    from core.ctx import Ctx

_AT_ONCE = 500


def notify(
    ctx: Ctx,
    audience: Audience,
    kind: str,
    params: Mapping[str, Any],
    href: str,
    *,
    object_id: TypeID | str = "",
    action: str | None = None,
    key: str = "",
) -> None:
    """Tells everybody meant. `params` hold ids and plain values, never a name or an address; `href` is a path of ours.

    With a `key` each person hears it once, however often it is said. `action` names a no-login action that a mail at once may offer.
    A partner's session may not write rows for others, so there the rows are written by a job of the same transaction.
    """
    if kind not in KINDS:
        raise LookupError(f"no notice {kind!r} is declared")
    if not href.startswith("/") or href.startswith("//"):
        raise ValueError("a notice leads to a path of ours")
    values = (kind, dict(params), href, str(object_id), action, key, str(ctx.actor.user_id or ""))
    if ctx.actor.kind == "system" or (ctx.actor.kind == "user" and ctx.actor.partner_id is None):
        _write(ctx, audience, *values)
    else:
        ctx.enqueue(spread, audience.as_values(), *values)


@job("core.spread_notice")
def spread(ctx: Ctx, audience: dict[str, str], *values: Any) -> None:
    """`notify` for those who may not write into other people's lists."""
    _write(ctx, Audience(**audience), *values)


def _write(ctx: Ctx, audience: Audience, kind: str, params: dict[str, Any], href: str, object_id: str, action: str | None, key: str, by: str) -> None:
    declared = KINDS[kind]
    found = members(ctx, audience, but=TypeID.parse(by, "usr") if by else None)
    for part in _portions(found):
        wishes = _wishes(ctx, declared, [user_id for user_id, _partner in part])
        for user_id, partner_id in part:
            in_app, mail = wishes.get(user_id, (declared.in_app, declared.mail))
            if not in_app and mail is Channel.OFF:
                continue
            row = {
                "id": new_id("ntc"),
                "partner_id": partner_id,
                "user_id": user_id,
                "kind": kind,
                "params": params,
                "href": href,
                "object_id": object_id,
                "action": action,
                "key": key or None,
                "in_app": in_app,
                "mail": mail,
                "created_at": ctx.now,
            }
            _keep(ctx, row)
    ctx.session.flush()


def _keep(ctx: Ctx, row: dict[str, Any]) -> None:
    from core.mail.queueing import queue_for_notice

    if row["key"] and not insert_once(ctx.session, Notice, **row):
        return
    if not row["key"]:
        ctx.session.add(Notice(**row))
    if row["mail"] is Channel.AT_ONCE:
        ctx.session.flush()
        queue_for_notice(ctx, ctx.session.get_one(Notice, row["id"]))


def _wishes(ctx: Ctx, declared: NoticeKind, users: list[TypeID]) -> dict[TypeID, tuple[bool, Channel]]:
    """What people chose; nobody can choose to miss what may not be switched off."""
    if not declared.may_be_switched_off:
        return {}
    query = select(NoticeSetting).where(NoticeSetting.kind == declared.name, NoticeSetting.user_id.in_(users))
    return {row.user_id: (row.in_app, row.mail) for row in ctx.session.scalars(query)}


def _portions(found: list[tuple[TypeID, TypeID | None]]) -> Iterator[list[tuple[TypeID, TypeID | None]]]:
    for at in range(0, len(found), _AT_ONCE):
        yield found[at : at + _AT_ONCE]
