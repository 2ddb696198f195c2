"""Placements: made and changed by the partner that owns the page, or by the vendor for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.errors import Invalid, NotFound
from core.gates import clean_text, safe_url
from core.i18n import gettext as _
from core.i18n import normalise_locale
from core.ids import TypeID, new_id
from partners import partner_for
from syndication.delivery import announce_public_change, facts_of, touch_collections
from syndication.events import PlacementChanged
from syndication.models import Campaign, Collection, Placement, PlacementKind, PlacementLayout
from syndication.permissions import Perm
from syndication.rules import Audience, PlacementStatus, host_of, is_allowed_domain, reach_of

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class PlacementDraft:
    """What a webmaster says about the place. `allowed_domains` empty: the host of the page."""

    name: str
    page_url: str
    collection_id: TypeID
    locale: str
    layout: PlacementLayout = PlacementLayout.CARDS
    kind: PlacementKind = PlacementKind.WIDGET
    campaign_id: TypeID | None = None
    allowed_domains: tuple[str, ...] = ()


def create_placement(ctx: Ctx, partner_id: TypeID, draft: PlacementDraft) -> Placement:
    """A new placement, `planned` until it is first seen. Invalid names the field."""
    ctx.require(Perm.PLACEMENT_EDIT, partner_id)
    values = _checked(ctx, partner_id, draft)
    placement = Placement(id=new_id("plc"), partner_id=partner_id, created_at=ctx.now, updated_at=ctx.now, **values)
    placement.status = PlacementStatus.PLANNED
    ctx.session.add(placement)
    ctx.session.flush()
    ctx.audit("syndication.placement.created", placement, after=_told(placement))
    _changed(ctx, placement, rebuild=True)
    return placement


def edit_placement(ctx: Ctx, placement_id: TypeID, draft: PlacementDraft) -> Placement:
    """Changes take effect with the next look at the generation, within a second or two. Equal values change nothing."""
    placement = locked_placement(ctx, placement_id)
    before = _told(placement)
    for name, value in _checked(ctx, placement.partner_id, draft).items():
        setattr(placement, name, value)
    after = _told(placement)
    if before == after:
        return placement
    placement.updated_at = ctx.now
    ctx.session.flush()
    ctx.audit("syndication.placement.edited", placement, before=before, after=after)
    _changed(ctx, placement, rebuild=(before["locale"], before["collection"]) != (after["locale"], after["collection"]))
    return placement


def end_placement(ctx: Ctx, placement_id: TypeID, reason: str = "") -> Placement:
    """The placement is not answered any more. Twice is no error."""
    placement = locked_placement(ctx, placement_id)
    if placement.status is PlacementStatus.ENDED:
        return placement
    before = str(placement.status)
    placement.status, placement.updated_at = PlacementStatus.ENDED, ctx.now
    ctx.session.flush()
    ctx.audit("syndication.placement.ended", placement, before={"status": before}, after={"status": "ended"}, reason=reason or None)
    _changed(ctx, placement, rebuild=False)
    return placement


def note_placement_seen(ctx: Ctx, placement_id: TypeID, at: datetime) -> None:
    """A visitor's browser has shown it: it is live. Called by the counting room; never for an ended placement."""
    placement = ctx.session.get(Placement, placement_id)
    if placement is None or placement.status is PlacementStatus.ENDED:
        return
    if placement.last_seen_at is None or placement.last_seen_at < at:
        placement.last_seen_at = at
    placement.status = PlacementStatus.LIVE


def locked_placement(ctx: Ctx, placement_id: TypeID) -> Placement:
    """The actor's placement, locked; NotFound for a stranger."""
    placement = ctx.session.scalar(select(Placement).where(Placement.id == placement_id).with_for_update())
    if placement is None:
        raise NotFound("placement")
    ctx.require(Perm.PLACEMENT_EDIT, placement.partner_id)
    return placement


def _changed(ctx: Ctx, placement: Placement, *, rebuild: bool) -> None:
    if rebuild:
        touch_collections(ctx, [placement.collection_id])
    announce_public_change(ctx)
    ctx.emit(PlacementChanged(str(placement.id), str(placement.partner_id), str(placement.status)))


def _checked(ctx: Ctx, partner_id: TypeID, draft: PlacementDraft) -> dict[str, Any]:
    errors: dict[str, str] = {}
    name = clean_text(draft.name)
    if not name:
        errors["name"] = _("Enter a name, so that you find this placement again.")
    page_url = safe_url(draft.page_url.strip())
    if page_url is None:
        errors["page_url"] = _("Enter the full address of the page, such as https://www.example.com/news.")
    try:
        locale = normalise_locale(draft.locale)
    except ValueError:
        locale = ""
        errors["locale"] = _("Choose one of the offered languages.")
    domains = _domains(draft, page_url, errors)
    _check_collection(ctx, partner_id, draft.collection_id, errors)
    if draft.campaign_id is not None and ctx.session.get(Campaign, draft.campaign_id) is None:
        errors["campaign"] = _("This campaign does not exist any more. Choose again.")
    if errors or page_url is None:
        raise Invalid(errors)
    return {
        "name": name[:200],
        "site": host_of(page_url),
        "page_url": page_url,
        "kind": draft.kind,
        "layout": draft.layout,
        "locale": locale,
        "collection_id": draft.collection_id,
        "campaign_id": draft.campaign_id,
        "allowed_domains": domains,
    }


def _domains(draft: PlacementDraft, page_url: str | None, errors: dict[str, str]) -> list[str]:
    domains: list[str] = []
    for text in draft.allowed_domains:
        try:
            domains.append(host_of(text))
        except ValueError:
            errors["allowed_domains"] = _("%(text)s is not a domain. Enter one per line, such as www.example.com.", text=text[:80])
    if page_url is None or errors.get("allowed_domains"):
        return domains
    site = host_of(page_url)
    if domains and not is_allowed_domain(site, domains):
        errors["allowed_domains"] = _("Add %(site)s as well: the page itself stands there.", site=site)
    return sorted(set(domains)) or [site]


def _check_collection(ctx: Ctx, partner_id: TypeID, collection_id: TypeID, errors: dict[str, str]) -> None:
    """A partner can only place what it receives; others look as if they did not exist."""
    collection = ctx.session.get(Collection, collection_id)
    partner = partner_for(ctx, partner_id)
    if collection is None or not reach_of(Audience.from_json(collection.audience), facts_of(partner)).receives:
        errors["collection"] = _("Choose one of the collections that this partner receives.")


def _told(placement: Placement) -> dict[str, Any]:
    return {
        "name": placement.name,
        "page_url": placement.page_url,
        "kind": str(placement.kind),
        "layout": str(placement.layout),
        "locale": placement.locale,
        "collection": str(placement.collection_id),
        "campaign": str(placement.campaign_id) if placement.campaign_id else None,
        "allowed_domains": list(placement.allowed_domains),
    }
