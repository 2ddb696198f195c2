"""Moving an asset through its states, into collections and out of the world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, NotFound
from core.i18n import gettext as _
from core.ids import TypeID
from syndication.delivery import touch_collections
from syndication.events import AssetPublished, AssetWithdrawn
from syndication.models import Asset, Collection, CollectionItem
from syndication.permissions import Perm
from syndication.rules import Action, AssetFacts, AssetStatus, next_status, permission_for, steps_to

if TYPE_CHECKING:
    from core.ctx import Ctx


def publish_asset(ctx: Ctx, asset_id: TypeID, collection_ids: Sequence[TypeID]) -> Asset:
    """Brings an asset out in these collections. Publishing again, or in a further collection, is no error.

    Takes every step of the state machine on the way for which the actor has the permission, and records each.
    """
    ctx.require(Perm.ASSET_PUBLISH)
    asset = locked_asset(ctx, asset_id)
    collections = _collections(ctx, collection_ids)
    if not collections:
        raise Invalid({"collection": _("Choose at least one collection.")})
    for step in steps_to(AssetStatus.PUBLISHED, asset.status, _permissions(ctx)):
        take_step(ctx, asset, step.action)
    added = [collection for collection in collections if _add(ctx, collection, asset)]
    if added:
        names = [collection.name for collection in added]
        ctx.audit("syndication.asset.added_to_collection", asset, after={"collections": names})
        ctx.emit(AssetPublished(str(asset.id), [str(collection.id) for collection in added]))
    touch_collections(ctx, collections_of(ctx, asset.id))
    return asset


def withdraw_asset(ctx: Ctx, asset_id: TypeID, reason: str) -> Asset:
    """Takes an asset back from everywhere. Its views are invalid at once; withdrawing it twice changes nothing."""
    ctx.require(Perm.ASSET_WITHDRAW)
    asset = locked_asset(ctx, asset_id)
    if asset.status is AssetStatus.WITHDRAWN:
        return asset
    take_step(ctx, asset, Action.WITHDRAW, reason)
    asset.withdrawn_at, asset.withdrawn_reason = ctx.now, reason.strip()
    shown_in = collections_of(ctx, asset.id)
    touch_collections(ctx, shown_in, recall=True)
    ctx.emit(AssetWithdrawn(str(asset.id), reason.strip(), [str(collection_id) for collection_id in shown_in]))
    return asset


def change_state(ctx: Ctx, asset_id: TypeID, action: Action, reason: str = "") -> Asset:
    """Any other step of the table: submit, approve, return, expire, reopen."""
    if action is Action.WITHDRAW:
        return withdraw_asset(ctx, asset_id, reason)
    if action is Action.PUBLISH:
        return publish_asset(ctx, asset_id, collections_of(ctx, asset_id))
    asset = locked_asset(ctx, asset_id)
    ctx.require(permission_for(asset.status, action))
    take_step(ctx, asset, action, reason)
    if action is Action.EXPIRE:
        touch_collections(ctx, collections_of(ctx, asset.id), recall=True)
    return asset


def remove_from_collection(ctx: Ctx, asset_id: TypeID, collection_id: TypeID) -> None:
    """Takes the asset out of one collection; its state stays. Twice is no error."""
    ctx.require(Perm.COLLECTION_EDIT)
    asset = locked_asset(ctx, asset_id)
    item = ctx.session.get(CollectionItem, (collection_id, asset_id))
    if item is None:
        return
    ctx.session.delete(item)
    ctx.session.flush()
    ctx.audit("syndication.asset.removed_from_collection", asset, before={"collection": str(collection_id)})
    touch_collections(ctx, [collection_id], recall=True)


def take_step(ctx: Ctx, asset: Asset, action: Action, reason: str = "") -> None:
    """One step of the state machine, with its audit entry."""
    before = asset.status
    facts = AssetFacts(ctx.now, len(asset.localizations), asset.publish_at, reason)
    asset.status = next_status(before, action, facts)
    asset.status_since = asset.updated_at = ctx.now
    if asset.status is AssetStatus.PUBLISHED:
        asset.published_at, asset.withdrawn_at, asset.withdrawn_reason = ctx.now, None, None
    ctx.session.flush()
    ctx.audit(
        f"syndication.asset.{action}",
        asset,
        before={"status": str(before)},
        after={"status": str(asset.status)},
        reason=reason.strip() or None,
    )


def locked_asset(ctx: Ctx, asset_id: TypeID) -> Asset:
    """The asset, locked for the rest of the transaction; NotFound when there is none."""
    asset = ctx.session.scalar(select(Asset).where(Asset.id == asset_id).with_for_update())
    if asset is None:
        raise NotFound("asset")
    return asset


def collections_of(ctx: Ctx, asset_id: TypeID) -> list[TypeID]:
    """The collections the asset stands in."""
    return list(ctx.session.scalars(select(CollectionItem.collection_id).where(CollectionItem.asset_id == asset_id)))


def _collections(ctx: Ctx, collection_ids: Sequence[TypeID]) -> list[Collection]:
    found = [ctx.session.get(Collection, collection_id) for collection_id in dict.fromkeys(collection_ids)]
    if None in found:
        raise Invalid({"collection": _("One of the chosen collections does not exist any more. Choose again.")})
    return [collection for collection in found if collection is not None]


def _add(ctx: Ctx, collection: Collection, asset: Asset) -> bool:
    if ctx.session.get(CollectionItem, (collection.id, asset.id)) is not None:
        return False
    ctx.session.add(CollectionItem(collection_id=collection.id, asset_id=asset.id, added_at=ctx.now))
    ctx.session.flush()
    return True


def _permissions(ctx: Ctx) -> frozenset[str]:
    """What the actor may do here; the hub itself may do everything."""
    return frozenset(permission for permission in Perm if ctx.may(permission))
