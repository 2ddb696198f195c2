"""Recurring and put-off work of this room: pictures of funded pages, looks at them, and the signed bundle of a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.jobs import job, scheduled
from mdf.evidence.bundling import Draft, gather_bundle, store_bundle
from mdf.evidence.page_checks import Look, due_checks, keep_look, look
from mdf.evidence.pictures import Shot, due_pictures, keep_shot, shoot

if TYPE_CHECKING:
    from core.ctx import Ctx


@job("mdf.make_bundle", queue="long", gather=gather_bundle)
def make_bundle(ctx: Ctx, claim_id: str, draft: Draft | None) -> None:
    """Writes the claim's bundle; again from the start when the claim got another bundle meanwhile."""
    if draft is not None and not store_bundle(ctx, draft):
        ctx.enqueue(make_bundle, claim_id)


@scheduled("mdf.capture_due", every=300)
def capture_due(ctx: Ctx) -> None:
    """One job for each picture and each look that is due today; the key keeps it at one a day."""
    for item_id in due_pictures(ctx):
        ctx.enqueue(take_page_picture, item_id, key=f"picture:{item_id}:{ctx.today}")
    for item_id in due_checks(ctx):
        ctx.enqueue(check_page, item_id, key=f"look:{item_id}:{ctx.today}")


@job("mdf.take_page_picture", queue="long", retries=2, gather=shoot)
def take_page_picture(ctx: Ctx, item_id: str, shot: Shot | None) -> None:
    """The browser has run before this begins; here the result is written."""
    if shot is not None:
        keep_shot(ctx, shot)


@job("mdf.check_page", queue="long", retries=2, gather=look)
def check_page(ctx: Ctx, item_id: str, seen: Look | None) -> None:
    """Writes one look at a funded page down."""
    if seen is not None:
        keep_look(ctx, seen)
