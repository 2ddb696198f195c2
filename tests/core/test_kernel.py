"""The small parts of the kernel: ids, settings, languages, tokens, objects, scoping."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import i18n
from core.clock import FixedClock
from core.ctx import SYSTEM, Ctx
from core.database import Database
from core.errors import BadToken, Forbidden, Invalid, NotFound
from core.ids import TypeID, new_id, uuid7
from core.settings import BadSettings, Settings, as_markdown, load_settings
from core.signing import sign, sign_bytes, signature_holds, unsign
from core.storage import FolderStore, get_object, put_object
from tests.conftest import ROOT, Cast

PUBLIC = {"CHANNELPRESS_BIND": "0.0.0.0", "CHANNELPRESS_PUBLIC_URL": "https://hub.example"}
Work = Callable[[str], AbstractContextManager[Ctx]]


@given(st.uuids())
def test_an_id_survives_its_text_form(value: uuid.UUID) -> None:
    made = TypeID.of("ast", value)
    assert len(made) == 30
    assert TypeID.parse(str(made), "ast").uuid == value


@given(st.text(max_size=40))
def test_no_other_text_is_an_id(text: str) -> None:
    try:
        assert TypeID.parse(text) == text
    except ValueError:
        return
    assert len(text) == 30


def test_an_id_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="plc"):
        TypeID.parse(new_id("ast"), "plc")


def test_ids_sort_as_they_were_made_and_never_repeat() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {value.version for value in made[:100]} == {7}


def test_ids_of_another_time_leave_the_order_of_those_made_now() -> None:
    """A ledger entry between two audit entries of one millisecond once exchanged them, and the chain did not verify."""
    made = []
    for _ in range(2_000):
        made.append(uuid7())
        uuid7(at_ms=1_700_000_000_000)
    assert made == sorted(made)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"CHANNELPRESS_SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"CHANNELPRESS_DEMO": "perhaps"}, "CHANNELPRESS_DEMO"),
        ({**PUBLIC, "CHANNELPRESS_DEBUG": "1"}, "DEBUG"),
        ({**PUBLIC, "FETCH_ALLOW": "127.0.0.1:9000"}, "FETCH_ALLOW"),
        ({**PUBLIC, "CHANNELPRESS_DEMO": "1"}, "DEMO"),
        ({"CHANNELPRESS_BIND": "0.0.0.0"}, "PUBLIC_URL"),
        ({"CHANNELPRESS_BIND": "hub.local"}, "BIND"),
        ({"CHANNELPRESS_TIME_ZONE": "Europe/Atlantis"}, "TIME_ZONE"),
    ],
)
def test_a_dangerous_or_wrong_setting_stops_the_start_and_is_named(environ: dict[str, str], named: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=named):
        load_settings({"DATA_DIR": str(tmp_path), **environ})


def test_the_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = load_settings({"DATA_DIR": str(tmp_path)})
    assert len(first.secret_key) >= 32
    assert load_settings({"DATA_DIR": str(tmp_path)}).secret_key == first.secret_key
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_the_table_of_settings_in_the_docs_is_fresh() -> None:
    assert as_markdown() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("tag", ["in", "iw", "xx", "de_DE_", "", "en-", "english", "zh-Hans-CN-extra"])
def test_a_tag_that_names_no_language_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="language tag"):
        i18n.normalise_locale(tag)


def test_languages_fall_back_from_region_to_language_to_english() -> None:
    assert i18n.fallback_chain("de-AT") == ("de-AT", "de", "en")
    assert i18n.negotiate(["fr-CA", "de-AT"], ["en", "de"]) == "de"
    assert i18n.negotiate(["fr"], ["en", "de"]) == "en"
    assert [i18n.direction(tag) for tag in ("ar", "he-IL", "de", "az-Latn", "pa-Arab")] == ["rtl", "rtl", "ltr", "ltr", "rtl"]


def test_text_numbers_and_dates_follow_the_reader() -> None:
    day = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    with i18n.use_locale("de"):
        assert i18n.format_number(1234.5) == "1.234,5"
        assert i18n.format_datetime(day, FixedClock(day).zone) == "03.03.2026, 00:30:00"
    assert i18n.active_locale() == "en"


def test_a_token_opens_one_purpose_only_and_gets_old(settings: Settings) -> None:
    token = sign(settings, "form", {"page": "pag_1"})
    assert unsign(settings, "form", token, max_age=60) == {"page": "pag_1"}
    forged = ("A" if token[0] != "A" else "B") + token[1:]
    for purpose, text in (("other", token), ("form", forged), ("form", "x" * 9000)):
        with pytest.raises(BadToken):
            unsign(settings, purpose, text)
    with pytest.raises(BadToken, match="expired"):
        unsign(settings, "form", token, max_age=-1)


def test_signatures_hold_for_exactly_these_bytes(database: Database) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        signed = sign_bytes(ctx, b"proof")
        assert signature_holds(ctx, b"proof", signed)
        assert not signature_holds(ctx, b"Proof", signed)
        assert not signature_holds(ctx, b"proof", "key_nobody.AAAA")
        assert not signature_holds(ctx, b"proof", "")


def test_objects_are_kept_by_content_and_putting_twice_is_once(database: Database) -> None:
    with database.unit_of_work(SYSTEM) as ctx:
        first = put_object(ctx, b"bytes", "image/png", width=1, height=1)
        assert put_object(ctx, b"bytes", "image/png") is first
        assert get_object(ctx, first.key)[1] == b"bytes"
        with pytest.raises(NotFound):
            get_object(ctx, "0" * 64)


@pytest.mark.parametrize("key", ["../../secret", "", "A" * 64, "g" * 64])
def test_the_folder_store_reads_nothing_outside(tmp_path: Path, key: str) -> None:
    with pytest.raises(NotFound):
        FolderStore(tmp_path).get(key)


def test_reading_cannot_write(database: Database) -> None:
    from core.accounts import Organization, OrganizationKind

    with database.reading(SYSTEM) as ctx:
        ctx.session.add(Organization(id=new_id("org"), name="x", kind=OrganizationKind.VENDOR))
        with pytest.raises(RuntimeError, match="read-only"):
            ctx.session.flush()
        ctx.session.expunge_all()


def test_a_partner_is_not_told_that_others_exist(database: Database, cast: Cast, work: Work) -> None:
    kestrel = cast["pia"].partner_id
    with work("zed") as ctx:
        with pytest.raises(NotFound):
            ctx.require("engagement:lead:read", kestrel)
        with pytest.raises(Forbidden):
            ctx.require("core:audit:read")


def test_accounts_refuse_bad_input_by_field(database: Database, work: Work) -> None:
    from core.accounts import OrganizationKind, add_organization, add_user

    with work("system") as ctx:
        organization = add_organization(ctx, "Test", OrganizationKind.VENDOR)
        for email, password, field in (
            ("nobody", "x" * 12, "email"),
            ("a@b.example", "short", "password"),
            ("PIA@kestrel.example", "x" * 12, "email"),
        ):
            with pytest.raises(Invalid) as refused:
                add_user(ctx, organization, email=email, name="N", role="crm_reader", password=password)
            assert list(refused.value.errors) == [field]
