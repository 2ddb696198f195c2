"""Names of people by their ids, for pages that keep ids only."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from core.accounts import User
from core.ctx import Ctx
from core.ids import TypeID


def names_of(ctx: Ctx, ids: Iterable[str]) -> dict[str, str]:
    """Without those who are gone; an id that is no person's is left out."""
    wanted = [TypeID.parse(one, "usr") for one in dict.fromkeys(ids) if one.startswith("usr_")]
    rows = ctx.session.execute(select(User.id, User.name).where(User.id.in_(wanted))) if wanted else ()
    return {str(row[0]): row[1] for row in rows}
