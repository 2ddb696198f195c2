"""The four public pages: asset, landing page, thanks, and "no longer available"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bs4 import BeautifulSoup

from cobranding.looks import Look, look_of, vendor_look
from cobranding.queries import published_page, shown_by_id
from cobranding.rendering.arrival import FormState, form_context, fresh_key, signed_context
from cobranding.rendering.banner_links import banner_path, page_banner_path
from cobranding.rendering.brand_css import brand_css_path
from cobranding.rules.pages import FIELD_LENGTHS, TEMPLATES
from cobranding.words import Words, words_for
from core.gates import CleanHtml
from core.i18n import direction, format_date, language_name, use_locale
from core.web import absolute_url, render
from partners import partner_for

if TYPE_CHECKING:
    from cobranding.models import LandingPage
    from cobranding.queries import Shown
    from core.ctx import Ctx
    from partners import Partner

_INSIDE = 6  # headings named before the form of a guide
_KINDS = {"email": "email", "phone": "tel"}
_AUTOCOMPLETE = {
    "name": "name",
    "email": "email",
    "company": "organization",
    "job_title": "organization-title",
    "phone": "tel",
}


def page_path(look_slug: str, page: LandingPage) -> str:
    """`/p/<partner>/<slug>`"""
    return f"/p/{look_slug}/{page.slug}"


def asset_page_path(partner_slug: str, shown: Shown, locale: str | None = None) -> str:
    """`/p/<partner>/a/<locale>/<slug>` of the text that is shown in that language."""
    text = next((text for text in shown.asset.localizations if text.locale == locale), shown.text)
    return f"/p/{partner_slug}/a/{text.locale}/{quote(text.slug or shown.asset.slug)}"


def render_asset_page(ctx: Ctx, partner: Partner, shown: Shown, *, look: Look | None = None, css: str = "", preview: bool = False) -> str:
    """The hosted co-branded page of an asset; `look` and `css` stand in for the saved brand in previews."""
    look = look or look_of(ctx, partner)
    landing = published_page(ctx, partner.id, shown.asset.id, shown.text.locale)
    values = _common(ctx, look, shown.text.locale, shown, css)
    published = shown.asset.published_at or shown.asset.updated_at
    values |= {
        "published_on": format_date(shown.text.published_on or published.date(), "long", shown.text.locale),
        "body": CleanHtml.stored(shown.text.body_html),
        "landing": _offer(values["words"], look, landing) if landing else None,
        "canonical": absolute_url(asset_page_path(look.slug, shown)),
        "alternates": _alternates(look.slug, shown),
        "title": shown.text.title,
        "description": shown.text.summary,
        "preview": preview,
    }
    values["data"] = _structured(values, look, shown)
    with use_locale(shown.text.locale):
        return render("cobranding/public/asset.html", **values)


def render_landing_page(
    ctx: Ctx,
    page: LandingPage,
    form_state: FormState | None = None,
    *,
    shown: Shown | None = None,
    context: Mapping[str, Any] | None = None,
    look: Look | None = None,
    css: str = "",
    preview: bool = False,
) -> str:
    """The landing page with its form; with a `form_state` the form comes back as it was sent, with its errors.

    `context` is the visitor's arrival: an earlier signed context as engagement opened it, else an empty one is made.
    Raises Gone when the asset has been withdrawn.
    """
    partner = partner_for(ctx, page.partner_id)
    shown = shown or shown_by_id(ctx, partner, page.asset_id, page.locale)
    look = look or look_of(ctx, partner)
    template = TEMPLATES[page.template]
    state = form_state or FormState()
    values = _common(ctx, look, page.locale, shown, css)
    words: Words = values["words"]
    values |= {
        "page": page,
        "title": page.headline,
        "description": page.intro,
        "banner": absolute_url(page_banner_path(look, values["vendor"], shown, page)),
        "canonical": absolute_url(page_path(look.slug, page)),
        "alternates": [],
        "inside": [] if template.whole_body else headings_of(shown.text.body_html),
        "body": CleanHtml.stored(shown.text.body_html) if template.whole_body else None,
        "fields": [_field(words, name, name in page.required_fields) for name in page.form_fields],
        "state": state,
        "action": f"{page_path(look.slug, page)}/lead",
        "context_token": signed_context(ctx, context if context is not None else form_context(page, {})),
        "submission_key": state.submission_key or fresh_key(),
        "error_title": _error_title(words, len(state.errors)),
        "preview": preview,
    }
    with use_locale(page.locale):
        return render(f"cobranding/public/{template.name}.html", **values)


def render_thanks(ctx: Ctx, page: LandingPage, shown: Shown, *, withdraw_href: str = "") -> str:
    """Where a visitor arrives after the form, so that it may be reloaded; with the link that takes the consent back."""
    look = look_of(ctx, partner_for(ctx, page.partner_id))
    values = _common(ctx, look, page.locale, shown, "")
    values |= {"page": page, "title": values["words"]("thanks.title"), "description": "", "canonical": "", "alternates": [], "preview": False}
    values["read_href"], values["withdraw_href"] = asset_page_path(look.slug, shown), withdraw_href
    with use_locale(page.locale):
        return render("cobranding/public/thanks.html", **values)


def render_gone(ctx: Ctx, partner: Partner, locale: str, *, page_only: bool = False) -> str:
    """A polite farewell in the partner's brand, for status 410."""
    look = look_of(ctx, partner)
    values = _common(ctx, look, locale, None, "")
    text = "gone.page_text" if page_only else "gone.text"
    values |= {
        "title": values["words"]("gone.title"),
        "text": values["words"](text, partner=look.name),
        "description": "",
        "canonical": "",
        "alternates": [],
        "preview": False,
    }
    with use_locale(locale):
        return render("cobranding/public/gone.html", **values)


