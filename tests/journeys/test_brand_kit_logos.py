"""Logos as partners really have them, uploaded through the page; and files that are none, each with a sentence that helps."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.journeys import material
from tests.journeys.browsing import Browsing
from tests.journeys.story import send

pytestmark = pytest.mark.browser
REAL = (
    "drupal_cmyk.jpg", "postgresql_grey_alpha.png", "debian_palette.png", "mastodon.webp", "sqlite_exif6.jpg",
    "python_white_bg.jpg", "linux-tux.svg", "jenkins.svg", "opensearch.svg", "freebsd.png",
)  # fmt: skip


@pytest.fixture
def kit(browsing: Browsing) -> Iterator[Page]:
    """The brand kit of Brightwater, whose look the other journeys do not need; its logo comes back at the end."""
    page = browsing.person("zed")
    page.goto("/portal/brand-kit/")
    yield page
    _upload(page, "brightwater.png", material.logo("#0a5a94"))


def _upload(page: Page, name: str, data: bytes) -> None:
    page.locator("#f-logo").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})
    send(page, page.get_by_role("button", name="Upload this logo"))


def _shown_logo(page: Page) -> tuple[float, float]:
    """Width and height of the stored picture."""
    shown = page.locator("[data-drop-preview] img")
    answer = page.request.get(shown.get_attribute("src") or "")
    assert answer.status == 200
    if answer.headers["content-type"].startswith("image/svg"):
        box = shown.bounding_box()
        assert box is not None
        return box["width"], box["height"]
    size: tuple[int, int] = Image.open(io.BytesIO(answer.body())).size
    return size


@pytest.mark.shared
def test_real_logos_are_taken_and_stand_in_the_banner_undistorted(kit: Page, shared: Path) -> None:
    before = b""
    for name in REAL:
        _upload(kit, name, (shared / "data" / "logos" / "real" / name).read_bytes())
        assert kit.locator("#f-logo-error").count() == 0, name
        width, height = _shown_logo(kit)
        assert width > 0 and height > 0, name
        answer = kit.request.get(kit.locator("#kit-preview img").first.get_attribute("src") or "")
        banner = answer.body()
        assert Image.open(io.BytesIO(banner)).size == (1200, 628), name
        assert banner != before, f"{name}: the banner is drawn anew"
        assert "max-age" not in answer.headers.get("cache-control", ""), "a preview under one address must not be kept"
        before = banner


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("logo.png", b"this is text and no picture"),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
        ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("logo.pdf", b"%PDF-1.7\n1 0 obj\n"),
        ("empty.png", b""),
    ],
    ids=["text", "broken", "script only", "pdf", "empty"],
)
def test_what_is_no_logo_is_refused_on_the_field_and_the_old_one_stays(kit: Page, name: str, data: bytes) -> None:
    before = kit.locator("[data-drop-preview] img").get_attribute("src")
    _upload(kit, name, data)
    error = kit.locator("#f-logo-error")
    assert error.is_visible() and len(error.inner_text()) > 20
    assert kit.locator("[data-error-summary] a[href='#f-logo']").is_visible()
    assert kit.locator("#f-logo").get_attribute("aria-invalid") == "true"
    assert kit.locator("[data-drop-preview] img").get_attribute("src") == before


def test_a_file_that_is_too_large_is_refused_with_the_limit(kit: Page) -> None:
    large = material.logo() + b"\0" * (21 * 2**20)
    _upload(kit, "logo.png", large)
    assert "20 MB" in kit.locator("#f-logo-error").inner_text()
