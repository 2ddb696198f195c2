"""What people typed never becomes a header, and every name arrives."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest

from core.mail.mime import BadAddress, Envelope, build
from core.notices.texts import one_line

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://hub.velorin.example/s/unsubscribe?t=" + "abcdefghij" * 14


def envelope(name: str = "Pia", address: str = "pia@kestrel.example", **more: str) -> Envelope:
    return Envelope("eml_1", "Velorin <hub@velorin.example>", "", name, address, AT, **more)  # type: ignore[arg-type]


def read(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value, arg-type]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_a_name_or_a_subject_adds_no_header(end: str) -> None:
    evil = f"Pia{end}Bcc: all@rival.example{end}{end}Hello"
    sent = read(build(envelope(evil), one_line(evil), "text", "<p>text</p>").as_bytes())
    assert sent["Bcc"] is None
    assert len(sent["To"].addresses) == 1
    assert sent["To"].addresses[0].addr_spec == "pia@kestrel.example"


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: x@y.example", "a@b.example, c@d.example", "a@b.example>", "a b@c.example", "jürgen@b.example", "", "@b.example"]
)
def test_what_is_no_single_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        build(envelope(address=address), "s", "t", "<p>t</p>")


@pytest.mark.parametrize(
    "name", ["Jürgen Müßiggänger-Österreicher von und zu Hohenlohe, GmbH & Co. KG", "山田太郎", "محمد", "🎉 Pia", 'O"Neil', "Müller, Jörg"]
)
def test_names_of_the_world_arrive(name: str) -> None:
    sent = read(build(envelope(name), name, name, f"<p>{name}</p>").as_bytes())
    # The standard library folds with a second space between encoded words; no mail program shows it.
    assert sent["To"].addresses[0].display_name.split() == name.split()
    assert sent["Subject"] == name
    assert sent.get_body(("plain",)).get_content().strip() == name  # type: ignore[union-attr]


def test_a_domain_with_umlauts_is_written_as_mail_servers_read_it() -> None:
    assert build(envelope(address="pia@käse.example"), "s", "t", "<p>t</p>")["To"].addresses[0].addr_spec == "pia@xn--kse-qla.example"


def test_the_way_out_is_readable_in_the_raw_mail() -> None:
    """RFC 2369: an address, not an encoded word; long ones too."""
    raw = build(envelope(unsubscribe=URL), "s", "t", "<p>t</p>").as_bytes()
    assert f"List-Unsubscribe: <{URL}>\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
