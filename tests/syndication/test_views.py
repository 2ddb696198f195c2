"""Views: built once per collection, locale and format, rebuilt only where something changed, gone when withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.ctx import SYSTEM
from core.errors import Gone, NotFound
from core.jobs import run_until_idle
from syndication import (
    LocalizationEdit,
    PublicAddress,
    announce_public_change,
    build_collection,
    edit_localization,
    end_placement,
    generation,
    guid_of,
    provide_contacts,
    public_view,
    snapshot_of,
    withdraw_asset,
)
from syndication.delivery import addresses, words
from syndication.models import Asset, Placement, RenderedView
from tests.syndication.conftest import Stage, an_asset


@pytest.fixture(autouse=True)
def plain_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """`/plain/<plc>` and `/plain/<plc>/<locale>` ask for the tests' own format."""

    def read(path: str) -> PublicAddress:
        placement, _, locale = path.removeprefix("/plain/").partition("/")
        return PublicAddress(placement, "plain", locale or None)

    monkeypatch.setitem(addresses._readers, "/plain/", read)
    monkeypatch.setattr(words, "_providers", [])


def _found(database, path: str):
    with database.reading(SYSTEM) as ctx:
        return snapshot_of(ctx).find(path)


def _text_of(asset: Asset, locale: str):
    return next(text for text in asset.localizations if text.locale == locale)


def test_one_view_per_locale_and_format(database, stage: Stage) -> None:
    with database.reading(SYSTEM) as ctx:
        found = {(row.format, row.locale, row.item_count) for row in ctx.session.query(RenderedView)}
    assert found == {("plain", "de", 2), ("plain", "en", 2)}


def test_each_partner_gets_its_own_words_around_the_same_view(database, stage: Stage, cast) -> None:
    kestrel = _found(database, f"/plain/{stage.kestrel}").body().decode()
    brightwater = _found(database, f"/plain/{stage.brightwater}").body().decode()
    assert kestrel.startswith("Aktuelles | de ltr") and brightwater.startswith("News | en ltr")
    assert f"/c/{stage.kestrel}/{stage.asset}/de?utm_source=kestrel&utm_medium=referral&utm_campaign=evergreen" in kestrel
    assert guid_of(stage.asset, "de", cast["pia"].partner_id) in kestrel
    assert str(stage.brightwater) not in kestrel and "brightwater" not in kestrel


def test_an_asset_without_the_language_is_shown_in_english(database, stage: Stage) -> None:
    assert "Gateway en [en]" in _found(database, f"/plain/{stage.kestrel}").body().decode()


def test_building_again_changes_nothing(database, stage: Stage, clock) -> None:
    with database.reading(SYSTEM) as ctx:
        before = [(row.etag, row.last_modified, row.segments) for row in ctx.session.query(RenderedView)]
        number = generation(ctx)
    clock.move(timedelta(hours=3))
    with database.unit_of_work(SYSTEM) as ctx:
        built = build_collection(ctx, stage.collection)
    assert (built.changed, built.unchanged, built.removed) == (0, 2, 0)
    with database.reading(SYSTEM) as ctx:
        assert [(row.etag, row.last_modified, row.segments) for row in ctx.session.query(RenderedView)] == before
        assert generation(ctx) == number


def test_an_edit_touches_only_the_views_that_show_it(database, stage: Stage, work, clock) -> None:
    before = {path: _found(database, path) for path in (f"/plain/{stage.kestrel}", f"/plain/{stage.brightwater}")}
    clock.move(timedelta(minutes=5))
    with work("cleo") as ctx:
        text = _text_of(ctx.session.get_one(Asset, stage.asset), "de")
        edit_localization(ctx, text.id, LocalizationEdit("Neuer Titel", text.summary))
    run_until_idle(database)
    german, english = (_found(database, path) for path in before)
    assert "Neuer Titel [de]" in german.body().decode()
    assert german.tag != before[f"/plain/{stage.kestrel}"].tag
    assert english.tag == before[f"/plain/{stage.brightwater}"].tag
    assert english.last_modified == before[f"/plain/{stage.brightwater}"].last_modified
    assert german.last_modified == clock.now()


def test_what_is_withdrawn_is_gone_before_any_worker_runs(database, stage: Stage, work, clock) -> None:
    with database.reading(SYSTEM) as ctx:
        number = generation(ctx)
    clock.move(timedelta(minutes=5))
    with work("cleo") as ctx:
        withdraw_asset(ctx, stage.asset, "legal")
    with database.reading(SYSTEM) as ctx:
        assert generation(ctx) > number
        assert snapshot_of(ctx).find(f"/plain/{stage.kestrel}") is None
        live = public_view(ctx, PublicAddress(stage.kestrel, "plain"), f"/plain/{stage.kestrel}")
        assert "Meter X" not in live.body().decode() and "Gateway" in live.body().decode()
    run_until_idle(database)
    found = _found(database, f"/plain/{stage.kestrel}")
    assert "Meter X" not in found.body().decode()
    assert found.last_modified == clock.now()


