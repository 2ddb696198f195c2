"""From a letter to the bytes of a mail (RFC 5322, 2369, 3834, 8058). Pure: no database, no network.

Everything goes through `EmailMessage`, whose policy refuses line ends in headers; what comes from people is made one line before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr


@dataclass(frozen=True)
class Envelope:
    """Everything around the words."""

    mail_id: str
    sender: str
    reply_to: str
    name: str
    address: str
    at: datetime
    correlation: str = ""
    unsubscribe: str = ""
    language: str = "en"
    again: bool = False


class _Unbroken(UnstructuredHeader):  # type: ignore[misc]
    """The standard library encodes words longer than a line (as =?utf-8?q?…?=), and no mail program reads an address out of that."""

    def fold(self, *, policy: EmailPolicy[EmailMessage]) -> str:
        name: str = self.name  # type: ignore[attr-defined]
        return f"{name}: {self}{policy.linesep}"


def _policy() -> EmailPolicy[EmailMessage]:
    registry = HeaderRegistry()
    for name in ("List-Unsubscribe", "Message-ID"):
        registry.map_to_type(name, _Unbroken)  # type: ignore[arg-type]
    return SMTP.clone(header_factory=registry)


POLICY = _policy()


class BadAddress(ValueError):
    """The recipient's address cannot stand in a mail."""


def message_id(mail_id: str, sender: str) -> str:
    """The same for every delivery of the same row: who gets it twice can tell."""
    return f"<{mail_id}@{parseaddr(sender)[1].rpartition('@')[2] or 'channelpress.invalid'}>"


def build(envelope: Envelope, subject: str, text: str, html: str) -> EmailMessage:
    """Raises BadAddress."""
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = subject[:300]
    mail["From"] = _mailbox(*parseaddr(envelope.sender))
    mail["To"] = _mailbox(envelope.name, envelope.address)
    if envelope.reply_to:
        mail["Reply-To"] = _mailbox(*parseaddr(envelope.reply_to))
    mail["Date"] = format_datetime(envelope.at)
    mail["Message-ID"] = message_id(envelope.mail_id, envelope.sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if envelope.correlation:
        mail["X-Correlation-Id"] = envelope.correlation
    if envelope.unsubscribe:
        mail["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    mail["Content-Language"] = envelope.language  # last: making alternatives moves all content headers into the first part
    return mail


def _mailbox(name: str, address: str) -> Address:
    """`addr_spec` is taken apart by the standard library; a line end or a second address in it is refused."""
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:120]
    try:
        if not address.isprintable() or any(sign in address for sign in ' ,;<>"\\'):
            raise ValueError(address)
        local, _at, domain = address.rpartition("@")
        return Address(display_name=shown, addr_spec=f"{local}@{domain.encode('idna').decode()}")
    except (ValueError, IndexError, MessageError) as error:
        raise BadAddress("the address cannot be written to") from error
