"""`/s/unsubscribe`: a page that says what ends, and the button that ends it. GET changes nothing, for mail scanners follow every link."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from core.ctx import SYSTEM
from core.i18n import set_locale, use_locale
from core.mail.labels import kind_label
from core.mail.unsubscribing import end_mails, read_token
from core.notices.audiences import reader_of
from core.web.blueprints import PublicBlueprint
from core.web.edge import database, unit_of_work
from core.web.templating import render

bp = PublicBlueprint("unsubscribe", __name__, url_prefix="/s/unsubscribe")


@bp.after_request
def _private(answer: Response) -> Response:
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"})
    return answer


@bp.get("")
def show() -> str:
    return _page(done=False)


@bp.post("")
def end() -> Any:
    """Also what mail programs send by themselves when their reader presses their own button (RFC 8058): no cookie, no question."""
    user_id, kind = read_token(database().settings, request.args.get("t", ""))
    with unit_of_work(SYSTEM) as work:
        if reader_of(work, user_id) is not None:
            end_mails(work, user_id, kind)
    return _page(done=True)


def _page(*, done: bool) -> str:
    """In the reader's own language; nothing about them but the kind of mail."""
    user_id, kind = read_token(database().settings, request.args.get("t", ""))
    with database().reading(SYSTEM) as read:
        reader = reader_of(read, user_id)
    locale = reader.locale if reader else "en"
    set_locale(locale)
    with use_locale(locale):
        return render("core/mail/unsubscribe.html", done=done, about=kind_label(kind), token=request.args.get("t", ""))
