"""What the portal pages of this room share: whose portal it is, where the reader is, frames for previews."""

from __future__ import annotations

from flask import Response, g, url_for

from core.errors import NotFound
from core.i18n import gettext as _
from core.web import ctx
from core.web.security import PUBLIC_CSP
from partners import Partner, partner_for


def my_partner() -> Partner:
    """The partner whose portal this is."""
    partner_id = ctx().actor.partner_id
    if partner_id is None:
        raise NotFound("page")
    return partner_for(ctx(), partner_id)


def trail(*steps: tuple[str, str]) -> None:
    """Breadcrumbs from the start page to this one."""
    g.breadcrumbs = [(_("Start"), url_for("portal.start")), *steps]


def framed(html: str) -> Response:
    """A page that our own portal may show inside a frame, with the policy of the public page it stands for."""
    answer = Response(html, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = PUBLIC_CSP
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer
