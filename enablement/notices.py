"""What people hear about their certificates: that one ends, while there is time to renew it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.i18n import fallback_chain
from core.i18n import lazy_gettext as _l
from core.ids import TypeID
from core.jobs import scheduled
from core.notices import Channel, declare_notice, notify, person
from enablement.models import Award, AwardStatus
from enablement.permissions import Perm

if TYPE_CHECKING:
    from core.ctx import Ctx

REMIND_DAYS = (60, 30, 7)


def _values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    row = ctx.session.scalar(select(Award).where(Award.id == TypeID.parse(str(params["award"]), "awd")))
    if row is None or row.valid_until is None:
        return None
    titles = row.certification.titles
    chain = [*fallback_chain(ctx.locale), *titles]
    return {
        "title": next((titles[tag] for tag in chain if titles.get(tag)), row.certification.code),
        "until": row.valid_until,
        "days": int(params["days"]),
    }


declare_notice(
    "enablement.certificate_ends",
    title=_l("Your certificate ends soon"),
    mail=Channel.AT_ONCE,
    permission=Perm.QUIZ_TAKE,
    values=_values,
    sample=lambda: {"title": "Solar basics", "until": "2026-05-31", "days": 30},
)


@scheduled("enablement.remind_certificates", every=3600)
def remind_certificates(ctx: Ctx) -> None:
    """60, 30 and 7 days before its end, unless the person has a newer one; who comes late hears the nearest only."""
    last = ctx.today + timedelta(days=max(REMIND_DAYS))
    ending = select(Award).where(
        Award.status == AwardStatus.PASSED, Award.revoked_on.is_(None), Award.valid_until >= ctx.today, Award.valid_until <= last
    )
    for row in ctx.session.scalars(ending).unique():
        if row.valid_until is None or _renewed(ctx, row):
            continue
        left = (row.valid_until - ctx.today).days
        reached = min(days for days in REMIND_DAYS if left <= days)
        params, href = {"award": str(row.id), "days": left}, f"/portal/learning/{row.certification_id}"
        notify(
            ctx,
            person(row.user_id),
            "enablement.certificate_ends",
            params,
            href,
            object_id=row.id,
            key=f"certificate:{row.id}:{row.valid_until}:{reached}",
        )


def _renewed(ctx: Ctx, row: Award) -> bool:
    newer = select(Award.id).where(
        Award.user_id == row.user_id,
        Award.certification_id == row.certification_id,
        Award.revoked_on.is_(None),
        Award.valid_until > row.valid_until,
    )
    return ctx.session.scalar(newer.limit(1)) is not None
