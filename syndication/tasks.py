"""Jobs of this room: ids in, do the work, or leave quietly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.events import subscribe
from core.ids import TypeID
from core.jobs import job
from partners import PartnerStatusChanged
from syndication.delivery import announce_public_change, build_collection
from syndication.models import Collection
from syndication.services import perform_import
from syndication.services.import_sources import stop_import

if TYPE_CHECKING:
    from core.ctx import Ctx


@job("syndication.rebuild_views", queue="urgent", retries=8)
def rebuild_views(ctx: Ctx, collection_id: str) -> None:
    """Brings the views of one collection up to date; leaves at once when another run has done so already."""
    collection = ctx.session.get(Collection, TypeID.parse(collection_id, "col"))
    if collection is not None and collection.built_revision < collection.revision:
        build_collection(ctx, collection.id)


@job("syndication.run_import", queue="long", retries=3, cancel=stop_import)
def run_import(ctx: Ctx, import_id: str) -> None:
    """Reads and stores what somebody uploaded; a run that is over is left alone."""
    perform_import(ctx, TypeID.parse(import_id, "imp"))


@subscribe(PartnerStatusChanged, name="syndication.follow_partner_status")
def follow_partner_status(ctx: Ctx, event: PartnerStatusChanged) -> None:
    """A suspended partner's placements are not answered any more: the public mapping has to be read again."""
    announce_public_change(ctx)
