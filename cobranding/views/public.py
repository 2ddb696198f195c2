"""`/p/…`: hosted pages, landing pages, their style sheets and banners. No cookie, no session; a page that is gone says so."""

from __future__ import annotations

import re
from urllib.parse import unquote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from cobranding import queries, services
from cobranding.looks import look_of, vendor_look
from cobranding.models import LandingPage
from cobranding.rendering import (
    arrival_from,
    asset_page_path,
    brand_css,
    form_context,
    render_asset_page,
    render_gone,
    render_landing_page,
    render_thanks,
)
from cobranding.rendering.brand_css import brand_css_name
from cobranding.visits import PageVisit, tell
from core.ctx import SYSTEM
from core.errors import Gone, NotFound
from core.i18n import normalise_locale
from core.ids import TypeID
from core.storage import StoredObject
from core.web import PublicBlueprint, ctx, unit_of_work
from partners import Partner, partner_by_slug

#: The shape of a signed token; what it opens is the business of the room above.
_TOKEN = re.compile(r"[A-Za-z0-9_.-]{20,400}")

bp = PublicBlueprint("hosted", __name__)

# Half a minute: a withdrawn page must not outlive its withdrawal in anybody's cache.
HOSTED = "public, max-age=30, stale-while-revalidate=30"
# A form carries a submission key of its own: two visitors who got it from one cache would look like one lead.
WITH_FORM = "private, no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/p/<partner_slug>/<page_slug>")
def landing_page(partner_slug: str, page_slug: str) -> BaseResponse:
    partner = partner_by_slug(ctx(), partner_slug)
    if page_slug.startswith("brand-") and page_slug.endswith(".css"):
        return _brand_sheet(partner, page_slug)
    try:
        page = queries.public_page(ctx(), partner, page_slug)
        shown = queries.shown_by_id(ctx(), partner, page.asset_id, page.locale)
    except Gone:
        return _gone(partner, queries.locale_of_page(ctx(), partner, page_slug), page_only=True)
    arrival = arrival_from(request.args)
    html = render_landing_page(ctx(), page, shown=shown, context=form_context(page, arrival))
    _visited(partner, str(page.asset_id), page.locale, str(page.id))
    return _page(html, WITH_FORM)


@bp.get("/p/<partner_slug>/<page_slug>/thanks")
def thanks(partner_slug: str, page_slug: str) -> BaseResponse:
    partner = partner_by_slug(ctx(), partner_slug)
    try:
        page = queries.public_page(ctx(), partner, page_slug)
        shown = queries.shown_by_id(ctx(), partner, page.asset_id, page.locale)
    except Gone:
        return _gone(partner, queries.locale_of_page(ctx(), partner, page_slug), page_only=True)
    token = request.args.get("consent", "")
    if not _TOKEN.fullmatch(token):
        return _page(render_thanks(ctx(), page, shown), HOSTED)
    answer = _page(render_thanks(ctx(), page, shown, withdraw_href=f"/s/consent/{token}"), HOSTED)
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"})
    return answer


@bp.get("/p/<partner_slug>/a/<locale>/<asset_slug>")
def asset_page(partner_slug: str, locale: str, asset_slug: str) -> BaseResponse:
    """The hosted page of an asset. A language or spelling that is not the text's own leads to the right address."""
    partner = partner_by_slug(ctx(), partner_slug)
    wanted = _locale(locale)
    try:
        shown = queries.public_asset(ctx(), partner, wanted, asset_slug)
    except Gone:
        return _gone(partner, wanted)
    right = asset_page_path(partner.slug, shown)
    if request.path != _unquoted(right):
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return redirect(right + query, 302)
    html = render_asset_page(ctx(), partner, shown)
    _visited(partner, str(shown.asset.id), shown.text.locale, None)
    return _page(html, HOSTED)


@bp.get("/p/<partner_slug>/banner/<locale>/<typeid('ast'):asset_id>/<size>.<extension>")
def banner(partner_slug: str, locale: str, asset_id: TypeID, size: str, extension: str) -> BaseResponse:
    """The way to a banner: drawn on the first request, then a stored object at /media."""
    partner = partner_by_slug(ctx(), partner_slug)
    shown = queries.entitled_asset(ctx(), partner, asset_id, _locale(locale))
    answer = redirect(stored_banner(partner, shown, size, extension).path, 302)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@bp.get("/p/<partner_slug>/<page_slug>/banner.jpg")
def page_banner(partner_slug: str, page_slug: str) -> BaseResponse:
    """The picture of a landing page when somebody shares its address."""
    partner = partner_by_slug(ctx(), partner_slug)
    page = queries.public_page(ctx(), partner, page_slug)
    shown = queries.shown_by_id(ctx(), partner, page.asset_id, page.locale)
    answer = redirect(stored_banner(partner, shown, "1200x628", "jpg", page).path, 302)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def stored_banner(partner: Partner, shown: queries.Shown, size: str, extension: str, page: LandingPage | None = None) -> StoredObject:
    """The banner's object; draws it first when it is new. The picture is drawn before the writer's lock is taken."""
    words = {"title": page.headline, "cta": page.cta_label} if page else {}
    spec = services.banner_spec(look_of(ctx(), partner), vendor_look(ctx()), shown, **words)
    if extension not in services.FORMATS or size not in services.SIZES:
        raise NotFound("banner")
    kept = services.kept_banner(ctx(), spec, size, extension)
    if kept is not None:
        return kept
    data = services.draw_banner(ctx(), spec, size, extension)
    with unit_of_work(SYSTEM) as work:
        return services.keep_banner(work, spec, size, extension, data)


def _brand_sheet(partner: Partner, name: str) -> BaseResponse:
    look = look_of(ctx(), partner)
    answer = Response(brand_css(look), mimetype="text/css")
    answer.headers["Cache-Control"] = FOR_EVER if name == brand_css_name(look) else "public, max-age=60"
    answer.add_etag()
    return answer.make_conditional(request)


def _page(html: str, cache: str, status: int = 200) -> BaseResponse:
    answer = Response(html, status, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = cache
    answer.headers["X-Robots-Tag"] = "noindex"
    if cache == HOSTED and status == 200:
        answer.add_etag()
        return answer.make_conditional(request)
    return answer


def _gone(partner: Partner, locale: str, *, page_only: bool = False) -> BaseResponse:
    return _page(render_gone(ctx(), partner, locale, page_only=page_only), HOSTED, 410)


def _visited(partner: Partner, asset_id: str, locale: str, page_id: str | None) -> None:
    if request.method != "GET":
        return
    tell(
        PageVisit(
            partner_id=str(partner.id),
            asset_id=asset_id,
            locale=locale,
            page_id=page_id,
            arrival=arrival_from(request.args),
            path=request.path,
            address=request.remote_addr or "",
            user_agent=request.headers.get("User-Agent", "")[:500],
            purpose=request.headers.get("Sec-Purpose", "")[:60],
        )
    )


def _locale(tag: str) -> str:
    try:
        return normalise_locale(tag)
    except ValueError:
        raise NotFound("language") from None


def _unquoted(path: str) -> str:
    return unquote(path)
