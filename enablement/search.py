"""What of this room can be found: certifications, in each language they are written in. Whose certificates they are is no matter of search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.search import Document, Door, declare_index
from enablement.models import Certification
from enablement.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx


def _documents(ctx: Ctx, certification_id: TypeID) -> list[Document]:
    row = ctx.session.get(Certification, certification_id, populate_existing=True)
    if row is None:
        return []
    return [
        Document(
            title=str(title),
            body=str(row.summaries.get(locale, "")),
            words=row.code,
            recent_at=row.created_at,
            locale=locale,
            desk=Door(f"/desk/learning/{row.id}", Perm.LEARNING_READ),
            portal=Door(f"/portal/learning/{row.id}", Perm.LEARNING_READ),
        )
        for locale, title in row.titles.items()
    ]


declare_index(
    "certifications",
    label=_l("Certifications"),
    icon="learning",
    order=80,
    events={},
    listing=select(Certification.id, Certification.code, Certification.titles, Certification.summaries),
    document=_documents,
)
