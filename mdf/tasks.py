"""Recurring and put-off work of this room: pictures of funded pages, and the signed bundle of a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.jobs import job

if TYPE_CHECKING:
    from core.ctx import Ctx


@job("mdf.make_bundle", queue="default")
def make_bundle(ctx: Ctx, claim_id: str) -> None:
    """Writes the claim's bundle."""
