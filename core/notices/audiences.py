"""Who a notice is for: one person, or everybody of one side who holds a permission when it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from core.accounts import actor_of_person
from core.accounts.models import Organization, OrganizationKind, User
from core.ctx import Actor
from core.ids import TypeID
from core.permissions import ROLES, roles_holding

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class Audience:
    """Plain values, so that it may travel in a job's arguments."""

    user_id: str = ""
    permission: str = ""
    partner_id: str = ""
    barred: str = ""

    def as_values(self) -> dict[str, str]:
        return asdict(self)


def person(user_id: TypeID | str) -> Audience:
    """This one, whether or not they acted themselves."""
    return Audience(user_id=str(user_id))


def holders(permission: str, partner_id: TypeID | str | None = None, *, but: Iterable[str] = ()) -> Audience:
    """Everybody at this partner (None: at the vendor) whose role holds the permission, but for who is acting, and those named in `but`."""
    return Audience(permission=str(permission), partner_id=str(partner_id or ""), barred="|".join(sorted(one for one in but if one)))


def members(ctx: Ctx, audience: Audience, *, but: TypeID | None = None) -> list[tuple[TypeID, TypeID | None]]:
    """(person, their partner) of everybody meant who can sign in; in the order of their ids."""
    query: Select[Any, Any, Any] = select(User.id, Organization.id, Organization.kind).join(Organization, Organization.id == User.organization_id)
    if audience.user_id:
        query = query.where(User.id == audience.user_id)
    elif audience.partner_id:
        own = TypeID.of("org", TypeID.parse(audience.partner_id, "prt").uuid)
        query = query.where(Organization.id == own, User.role.in_(roles_holding(audience.permission)))
    else:
        query = query.where(Organization.kind == OrganizationKind.VENDOR, User.role.in_(roles_holding(audience.permission)))
    if but is not None and not audience.user_id:
        query = query.where(User.id != but)
    if audience.barred:
        query = query.where(User.id.not_in(audience.barred.split("|")))
    rows = ctx.session.execute(query.where(User.active).order_by(User.id))
    return [(user, TypeID.of("prt", org.uuid) if kind is OrganizationKind.PARTNER else None) for user, org, kind in rows]


def reader_of(ctx: Ctx, user_id: TypeID) -> Actor | None:
    """The person as an actor: what is rendered for them sees no more than they would. None when they cannot sign in."""
    return actor_of_person(ctx, user_id, ROLES)