def test_the_contact_block_is_part_of_the_entity_tag(database, stage: Stage, clock) -> None:
    path = f"/plain/{stage.kestrel}"
    before = _found(database, path)
    provide_contacts(lambda ctx, partner_ids: dict.fromkeys(partner_ids, "<p>pia</p>"))
    clock.move(timedelta(minutes=1))
    with database.unit_of_work(SYSTEM) as ctx:
        announce_public_change(ctx, ctx.session.get_one(Placement, stage.kestrel).partner_id)
    after = _found(database, path)
    assert after.tag != before.tag and after.last_modified == clock.now()
    assert "<P>PIA</P>" in after.body().decode()


def test_an_ended_placement_is_gone_and_an_unknown_one_was_never_there(database, stage: Stage, work) -> None:
    with work("pia") as ctx:
        end_placement(ctx, stage.kestrel)
    assert _found(database, f"/plain/{stage.kestrel}") is None
    with database.reading(SYSTEM) as ctx:
        with pytest.raises(Gone):
            public_view(ctx, PublicAddress(stage.kestrel, "plain"), "/x")
        with pytest.raises(NotFound):
            public_view(ctx, PublicAddress("plc_01h45ytscbebyvny4gc8cr8ma2", "plain"), "/x")
        with pytest.raises(NotFound):
            public_view(ctx, PublicAddress("nonsense", "plain"), "/x")


def test_a_suspended_partner_is_not_answered(database, stage: Stage, cast) -> None:
    from partners import suspend_partner

    with database.unit_of_work(SYSTEM) as ctx:
        number = generation(ctx)
        suspend_partner(ctx, cast["pia"].partner_id, "contract ended")
    run_until_idle(database)
    assert _found(database, f"/plain/{stage.kestrel}") is None
    assert _found(database, f"/plain/{stage.brightwater}") is not None
    with database.reading(SYSTEM) as ctx:
        assert generation(ctx) > number


def test_a_language_nobody_publishes_in_is_not_found(database, stage: Stage) -> None:
    assert _found(database, f"/plain/{stage.kestrel}/fr") is None
    with database.reading(SYSTEM) as ctx, pytest.raises(NotFound):
        public_view(ctx, PublicAddress(stage.kestrel, "plain", "fr"), "/x")


def test_flask_and_snapshot_say_the_same(database, stage: Stage) -> None:
    path = f"/plain/{stage.kestrel}/en"
    kept = _found(database, path)
    with database.reading(SYSTEM) as ctx:
        live = public_view(ctx, PublicAddress(stage.kestrel, "plain", "en"), path)
    assert (live.tag, live.body(), live.last_modified, live.keys) == (kept.tag, kept.body(), kept.last_modified, kept.keys)


def test_a_new_language_of_a_placement_is_built(database, stage: Stage, work) -> None:
    from syndication import PlacementDraft, edit_placement

    with work("pia") as ctx:
        edit_placement(ctx, stage.kestrel, PlacementDraft("Front page", "https://www.pia.example/news", stage.collection, "fr"))
    run_until_idle(database)
    assert "| fr ltr |" in _found(database, f"/plain/{stage.kestrel}").body().decode()
    assert _found(database, f"/plain/{stage.kestrel}/de") is not None


def test_bodies_leave_absolute_and_tagged(database, stage: Stage, work) -> None:
    from core.kv import write_value
    from syndication import VENDOR_HOSTS, publish_asset

    with work("cleo") as ctx:
        write_value(ctx, VENDOR_HOSTS, ["velorin.example"])
        body = '<p><a href="https://velorin.example/m?x=1#y">m</a> <a href="https://else.example/">e</a> <img src="/media/1.png"></p>'
        publish_asset(ctx, an_asset(ctx, "Lens", body=body).id, [stage.collection])
    run_until_idle(database)
    text = _found(database, f"/plain/{stage.kestrel}").body().decode()
    assert 'href="https://velorin.example/m?x=1&amp;utm_source=kestrel&amp;utm_medium=referral' in text
    assert 'utm_source_platform=channelpress#y"' in text
    assert 'href="https://else.example/"' in text
    assert 'src="http://127.0.0.1:8000/media/1.png"' in text
