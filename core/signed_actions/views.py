"""`/s/a/<token>`: a page that says what the link will do, and the one button that does it (N-16).

GET, HEAD and OPTIONS change nothing about the action, however often a mail scanner asks. No session is read to act and none begins.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Response, current_app, g, request

from core.ctx import Ctx
from core.errors import HubError, Invalid, NotFound, Refused, TooLarge
from core.gates import AcceptedDocument, accept_upload
from core.i18n import gettext as _
from core.i18n import negotiate, set_locale
from core.ids import TypeID
from core.signed_actions.arriving import Held, LinkOver, MayNotAnyMore, check_origin, form_token, held, signed_in_somebody_else
from core.signed_actions.kinds import ActionView
from core.signed_actions.links import take
from core.web import problems
from core.web.blueprints import PublicBlueprint
from core.web.edge import ctx, database
from core.web.templating import render

bp = PublicBlueprint("signed_actions", __name__, url_prefix="/s")

FIELD = "shown"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


@bp.after_request
def _guarded(answer: Response) -> Response:
    answer.headers.update(_HEADERS)
    return answer


@bp.errorhandler(LinkOver)
@bp.errorhandler(MayNotAnyMore)
def _over(error: HubError) -> Any:
    if isinstance(error, MayNotAnyMore):
        advice = _("Your role or your company's access has changed since the mail was sent. Nothing was changed. Ask your administrator.")
    else:
        advice = _(
            "A link does one thing, once, until its time is over. If you have just confirmed, it was done, and not twice. "
            "Otherwise sign in: what still waits for you is on your start page. If you copied the address, check that it is complete."
        )
    return problems.problem(error.status, error.code, error.message, advice)


@bp.get("/a/<path:token>")
def show(token: str) -> Any:
    found = held(token)
    _speak(found)
    with database().reading(found.person, locale=g.locale) as read:
        try:
            view = _described(read, found)
        except Refused as refusal:
            return _not_now(refusal)
        return _page(found, view)


@bp.post("/a/<path:token>")
def act(token: str) -> Any:
    check_origin()
    found = held(token)
    _speak(found)
    try:
        document = _document(found)
        return _acted(found, document)
    except Refused as refusal:
        return _not_now(refusal)
    except (Invalid, TooLarge) as refusal:
        return _again(found, refusal)


def _acted(found: Held, document: AcceptedDocument | None) -> Any:
    work = _work_as(found)
    view = _described(work, found)
    if not hmac.compare_digest(request.form.get(FIELD, "").encode(), form_token(found, view.seen).encode()):
        return _page(found, view, changed=True), 409
    if not take(work, found.link):
        raise LinkOver()
    found.action.act(work, _object(found), dict(found.link.params), *([] if document is None else [document]))
    return render("core/signed/done.html", view=view, person=found.person)


def _work_as(found: Held) -> Ctx:
    """The request's unit of work, with the link's person as its actor; the pages themselves know nobody."""
    g.actor = found.person
    try:
        return ctx()
    finally:
        g.pop("actor")


def _described(read: Ctx, found: Held) -> ActionView:
    try:
        return found.action.describe(read, _object(found), dict(found.link.params))
    except NotFound:
        raise LinkOver() from None


def _object(found: Held) -> TypeID:
    return TypeID.parse(found.link.object_id)


def _document(found: Held) -> AcceptedDocument | None:
    """Looked through before any transaction begins."""
    if not found.action.takes_file:
        return None
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid({"file": _("Choose a file.")})
    return accept_upload(upload.stream, kind="document", name=upload.filename, field="file")


def _speak(found: Held) -> None:
    """The person's own language, unless the address asks for another."""
    asked = [request.args["lang"]] if "lang" in request.args else []
    g.locale = negotiate([*asked, found.person.locale], current_app.extensions["channelpress"]["settings"].locales)
    set_locale(g.locale)


def _page(found: Held, view: ActionView, *, changed: bool = False, errors: dict[str, str] | None = None) -> str:
    return render(
        "core/signed/confirm.html",
        view=view,
        held=found,
        shown=form_token(found, view.seen),
        field=FIELD,
        changed=changed,
        errors=errors or {},
        somebody_else=signed_in_somebody_else(found.person),
    )


def _again(found: Held, refusal: Invalid | TooLarge) -> Any:
    """The page once more with what was wrong; a mistake about something else than the file leads to the hub's own page."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {"file": refusal.message}
    with database().reading(found.person, locale=g.locale) as read:
        view = _described(read, found)
        page = _page(found, view, errors=errors)
    return page, refusal.status


def _not_now(refusal: Refused) -> Any:
    """Possible once, but not in the present state; nothing was changed and the link stays what it was."""
    advice = _("Nothing was changed. Sign in to see how it stands and what else is possible.")
    return problems.problem(refusal.status, refusal.code, refusal.message, advice)
