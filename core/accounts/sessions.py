"""From a cookie to an Actor."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from core.accounts.models import Organization, User, UserSession
from core.accounts.services import token_hash
from core.clock import wall_now
from core.ctx import Actor, Ctx
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
    user, organization = row
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
