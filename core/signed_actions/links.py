"""A link's life: issued, looked up, taken once, withdrawn, forgotten."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from core.accounts import User
from core.errors import NotFound
from core.ids import TypeID, new_id
from core.jobs import scheduled
from core.signed_actions.kinds import ACTIONS
from core.signed_actions.models import SignedAction

if TYPE_CHECKING:
    from core.ctx import Ctx

PATH = "/s/a/"
#: Three working days, so that a mail of Friday evening still works on Monday (N-16).
DEFAULT_HOURS = 72
LONGEST_HOURS = 14 * 24
#: What an auditor asks about an old link is in the audit log; the row itself is of no use any more.
KEEP_AFTER_EXPIRY = timedelta(days=30)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def issue_link(
    ctx: Ctx,
    kind: str,
    object_id: TypeID | str,
    *,
    user_id: TypeID | None,
    email: str,
    params: Mapping[str, Any] | None = None,
    hours: int = DEFAULT_HOURS,
) -> str:
    """The absolute address of a new link for one person; only the mail that carries it will ever know it.

    Without `user_id` the active account of `email` is meant; NotFound when there is none, for a link always acts as somebody.
    """
    if kind not in ACTIONS:
        raise ValueError(f"no such signed action: {kind!r}")
    if not 1 <= hours <= LONGEST_HOURS:
        raise ValueError(f"a link lives from 1 to {LONGEST_HOURS} hours, not {hours}")
    person = _person(ctx, user_id, email)
    token = secrets.token_urlsafe(32)
    row = SignedAction(
        id=new_id("sga"),
        token_hash=hash_of(token),
        kind=kind,
        object_id=str(object_id),
        params=dict(params or {}),
        user_id=person,
        email=email.strip()[:254],
        created_at=ctx.now,
        expires_at=ctx.now + timedelta(hours=hours),
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.audit("core.signed_action.issued", row, after={"kind": kind, "object": row.object_id, "person": str(person), "expires_at": row.expires_at})
    return ctx.settings.url + PATH + token


def _person(ctx: Ctx, user_id: TypeID | None, email: str) -> TypeID:
    wanted = User.id == user_id if user_id is not None else User.email == email.strip().casefold()
    found = ctx.session.scalar(select(User.id).where(wanted, User.active))
    if found is None:
        raise NotFound("person")
    return found


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def find_link(ctx: Ctx, token: str) -> SignedAction | None:
    """The row of a token that could still act; None for everything else alike, so that nobody learns which it was."""
    if not _TOKEN.match(token):
        return None
    row = ctx.session.scalar(select(SignedAction).where(SignedAction.token_hash == hash_of(token)))
    return row if row is not None and row.kind in ACTIONS and _is_open(ctx, row) else None


def was_ever_ours(ctx: Ctx, token: str) -> bool:
    """Whether somebody was sent this token once: an old link is no guess and does not count against a network."""
    known = _TOKEN.match(token) and ctx.session.scalar(select(SignedAction.id).where(SignedAction.token_hash == hash_of(token)))
    return bool(known)


def _is_open(ctx: Ctx, row: SignedAction) -> bool:
    return row.used_at is None and row.revoked_at is None and ctx.now < row.expires_at


def take(ctx: Ctx, link: SignedAction) -> bool:
    """True for the one request that may act. Of two at the same moment the second waits here, then finds it taken.

    In the transaction of the deed: when that is refused, the link is as unused as before.
    """
    done = ctx.session.execute(
        update(SignedAction)
        .where(SignedAction.id == link.id, SignedAction.used_at.is_(None), SignedAction.revoked_at.is_(None), SignedAction.expires_at > ctx.now)
        .values(used_at=ctx.now)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    ctx.audit("core.signed_action.used", link.id, after={"kind": link.kind, "object": link.object_id, "person": str(link.user_id)})
    return True


def revoke_links(ctx: Ctx, *, kind: str | None = None, object_id: TypeID | str | None = None, user_id: TypeID | None = None) -> int:
    """Withdraws every open link that fits all that is given; returns how many. Asked for nothing, it withdraws nothing."""
    narrowed = [
        condition
        for given, condition in (
            (kind, SignedAction.kind == kind),
            (object_id, SignedAction.object_id == str(object_id)),
            (user_id, SignedAction.user_id == user_id),
        )
        if given is not None
    ]
    if not narrowed:
        return 0
    is_open = (SignedAction.used_at.is_(None), SignedAction.revoked_at.is_(None), SignedAction.expires_at > ctx.now)
    rows = ctx.session.scalars(select(SignedAction).where(*narrowed, *is_open).with_for_update()).all()
    for row in rows:
        row.revoked_at = ctx.now
        ctx.audit("core.signed_action.revoked", row, after={"kind": row.kind, "object": row.object_id, "person": str(row.user_id)})
    ctx.session.flush()
    return len(rows)


@scheduled("core.forget_signed_actions", every=3600)
def forget_signed_actions(ctx: Ctx) -> None:
    """Links that ended a month ago; that they were issued and used stays in the audit log."""
    before = ctx.now - KEEP_AFTER_EXPIRY
    ctx.session.execute(delete(SignedAction).where(SignedAction.expires_at < before).execution_options(synchronize_session=False))
