"""What several pages of the room show: where one is, a timeline, choices."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from core.audit import history
from core.ctx import Ctx
from core.i18n import format_date, format_datetime, language_name
from core.i18n import gettext as _
from core.ids import TypeID
from syndication import labels


def trail(*steps: tuple[str, str]) -> None:
    """Breadcrumbs of this page: (label, address), the page itself last."""
    g.breadcrumbs = list(steps)


def publish_trail(*steps: tuple[str, str]) -> None:
    """Breadcrumbs below "Publish"."""
    trail((_("Publish"), url_for("library.show")), *steps)


def timeline_of(ctx: Ctx, object_id: TypeID) -> list[dict[str, Any]]:
    """The audit log of one thing as the design system's timeline takes it, newest first."""
    events = []
    for entry in history(ctx, object_id, limit=50):
        changed = _changed(entry.before, entry.after)
        events.append(
            {
                "who": entry.actor_name,
                "entry_id": str(entry.id),
                "what": labels.event_sentence(entry.action, entry.before, entry.after),
                "when": format_datetime(entry.at, ctx.clock.zone, "short"),
                "when_iso": entry.at.isoformat(),
                "reason": entry.reason,
                "tone": "negative" if entry.action.endswith((".withdraw", ".ended")) else None,
                "before": changed[0] if changed else None,
                "after": changed[1] if changed else None,
            }
        )
    return events


def _changed(before: dict[str, Any] | None, after: dict[str, Any] | None) -> tuple[str, str] | None:
    """The values that differ, for "before and after"; states speak for themselves."""
    if not before or not after:
        return None
    keys = [key for key in after if key in before and before[key] != after[key] and key not in ("status", "locale")]
    if not keys:
        return None
    return "\n".join(str(before[key]) for key in keys), "\n".join(str(after[key]) for key in keys)


def language_choices(ctx: Ctx, locales: list[str]) -> list[tuple[str, str]]:
    """(tag, name in the reader's language) in the order of the names."""
    named = [(tag, language_name(tag, ctx.locale)) for tag in locales]
    return sorted(named, key=lambda pair: pair[1].casefold())


def day(ctx: Ctx, moment: Any) -> str:
    """A day in the programme's zone."""
    return format_date(moment.astimezone(ctx.clock.zone).date())
