"""A person's own notices and how they want to hear them, the same in the portal and on the desk."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for
from sqlalchemy import select

from core.accounts.models import User
from core.i18n import gettext as _
from core.i18n import language_name
from core.ids import TypeID
from core.notices.kinds import Channel
from core.notices.models import NoticeSetting
from core.notices.queries import notices_page, unread_count
from core.notices.reading import choose, kinds_for, mark_all_read, mark_read
from core.notices.texts import words_of
from core.permissions import SIGNED_IN, needs
from core.web import PrivateBlueprint, ctx, render
from core.web.edge import database
from core.web.flashing import flash


def _cursor(name: str) -> str:
    try:
        return str(TypeID.parse(request.args.get(name, ""), "ntc"))
    except ValueError:
        return ""


def _here(page: str, **values: Any) -> str:
    return url_for(f"{request.blueprint}.{page}", **values)


@needs(SIGNED_IN)
def index() -> str:
    """The newest first; `view` is `unread` or `all`."""
    work, view = ctx(), "unread" if request.args.get("view") == "unread" else "all"
    page = notices_page(work, unread=view == "unread", before=_cursor("before"), after=_cursor("after"))
    count = unread_count(work)
    g.breadcrumbs = [(_("Notices"), _here("index"))]
    return render(
        "core/notices/index.html",
        rows=[(row, words_of(work, row)) for row in page.rows],
        page=page,
        unread=count,
        view=view,
        tabs=[
            {"label": _("All"), "href": _here("index"), "active": view == "all"},
            {"label": _("Unread"), "href": _here("index", view="unread"), "active": view == "unread", "count": count},
        ],
        older=_here("index", view=view, before=page.older) if page.older else None,
        newer=_here("index", view=view, after=page.newer) if page.newer else None,
        open_endpoint=f"{request.blueprint}.open_one",
        read_endpoint=f"{request.blueprint}.read_one",
        read_all_href=_here("read_all"),
        settings_href=_here("settings"),
    )


@needs(SIGNED_IN)
def open_one(notice_id: TypeID) -> Any:
    """Read, and on to what it is about."""
    return redirect(mark_read(ctx(), notice_id).href, 303)


@needs(SIGNED_IN)
def read_one(notice_id: TypeID) -> Any:
    mark_read(ctx(), notice_id)
    return redirect(_here("index", view=_view()), 303)


@needs(SIGNED_IN)
def read_all() -> Any:
    try:
        newest = TypeID.parse(request.form.get("up_to", ""), "ntc")
    except ValueError:
        return redirect(_here("index"), 303)
    mark_all_read(ctx(), newest)
    flash(_("Everything is marked as read."))
    return redirect(_here("index", view=_view()), 303)


def _view() -> str | None:
    return "unread" if request.form.get("view") == "unread" else None


def channel_labels() -> list[tuple[str, str]]:
    return [(Channel.AT_ONCE.value, _("Mail at once")), (Channel.DIGEST.value, _("In the morning's summary")), (Channel.OFF.value, _("No mail"))]


@needs(SIGNED_IN)
def settings() -> str:
    work = ctx()
    chosen = {row.kind: row for row in work.session.scalars(select(NoticeSetting).where(NoticeSetting.user_id == work.actor.user_id))}
    g.breadcrumbs = [(_("Notices"), _here("index")), (_("What reaches you"), _here("settings"))]
    return render(
        "core/notices/settings.html",
        kinds=[(kind, chosen.get(kind.name, kind)) for kind in kinds_for(work)],
        channels=channel_labels(),
        locale_choices=[(code, language_name(code)) for code in work.settings.locales],
        here=_here("settings"),
        index_href=_here("index"),
        nothing_leaves=not work.settings.smtp_host or work.settings.demo,
        address=work.actor.email,
        zone=work.settings.time_zone,
    )


@needs(SIGNED_IN)
def save_settings() -> Any:
    work, told = ctx(), request.form
    names = [name.removeprefix("mail:") for name in told if name.startswith("mail:")]
    choose(work, {name: (f"list:{name}" in told, told[f"mail:{name}"]) for name in names})
    if told.get("language", "") in database().settings.locales:
        work.session.get_one(User, g.actor.user_id).locale = told["language"]
    flash(_("Saved. It holds from the next notice on."))
    return redirect(_here("settings"), 303)


def _blueprint(face: str) -> PrivateBlueprint:
    made = PrivateBlueprint(f"{face}_notices", __name__, face=face, url_prefix=f"/{face}/me/notices")
    made.get("/", endpoint="index")(index)
    made.post("/read", endpoint="read_all")(read_all)
    made.post('/<typeid("ntc"):notice_id>/open', endpoint="open_one")(open_one)
    made.post('/<typeid("ntc"):notice_id>/read', endpoint="read_one")(read_one)
    made.get("/settings", endpoint="settings")(settings)
    made.post("/settings", endpoint="save_settings")(save_settings)
    return made


portal, desk = _blueprint("portal"), _blueprint("desk")
