"""Verbs: publish, edit, withdraw, collections, campaigns, placements; each twice, and by those who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.audit import history
from core.ctx import SYSTEM
from core.errors import Forbidden, Invalid, NotFound, Refused
from core.ids import new_id
from core.jobs import run_until_idle
from syndication import (
    Asset,
    AssetStatus,
    Audience,
    CampaignDraft,
    Collection,
    CollectionDraft,
    LocalizationEdit,
    PlacementDraft,
    PlacementStatus,
    TranslationStatus,
    asset_by_key,
    assets_for_partner,
    change_state,
    create_campaign,
    create_collection,
    create_placement,
    edit_collection,
    edit_localization,
    edit_placement,
    end_placement,
    generation,
    note_placement_seen,
    placement_for,
    placements_for,
    publish_asset,
    receivers_of,
    withdraw_asset,
)
from syndication.queries import LibraryFilter, library_page, shown_status
from syndication.rules import Action
from syndication.services import remove_from_collection, restore_revision
from tests.syndication.conftest import Stage, an_asset

PAGE = "https://www.kestrel.example/news"


def _text(asset: Asset, locale: str):
    return next(text for text in asset.localizations if text.locale == locale)


def test_publishing_takes_and_records_every_step(database, stage: Stage) -> None:
    with database.reading(SYSTEM) as ctx:
        asset = ctx.session.get_one(Asset, stage.asset)
        assert asset.status is AssetStatus.PUBLISHED
        actions = [entry.action.rpartition(".")[2] for entry in reversed(history(ctx, stage.asset))]
    assert actions == ["submit", "approve", "publish", "added_to_collection"]


def test_publishing_twice_adds_nothing(database, stage: Stage, work) -> None:
    with work("cleo") as ctx:
        before = len(history(ctx, stage.asset))
        publish_asset(ctx, stage.asset, [stage.collection])
        assert len(history(ctx, stage.asset)) == before


def test_publishing_needs_a_collection_that_exists(stage: Stage, work) -> None:
    for chosen in ([], [new_id("col")]):
        with work("cleo") as ctx, pytest.raises(Invalid) as refusal:
            publish_asset(ctx, stage.asset, chosen)
        assert "collection" in refusal.value.errors


def test_two_collections_whose_long_names_begin_alike_are_told_apart_by_the_form(database, stage: Stage, work) -> None:
    with work("cleo") as ctx:
        create_collection(ctx, CollectionDraft("x" * 90))
        with pytest.raises(Invalid) as refusal:
            create_collection(ctx, CollectionDraft("x" * 95))
    assert "name" in refusal.value.errors


@pytest.mark.parametrize("who", ["rita", "pia", "zed"])
def test_who_may_not_publish_edit_or_withdraw(stage: Stage, work, who: str) -> None:
    attempts = (
        lambda ctx: publish_asset(ctx, stage.asset, [stage.collection]),
        lambda ctx: withdraw_asset(ctx, stage.asset, "legal"),
        lambda ctx: create_collection(ctx, CollectionDraft("Other")),
        lambda ctx: edit_collection(ctx, stage.collection, CollectionDraft("Other")),
        lambda ctx: remove_from_collection(ctx, stage.asset, stage.collection),
        lambda ctx: create_campaign(ctx, CampaignDraft("x", "X", date(2026, 1, 1), date(2026, 2, 1))),
    )
    for attempt in attempts:
        with work(who) as ctx, pytest.raises(Forbidden):
            attempt(ctx)


def test_withdrawing_needs_a_reason_and_keeps_it(database, stage: Stage, work) -> None:
    with work("cleo") as ctx, pytest.raises(Refused) as refusal:
        withdraw_asset(ctx, stage.asset, "  ")
    assert refusal.value.code == "reason_missing"
    with work("cleo") as ctx:
        assert withdraw_asset(ctx, stage.asset, "wrong price").withdrawn_reason == "wrong price"
        entries = len(history(ctx, stage.asset))
        withdraw_asset(ctx, stage.asset, "again")
        assert len(history(ctx, stage.asset)) == entries
        assert history(ctx, stage.asset)[0].reason == "wrong price"


def test_a_withdrawn_asset_comes_back_through_the_whole_path(database, stage: Stage, work, clock) -> None:
    with work("cleo") as ctx:
        withdraw_asset(ctx, stage.asset, "wrong price")
    clock.move(timedelta(days=1))
    with work("cleo") as ctx:
        asset = change_state(ctx, stage.asset, Action.REOPEN)
        assert asset.status is AssetStatus.DRAFT
        asset = publish_asset(ctx, stage.asset, [stage.collection])
        assert (asset.status, asset.withdrawn_at, asset.published_at) == (AssetStatus.PUBLISHED, None, clock.now())


def test_an_edit_is_a_revision_and_makes_translations_stale(database, stage: Stage, work) -> None:
    with work("cleo") as ctx:
        asset = ctx.session.get_one(Asset, stage.asset)
        english = _text(asset, "en")
        edit_localization(ctx, english.id, LocalizationEdit("New title", english.summary), seen_revision=1)
        assert (asset.revision, english.revision, _text(asset, "de").status) == (2, 2, TranslationStatus.STALE)
        assert history(ctx, stage.asset)[0].after["title"] == "New title"
        german = _text(asset, "de")
        edit_localization(ctx, german.id, LocalizationEdit("Neuer Titel", german.summary))
        assert (german.status, asset.revision) == (TranslationStatus.CURRENT, 2)


def test_the_same_text_again_is_no_edit(stage: Stage, work) -> None:
    with work("cleo") as ctx:
        text = _text(ctx.session.get_one(Asset, stage.asset), "en")
        edit_localization(ctx, text.id, LocalizationEdit(f"  {text.title} ", text.summary, text.body_html))
        assert text.revision == 1


def test_two_people_do_not_overwrite_each_other(stage: Stage, work) -> None:
    with work("cleo") as ctx:
        text = _text(ctx.session.get_one(Asset, stage.asset), "en")
        edit_localization(ctx, text.id, LocalizationEdit("First", text.summary), seen_revision=1)
        with pytest.raises(Refused) as refusal:
            edit_localization(ctx, text.id, LocalizationEdit("Second", text.summary), seen_revision=1)
    assert refusal.value.code == "edited_meanwhile"


def test_what_is_written_into_a_body_is_cleaned(stage: Stage, work) -> None:
    with work("cleo") as ctx:
        text = _text(ctx.session.get_one(Asset, stage.asset), "en")
        edit_localization(ctx, text.id, LocalizationEdit("T", "", '<p onclick="x()">a</p><script>b</script>'))
        assert text.body_html == "<p>a</p>"
        with pytest.raises(Invalid) as refusal:
            edit_localization(ctx, text.id, LocalizationEdit(" ", ""))
        assert "title" in refusal.value.errors


def test_an_edit_can_be_undone(stage: Stage, work) -> None:
    with work("cleo") as ctx:
        text = _text(ctx.session.get_one(Asset, stage.asset), "en")
        before = (text.title, text.summary, text.body_html)
        edit_localization(ctx, text.id, LocalizationEdit("Wrong", "wrong", "<p>wrong</p>"))
        restore_revision(ctx, text.id, 1)
        assert (text.title, text.summary, text.body_html) == before and text.revision == 3
        with pytest.raises(NotFound):
            restore_revision(ctx, text.id, 99)


def test_a_narrower_audience_takes_effect_at_once(database, stage: Stage, work) -> None:
    from syndication import snapshot_of
    from syndication.delivery import shown_placements

    with database.reading(SYSTEM) as ctx:
        number = generation(ctx)
        assert set(shown_placements(ctx)) == {stage.kestrel, stage.brightwater}
    with work("cleo") as ctx:
        edit_collection(ctx, stage.collection, CollectionDraft("News", audience=Audience(regions=frozenset({"uki"}))))
    with database.reading(SYSTEM) as ctx:
        assert generation(ctx) > number
        assert set(shown_placements(ctx)) == {stage.brightwater}
        assert snapshot_of(ctx).find(f"/nowhere/{stage.kestrel}") is None


def test_receivers_say_who_gets_it_in_which_language_and_why_not(database, stage: Stage, work) -> None:
    with work("cleo") as ctx:
        edit_collection(ctx, stage.collection, CollectionDraft("News", audience=Audience(regions=frozenset({"dach"}))))
    with database.reading(SYSTEM) as ctx:
        answers = {one.partner.slug: one for one in receivers_of(ctx, ctx.session.get_one(Asset, stage.other))}
        assert (answers["kestrel"].receives, answers["kestrel"].locale, answers["kestrel"].is_fallback) == (True, "en", True)
        assert (answers["brightwater"].receives, answers["brightwater"].reason) == (False, "other_region")


def test_a_partner_sees_only_what_it_is_entitled_to(database, stage: Stage, work, cast) -> None:
    with work("cleo") as ctx:
        private = create_collection(ctx, CollectionDraft("UK only", audience=Audience(regions=frozenset({"uki"}))))
        publish_asset(ctx, an_asset(ctx, "Secret", locales=("en",)).id, [private.id])
    with work("pia") as ctx:
        titles = [one.text.title for one in assets_for_partner(ctx, ctx.actor.partner_id)]
        assert sorted(titles) == ["Gateway en", "Meter X de"]
        with pytest.raises(NotFound):
            assets_for_partner(ctx, cast["zed"].partner_id)


def test_a_placement_of_a_rival_does_not_exist(stage: Stage, work, cast) -> None:
    draft = PlacementDraft("Mine now", PAGE, stage.collection, "en")
    with work("zed") as ctx:
        assert [placement.id for placement in placements_for(ctx)] == [stage.brightwater]
        for attempt in (
            lambda: placement_for(ctx, stage.kestrel),
            lambda: edit_placement(ctx, stage.kestrel, draft),
            lambda: end_placement(ctx, stage.kestrel),
            lambda: create_placement(ctx, cast["pia"].partner_id, draft),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_a_placement_is_checked_field_by_field(stage: Stage, work) -> None:
    good = PlacementDraft("Front", PAGE, stage.collection, "de")
    wrong = {
        "name": replace(good, name=" "),
        "page_url": replace(good, page_url="javascript:alert(1)"),
        "locale": replace(good, locale="klingon"),
        "collection": replace(good, collection_id=new_id("col")),
        "allowed_domains": replace(good, allowed_domains=("not a domain",)),
        "campaign": replace(good, campaign_id=new_id("cmp")),
    }
    with work("wim") as ctx:
        for field, draft in wrong.items():
            with pytest.raises(Invalid) as refusal:
                create_placement(ctx, ctx.actor.partner_id, draft)
            assert set(refusal.value.errors) == {field}
        with pytest.raises(Invalid) as refusal:
            create_placement(ctx, ctx.actor.partner_id, replace(good, allowed_domains=("else.example",)))
        assert "www.kestrel.example" in refusal.value.errors["allowed_domains"]
        made = create_placement(ctx, ctx.actor.partner_id, replace(good, page_url="http://localhost:8001/x"))
        assert (made.site, made.allowed_domains, len(made.id)) == ("localhost:8001", ["localhost:8001"], 30)


def test_a_partner_cannot_place_what_it_does_not_receive(stage: Stage, work) -> None:
    with work("cleo") as ctx:
        private = create_collection(ctx, CollectionDraft("UK only", audience=Audience(regions=frozenset({"uki"})))).id
    with work("pia") as ctx, pytest.raises(Invalid) as refusal:
        create_placement(ctx, ctx.actor.partner_id, PlacementDraft("Front", PAGE, private, "de"))
    assert "collection" in refusal.value.errors


def test_equal_values_change_nothing(database, stage: Stage, work) -> None:
    with work("pia") as ctx:
        number = generation(ctx)
        row = placement_for(ctx, stage.kestrel)
        edit_placement(ctx, stage.kestrel, PlacementDraft(row.name, row.page_url, row.collection_id, row.locale))
        assert generation(ctx) == number
    with work("cleo") as ctx:
        row = ctx.session.get_one(Collection, stage.collection)
        revision = row.revision
        edit_collection(ctx, stage.collection, CollectionDraft(row.name, titles=row.titles))
        ctx.session.refresh(row)
        assert row.revision == revision


def test_a_placement_that_is_seen_is_live_and_later_unconfirmed(database, stage: Stage, clock) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        note_placement_seen(ctx, stage.kestrel, ctx.now)
        note_placement_seen(ctx, stage.kestrel, ctx.now - timedelta(hours=1))
        row = placement_for(ctx, stage.kestrel)
        assert (row.status, row.last_seen_at) == (PlacementStatus.LIVE, clock.now())
    clock.move(timedelta(days=8))
    with database.unit_of_work(SYSTEM) as ctx:
        assert shown_status(ctx, placement_for(ctx, stage.kestrel)) is PlacementStatus.UNCONFIRMED
        end_placement(ctx, stage.kestrel)
        note_placement_seen(ctx, stage.kestrel, ctx.now)
        assert placement_for(ctx, stage.kestrel).status is PlacementStatus.ENDED


def test_a_campaign_code_must_fit_into_links(work) -> None:
    good = CampaignDraft("2026-q1_dach_retrofit", "Retrofit", date(2026, 1, 1), date(2026, 3, 31))
    with work("cleo") as ctx:
        create_campaign(ctx, good)
        for field, draft in {
            "code": replace(good, code="Größe!"),
            "name": replace(good, code="other", name=""),
            "ends_on": replace(good, code="third", ends_on=date(2025, 1, 1)),
        }.items():
            with pytest.raises(Invalid) as refusal:
                create_campaign(ctx, draft)
            assert field in refusal.value.errors
        with pytest.raises(Invalid):
            create_campaign(ctx, good)


def test_the_library_filters_and_turns_pages_without_gaps(database, stage: Stage, work) -> None:
    with work("cleo") as ctx:
        for number in range(7):
            an_asset(ctx, f"Draft 100%_{number}", locales=("ja",))
    with database.reading(SYSTEM) as ctx:
        first = library_page(ctx, LibraryFilter(status="draft"), size=3)
        second = library_page(ctx, LibraryFilter(status="draft"), after=first.next_cursor, size=3)
        third = library_page(ctx, LibraryFilter(status="draft"), after=second.next_cursor, size=3)
        ids = [asset.id for page in (first, second, third) for asset in page.assets]
        assert len(ids) == len(set(ids)) == first.total == 7
        assert third.next_cursor is None and first.previous_cursor is None
        back = library_page(ctx, LibraryFilter(status="draft"), before=second.previous_cursor, size=3)
        assert back.assets == first.assets
        assert library_page(ctx, LibraryFilter(text="100%_3")).total == 1
        assert library_page(ctx, LibraryFilter(text="%")).total == 7
        assert library_page(ctx, LibraryFilter(locale="de")).total == 1
        assert library_page(ctx, LibraryFilter(collection=str(stage.collection))).total == 2
        assert library_page(ctx, LibraryFilter(collection="nonsense")).total == 0


def test_an_asset_is_found_as_people_name_it(database, stage: Stage) -> None:
    with database.reading(SYSTEM) as ctx:
        for key in (str(stage.asset), "meter-x"):
            assert asset_by_key(ctx, key).id == stage.asset
        with pytest.raises(NotFound):
            asset_by_key(ctx, "nothing")


def test_jobs_run_twice_change_nothing(database, stage: Stage, work) -> None:
    from syndication.tasks import rebuild_views

    with work("cleo") as ctx:
        withdraw_asset(ctx, stage.asset, "legal")
    run_until_idle(database)
    with database.unit_of_work(SYSTEM) as ctx:
        number = generation(ctx)
        rebuild_views(ctx, str(stage.collection))
        rebuild_views(ctx, str(new_id("col")))
        assert generation(ctx) == number
