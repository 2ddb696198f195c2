"""A real SMTP server beside the tests, whose answers each test chooses, and a hub that sends to it."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from core.database import Database
from core.notices import KINDS, Channel, NoticeKind, declare_notice


@dataclass
class Post:
    """`mails` are those the server said 250 to. `refuse` holds its answers to RCPT, `at_the_end` the one to DATA."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    at_the_end: str = "250 2.0.0 taken"
    hangs_up: bool = False
    waits_s: float = 0.0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.waits_s)
        if self.hangs_up:
            server.transport.abort()
            return "250 never heard"
        if self.at_the_end.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return self.at_the_end


@pytest.fixture
def post() -> Iterator[Post]:
    found = Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found.port = probe.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=found.port, enable_SMTPUTF8=False)
    controller.start()
    yield found
    controller.stop()


@pytest.fixture
def sending(database: Database, post: Post) -> Database:
    """The hub, with this mail server in its settings."""
    database.settings = replace(
        database.settings,
        smtp_host="127.0.0.1",
        smtp_port=post.port,
        smtp_security="none",
        smtp_timeout=1,
        mail_from="Velorin Channel <hub@velorin.example>",
        mail_reply_to="channel@velorin.example",
    )
    return database


@pytest.fixture(autouse=True)
def told() -> Iterator[NoticeKind]:
    """A kind whose mail goes out at once and may be switched off."""
    sample = {"attempts": 1, "answer": ""}
    kind = declare_notice("tests.told", title="Told", template="core/notices/mail_given_up", mail=Channel.AT_ONCE, sample=lambda: sample)
    yield kind
    del KINDS["tests.told"]
