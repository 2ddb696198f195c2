"""Verbs of landing pages: made from a template in one step, saved with every revision, published, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cobranding.events import LandingPagePublished, LandingPageWithdrawn
from cobranding.looks import vendor_look
from cobranding.models import ConsentText, LandingPage, LandingPageRevision
from cobranding.permissions import Perm
from cobranding.queries import entitled_asset, page_for, shown_by_id, taken_slugs
from cobranding.rules.pages import (
    TEMPLATES,
    Fault,
    PageAction,
    PageStatus,
    consent_version,
    faults_of,
    free_slug,
    ordered_fields,
    slug_from,
    step_for,
    template_for,
)
from cobranding.words import words_for
from core.errors import Gone, Invalid, Refused
from core.gates import clean_text
from core.i18n import gettext as _
from core.ids import TypeID, new_id
from partners import partner_for

if TYPE_CHECKING:
    from cobranding.queries import Shown
    from core.ctx import Ctx
    from partners import Partner

_CONTENT = ("slug", "headline", "intro", "cta_label", "form_fields", "required_fields", "consent_text", "consent_version", "template")


@dataclass(frozen=True)
class PageDraft:
    """What a partner may change on a page; locked zones are not here."""

    slug: str
    headline: str
    intro: str
    cta_label: str
    consent_text: str
    form_fields: Sequence[str]
    required_fields: Sequence[str]


def create_page(ctx: Ctx, partner_id: TypeID, asset_id: TypeID, *, template: str = "", locale: str = "") -> LandingPage:
    """A finished draft from a template, in the partner's language, filled from the asset: it could be published as it is."""
    ctx.require(Perm.PAGE_EDIT, partner_id)
    partner = partner_for(ctx, partner_id)
    shown = entitled_asset(ctx, partner, asset_id, locale or None)
    chosen = TEMPLATES.get(template) or template_for(shown.asset.content_type)
    values = defaults_for(ctx, partner, shown)
    page = LandingPage(
        id=new_id("pag"),
        partner_id=partner_id,
        asset_id=shown.asset.id,
        campaign_id=shown.asset.campaign_id,
        template=chosen.name,
        locale=shown.text.locale,
        slug=free_slug(slug_from(shown.text.title, shown.text.slug or shown.asset.slug), taken_slugs(ctx, partner_id)),
        headline=values["headline"],
        intro=values["intro"],
        cta_label=values["cta_label"],
        form_fields=list(chosen.fields),
        required_fields=list(chosen.required),
        consent_text=values["consent_text"],
        consent_version=_keep_consent(ctx, shown.text.locale, values["consent_text"]),
        status=PageStatus.DRAFT,
        status_since=ctx.now,
        created_at=ctx.now,
        updated_at=ctx.now,
        updated_by=ctx.actor.name,
    )
    ctx.session.add(page)
    ctx.session.flush()
    ctx.audit("cobranding.page.created", page, after={"asset": str(asset_id), "template": chosen.name, "locale": page.locale})
    return page


def defaults_for(ctx: Ctx, partner: Partner, shown: Shown) -> dict[str, str]:
    """The zones of a new page, in its language, from the localized asset."""
    words = words_for(shown.text.locale)
    return {
        "headline": _fitting(shown.text.title, 110),
        "intro": _fitting(shown.text.summary, 420),
        "cta_label": words.of_type("calls", shown.asset.content_type),
        "consent_text": default_consent(ctx, partner, shown.text.locale),
    }


def default_consent(ctx: Ctx, partner: Partner, locale: str) -> str:
    """The suggested consent text of a language; it names who may use the details, for what, and how to withdraw."""
    return words_for(locale)("consent.text", partner=partner.legal_name, vendor=vendor_look(ctx).name)


