"""The list of requests: open ones are few, so newest first is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.ids import TypeID
from core.paging import page_of
from core.privacy.models import PrivacyRequest

if TYPE_CHECKING:
    from core.ctx import Ctx


def requests_page(ctx: Ctx, before: str, after: str) -> Any:
    """One page; a cursor that is none is ignored."""
    return page_of(ctx.session, select(PrivacyRequest), PrivacyRequest.id, before=_id(before), after=_id(after))


def _id(text: str) -> str:
    try:
        return str(TypeID.parse(text, "prq"))
    except ValueError:
        return ""
