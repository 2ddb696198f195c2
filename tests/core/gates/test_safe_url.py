"""`safe_url()`: what may be linked. Our answer has to hold for the most lenient browser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.gates import safe_url

LINKS = ("https", "http", "mailto", "tel")


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("https://velorin.example", "https://velorin.example/"),
        ("HTTPS://Velorin.EXAMPLE:443/A?b=c&d=é#f", "https://velorin.example/A?b=c&d=%C3%A9#f"),
        ("  https://velorin.example/a b\n", "https://velorin.example/a%20b"),
        ("https://velorin.example/%E2%9C%93?x=%zz", "https://velorin.example/%E2%9C%93?x=%zz"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("http://localhost:8001/x", "http://localhost:8001/x"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443/"),
        ("https://velorin.example/{{x}}'\"<>", "https://velorin.example/%7B%7Bx%7D%7D'%22%3C%3E"),
        ("mailto:pia@kestrel.example?subject=Hallo Welt", "mailto:pia@kestrel.example?subject=Hallo%20Welt"),
        ("tel:+49 40 1234", "tel:+49-40-1234"),
    ],
)
def test_good_addresses_come_back_in_one_spelling(given_url: str, expected: str) -> None:
    assert safe_url(given_url, schemes=LINKS) == expected
    assert safe_url(expected, schemes=LINKS) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "javascript:123", "data:1", "foo:80/x", "example.org:80/x", "java\tscript:alert(1)", "\x01javascript:alert(1)",
        "javascript\n:alert(1)", "JAVASCRIPT:alert(1)", "vbscript:x", "file:///etc/passwd", "ftp://x.example/", "ws://x.example/",
        "https:", "https://", "https:velorin.example", "https:/velorin.example", "https:///x", "//velorin.example/x", "/x", "x", "#x", "?x",
        "https://user@velorin.example/", "https://user:pass@velorin.example/", "https://@velorin.example/", "https://velorin.example\\@evil.example/",
        "https:\\\\evil.example", "https://vel orin.example/", "https://velorin.example:0/", "https://velorin.example:99999/",
        "https://velorin.example:x/", "https://velo%72in.example/", "https://velorin..example/", "https://-/", "https://[::1/", "https://[x]/",
        "https://velorin.example/\x00x", "https://velorin.example/\x85", "https://velorin.example/\ud800", "https://" + "a" * 3000 + ".example/",
        "mailto:", "mailto:a@b", "mailto:a@b.example%0aBcc:c@d.example", "mailto:a@b.example?subject=x%0D%0ABcc:c@d.example", "tel:alert(1)",
    ],
)  # fmt: skip
def test_everything_else_is_refused(url: str) -> None:
    assert safe_url(url, schemes=LINKS) is None


def test_only_the_named_schemes_pass() -> None:
    assert safe_url("mailto:a@velorin.example") is None
    assert safe_url("http://velorin.example/", schemes=("https",)) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/x", "https://velorin.example/x"),
        ("y?z", "https://velorin.example/a/y?z"),
        ("//other.example/", "https://other.example/"),
        ("javascript:alert(1)", None),
        ("//user@evil.example/", None),
        ("../../..", "https://velorin.example/"),
    ],
)
def test_relative_addresses_are_read_from_the_base(url: str, expected: str | None) -> None:
    assert safe_url(url, base="https://velorin.example/a/b") == expected


@given(
    st.text(alphabet=st.characters(codec=None), max_size=60),
    st.sampled_from(["", "https://", "http:", "mailto:", "tel:", "//", "https://a.example/"]),
)
def test_any_answer_is_ascii_absolute_and_stable(text: str, start: str) -> None:
    answer = safe_url(start + text, schemes=LINKS, base="https://velorin.example/")
    if answer is not None:
        assert answer.isascii()
        assert answer.startswith(("https://", "http://", "mailto:", "tel:"))
        assert not any(char in answer for char in ' "<>\\\n')
        assert safe_url(answer, schemes=LINKS) == answer
