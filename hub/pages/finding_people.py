"""People can be found by whoever looks after them: the vendor's everybody, a partner's its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.accounts import Organization, User
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.permissions import Perm
from core.search import Document, Door, declare_index

if TYPE_CHECKING:
    from core.ctx import Ctx


def _document(ctx: Ctx, user_id: TypeID) -> Document | None:
    person = ctx.session.get(User, user_id, populate_existing=True)
    if person is None:
        return None
    organization = ctx.session.get_one(Organization, person.organization_id)
    return Document(
        title=person.name,
        body=" · ".join((person.email, organization.name)),
        recent_at=person.created_at,
        partner_id=organization.partner_id,
        desk=Door(f"/desk/people/{person.id}", Perm.PEOPLE_MANAGE),
        portal=Door(f"/portal/people/{person.id}", Perm.PEOPLE_MANAGE) if organization.partner_id else None,
    )


declare_index(
    "people",
    label=_l("People"),
    icon="users",
    order=90,
    events={},
    listing=select(User.id, User.name, User.email, User.active),
    document=_document,
)
