"""`/c/…`, the tracked link, and the form of a landing page. No cookie, no session."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from cobranding import arrival_from, destination, farewell, page_path, public_page, render_landing_page
from core.errors import Gone, NotFound
from core.i18n import normalise_locale
from core.ids import TypeID
from core.spool import SpoolFull
from core.web import PublicBlueprint, ctx, database
from engagement import services
from engagement.collect import Arrival, Intake, intake_for
from engagement.collect.directory import DirectoryMissing, Spot
from engagement.rules.kinds import RefusalReason
from engagement.services import Returned
from engagement.services.consents import consent_token
from partners import partner_by_slug
from syndication import Placement

bp = PublicBlueprint("engagement", __name__)

_FORM_BYTES = 256 * 1024
_LONGEST_QUERY = 2000
_NEVER_KEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@bp.get("/c/<typeid('plc'):placement_id>/<typeid('ast'):asset_id>/<locale>")
def click(placement_id: TypeID, asset_id: TypeID, locale: str) -> BaseResponse:
    """Counts, then leads on to the partner's page about the asset. A HEAD looks without clicking."""
    wanted = _locale(locale)
    intake = intake_for(database())
    spot = _spot(intake, placement_id)
    owner = _owner(placement_id)
    try:
        target = destination(ctx(), owner, asset_id, wanted)
    except Gone:
        return Response(farewell(ctx(), owner, wanted), 410, _NEVER_KEPT, content_type="text/html; charset=utf-8")
    click_id = _count(intake, spot, asset_id, wanted) if request.method == "GET" and spot is not None else ""
    query = _query_on(request.query_string, click_id)
    answer = redirect(target + ("?" + query if query else ""), 302)
    answer.headers.update(_NEVER_KEPT)
    return answer


def _locale(tag: str) -> str:
    try:
        return normalise_locale(tag)
    except ValueError:
        raise NotFound("language") from None


def _spot(intake: Intake, placement_id: TypeID) -> Spot | None:
    try:
        return intake.known().spots.get(placement_id)
    except DirectoryMissing:
        return None


def _owner(placement_id: TypeID) -> TypeID:
    """Whose placement it is; raises NotFound when there never was one, Gone when it has been ended."""
    placement = ctx().session.get(Placement, placement_id)
    if placement is None:
        raise NotFound("placement")
    if placement.status == "ended":
        raise Gone()
    return placement.partner_id


def _count(intake: Intake, spot: Spot, asset_id: TypeID, locale: str) -> str:
    """The new click id; empty when the disk is full: the visitor must arrive, counted or not."""
    known = intake.known()
    asset = known.assets.get(asset_id)
    if asset is None:
        return ""
    arrival = Arrival.of(request.environ)
    utm = {key: value for key, value in arrival_from(request.args).items() if key.startswith("utm_")}
    try:
        return intake.keep_click(spot, arrival, intake.judge_agent(arrival), locale, asset, utm)
    except SpoolFull:
        intake.refuse(RefusalReason.SPOOL_FULL)
        return ""


def _query_on(query: bytes, click_id: str) -> str:
    """What came with the link goes on, byte for byte; an old click id is replaced."""
    told = query.decode("ascii", "ignore")[:_LONGEST_QUERY]
    pairs = [pair for pair in told.split("&") if pair and pair.partition("=")[0] != "cp_click"]
    return "&".join([*pairs, f"cp_click={click_id}"] if click_id else pairs)


@bp.post("/p/<partner_slug>/<page_slug>/lead")
def lead(partner_slug: str, page_slug: str) -> BaseResponse:
    """Works without script, without cookie and from any origin; the page's signed context says where the visitor came from."""
    request.max_content_length = _FORM_BYTES
    partner = partner_by_slug(ctx(), partner_slug)
    page = public_page(ctx(), partner, page_slug)
    told = {name: values[0] for name, values in request.form.lists()}
    read = services.read_form(ctx(), partner, page, told)
    if isinstance(read, Returned):
        html = render_landing_page(ctx(), page, form_state=read.state, context=read.context)
        return Response(html, 422, _NEVER_KEPT, content_type="text/html; charset=utf-8")
    lead = services.capture_lead(ctx(), read)
    # The way back out of the consent stands where the person has just agreed.
    answer = redirect(f"{page_path(partner.slug, page)}/thanks?consent={consent_token(ctx(), lead.consent.id)}", 303)
    answer.headers.update(_NEVER_KEPT)
    return answer
