"""The outbox on the desk: what went out, what was held, what was refused, and how every notice reads in every language."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, request, url_for

from core.ctx import Actor
from core.errors import Invalid, NotFound
from core.gates import clean_text
from core.i18n import gettext as _
from core.i18n import language_name, use_locale
from core.ids import TypeID
from core.mail.keeping import lift_suppression, send_again
from core.mail.labels import kind_label, status_label, status_tone
from core.mail.letters import Letter, as_html, as_text, letter_for, single
from core.mail.models import Mail, MailStatus
from core.mail.queries import MailFilter, counts_by_status, kinds_sent, mail_for, mails_page, people_of, suppressions_page
from core.mail.queueing import leaves, link_of
from core.notices.audiences import reader_of
from core.notices.kinds import KINDS, NoticeKind
from core.notices.texts import sample_words
from core.permissions import Perm, needs
from core.web import PrivateBlueprint, ctx, render
from core.web.edge import database
from core.web.flashing import flash

bp = PrivateBlueprint("mail", __name__, face="desk", url_prefix="/desk/governance/mail")

#: A mail is foreign ground: no script, no form, no way to the page around it.
_LETTER_CSP = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def _crumbs(*more: tuple[str, str]) -> None:
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Mail"), url_for("mail.index")), *more]


def _cursor(name: str, prefix: str) -> str:
    try:
        return str(TypeID.parse(request.args.get(name, ""), prefix))
    except ValueError:
        return ""


@bp.get("/")
@needs(Perm.OPERATIONS_READ)
def index() -> str:
    work, told = ctx(), request.args
    status = told.get("status", "") if told.get("status", "") in set(MailStatus) else ""
    kind = told.get("kind", "")[:80]
    asked = MailFilter(status, kind, clean_text(told.get("q", "")[:200]), _cursor("before", "eml"), _cursor("after", "eml"))
    page, counts = mails_page(work, asked), counts_by_status(work)
    kept: dict[str, Any] = {name: value for name, value in (("status", asked.status), ("kind", asked.kind), ("q", asked.text)) if value}
    _crumbs()
    return render(
        "core/mail/index.html",
        rows=_rows(list(page.rows)),
        page=page,
        asked=asked,
        leaves=leaves(work.settings),
        tabs=[_tab("", _("All"), asked, sum(counts.values()))]
        + [_tab(one.value, status_label(one), asked, counts.get(one.value, 0)) for one in MailStatus],
        kinds=[(name, kind_label(name)) for name in kinds_sent(work)],
        filtered=bool(asked.kind or asked.text),
        older=url_for("mail.index", before=page.older, **kept) if page.older else None,
        newer=url_for("mail.index", after=page.newer, **kept) if page.newer else None,
    )


def _tab(status: str, label: str, asked: MailFilter, count: int) -> dict[str, Any]:
    more: dict[str, Any] = {name: value for name, value in (("status", status), ("kind", asked.kind), ("q", asked.text)) if value}
    return {
        "label": label,
        "href": url_for("mail.index", **more),
        "active": asked.status == status,
        "count": None if asked.kind or asked.text else count,
    }


def _rows(mails: list[Mail]) -> list[dict[str, Any]]:
    people = people_of(ctx(), [mail.user_id for mail in mails])
    rows = []
    for mail in mails:
        name, address = people.get(mail.user_id, (_("Nobody any more"), ""))
        label, (tone, glyph) = status_label(mail.status), status_tone(mail.status)
        rows.append({"mail": mail, "name": name, "address": address, "kind": kind_label(mail.kind), "chip": (mail.status.value, label, tone, glyph)})
    return rows


@bp.get('/<typeid("eml"):mail_id>')
@needs(Perm.OPERATIONS_READ)
def show(mail_id: TypeID) -> str:
    return _page(mail_id)


def _page(mail_id: TypeID, errors: dict[str, str] | None = None) -> str:
    mail = mail_for(ctx(), mail_id)
    row = _rows([mail])[0]
    letter = _letter(mail)
    _crumbs((letter[0].subject if letter else row["kind"], ""))
    return render(
        "core/mail/show.html",
        row=row,
        mail=mail,
        subject=letter[0].subject if letter else row["kind"],
        lang=letter[1] if letter else None,
        text=_as_text(letter) if letter else "",
        frame=url_for("mail.letter", mail_id=mail.id) if letter else None,
        may_resend=leaves(ctx().settings) and mail.status is not MailStatus.QUEUED,
        errors=errors or {},
    )


def _letter(mail: Mail) -> tuple[Letter, str] | None:
    """As its reader would get it now. Their personal link is theirs alone: nobody else sees it, but for the demo."""
    read = ctx()
    reader: Actor | None = reader_of(read, mail.user_id)
    if reader is None:
        return None
    shown = link_of(read.settings, mail) if read.settings.demo else ""
    with database().reading(reader) as eyes, use_locale(reader.locale):
        letter = letter_for(eyes, mail, link=shown, unsubscribe="")
    return (letter, reader.locale) if letter else None


def _as_text(letter: tuple[Letter, str]) -> str:
    with use_locale(letter[1]):
        return as_text(letter[0])


@bp.get('/<typeid("eml"):mail_id>/letter')
@needs(Perm.OPERATIONS_READ)
def letter(mail_id: TypeID) -> Response:
    found = _letter(mail_for(ctx(), mail_id))
    if found is None:
        raise NotFound("letter")
    return _framed(*found)


def _framed(letter: Letter, locale: str) -> Response:
    with use_locale(locale):
        answer = Response(as_html(letter), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _LETTER_CSP
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@bp.post('/<typeid("eml"):mail_id>/again')
@needs(Perm.OPERATIONS_READ)
def again(mail_id: TypeID) -> Any:
    try:
        send_again(ctx(), mail_id, request.form.get("reason", ""))
    except Invalid as error:
        return _page(mail_id, error.errors), 422
    flash(_("The mail goes out again."))
    return redirect(url_for("mail.show", mail_id=mail_id), 303)


@bp.get("/suppressed")
@needs(Perm.OPERATIONS_READ)
def suppressed() -> str:
    return _suppressed()


def _suppressed(errors: dict[str, str] | None = None) -> str:
    page = suppressions_page(ctx(), _cursor("before", "sup"), _cursor("after", "sup"))
    _crumbs((_("Addresses that get no mail"), ""))
    return render(
        "core/mail/suppressed.html",
        page=page,
        errors=errors or {},
        older=url_for("mail.suppressed", before=page.older) if page.older else None,
        newer=url_for("mail.suppressed", after=page.newer) if page.newer else None,
    )


@bp.post('/suppressed/<typeid("sup"):suppression_id>/lift')
@needs(Perm.OPERATIONS_READ)
def lift(suppression_id: TypeID) -> Any:
    try:
        lift_suppression(ctx(), suppression_id, request.form.get("reason", ""))
    except Invalid as error:
        return _suppressed(error.errors), 422
    flash(_("The address gets mail again."))
    return redirect(url_for("mail.suppressed"), 303)


@bp.get("/texts")
@needs(Perm.OPERATIONS_READ)
def texts() -> str:
    """Every kind of notice in one language, with invented values."""
    locale = _wanted_locale()
    chosen = _wanted_kind()
    _crumbs((_("Texts"), ""))
    with use_locale(locale):
        sample = None if chosen is None else _sample(chosen)
        text = as_text(sample) if sample else ""
    return render(
        "core/mail/texts.html",
        kinds=sorted(((kind.name, str(kind.title)) for kind in KINDS.values()), key=lambda pair: pair[1].casefold()),
        chosen=chosen,
        sample=sample,
        text=text,
        lang=locale,
        tabs=[{"label": language_name(code), "href": _texts_href(chosen, code), "active": code == locale} for code in ctx().settings.locales],
        frame=url_for("mail.sample", kind=chosen.name, locale=locale) if chosen else None,
    )


def _texts_href(kind: NoticeKind | None, locale: str) -> str:
    return url_for("mail.texts", kind=kind.name, locale=locale) if kind else url_for("mail.texts", locale=locale)


def _wanted_locale() -> str:
    told = request.args.get("locale", "")
    return told if told in ctx().settings.locales else ctx().locale


def _wanted_kind() -> NoticeKind | None:
    name = request.args.get("kind", "")
    return KINDS.get(name) or next(iter(sorted(KINDS.values(), key=lambda kind: str(kind.title).casefold())), None)


def _sample(kind: NoticeKind) -> Letter:
    read = ctx()
    face = "/portal" if kind.side == "partner" else "/desk"
    unsubscribe = f"{read.settings.url}/s/unsubscribe?t=…" if kind.may_be_switched_off else ""
    return single(read.settings, sample_words(kind, read.clock.zone), f"{face}/", face, kind=kind.name, unsubscribe=unsubscribe)


@bp.get("/texts/letter")
@needs(Perm.OPERATIONS_READ)
def sample() -> Response:
    kind = _wanted_kind()
    if kind is None:
        raise NotFound("notice")
    locale = _wanted_locale()
    with use_locale(locale):
        return _framed(_sample(kind), locale)
