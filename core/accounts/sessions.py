"""From a cookie to an Actor."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from core.accounts.models import Organization, User, UserSession
from core.accounts.services import token_hash
from core.clock import wall_now
from core.ctx import Actor, Ctx
from core.ids import TypeID
from core.permissions import Role


def actor_for_session(ctx: Ctx, token: str, roles: Mapping[str, Role]) -> Actor | None:
    """Who the session belongs to, with the permissions of the role; None when it is unknown, over or switched off."""
    row = ctx.session.execute(
        select(User, Organization)
        .join(UserSession, UserSession.user_id == User.id)
        .join(Organization, Organization.id == User.organization_id)
        .where(UserSession.token_hash == token_hash(token), UserSession.expires_at > wall_now(), User.active)
    ).first()
    if row is None:
        return None
    return _actor(row[0], row[1], roles)


def actor_of_person(ctx: Ctx, user_id: TypeID, roles: Mapping[str, Role]) -> Actor | None:
    """The person as they would be if they signed in now; None when they could not. Opens no session."""
    query = select(User, Organization).join(Organization, Organization.id == User.organization_id).where(User.id == user_id, User.active)
    row = ctx.session.execute(query).first()
    return None if row is None else _actor(row[0], row[1], roles)


def _actor(user: User, organization: Organization, roles: Mapping[str, Role]) -> Actor:
    role = roles.get(user.role)
    return Actor(
        kind="user",
        user_id=user.id,
        organization_id=organization.id,
        partner_id=organization.partner_id,
        permissions=role.permissions if role else frozenset(),
        name=user.name,
        locale=user.locale,
        role=user.role,
        email=user.email,
    )
