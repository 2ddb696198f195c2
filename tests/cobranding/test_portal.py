"""The portal's pages: a brand kit with its preview, content as cards, a page made and published in three requests."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from cobranding import PageDraft, create_page, page_for, pages_for, publish_page, save_kit, save_page
from core.ids import TypeID
from tests.cobranding.conftest import Work
from tests.cobranding.stage import KIT, TITLES, Staged, a_logo
from tests.conftest import Cast
from tests.core.gates.attacks import ATTACKS

As = Callable[[str], FlaskClient]


def soup_of(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:600]
    return BeautifulSoup(answer.text, "html.parser")


def fields_of(form: BeautifulSoup) -> dict[str, list[str]]:
    """What a browser would send without a change."""
    found: dict[str, list[str]] = {}
    for tag in form.select("input[name], textarea[name]"):
        if tag.get("type") in ("checkbox", "radio") and not tag.has_attr("checked"):
            continue
        value = str(tag.get("value", "")) if tag.name == "input" else tag.get_text().removeprefix("\n")
        found.setdefault(str(tag["name"]), []).append(value)
    return found


def test_content_comes_as_cards_in_the_partners_brand(client_as: As, staged: Staged) -> None:
    pia = client_as("pia")
    soup = soup_of(pia, "/portal/content/")
    titles = {card.get_text(strip=True) for card in soup.select(".asset-card__title")}
    assert titles == {TITLES["de"], "Velorin Lens: sehen, wie sich ein Gebäude verhält"}
    sources = [str(image["src"]) for image in soup.select(".asset-card img")]
    assert all(re.match(r"/p/kestrel/banner/(de|en)/ast_", source) for source in sources)
    assert pia.get(sources[0]).status_code == 302


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("q=nacht", 1),
        ("q=NACHT+gebäude", 1),
        ("q=nichts", 0),
        ("type=product_page", 1),
        ("language=ja", 1),
        ("language=de&type=white_paper", 1),
        ("from=x", 2),
        ("from=99999", 2),
    ],
)
def test_filters_live_in_the_address(client_as: As, staged: Staged, query: str, count: int) -> None:
    assert len(soup_of(client_as("pia"), f"/portal/content/?{query}").select(".asset-card")) == count


def test_an_asset_shows_both_brands_and_every_size(client_as: As, staged: Staged) -> None:
    pia = client_as("pia")
    soup = soup_of(pia, f"/portal/content/{staged.guide}")
    frame = pia.get(str(soup.iframe["src"]))  # type: ignore[index]
    assert frame.status_code == 200
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    assert TITLES["de"] in frame.text
    downloads = [str(link["href"]) for link in soup.select("a[href*='/banner/']")]
    assert len(downloads) == 8
    answer = pia.get(downloads[0])
    assert answer.headers["Content-Disposition"] == "attachment; filename=kestrel-night-load-de-1200x628.png"
    assert Image.open(io.BytesIO(answer.data)).size == (1200, 628)
    assert pia.get(f"/portal/content/{staged.guide}/de/original.jpg").mimetype == "image/jpeg"


def test_from_content_to_a_public_page_in_three_requests(client_as: As, app: Flask, staged: Staged) -> None:
    pia = client_as("pia")
    made = pia.post(f"/portal/content/{staged.guide}/page", data={"template": "guide", "language": "de"})
    assert made.status_code == 303
    editor = soup_of(pia, made.headers["Location"])
    form = editor.select_one("form[data-guard]")
    assert form is not None
    saved = pia.post(str(form["action"]), data={**fields_of(form), "then": "publish"})  # type: ignore[arg-type]
    assert saved.status_code == 303, saved.text[:400]
    page = soup_of(pia, made.headers["Location"])
    href = next(str(link["href"]) for link in page.select("a") if "/p/kestrel/" in str(link.get("href", "")))
    assert app.test_client().get(href[href.index("/p/") :]).status_code == 200


def test_a_wrong_entry_keeps_everything_typed(client_as: As, work: Work, cast: Cast, staged: Staged) -> None:
    pia = client_as("pia")
    with work("pia") as ctx:
        page = create_page(ctx, cast["pia"].partner_id, staged.guide)  # type: ignore[arg-type]
    answer = pia.post(
        f"/portal/pages/{page.id}",
        data={"headline": "", "intro": "Mein Text", "cta_label": "Los", "consent_text": "Ja", "slug": "Nein!", "form_fields": ["email", "phone"]},
    )
    assert answer.status_code == 422
    soup = BeautifulSoup(answer.text, "html.parser")
    assert {link["href"] for link in soup.select("[data-error-summary] a")} == {"#f-headline", "#f-slug"}
    assert soup.select_one("#f-intro").get_text().strip() == "Mein Text"  # type: ignore[union-attr]
    assert soup.select_one("#f-ask-phone").has_attr("checked")  # type: ignore[union-attr]
    with work("pia") as ctx:
        assert page_for(ctx, page.id).intro != "Mein Text"


def test_publishing_and_taking_down(client_as: As, work: Work, cast: Cast, staged: Staged) -> None:
    pia = client_as("pia")
    with work("pia") as ctx:
        page = create_page(ctx, cast["pia"].partner_id, staged.guide)  # type: ignore[arg-type]
    assert pia.post(f"/portal/pages/{page.id}/withdraw").status_code == 409
    assert pia.post(f"/portal/pages/{page.id}/publish").status_code == 303
    assert pia.post(f"/portal/pages/{page.id}/withdraw").status_code == 303
    soup = soup_of(pia, "/portal/pages/")
    assert TITLES["de"] in soup.get_text()
    assert "/p/kestrel/" in soup.get_text()
    picture = pia.get(str(soup.select_one("tbody img")["src"]))  # type: ignore[index]
    assert pia.get(picture.headers["Location"]).mimetype == "image/jpeg"


def test_the_brand_kit_is_tried_before_it_is_saved(client_as: As, work: Work, cast: Cast, staged: Staged) -> None:
    pia = client_as("pia")
    wanted = {"primary_color": "#ffe9a8", "accent_color": "#101820", "contact_name": "Neue Person"}
    soup = BeautifulSoup(pia.get("/portal/brand-kit/preview", query_string=wanted).text, "html.parser")
    assert "#ffe9a8" in soup.get_text()
    assert "#ffffff" in soup.get_text()
    banner = str(soup.select_one("img")["src"])  # type: ignore[index]
    assert pia.get(banner).mimetype == "image/jpeg"
    frame = soup_of(pia, str(soup.iframe["src"]))  # type: ignore[index]
    assert "Neue Person" in frame.get_text()
    sheet = str(frame.select("link[rel=stylesheet]")[-1]["href"])
    assert "--brand:#ffe9a8" in pia.get(sheet).text
    half = pia.get("/portal/brand-kit/preview", query_string={"primary_color": "#ffe", "accent_color": "nonsense"})
    assert half.status_code == 200
    assert KIT["accent_color"] in half.text.lower() or "%23f4b942" in half.text.lower()


def test_a_logo_goes_up_and_comes_back(client_as: As, staged: Staged) -> None:
    pia = client_as("pia")
    first = str(soup_of(pia, "/portal/brand-kit/").select_one(".drop img")["src"])  # type: ignore[index]
    sent = pia.post("/portal/brand-kit/logo", data={"logo": (io.BytesIO(a_logo("#880000")), "logo.png")})
    assert sent.status_code == 303
    assert str(soup_of(pia, "/portal/brand-kit/").select_one(".drop img")["src"]) != first  # type: ignore[index]
    assert pia.post("/portal/brand-kit/logo/undo").status_code == 303
    assert str(soup_of(pia, "/portal/brand-kit/").select_one(".drop img")["src"]) == first  # type: ignore[index]


@pytest.mark.parametrize("upload", [None, (io.BytesIO(b""), "x.png"), (io.BytesIO(b"GIF89a broken"), "x.gif")])
def test_a_bad_upload_names_field_and_fix(client_as: As, staged: Staged, upload: tuple[io.BytesIO, str] | None) -> None:
    answer = client_as("pia").post("/portal/brand-kit/logo", data={"logo": upload} if upload else {})
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select_one("[data-error-summary] a[href='#f-logo']") is not None


def test_a_partner_without_anything_yet_sees_pages_that_help(client_as: As, cast: Cast) -> None:
    zed = client_as("zed")
    for path in ("/portal/content/", "/portal/pages/", "/portal/brand-kit/"):
        assert zed.get(path).status_code == 200, path
    assert zed.get("/portal/brand-kit/preview/banner.jpg").mimetype == "image/jpeg"


@pytest.mark.parametrize("who", ["zed", "wim", "nora"])
def test_nobody_else_gets_at_the_page(client_as: As, work: Work, cast: Cast, staged: Staged, who: str) -> None:
    with work("pia") as ctx:
        page = publish_page(ctx, create_page(ctx, cast["pia"].partner_id, staged.guide).id)  # type: ignore[arg-type]
    client = client_as(who)
    refused = {"zed": 404, "wim": 403, "nora": 404}[who]
    for path in (f"/portal/pages/{page.id}", f"/portal/pages/{page.id}/preview"):
        assert client.get(path).status_code == (200 if who == "wim" else 404), path
    for path in (f"/portal/pages/{page.id}", f"/portal/pages/{page.id}/publish", f"/portal/pages/{page.id}/withdraw"):
        assert client.post(path, data={}).status_code == refused, path


@pytest.mark.parametrize("start", [pytest.param(first, marks=pytest.mark.slow if first else []) for first in range(0, len(ATTACKS), 12)])
def test_hostile_text_stays_text(client_as: As, work: Work, cast: Cast, staged: Staged, start: int) -> None:
    """In every text field of kit and page, on the public pages and in the portal."""
    partner_id = cast["pia"].partner_id
    assert partner_id is not None
    pia = client_as("pia")
    harmless = _shape(pia, work, staged, partner_id, "Text")
    for attack in ATTACKS[start : start + 12]:
        assert _shape(pia, work, staged, partner_id, attack) == harmless, attack


def _shape(client: FlaskClient, work: Work, staged: Staged, partner_id: TypeID, text: str) -> list[list[str]]:
    """Tags and attribute names of every page that shows the text: equal shapes mean that nothing became markup."""
    with work("pia") as ctx:
        contact = dict.fromkeys(("contact_name", "contact_role"), f"x{text}"[:120])
        save_kit(ctx, partner_id, {**KIT, **contact, "address": f"x{text}"[:300].replace("\n", " "), "intro": f"x{text}"[:400]})
        pages = pages_for(ctx, partner_id)
        page = pages[0] if pages else publish_page(ctx, create_page(ctx, partner_id, staged.guide).id)
        draft = PageDraft(page.slug, f"x{text}"[:110], f"x{text}"[:420], f"x{text}"[:36], f"x{text}"[:700], page.form_fields, page.required_fields)
        save_page(ctx, page.id, draft)
    shapes = []
    for path in ("/p/kestrel/a/de/night-load-de", f"/p/kestrel/{page.slug}", f"/portal/pages/{page.id}", "/portal/pages/", "/portal/brand-kit/"):
        soup = BeautifulSoup(client.get(path).text, "html.parser")
        for changing in soup.select(".timeline, address br, details"):
            changing.decompose()
        shapes.append([f"{tag.name}:{','.join(sorted(tag.attrs))}" for tag in soup.find_all(True)])
    return shapes
