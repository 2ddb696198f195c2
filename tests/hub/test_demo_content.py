"""The demo's texts: every one complete, readable by the importer, in the language it says, and about nobody real."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from hub.demo.enquiries import enquirers
from hub.demo.material import lay_out, publishing_days, written_texts
from hub.demo.world import COLLECTIONS, LANGUAGES, PARTNERS, WRITTEN_AS_OF, campaign_code
from syndication.importing import ImportBatch, read_folder

TEXTS = written_texts()
GROUPS = sorted({name.partition("/")[0] for name in TEXTS})
KEYS = ("title", "summary", "author", "date", "lang", "group", "type", "tags", "image", "image_alt")
#: Names of real vendors and platforms that such texts would mention first.
REAL = re.compile(
    r"\b(siemens|schneider electric|abb|honeywell|johnson controls|google|microsoft|amazon|apple|sap|salesforce|hubspot|bosch|"
    r"panasonic|hitachi|mitsubishi|toshiba|legrand|eaton|enel|vattenfall|e\.on|rwe|linkedin|excel|youtube|zoom)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> ImportBatch:
    """Read as the loader does, with a stand-in for each drawn picture."""
    folder = tmp_path_factory.mktemp("material")
    lay_out(folder, WRITTEN_AS_OF)
    (folder / "pictures").mkdir()
    for group in GROUPS:
        (folder / "pictures" / f"{group}.png").write_bytes(group.encode())
    return read_folder(folder)


def test_there_are_twelve_assets_of_the_promised_kinds(batch: ImportBatch) -> None:
    kinds = sorted(item.content_type for item in batch.items if item.locale == "en")
    assert kinds == sorted(
        ["product_page"] * 3 + ["white_paper"] * 2 + ["article"] * 3 + ["release_note", "campaign_asset", "customer_reference", "event"]
    )


def test_the_importer_has_nothing_to_complain_about(batch: ImportBatch) -> None:
    assert batch.issues == []
    assert len(batch.items) == len(TEXTS)
    assert len(batch.images) == 12


def test_languages_are_complete_where_promised() -> None:
    present = {language: {name.partition("/")[0] for name in TEXTS if name.endswith("/" + language)} for language in LANGUAGES}
    assert present["en"] == present["de"] == set(GROUPS)
    assert len(present["ar"]) >= 8
    assert len(present["ja"]) >= 8


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_head_is_complete(name: str) -> None:
    head = TEXTS[name].split("---")[1]
    assert [key for key in KEYS if not re.search(rf"^{key}: *\S", head, re.MULTILINE)] == []


def test_each_text_is_in_the_language_it_says(batch: ImportBatch) -> None:
    assert [item.source_path for item in batch.items if item.measured_language != item.locale] == []
    assert {item.locale for item in batch.items if item.direction == "rtl"} == {"ar"}


def test_variants_of_an_asset_have_the_same_facts(batch: ImportBatch) -> None:
    for group in GROUPS:
        facts = {(item.content_type, item.published_on, item.tags, item.image) for item in batch.items if item.group == group}
        assert len(facts) == 1, group


def test_articles_and_product_pages_have_their_length() -> None:
    for name, text in TEXTS.items():
        words = len(text.split("---", 2)[2].split())
        if name.endswith("/en"):
            assert 150 <= words <= 700, f"{name} has {words} words"


def test_a_table_a_list_and_a_quote_survive_the_import(batch: ImportBatch) -> None:
    bodies = [str(item.body_html) for item in batch.items]
    for tag in ("<table", "<ol", "<ul", "<blockquote"):
        assert sum(tag in body for body in bodies) > 8


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_real_company_is_named_and_no_real_site_linked(name: str) -> None:
    assert REAL.findall(TEXTS[name]) == []
    assert set(re.findall(r"https?://([^/\s)]+)", TEXTS[name])) <= {"www.velorin.example"}


def test_dates_move_with_the_day_of_loading(tmp_path: Path) -> None:
    lay_out(tmp_path, date(2027, 6, 30))
    text = (tmp_path / "retrofit-kit" / "en.md").read_text(encoding="utf-8")
    assert "date: 2027-05-05" in text
    assert "campaign: 2027-q2_dach_retrofit" in text
    assert publishing_days(date(2027, 6, 30))["retrofit-kit"] == date(2027, 5, 5)
    assert campaign_code(date(2027, 5, 5)) == "2027-q2_dach_retrofit"


def test_collections_and_pages_name_assets_that_exist() -> None:
    named = {asset for one in COLLECTIONS for asset in one.assets} | {page for partner in PARTNERS for page in partner.pages}
    assert named == set(GROUPS)


def test_enquirers_exist_in_every_language_and_cannot_be_written_to() -> None:
    assert set(enquirers()) == set(LANGUAGES)
    people = [person for rows in enquirers().values() for person in rows]
    assert all(person.email.endswith(".example") and person.message for person in people)
    assert len({person.email for person in people}) == len(people)
