"""What several pages of the room show: states as chips, texts in the reader's language, the timeline, numbers of forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import g, url_for

from core.audit import history
from core.ctx import Ctx
from core.i18n import format_datetime
from core.i18n import gettext as _
from core.ids import TypeID
from enablement import labels
from enablement.models import Award, Certification
from enablement.rules import AwardStatus
from enablement.services.awards import status_of
from enablement.texts import Words, words_for

_WHOLE = re.compile(r"[0-9]{1,6}\Z", re.ASCII)


def trail(blueprint: str, *steps: tuple[str, str]) -> None:
    """Breadcrumbs below "Learning": (label, address), the page itself last."""
    g.breadcrumbs = [(_("Learning"), url_for(f"{blueprint}.index")), *steps]


def title_of(ctx: Ctx, certification: Certification) -> Words:
    return words_for(certification.titles, ctx.locale)


def chip_of(status: AwardStatus) -> dict[str, str]:
    """What the macro `chip` takes."""
    tone, glyph = labels.status_tone(status)
    return {"state": status.value, "label": labels.status_label(status), "tone": tone, "glyph": glyph}


def award_row(ctx: Ctx, award: Award) -> dict[str, Any]:
    """One award in a table."""
    status = status_of(ctx, award)
    return {"award": award, "name": award.holder.name, "title": title_of(ctx, award.certification), "status": status, "chip": chip_of(status)}


def whole_number(form: Mapping[str, str], name: str) -> int:
    """What was typed, or -1, which every limit refuses."""
    text = form.get(name, "").strip()
    return int(text) if _WHOLE.match(text) else -1


def timeline_of(ctx: Ctx, object_id: TypeID) -> list[dict[str, Any]]:
    """The audit log of one thing as the design system's timeline takes it, newest first."""
    return [
        {
            "who": entry.actor_name,
            "entry_id": str(entry.id),
            "what": labels.event_sentence(entry.action, entry.before, entry.after),
            "when": format_datetime(entry.at, ctx.clock.zone, "short"),
            "when_iso": entry.at.isoformat(),
            "reason": entry.reason,
            "tone": "negative" if entry.action.endswith(".revoked") else None,
        }
        for entry in history(ctx, object_id, limit=50)
    ]
