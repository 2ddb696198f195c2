"""Earlier texts of a localization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.ids import TypeID
from syndication.models import LocalizationRevision

if TYPE_CHECKING:
    from core.ctx import Ctx


def revisions_of(ctx: Ctx, localization_id: TypeID, limit: int = 20) -> list[LocalizationRevision]:
    """The texts before the present one, newest first."""
    query = select(LocalizationRevision).where(LocalizationRevision.localization_id == localization_id)
    return list(ctx.session.scalars(query.order_by(LocalizationRevision.revision.desc()).limit(limit)))
