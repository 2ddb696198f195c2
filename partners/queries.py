"""Reads of partners, scoped to the actor."""

from __future__ import annotations

from sqlalchemy import select

from core.ctx import Actor, Ctx
from core.errors import NotFound
from core.ids import TypeID
from partners.models import Partner, PartnerStatus


def partner_for(ctx: Ctx, partner_id: TypeID) -> Partner:
    """The partner; raises NotFound for a stranger."""
    if ctx.actor.partner_id not in (None, partner_id):
        raise NotFound("partner")
    found = ctx.session.get(Partner, partner_id)
    if found is None:
        raise NotFound("partner")
    return found


def partner_by_slug(ctx: Ctx, slug: str) -> Partner:
    """For public addresses: active partners only, others do not exist there."""
    found = ctx.session.scalar(select(Partner).where(Partner.slug == slug, Partner.status == PartnerStatus.ACTIVE))
    if found is None:
        raise NotFound("partner")
    return found


def active_partners(ctx: Ctx) -> list[Partner]:
    """Everybody content is published for, by name; a partner sees only itself."""
    query = select(Partner).where(Partner.status == PartnerStatus.ACTIVE).order_by(Partner.display_name)
    if ctx.actor.partner_id is not None:
        query = query.where(Partner.id == ctx.actor.partner_id)
    return list(ctx.session.scalars(query))


def may_enter(ctx: Ctx, actor: Actor) -> bool:
    """The people of a suspended or ended partner are out with the same change, sessions they hold included."""
    if actor.partner_id is None:
        return True
    status = ctx.session.scalar(select(Partner.status).where(Partner.id == actor.partner_id))
    return status not in (PartnerStatus.SUSPENDED, PartnerStatus.TERMINATED, PartnerStatus.REJECTED)
