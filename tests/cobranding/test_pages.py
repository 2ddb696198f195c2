"""Landing pages: ready after one click, kept in every revision, published and withdrawn by the table of states."""

from __future__ import annotations

import pytest

from cobranding import (
    ConsentText,
    LandingPage,
    LandingPageWithdrawn,
    PageDraft,
    PageStatus,
    create_page,
    destination,
    page_for,
    pages_for,
    publish_page,
    published_page,
    save_page,
    withdraw_page,
    words_for,
)
from cobranding.queries import revisions_of
from cobranding.rules.pages import TABLE, TEMPLATES, PageAction, actions_for, consent_version, free_slug, is_slug, slug_from, step_for
from cobranding.tasks import take_pages_down
from cobranding.words import languages
from core.audit import history
from core.errors import Forbidden, Gone, Invalid, NotFound, Refused
from core.ids import TypeID
from syndication import Asset, AssetStatus, AssetWithdrawn
from tests.cobranding.conftest import Work
from tests.cobranding.stage import SUMMARIES, TITLES, Staged
from tests.conftest import Cast


def kestrel(cast: Cast) -> TypeID:
    """Kestrel's id."""
    found = cast["pia"].partner_id
    assert found is not None
    return found


def a_draft(page: LandingPage, **changes: object) -> PageDraft:
    """What the editor would send back unchanged, with these changes."""
    values: dict[str, object] = {
        name: getattr(page, name) for name in ("slug", "headline", "intro", "cta_label", "consent_text", "form_fields", "required_fields")
    }
    return PageDraft(**{**values, **changes})  # type: ignore[arg-type]


def test_a_page_is_complete_after_one_step(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        page = create_page(ctx, kestrel(cast), staged.guide)
        assert (page.locale, page.template, page.status) == ("de", "guide", PageStatus.DRAFT)
        assert (page.headline, page.intro, page.cta_label) == (TITLES["de"], SUMMARIES["de"], "Leitfaden anfordern")
        assert page.slug == "wo-bleibt-die-nacht-was-ihr-gebaeude-verbraucht-wenn-niemand"
        assert "Kestrel GmbH und Velorin Energy" in page.consent_text
        assert publish_page(ctx, page.id).status is PageStatus.PUBLISHED


@pytest.mark.parametrize("locale", ["en", "de", "ar", "ja"])
def test_a_page_speaks_one_language_throughout(work: Work, cast: Cast, staged: Staged, locale: str) -> None:
    with work("pia") as ctx:
        page = create_page(ctx, kestrel(cast), staged.guide, locale=locale)
        assert page.headline == TITLES[locale]
        assert page.cta_label == words_for(locale)("calls.white_paper")
        assert page.consent_version.startswith(f"{locale}-")
        assert is_slug(page.slug)


def test_the_template_follows_the_content_and_may_be_chosen(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        assert create_page(ctx, kestrel(cast), staged.product).template == "enquiry"
        assert create_page(ctx, kestrel(cast), staged.product, template="guide").template == "guide"
        slugs = {page.slug for page in pages_for(ctx, kestrel(cast))}
        assert len(slugs) == 2


def test_every_save_keeps_what_was_there(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        page = create_page(ctx, kestrel(cast), staged.guide)
        save_page(ctx, page.id, a_draft(page, headline="Die zweite Überschrift"))
        save_page(ctx, page.id, a_draft(page))  # nothing new: no revision
        save_page(ctx, page.id, a_draft(page, headline="Die dritte Überschrift"))
        assert page.revision == 3
        assert [kept.content["headline"] for kept in revisions_of(ctx, page.id)] == ["Die zweite Überschrift", TITLES["de"]]
        assert [entry.action for entry in history(ctx, page.id)] == ["cobranding.page.saved"] * 2 + ["cobranding.page.created"]


def test_each_consent_text_can_be_read_for_ever(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        page = create_page(ctx, kestrel(cast), staged.guide)
        first, first_text = page.consent_version, page.consent_text
        save_page(ctx, page.id, a_draft(page, consent_text="Ich stimme zu, dass Kestrel mich anruft."))
        assert page.consent_version != first
        assert ctx.session.get_one(ConsentText, first).text == first_text
        save_page(ctx, page.id, a_draft(page, consent_text=first_text))
        assert page.consent_version == first
    assert consent_version("de", "x ") == consent_version("de", "x") != consent_version("en", "x")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"headline": " "}, "headline"),
        ({"headline": "x" * 111}, "headline"),
        ({"intro": "x" * 421}, "intro"),
        ({"cta_label": ""}, "cta_label"),
        ({"consent_text": ""}, "consent_text"),
        ({"slug": "a"}, "slug"),
        ({"slug": "Größe!"}, "slug"),
        ({"slug": "../../etc"}, "slug"),
        ({"slug": "brand-x"}, "slug"),
        ({"form_fields": ["email", "password"]}, "form_fields"),
    ],
)
def test_what_cannot_be_saved_is_named(work: Work, cast: Cast, staged: Staged, changes: dict[str, object], field: str) -> None:
    with work("pia") as ctx:
        page = create_page(ctx, kestrel(cast), staged.guide)
        with pytest.raises(Invalid) as refused:
            save_page(ctx, page.id, a_draft(page, **changes))
        assert list(refused.value.errors) == [field]
        assert page.revision == 1


