"""One mapping from refusals to HTTP: an HTML page for people, RFC 9457 `application/problem+json` for programs."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, jsonify, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from core.conflicts import is_away, is_conflict
from core.errors import Forbidden, Gone, HubError, Invalid, NotFound, TooLarge, TooMany, Unavailable
from core.i18n import gettext as _
from core.web import edge
from core.web.flashing import flash
from core.web.security import NeedsSignIn
from core.web.submissions import AlreadyReceived

#: Characters of a form that an error page carries.
_LONGEST_KEPT = 500_000
log = logging.getLogger("channelpress.web")


def install(app: Flask) -> None:
    app.register_error_handler(NeedsSignIn, _to_sign_in)
    app.register_error_handler(AlreadyReceived, _done_before)
    app.register_error_handler(HubError, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _crash)


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return request.path.startswith("/api/") or request.is_json or (best is not None and best != "text/html")


def _to_sign_in(error: NeedsSignIn) -> BaseResponse | tuple[Any, int]:
    if _wants_json() or request.method not in ("GET", "HEAD"):
        return problem(401, error.code, _("Sign in first."))
    asked = request.full_path.rstrip("?")
    return redirect(url_for("auth.sign_in_form") + "?" + urlencode({"next": asked}), 303)


def _done_before(error: AlreadyReceived) -> BaseResponse:
    flash(_("We had received this already. Nothing was done twice."), "neutral")
    return redirect(error.location, 303)


def _refusal(error: HubError) -> Any:
    title, advice = _words(error)
    extra: dict[str, Any] = {"errors": error.errors, "reasons": error.reasons} if isinstance(error, Invalid) else {}
    answer = problem(error.status, error.code, title, advice, **extra)
    if isinstance(error, Unavailable):
        return _away(error.code, title, error.retry_after)
    if isinstance(error, TooMany):
        answer[0].headers["Retry-After"] = str(error.retry_after)
    return answer


def _words(error: HubError) -> tuple[str, str]:
    """What happened, and what to do."""
    if isinstance(error, NotFound):
        return _("There is nothing at this address."), _("Check the address, or go back to the start page and look from there.")
    if isinstance(error, Gone):
        return _("This content has been withdrawn."), error.message if error.message != "gone" else ""
    if isinstance(error, Forbidden):
        if error.permission == "csrf":
            return _("This form is too old or came from another site."), _("Go back, reload the page and send it again. Nothing was changed.")
        return _("Your role does not include this."), _("Ask the administrator of your organisation for access.")
    if isinstance(error, Invalid):
        return _("Some entries need your attention."), _("Go back and correct the fields named below. Nothing was saved.")
    if isinstance(error, TooLarge):
        return _("That is too large."), error.message
    if isinstance(error, Unavailable):
        return _("A part of the service does not answer."), ""
    return error.message, ""


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    crash = getattr(error, "original_exception", None)
    if crash is not None:  # raised outside a view, by the commit for instance
        return _refusal(crash) if isinstance(crash, HubError) else _crash(crash)
    if status == 404:
        return _refusal(NotFound("page"))
    if status == 413:
        return _refusal(TooLarge(_("The request is larger than this server accepts.")))
    if status == 405:
        answer = problem(405, "method_not_allowed", _("This address does not accept that kind of request."))
        answer[0].headers["Allow"] = ", ".join(error.valid_methods or [])  # type: ignore[attr-defined]
        return answer
    return problem(status, "http_error", error.description or error.name)


def _crash(error: Exception) -> Any:
    if is_conflict(error) and edge.may_try_again():
        log.info("two writers met, once more", extra={"path": request.path, "correlation": g.get("correlation")})
        return _once_more()
    log.error("request failed", extra={"path": request.path, "correlation": g.get("correlation")}, exc_info=error)
    if is_away(error):
        return _away("busy", _("The service does not reach its database."), 10)
    return problem(
        500, "internal", _("Something failed on our side."), _("Nothing was changed. Try again, and if it happens again tell us the number below.")
    )


def _away(code: str, title: str, retry_after: int) -> Any:
    """503 that says when to come back. What a person sent is kept on the page: sending it again does nothing twice."""
    g.brand = None  # asking whose page it is would need what is away
    typed = _typed()
    answer = problem(503, code, title, _what_now(bool(typed)), typed=typed)
    answer[0].headers["Retry-After"] = str(retry_after)
    return answer


def _what_now(is_kept: bool) -> str:
    if request.method in edge.SAFE:
        return _("Wait a moment and load the page again.")
    if is_kept:
        return _("We cannot say whether this was saved. Wait a moment and send it again: what you typed is kept here, and nothing is done twice.")
    return _("We cannot say whether this was saved. Wait a moment, go back and send the form again: nothing is done twice.")


def _typed() -> list[tuple[str, str]]:
    """The fields of a form that can be sent again from an error page: no file, no password, not endless."""
    if request.method in edge.SAFE or edge.face() not in ("portal", "desk") or request.files:
        return []
    fields = list(request.form.items(multi=True))
    return fields if sum(len(value) for _name, value in fields) <= _LONGEST_KEPT else []


def _once_more() -> Any:
    """The view again, on a fresh transaction. What it raises now is told like any other error."""
    try:
        return current_app.make_response(current_app.dispatch_request())
    except Exception as error:  # noqa: BLE001 - one mapping for all, as for the first try
        return current_app.handle_user_exception(error)


def problem(status: int, code: str, title: str, advice: str = "", **extra: Any) -> tuple[Response, int]:
    """An error answer in the form the client asked for; `errors` maps fields to messages."""
    if _wants_json():
        body = {
            "type": f"urn:channelpress:problem:{code}",
            "title": title,
            "status": status,
            "detail": advice or title,
            "correlation_id": g.get("correlation", ""),
            **{name: value for name, value in extra.items() if name != "typed"},
        }
        answer = jsonify(body)
        answer.mimetype = "application/problem+json"
        return answer, status
    from core.web.templating import render

    page = render("core/error.html", **{"errors": {}, **extra}, status=status, title=title, advice=advice, correlation=g.get("correlation", ""))
    return Response(page, content_type="text/html; charset=utf-8"), status
