"""What every template can use: translation, formats, assets with a version, navigation, slots."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app, g, render_template, request, url_for
from werkzeug.local import LocalProxy

from core import i18n
from core.amounts import example as money_example
from core.ctx import VISITOR
from core.errors import NotFound
from core.money import Money
from core.notices.bell import bell
from core.web import csrf, submissions
from core.web.flashing import flashes

ROOT = Path(__file__).resolve().parent.parent.parent


class RenderedPart(str):
    """The output of one of our own autoescaped templates, safe to stand inside another."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def render(template: str, **values: Any) -> str:
    """Renders for the reader's language."""
    return render_template(template, **values)


def absolute_url(path: str) -> str:
    """The public address of a path of ours; never taken from the Host header."""
    base: str = current_app.extensions["channelpress"]["settings"].url
    return base + path


@lru_cache(maxsize=512)
def static_file(path: str) -> Path:
    """`core/css/base.css` → the file below `<room>/static/<room>/`; raises NotFound outside of it."""
    room, _, rest = path.partition("/")
    if not path.isprintable() or any(len(part) > 100 for part in path.split("/")):
        raise NotFound("file")  # the file system would not even look
    folder = (ROOT / room / "static" / room).resolve()
    target = (folder / rest).resolve()
    if not room.isidentifier() or folder not in target.parents or not target.is_file():
        raise NotFound("file")
    return target


@lru_cache(maxsize=512)
def _version(path: str) -> str:
    return hashlib.sha256(static_file(path).read_bytes()).hexdigest()[:12]


def static_url(path: str) -> str:
    """The address of a static file with its content's hash, so that it may be cached for ever."""
    return f"/static/{path}?v={_version(path)}"


def csrf_field() -> RenderedPart:
    """The hidden fields every private form carries: where it comes from, and which one it is."""
    return RenderedPart(
        f'<input type="hidden" name="{csrf.FIELD}" value="{csrf.token()}"><input type="hidden" name="{submissions.FIELD}" value="{submissions.fresh()}">'
    )


def _slot(name: str, **values: Any) -> RenderedPart:
    fills = current_app.extensions["channelpress"]["registry"].slots.get(name, [])
    return RenderedPart("".join(fill(**values) for fill in fills))


def _navigation() -> list[SimpleNamespace]:
    from core.web.edge import face

    actor = g.get("actor", VISITOR)
    side = "portal" if actor.partner_id else "desk"
    if face() == "public" or actor.kind != "user":
        return []
    items = sorted(current_app.extensions["channelpress"]["registry"].nav_items, key=lambda item: item.order)
    shown = [item for item in items if item.face == side and (item.permission == "core:signed-in" or actor.may(item.permission))]
    return [
        SimpleNamespace(
            key=item.key,
            label=str(item.label),
            href=url_for(item.endpoint),
            icon=item.icon,
            active=_is_active(url_for(item.endpoint)) or url_for(item.endpoint) == _top(),
        )
        for item in shown
    ]


def _top() -> str:
    """Where the breadcrumbs begin: pages may stand below an entry without its address."""
    crumbs = g.get("breadcrumbs", [])
    return str(crumbs[0][1]) if len(crumbs) > 1 else ""


def _is_active(href: str) -> bool:
    home = href.rstrip("/") in ("/desk", "/portal")
    return request.path.rstrip("/") == href.rstrip("/") if home else request.path.startswith(href.rstrip("/"))


def _languages() -> list[SimpleNamespace]:
    offered = current_app.extensions["channelpress"]["settings"].locales
    return [SimpleNamespace(code=code, label=i18n.language_name(code), active=code == i18n.active_locale()) for code in offered]


def _actor() -> SimpleNamespace | None:
    actor = g.get("actor", VISITOR)
    if actor.kind != "user":
        return None
    role = current_app.extensions["channelpress"]["roles"].get(actor.role)
    return SimpleNamespace(
        name=actor.name,
        email=actor.email,
        partner_id=actor.partner_id,
        role=actor.role,
        role_label=str(role.label) if role else "",
        may=actor.may,
    )


def _brand() -> Any:
    """Asked once per request, and only by templates that show it."""
    if "brand" not in g:
        g.brand = current_app.extensions["channelpress"]["brand"]()
    return g.brand


def _context() -> dict[str, Any]:
    settings = current_app.extensions["channelpress"]["settings"]
    locale = i18n.active_locale()
    return {
        "_": i18n.gettext,
        "gettext": i18n.gettext,
        "ngettext": i18n.ngettext,
        "pgettext": i18n.pgettext,
        "locale": locale,
        "dir": i18n.direction(locale),
        "languages": _languages(),
        "nav": _navigation(),
        "actor": _actor(),
        "brand": LocalProxy(_brand),
        "csrf_field": csrf_field,
        "csrf_token": csrf.token,
        "flashes": flashes() if request.blueprint and _is_private() else [],
        "settings_demo": settings.demo,
        "static": static_url,
        "absolute_url": absolute_url,
        "money_example": money_example,
        "slot": _slot,
        "bell": bell,
        "breadcrumbs": g.get("breadcrumbs", []),
        "correlation": g.get("correlation", ""),
    }


def _is_private() -> bool:
    from core.web.edge import face

    return face() in ("portal", "desk", "auth")


def _day(value: date | datetime | None, style: str = "medium") -> str:
    """A date in the programme's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(_zone()).date()
    return "" if value is None else i18n.format_date(value, style)


def _moment(value: datetime | None, style: str = "medium") -> str:
    return "" if value is None else i18n.format_datetime(value, _zone(), style)


def _money(minor: int, currency: str) -> str:
    """`1.234,50 €` for the reader."""
    return Money(minor, currency).format()


def _zone() -> Any:
    return current_app.extensions["channelpress"]["database"].clock.zone


def install(app: Flask) -> None:
    app.context_processor(_context)
    app.jinja_env.filters.update(
        day=_day,
        moment=_moment,
        number=i18n.format_number,
        percent=i18n.format_percent,
        money=_money,
        language_name=i18n.language_name,
        text_direction=i18n.direction,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
