"""Partners hear of a new version when it is published, 30 days before it begins unless its reason says otherwise (A-13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from core.errors import NotFound
from core.events import subscribe
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.notices import Channel, declare_notice, holders, notify
from core.permissions import Perm
from core.programme import programme_version
from core.programme.differences import Difference, differences
from core.programme.events import ProgrammePublished
from core.programme.queries import version_before_number, version_row
from partners import active_partners

if TYPE_CHECKING:
    from core.ctx import Ctx

#: A mail is no place for a long list; the guide has them all.
_MOST_TOLD = 8


def _values(ctx: Ctx, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """In the reader's language; None once the version is gone, which never happens to a published one."""
    try:
        row = version_row(ctx, str(params["number"]))
        found = differences(version_before_number(ctx, int(params["number"])), programme_version(ctx, str(params["number"])))
    except NotFound:
        return None
    told = [_sentence(one) for one in found]
    return {
        "effective_on": date.fromisoformat(str(params["effective_on"])),
        "note": row.note if row else "",
        "changes": told[:_MOST_TOLD],
        "more": max(0, len(told) - _MOST_TOLD),
    }


def _sentence(one: Difference) -> str:
    listed = _("not listed")
    return _(
        "%(section)s – %(rule)s: until now %(old)s, then %(new)s",
        section=one.section_title,
        rule=one.title,
        old=one.old or listed,
        new=one.new or listed,
    )


def _sample() -> dict[str, Any]:
    return {"effective_on": date(2027, 1, 1), "note": "", "changes": ["Deals – Protection: until now 90 days, then 60 days"], "more": 0}


declare_notice(
    "hub.programme_announced",
    title=_l("The programme changes"),
    mail=Channel.AT_ONCE,
    may_be_switched_off=False,
    why=_l("The rules of the programme bind you: whoever works with it is told before they change."),
    side="partner",
    permission=Perm.PROGRAMME_READ,
    values=_values,
    sample=_sample,
)


@subscribe(ProgrammePublished, name="hub.tell_programme")
def tell_programme(ctx: Ctx, told: ProgrammePublished) -> None:
    """Once to everybody of every active partner, however often the event comes."""
    params, key = {"number": told.number, "effective_on": told.effective_on}, f"programme:{told.number}"
    for partner in active_partners(ctx):
        notify(
            ctx, holders(Perm.PROGRAMME_READ, partner.id), "hub.programme_announced", params, "/portal/programme/", object_id=told.version_id, key=key
        )
