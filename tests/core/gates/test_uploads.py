"""`accept_upload()`: what comes out was drawn anew; what is no picture is refused with a field and a way out."""

from __future__ import annotations

import io
import json
import os
import struct
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from core.errors import Invalid, TooLarge
from core.gates import AcceptedFile, AcceptedImage, accept_upload, drawing
from tests.core.gates import drawings
from tests.core.gates.drawings import encoded, picture, svg

SHARED = Path(os.environ.get("CHANNELPRESS_SHARED", Path(__file__).resolve().parents[3].parent / "shared"))
LOGOS = SHARED / "data" / "logos"


def pixels(image: AcceptedImage) -> Image.Image:
    opened = Image.open(io.BytesIO(image.data))
    opened.load()
    assert opened.size == (image.width, image.height)
    return opened


def near(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) <= 12 for a, b in zip(found[:3], wanted, strict=True))


def refusal(data: bytes, kind: str = "image") -> str:
    with pytest.raises(Invalid) as refused:
        accept_upload(data, kind=kind, field="logo")  # type: ignore[call-overload]
    assert list(refused.value.errors) == ["logo"]
    return str(refused.value.errors["logo"])


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_mode_of_png_becomes_rgb_or_rgba(mode: str) -> None:
    source = picture("L").convert("I;16").point(lambda value: value * 256) if mode == "I;16" else picture(mode)
    accepted = accept_upload(encoded(source, "PNG"), kind="logo")
    drawn = pixels(accepted)
    assert drawn.mode == ("RGBA" if accepted.has_alpha else "RGB")
    assert accepted.has_alpha == (mode in ("RGBA", "LA", "P"))
    if mode in ("RGB", "RGBA"):
        assert near(drawn.getpixel((5, 30)), (255, 0, 0))
        assert near(drawn.getpixel((55, 30)), (0, 0, 255))
    elif mode != "1":
        assert near(drawn.getpixel((5, 30)), (76, 76, 76)) or mode == "P"


