"""A notice kind of its own, so that these tests say what a kind can be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.notices import KINDS, Channel, NoticeKind, declare_notice


@pytest.fixture
def given_up() -> Iterator[NoticeKind]:
    """Like the kernel's own, but switchable, and sent at once."""
    kind = declare_notice(
        "tests.told", title="Told", template="core/notices/mail_given_up", mail=Channel.AT_ONCE, sample=lambda: {"attempts": 1, "answer": ""}
    )
    yield kind
    del KINDS["tests.told"]
