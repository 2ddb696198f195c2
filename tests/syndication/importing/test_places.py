"""Group and language by path; language, direction and region by measure."""

from __future__ import annotations

import pytest

from syndication.importing import Defaults, measured_direction, measured_language
from syndication.importing.language import likely_tag
from syndication.importing.placing import place_of
from tests.syndication.importing.making import ARABIC, ENGLISH, GERMAN, JAPANESE, codes, one, refusal


@pytest.mark.parametrize(
    ("path", "group", "locale"),
    [
        ("raw/otel/pt/2025-spans.md", "otel:2025-spans", "pt"),
        ("content/en/blog/meters.md", "blog:meters", "en"),
        ("blog/zh-hans/meters.md", "blog:meters", "zh-Hans"),
        ("blog/zh_CN/meters.md", "blog:meters", "zh-CN"),
        ("meters.de.md", "meters", "de"),
        ("meters.pt-br.md", "meters", "pt-BR"),
        ("de/meters/index.md", "meters", "de"),
        ("meters/index.fr.md", "meters", "fr"),
        ("_posts/2026-01-31-meters.md", "meters", None),
        ("v1.2/meters.v2.md", "v1.2:meters.v2", None),
        ("guides/meters.md", "guides:meters", None),
        ("de/index.md", "index", "de"),
        ("index.md", "index", None),
    ],
)
def test_the_path_tells_group_and_language(path: str, group: str, locale: str | None) -> None:
    place = place_of(path)
    assert (place.group, place.locale) == (group, locale)


def test_a_state_kept_from_history_is_no_article() -> None:
    assert place_of("en/spans@79619e1eba.md").archived
    assert not place_of("en/mail@home.md").archived


def test_the_head_overrules_the_path() -> None:
    item, _issues = one(f"---\ntitle: T\nlang: de-AT\ntranslation_key: energy-guide\n---\n{GERMAN}", "en/guide.md")
    assert (item.locale, item.group, item.external_key) == ("de-AT", "energy-guide", "energy-guide/de-AT")


def test_without_any_tag_the_text_is_measured() -> None:
    item, issues = one(f"---\ntitle: T\n---\n{GERMAN}", "guide.md")
    assert item.locale == "de"
    assert "language_measured" in codes(issues)
    assert one(f"---\ntitle: T\n---\n{GERMAN}", "guide.md", Defaults(locale="de-CH"))[0].locale == "de-CH"
    assert refusal("---\ntitle: T\n---\nHi.", "guide.md").code == "language_missing"


def test_an_english_text_in_a_foreign_folder_is_noticed() -> None:
    item, issues = one(f"---\ntitle: T\n---\n{ENGLISH}", "de/guide.md")
    assert (item.locale, item.measured_language, item.language_agrees) == ("de", "en", False)
    assert "language_differs" in codes(issues)
    assert one(f"---\ntitle: T\n---\n{GERMAN}", "de/guide.md")[0].language_agrees


@pytest.mark.parametrize(
    ("text", "language", "direction"),
    [
        (ENGLISH, "en", "ltr"),
        (GERMAN, "de", "ltr"),
        (ARABIC, "ar", "rtl"),
        (JAPANESE, "ja", "ltr"),
        ("网关收集建筑物中每个电表的读数，并每分钟发送一次到服务。不需要任何设置。", "zh", "ltr"),
        ("게이트웨이는 건물의 모든 계량기 값을 모아 매분 서비스로 보냅니다. 설정은 필요하지 않습니다.", "ko", "ltr"),
        ("השער אוסף את הקריאות של כל המונים בבניין ושולח אותן לשירות פעם בדקה.", "he", "rtl"),
        ("این دروازه داده‌های همه‌ی کنتورهای ساختمان را گردآوری می‌کند و هر دقیقه برای سرویس می‌فرستد.", "fa", "rtl"),
        ("Шлюз збирає показники всіх лічильників будівлі та щохвилини надсилає їх до служби.", "uk", "ltr"),
        ("La passerelle recueille les relevés de chaque compteur du bâtiment et les envoie chaque minute.", "fr", "ltr"),
        ("Ok.", None, "ltr"),
        ("", None, "ltr"),
        ("123 – 456", None, "ltr"),
    ],
)
def test_language_and_direction_are_measured(text: str, language: str | None, direction: str) -> None:
    assert measured_language(text) == language
    assert measured_language(text) == language  # and again: no chance involved
    assert measured_direction(text) == direction


def test_product_names_do_not_turn_a_text() -> None:
    assert measured_direction(ARABIC + " Velorin Gateway Velorin Meter") == "rtl"
    assert measured_language(JAPANESE + " OpenTelemetry Velorin Gateway") == "ja"


def test_code_is_in_nobodys_language() -> None:
    item, _issues = one("---\ntitle: T\n---\n" + GERMAN + "\n\n```\n" + ENGLISH * 5 + "\n```", "de/x.md")
    assert item.measured_language == "de"


@pytest.mark.parametrize(
    ("locale", "text", "tag"),
    [
        ("zh", "网关收集读数，并发送到服务。这个说明书是为专业人员写的。", "zh-Hans-CN"),
        ("zh", "網關收集讀數，並發送到服務。這個說明書是為專業人員寫的。", "zh-Hant-TW"),
        ("pt", "Os usuários e a sua equipe veem o arquivo.", "pt-BR"),
        ("pt", "Os utilizadores e a sua equipa veem o ficheiro.", "pt-PT"),
        ("pt", "", "pt-BR"),
        ("pt-PT", "", None),
        ("de", "", None),
    ],
)
def test_tags_that_leave_the_region_open_get_a_likely_one(locale: str, text: str, tag: str | None) -> None:
    assert likely_tag(locale, text) == tag