@pytest.mark.parametrize("name", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_every_format_on_the_list_is_drawn_anew(name: str) -> None:
    accepted = accept_upload(io.BytesIO(encoded(picture(), name)), kind="image")
    assert accepted.source_format == name
    assert accepted.media_type in ("image/png", "image/jpeg")
    assert (accepted.width, accepted.height) == (60, 40)
    assert near(pixels(accepted).convert("RGB").getpixel((5, 30)), (255, 0, 0))


@pytest.mark.parametrize("name", ["BMP", "TIFF", "ICO", "PPM", "TGA"])
def test_other_formats_are_not_even_tried(name: str) -> None:
    assert "PNG" in refusal(encoded(picture(), name))


def test_cmyk_keeps_its_colours() -> None:
    accepted = accept_upload(encoded(picture().convert("CMYK"), "JPEG", quality=95), kind="image")
    assert "cmyk_converted" in accepted.notes
    assert near(pixels(accepted).convert("RGB").getpixel((5, 30)), (255, 0, 0))


def test_a_picture_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    source = drawings.exif_turned()
    assert b"53.55 N" in source
    accepted = accept_upload(source, kind="image")
    assert "turned" in accepted.notes
    assert (accepted.width, accepted.height) == (60, 40)
    assert near(pixels(accepted).convert("RGB").getpixel((5, 20)), (255, 0, 0))
    assert b"53.55" not in accepted.data
    assert b"secret" not in accepted.data
    assert not pixels(accepted).getexif()


def test_a_colour_profile_is_applied_and_removed() -> None:
    accepted = accept_upload(drawings.wide_gamut(), kind="logo")
    assert "colour_profile_converted" in accepted.notes
    assert "icc_profile" not in pixels(accepted).info


def test_of_an_animation_the_first_picture_is_kept() -> None:
    accepted = accept_upload(drawings.animated_gif(), kind="image")
    assert "first_frame_only" in accepted.notes
    assert not getattr(pixels(accepted), "is_animated", False)
    assert near(pixels(accepted).convert("RGB").getpixel((5, 30)), (255, 0, 0))


def test_what_hides_behind_a_picture_is_gone() -> None:
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("evil.js", "alert(1)")
    script = b"<script>alert(1)</script>"
    for polyglot in (encoded(picture(), "PNG") + hidden.getvalue(), encoded(picture(), "GIF") + script, encoded(picture(), "JPEG", comment=script)):
        accepted = accept_upload(polyglot, kind="image")
        assert b"alert" not in accepted.data
        assert b"evil.js" not in accepted.data


def test_a_large_picture_is_made_smaller_in_proportion() -> None:
    accepted = accept_upload(encoded(picture(size=(4000, 1000)), "PNG"), kind="logo")
    assert (accepted.width, accepted.height) == (1600, 400)
    assert "made_smaller" in accepted.notes


def test_the_same_input_gives_the_same_bytes() -> None:
    source = encoded(picture(), "PNG")
    assert accept_upload(source, kind="logo") == accept_upload(source, kind="logo")


def test_169_megapixels_are_refused_by_the_header() -> None:
    bomb = drawings.huge_png()
    assert len(bomb) < 500_000
    started = time.monotonic()
    assert "13000 × 13000" in refusal(bomb)
    assert time.monotonic() - started < 5
    assert "40 megapixels" in refusal(drawings.lying_png())


def test_a_stream_is_not_read_beyond_its_limit() -> None:
    class Endless:
        given = 0

        def read(self, size: int, /) -> bytes:
            self.given += size
            return b"\x89PNG\r\n\x1a\n".ljust(size, b"x")

    stream = Endless()
    with pytest.raises(TooLarge) as refused:
        accept_upload(stream, kind="image", max_bytes=1_000_000, field="logo")
    assert refused.value.field == "logo"
    assert "MB" in refused.value.message
    assert stream.given < 1_100_000


def test_fifty_megabytes_are_refused_with_the_limit_named() -> None:
    with pytest.raises(TooLarge, match="20 MB"):
        accept_upload(io.BytesIO(b"\xff\xd8\xff" + bytes(50 * 2**20)), kind="image")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x00\x00\x00\x00WEBP", b"%PDF-1.7", b"MZ" + bytes(99), b"<svg",
        b"<html><svg></svg></html>", b"\x00\x00\x00\x1cftypavif", b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!DOCTYPE html><svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_with_a_way_out(data: bytes) -> None:
    assert refusal(data).endswith(".")


@pytest.mark.parametrize("name", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_a_picture_that_was_cut_off_is_refused(name: str) -> None:
    whole = encoded(Image.effect_noise((200, 200), 80).convert("RGB"), name)
    assert "damaged" in refusal(whole[: len(whole) // 2])


def test_a_decoder_that_runs_away_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    source = encoded(Image.effect_noise((1800, 1800), 80).convert("RGB"), "PNG")
    monkeypatch.setattr(drawing, "WALL_SECONDS", 0.05)
    assert "time or memory" in refusal(source)
    monkeypatch.setattr(drawing, "WALL_SECONDS", 40)
    monkeypatch.setattr(drawing, "MEMORY_BYTES", 60 * 2**20)
    assert refusal(source).endswith(".")


def test_the_parent_needs_no_memory_for_a_bomb() -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    source = encoded(Image.new("L", (6000, 6000)), "PNG")
    accept_upload(source, kind="image")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # KiB; the pixels drawn here are 36 MB of it


# --- SVG ---


def test_an_svg_becomes_pixels() -> None:
    accepted = accept_upload(svg(), kind="logo")
    assert (accepted.media_type, accepted.has_alpha) == ("image/png", True)
    assert (accepted.width, accepted.height) == (1600, 1067)
    assert near(pixels(accepted).getpixel((100, 100)), (255, 0, 0))
    assert "unsafe_parts_removed" not in accepted.notes


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<foreignObject width="60" height="40"><body xmlns="http://www.w3.org/1999/xhtml"><p>x</p></body></foreignObject>',
        '<image href="file:///etc/passwd" width="60" height="40"/>',
        '<image xlink:href="https://evil.example/x.png" width="60" height="40"/>',
        '<image href="data:image/png;base64,AAAA" width="60" height="40"/>',
        '<use href="https://evil.example/x.svg#a"/>',
        '<use xlink:href="file:///etc/passwd#a"/>',
        '<style>@import "https://evil.example/x.css"; rect{fill:blue}</style>',
        "<style>rect{fill:url(https://evil.example/x.svg#a)}</style>",
        "<style>@imp\\6frt 'x';</style>",
        '<rect onload="alert(1)" width="1" height="1"/>',
        '<rect style="fill:url(https://evil.example/x)" width="1" height="1"/>',
        '<a href="javascript:alert(1)"><rect width="1" height="1" fill="none"/></a>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<filter id="f"><feImage href="file:///etc/passwd"/></filter>',
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/><script/>',
    ],
)
def test_an_svg_loses_what_is_no_drawing(body: str) -> None:
    accepted = accept_upload(svg(body), kind="logo")
    assert "unsafe_parts_removed" in accepted.notes
    assert near(pixels(accepted).getpixel((100, 100)), (255, 0, 0))


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY % x SYSTEM "https://evil.example/x.dtd"> %x;]>',
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_an_svg_with_entities_is_refused(head: str) -> None:
    assert refusal(svg("<text>&x;&b;</text>", head=head)).endswith(".")


def test_live_text_is_refused_because_its_letters_would_change() -> None:
    assert "paths" in refusal(svg('<text x="1" y="9">Kestrel</text>'))
    assert "paths" in refusal(svg("<g><text><tspan>港</tspan></text></g>"))
    assert accept_upload(svg("<text> </text>"), kind="logo").width == 1600


def test_a_drawing_that_shows_nothing_is_refused() -> None:
    empty = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><path fill="none" d="M0 0h9v9z"/></svg>'
    assert "nothing is left" in refusal(empty.encode())
    assert "nothing is left" in refusal(b'<svg xmlns="http://www.w3.org/2000/svg" width="6" height="4"><script>1</script></svg>')


def test_a_doctype_alone_is_no_entity() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert accept_upload(svg(head=head), kind="logo").width == 1600


def test_billions_of_squares_are_refused() -> None:
    levels = "".join(f'<g id="l{n}">' + f'<use href="#l{n - 1}"/>' * 10 + "</g>" for n in range(1, 12))
    started = time.monotonic()
    assert refusal(svg(f'<defs><g id="l0"><rect width="1" height="1"/></g>{levels}</defs><use href="#l11"/>')).endswith(".")
    assert time.monotonic() - started < 45


@pytest.mark.parametrize("attributes", ["", 'width="0" height="10"', 'viewBox="0 0 x 1"', 'viewBox="0 0 100000000 1"', 'width="100%" height="100%"'])
def test_an_svg_without_a_size_is_refused(attributes: str) -> None:
    assert "viewBox" in refusal(svg(attributes=attributes))


def test_the_ratio_of_an_svg_comes_from_its_size_in_any_unit() -> None:
    for attributes in ('width="60mm" height="30mm"', 'viewBox="0 0 120 60"', 'width="100%" height="100%" viewBox="0,0,120,60"'):
        assert (accept_upload(svg(attributes=attributes), kind="logo").height) == 800


# --- files to import ---


def test_an_import_file_is_recognised_by_its_content() -> None:
    feed = accept_upload(b'<?xml version="1.0"?><rss/>', kind="import")
    assert isinstance(feed, AcceptedFile)
    assert feed.media_type == "application/xml"
    assert accept_upload(json.dumps({"version": "x"}).encode(), kind="import").media_type == "application/json"
    assert accept_upload(b"---\ntitle: x\n---\n", kind="import").media_type == "text/plain"
    assert accept_upload(b"PK\x03\x04" + bytes(9), kind="import").media_type == "application/zip"
    for other in (encoded(picture(), "PNG"), b"\x7fELF" + struct.pack("<Q", 0)):
        assert "feed" in refusal(other, "import")


# --- the real ones ---


@pytest.mark.shared
@pytest.mark.parametrize("path", sorted(LOGOS.glob("*/*.*")) or [None], ids=lambda path: path.name if path else "none")
def test_every_real_logo_passes(path: Path | None) -> None:
    if path is None:
        pytest.fail(f"the shared input is not at {SHARED}")
    if path.suffix == ".json":
        return
    with path.open("rb") as file:
        accepted = accept_upload(file, kind="logo")
    drawn = pixels(accepted)
    assert drawn.mode in ("RGB", "RGBA")
    assert max(drawn.size) <= 1600
    assert "unsafe_parts_removed" not in accepted.notes
    if path.suffix in (".png", ".webp"):
        assert accepted.has_alpha
    if path.suffix != ".svg":
        with Image.open(path) as source:
            kept = source.size[::-1] if "turned" in accepted.notes else source.size
            assert max(kept) > 1600 or drawn.size == kept


@pytest.mark.shared
def test_the_traps_among_the_real_logos() -> None:
    real = LOGOS / "real"
    turned = accept_upload((real / "sqlite_exif6.jpg").read_bytes(), kind="logo")
    upright = accept_upload((real / "sqlite.png").read_bytes(), kind="logo")
    assert (turned.width, turned.height) == (upright.width, upright.height) == (640, 285)
    assert "cmyk_converted" in accept_upload((real / "drupal_cmyk.jpg").read_bytes(), kind="logo").notes
    assert not accept_upload((real / "python_white_bg.jpg").read_bytes(), kind="logo").has_alpha