def _offer(words: Words, look: Look, landing: LandingPage) -> dict[str, str]:
    """What the hosted page invites to: whoever has read the guide needs a person, not the guide again."""
    label = landing.cta_label if TEMPLATES[landing.template].whole_body else words("page.ask", partner=look.name)
    return {"href": page_path(look.slug, landing), "label": label}


def headings_of(body_html: str) -> list[str]:
    """The section headings of a text: what a reader will find inside."""
    found = BeautifulSoup(body_html, "html.parser").find_all(["h2"])
    titles = [" ".join(heading.get_text(" ", strip=True).split()) for heading in found]
    return [title for title in titles if title][:_INSIDE]


def _common(ctx: Ctx, look: Look, locale: str, shown: Shown | None, css: str) -> dict[str, Any]:
    words = words_for(locale)
    vendor = vendor_look(ctx)
    kicker = words.of_type("types", shown.asset.content_type) if shown else ""
    return {
        "look": look,
        "vendor": vendor,
        "words": words,
        "lang": locale,
        "dir": shown.text.direction if shown else direction(locale),
        "shown": shown,
        "kicker": kicker,
        "brand_css": css or brand_css_path(look),
        "banner": absolute_url(banner_path(look, vendor, shown)) if shown else "",
        "is_demo": ctx.settings.demo,
    }


def _alternates(slug: str, shown: Shown) -> list[dict[str, str]]:
    return [{"lang": locale, "href": absolute_url(asset_page_path(slug, shown, locale)), "label": language_name(locale)} for locale in shown.locales]


def _field(words: Words, name: str, required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "label": words(f"fields.{name}"),
        "required": required,
        "kind": _KINDS.get(name, "text"),
        "autocomplete": _AUTOCOMPLETE.get(name, "off"),
        "limit": FIELD_LENGTHS[name],
        "long": name == "message",
        "dir": "ltr" if name in ("email", "phone") else None,
    }


def _error_title(words: Words, count: int) -> str:
    return words("form.summary_one") if count == 1 else words("form.summary_many", count=count)


def _structured(values: Mapping[str, Any], look: Look, shown: Shown) -> dict[str, Any]:
    """JSON-LD: data, not script, so the policy lets it stand."""
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": shown.text.title,
        "description": shown.text.summary,
        "inLanguage": shown.text.locale,
        "mainEntityOfPage": values["canonical"],
        "image": values["banner"],
        "publisher": {"@type": "Organization", "name": look.legal_name or look.name, "url": look.contact.website or None},
        "sourceOrganization": {"@type": "Organization", "name": values["vendor"].name},
    }
    if shown.asset.published_at:
        described["datePublished"] = shown.asset.published_at.isoformat()
    return described