def save_page(ctx: Ctx, page_id: TypeID, draft: PageDraft) -> LandingPage:
    """Saves the editable zones; a published page shows the change at once. Raises Invalid naming field and fix."""
    page = page_for(ctx, page_id)
    ctx.require(Perm.PAGE_EDIT, page.partner_id)
    wanted = _tidy(draft)
    template = TEMPLATES[page.template]
    texts = {name: str(wanted[name]) for name in ("headline", "intro", "cta_label", "consent_text")}
    found = faults_of(template, texts, wanted["slug"], draft.form_fields)
    faults = {name: page_sentence(name, fault, page.template) for name, fault in found.items()}
    if "slug" not in faults and wanted["slug"] in taken_slugs(ctx, page.partner_id, but=page.id):
        faults["slug"] = _("Another page of yours already has this address: choose a different one.")
    if faults:
        raise Invalid(faults)
    wanted["consent_version"] = consent_version(page.locale, wanted["consent_text"])
    before = {name: getattr(page, name) for name in _CONTENT if name in wanted}
    changed = [name for name in before if before[name] != wanted[name]]
    if not changed:
        return page
    _keep_revision(ctx, page)
    _keep_consent(ctx, page.locale, wanted["consent_text"])
    for name in changed:
        setattr(page, name, wanted[name])
    page.revision += 1
    page.updated_at, page.updated_by = ctx.now, ctx.actor.name
    ctx.session.flush()
    ctx.audit("cobranding.page.saved", page, before={n: before[n] for n in changed}, after={n: wanted[n] for n in changed})
    return page


def publish_page(ctx: Ctx, page_id: TypeID) -> LandingPage:
    """Makes the page public. Refused when its content was withdrawn, or when it is public already."""
    page = page_for(ctx, page_id)
    _take_step(ctx, page, PageAction.PUBLISH)
    try:
        shown_by_id(ctx, partner_for(ctx, page.partner_id), page.asset_id, page.locale)
    except Gone:
        raise Refused("content_withdrawn", _("The content of this page has been withdrawn, so the page cannot be published.")) from None
    page.published_at, page.withdrawn_reason = ctx.now, None
    ctx.session.flush()
    ctx.audit("cobranding.page.published", page, after={"slug": page.slug, "revision": page.revision})
    ctx.emit(LandingPagePublished(str(page.id), str(page.partner_id), str(page.asset_id), page.locale))
    return page


def withdraw_page(ctx: Ctx, page_id: TypeID, *, reason: str = "partner") -> LandingPage:
    """Takes the page down; its address answers 410 from now on."""
    page = page_for(ctx, page_id)
    _take_step(ctx, page, PageAction.WITHDRAW)
    page.withdrawn_reason = reason
    ctx.session.flush()
    ctx.audit("cobranding.page.withdrawn", page, after={"slug": page.slug}, reason=reason)
    ctx.emit(LandingPageWithdrawn(str(page.id), str(page.partner_id), reason))
    return page


def page_sentence(field: str, fault: Fault, template: str) -> str:
    """What is wrong with a zone and what to do."""
    if fault is Fault.MISSING:
        return _("This part must not be empty: write something, or take the suggestion again.")
    if fault is Fault.BAD_SLUG:
        return _("Use lower-case letters, digits and hyphens only, for example energy-guide.")
    if fault is Fault.UNKNOWN_FIELD:
        return _("Choose from the offered fields.")
    return _("This text is too long for its place: use at most %(limit)s characters.", limit=TEMPLATES[template].zone(field).max_length)


def _take_step(ctx: Ctx, page: LandingPage, action: PageAction) -> None:
    step = step_for(page.status, action)
    if step is None:
        raise Refused("not_possible_now", _("This is not possible in the present state of the page."))
    ctx.require(step.permission, page.partner_id)
    page.status, page.status_since, page.updated_at = step.target, ctx.now, ctx.now


def _tidy(draft: PageDraft) -> dict[str, Any]:
    fields = ordered_fields(name for name in draft.form_fields)
    return {
        "slug": draft.slug.strip().lower(),
        "headline": clean_text(draft.headline),
        "intro": clean_text(draft.intro),
        "cta_label": clean_text(draft.cta_label),
        "consent_text": clean_text(draft.consent_text),
        "form_fields": fields,
        "required_fields": [name for name in fields if name in draft.required_fields or name == "email"],
    }


def _keep_revision(ctx: Ctx, page: LandingPage) -> None:
    revision = LandingPageRevision(
        page_id=page.id,
        partner_id=page.partner_id,
        revision=page.revision,
        content={name: getattr(page, name) for name in _CONTENT},
        saved_at=page.updated_at,
        saved_by=page.updated_by,
    )
    ctx.session.add(revision)


def _keep_consent(ctx: Ctx, locale: str, text: str) -> str:
    version = consent_version(locale, text)
    if ctx.session.get(ConsentText, version) is None:
        ctx.session.add(ConsentText(version=version, locale=locale, text=text, first_used_at=ctx.now))
        ctx.session.flush()
    return version


def _fitting(text: str, limit: int) -> str:
    """Whole words within a limit."""
    plain = clean_text(text)
    if len(plain) <= limit:
        return plain
    cut = plain[: limit - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:–-") + "…"
