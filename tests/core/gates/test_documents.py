"""`accept_upload(kind="document")`: paper passes with its bytes, everything that is more than paper is refused with a code."""

from __future__ import annotations

import hashlib
import io
import time

import pytest
from PIL import Image

from core.errors import Invalid, TooLarge
from core.gates import AcceptedDocument, accept_upload
from core.gates.documents import file_name
from tests.core.gates.drawings import encoded, picture
from tests.core.gates.papers import ATTACKS, HONEST, paper


def accept(data: bytes, name: str = "invoice.pdf") -> AcceptedDocument:
    return accept_upload(data, kind="document", name=name, field="file_1")


def refusal(data: bytes, name: str = "invoice.pdf") -> str:
    with pytest.raises(Invalid) as refused:
        accept(data, name)
    assert list(refused.value.errors) == ["file_1"]
    assert refused.value.errors["file_1"].endswith(".")
    return refused.value.reasons["file_1"]


@pytest.mark.parametrize("name", HONEST)
def test_paper_passes_with_its_own_bytes(name: str) -> None:
    data = HONEST[name]()
    accepted = accept(data)
    assert accepted.data == data
    assert accepted.sha256 == hashlib.sha256(data).hexdigest()
    assert (accepted.media_type, accepted.file_name) == ("application/pdf", "invoice.pdf")
    assert accepted.pages == (200 if name == "many pages" else 1)


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_more_than_paper_is_refused(name: str) -> None:
    make, code = ATTACKS[name]
    found = refusal(make())
    assert found == code or code == "*", found


def test_an_escaped_script_is_seen_for_what_it_is() -> None:
    """Rebuilt so that its table of contents is right: only the name is written oddly."""
    import pikepdf

    data = paper(lambda pdf: pdf.Root.__setitem__("/Odd", pikepdf.Object.parse(b"<< /S /J#61vaScri#70t /#4aS (1) >>")))
    assert refusal(data) == "active"


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_drawn_anew(name: str) -> None:
    payload = b"<script>alert(1)</script>PK\x03\x04"
    ending = name.lower().replace("jpeg", "jpg")
    accepted = accept(encoded(picture(), name) + payload, f"Beleg März.{ending}")
    assert payload not in accepted.data
    assert accepted.media_type in ("image/png", "image/jpeg")
    with Image.open(io.BytesIO(accepted.data)) as drawn:
        assert drawn.size == (accepted.width, accepted.height)
    assert accepted.file_name == f"Beleg März.{'png' if accepted.media_type == 'image/png' else 'jpg'}"


def test_a_photographed_invoice_stays_legible() -> None:
    out = io.BytesIO()
    Image.effect_noise((2480, 3508), 40).convert("RGB").save(out, "JPEG")
    accepted = accept(out.getvalue(), "scan.JPG")
    assert accepted.height == 3000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("invoice.pdf.exe", paper()),
        ("invoice.exe", paper()),
        ("invoice.png", paper()),
        ("invoice.pdf", encoded(picture(), "PNG")),
        ("invoice.jpg", encoded(picture(), "PNG")),
        ("invoice", paper()),
        ("", paper()),
        ("invoice.p\u202efdp.exe", paper()),
    ],
)
def test_a_file_has_to_be_what_its_name_says(name: str, content: bytes) -> None:
    assert refusal(content, name) == "not_what_it_says"


@pytest.mark.parametrize("name", ["invoice.GIF", "invoice.gif"])
def test_formats_that_are_no_proof_are_refused(name: str) -> None:
    assert refusal(encoded(picture(), "GIF"), name) == "unknown_format"


def test_a_program_that_was_renamed_is_refused() -> None:
    assert refusal(b"MZ\x90\x00" + bytes(400), "invoice.pdf") == "unknown_format"


def test_the_size_is_counted_while_reading() -> None:
    with pytest.raises(TooLarge) as refused:
        accept_upload(io.BytesIO(b"%PDF-1.7\n" + bytes(3 << 20)), kind="document", name="a.pdf", max_bytes=1 << 20, field="file_1")
    assert refused.value.field == "file_1"


def test_a_file_of_nothing_is_refused() -> None:
    with pytest.raises(Invalid):
        accept(b"")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\pia\Rechnung 4711.pdf", "Rechnung 4711.pdf"),
        ('a"b;c\r\nX: y.pdf', "a-b-c X- y.pdf"),
        ("請求書.pdf", "請求書.pdf"),
        ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
        (".pdf", "pdf.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
    ],
)
def test_names_are_made_safe(name: str, kept: str) -> None:
    assert file_name(name, "application/pdf") == kept


def test_no_hostile_file_takes_long() -> None:
    started = time.monotonic()
    refusal(ATTACKS["bomb"][0]())
    assert time.monotonic() - started < 30