def test_an_address_belongs_to_one_page_of_a_partner(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        first = create_page(ctx, kestrel(cast), staged.guide)
        second = create_page(ctx, kestrel(cast), staged.guide)
        assert second.slug == f"{first.slug}-2"
        with pytest.raises(Invalid) as refused:
            save_page(ctx, second.id, a_draft(second, slug=first.slug))
        assert list(refused.value.errors) == ["slug"]


def test_email_is_always_asked_for(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        page = create_page(ctx, kestrel(cast), staged.guide)
        save_page(ctx, page.id, a_draft(page, form_fields=["message", "name"], required_fields=["message", "phone"]))
        assert page.form_fields == ["name", "email", "message"]
        assert page.required_fields == ["email", "message"]


def test_states_follow_the_table(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        page = create_page(ctx, kestrel(cast), staged.guide)
        with pytest.raises(Refused):
            withdraw_page(ctx, page.id)
        publish_page(ctx, page.id)
        with pytest.raises(Refused):
            publish_page(ctx, page.id)
        assert withdraw_page(ctx, page.id).status is PageStatus.WITHDRAWN
        assert publish_page(ctx, page.id).status is PageStatus.PUBLISHED
    assert {(step.origin, step.action) for step in TABLE} == {
        (state, action) for state in PageStatus for action in PageAction if step_for(state, action)
    }
    assert actions_for(PageStatus.DRAFT, frozenset()) == ()


def test_who_may_do_what(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        page = create_page(ctx, kestrel(cast), staged.guide)
    with work("wim") as ctx:
        assert page_for(ctx, page.id).headline == TITLES["de"]
        with pytest.raises(Forbidden):
            save_page(ctx, page.id, a_draft(page))
    for step in (publish_page, withdraw_page, page_for):
        with work("zed") as ctx, pytest.raises(NotFound):
            step(ctx, page.id)
    with work("zed") as ctx:
        with pytest.raises(NotFound):
            create_page(ctx, kestrel(cast), staged.guide)
        assert pages_for(ctx, kestrel(cast)) == []


def test_withdrawn_content_takes_its_pages_along(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        page = publish_page(ctx, create_page(ctx, kestrel(cast), staged.guide).id)
    with work("system") as ctx:
        assert destination(ctx, kestrel(cast), staged.guide, "de") == f"/p/kestrel/{page.slug}"
        asset = ctx.session.get_one(Asset, staged.guide)
        asset.status = AssetStatus.WITHDRAWN
        ctx.session.flush()
        with pytest.raises(Gone):
            destination(ctx, kestrel(cast), staged.guide, "de")
    for _run in (1, 2):  # the second delivery changes nothing
        with work("system") as ctx:
            take_pages_down(ctx, AssetWithdrawn(str(staged.guide), "outdated", []))
    with work("pia") as ctx:
        kept = page_for(ctx, page.id)
        assert (kept.status, kept.withdrawn_reason) == (PageStatus.WITHDRAWN, "asset_withdrawn")
        assert [entry.reason for entry in history(ctx, page.id)].count("asset_withdrawn") == 1
        with pytest.raises(Refused):
            publish_page(ctx, page.id)
    assert LandingPageWithdrawn.event_name == "cobranding.landing_page_withdrawn.v1"  # type: ignore[attr-defined]


def test_a_click_leads_to_the_own_page_in_the_language_or_to_the_hosted_one(work: Work, cast: Cast, staged: Staged) -> None:
    with work("pia") as ctx:
        assert destination(ctx, kestrel(cast), staged.guide, "ja") == "/p/kestrel/a/ja/night-load-ja"
        page = publish_page(ctx, create_page(ctx, kestrel(cast), staged.guide, locale="en").id)
        assert destination(ctx, kestrel(cast), staged.guide, "ja") == f"/p/kestrel/{page.slug}", "English is what Japanese falls back to"
        german = publish_page(ctx, create_page(ctx, kestrel(cast), staged.guide).id)
        assert published_page(ctx, kestrel(cast), staged.guide, "de-AT") == german


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Wärmepumpe & Größe", "waermepumpe-groesse"),
        ("夜間の電力", "night-load"),
        ("Velorin Lens", "velorin-lens"),
        ("a", "a-page"),
        ("…", "night-load"),
        ("energy " * 20, "energy-energy-energy-energy-energy-energy-energy-energy"),
    ],
)
def test_addresses_are_readable(title: str, slug: str) -> None:
    assert slug_from(title, "night-load") == slug
    assert free_slug("x", {"x", "x-2"}) == "x-3"


def test_every_language_has_every_word_with_the_same_slots() -> None:
    import re

    def slots(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", text))

    english = words_for("en").tables
    assert {"en", "de", "ar", "ja"} <= set(languages())
    for locale in languages():
        tables = words_for(locale).tables
        assert {name: set(table) for name, table in tables.items()} == {name: set(table) for name, table in english.items()}, locale
        for name, table in english.items():
            for key, text in table.items():
                assert slots(tables[name][key]) == slots(text), (locale, name, key)


def test_an_unknown_language_reads_english() -> None:
    assert words_for("fi")("page.with") == "with"
    assert words_for("de-AT")("page.with") == "mit"


def test_the_zones_that_the_vendor_locks_are_named() -> None:
    for template in TEMPLATES.values():
        assert {zone.name for zone in template.zones if zone.locked} == {"body", "vendor_notice"}
