"""Personal data of this room: leads, what they agreed to, and addresses of pages that came with a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import engagement.retention  # noqa: F401 - declares the retention rules of the room
from core.privacy import PREPARING, DataClass, Way, actor, declare_impersonal, declare_personal, email, through, user

if TYPE_CHECKING:
    from core.ctx import Ctx


def _drain(ctx: Ctx) -> None:
    """Visits that lie on the disk become rows first; what a living writer still holds is there for the second pass."""
    from core.spool import SpoolReader
    from engagement.collect.intake import events_folder
    from engagement.drain import drain

    while drain(ctx, SpoolReader(events_folder(ctx.settings)), max_seconds=10).more:
        pass


PREPARING.append(_drain)

declare_personal(
    "engagement_lead",
    {
        "name": Way.PSEUDONYM,
        "email": Way.ADDRESS,
        "company": Way.EMPTY,
        "job_title": Way.EMPTY,
        "phone": Way.EMPTY,
        "message": Way.EMPTY,
        "utm": Way.EMPTY,
        "click_id": Way.EMPTY,
        "campaign": Way.SCRUB,
    },
    DataClass.LEAD_CONTACT,
    subject_by=email("email"),
    tells={"name": "name", "phone": "phone", "email": "email"},
    exports=("created_at", "locale", "status", "source_kind", "partner_id", "placement_id", "page_id", "asset_id"),
)
declare_personal(
    "engagement_consent",
    {"source_page": Way.SCRUB, "text": Way.KEEP},
    DataClass.LEAD_CONTACT,
    subject_by=through("lead_id", "engagement_lead"),
    exports=("purpose", "text_version", "locale", "given_at", "withdrawn_at"),
)
declare_personal(
    "engagement_lead_step",
    {"reason": Way.EMPTY},
    DataClass.LEAD_CONTACT,
    subject_by=through("lead_id", "engagement_lead"),
    exports=("status", "at"),
)
declare_personal(
    "engagement_lead_step", {"actor_name": Way.PSEUDONYM}, DataClass.ACTION_NAME, subject_by=actor("actor_name"), exports=("status", "at")
)
declare_personal("engagement_lead_step", ("reason",), DataClass.FREE_TEXT)
declare_personal("engagement_lead", ("message", "company", "name", "job_title"), DataClass.FREE_TEXT)
declare_personal("engagement_click", ("utm", "campaign"), DataClass.VISITOR)
declare_personal("engagement_event", ("page",), DataClass.VISITOR)

declare_impersonal("engagement_event", ("visitor",), "a keyed hash whose salt is thrown away every day")
declare_impersonal("engagement_click", ("id",), "a random number")
declare_impersonal("engagement_consent", ("purpose",), "a code")
declare_impersonal("engagement_refused_day", ("reason",), "a code")
declare_impersonal("engagement_day_seal", ("counts", "evidenced", "members", "previous", "zone"), "numbers and hashes")
declare_impersonal("engagement_spool_offset", ("segment",), "a file's name")
declare_impersonal("engagement_programme_visitors", ("sketch",), "an estimate of a number")
declare_personal(
    "engagement_withdrawal_notice",
    {"acknowledged_by": Way.KEEP},
    DataClass.ACTION_NAME,
    subject_by=user("acknowledged_by"),
    exports=("receiver", "acknowledged_at"),
)
declare_impersonal("engagement_withdrawal_notice", ("receiver", "body"), "ids and codes: the notice names nobody")
declare_impersonal("engagement_lead", ("purpose",), "a code")
