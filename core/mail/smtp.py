"""One mail to one server, and what the answer means: done, never, or later (RFC 5321, 4.2.1; RFC 3463)."""

from __future__ import annotations

import enum
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING

from core.mail.mime import BadAddress

if TYPE_CHECKING:
    from core.settings import Settings

#: Enhanced codes that say that the mailbox does not exist or takes nothing any more; 5.7.x is about us, not about it.
_NO_MAILBOX = re.compile(r"\b5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b")
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class Result(enum.StrEnum):
    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True)
class Outcome:
    """`answer` names no address. `unknown_mailbox`: writing there again is of no use. `unreachable`: it is the server, not this mail."""

    result: Result
    answer: str = ""
    unknown_mailbox: bool = False
    unreachable: bool = False


def deliver(settings: Settings, message: EmailMessage) -> Outcome:
    """Hands the mail over; every failure comes back as an Outcome. A server that takes part of a mail takes none of it."""
    address = str(message["To"].addresses[0].addr_spec)
    try:
        with session(settings) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return _judged(code, words, address, of_recipient=True)
    except smtplib.SMTPAuthenticationError as error:
        return Outcome(Result.LATER, f"{error.smtp_code} sign-in at the mail server was refused", unreachable=True)
    except smtplib.SMTPNotSupportedError as error:
        return Outcome(Result.LATER, _plain(str(error), address))
    except smtplib.SMTPResponseException as error:
        return _judged(error.smtp_code, error.smtp_error, address, of_recipient=False)
    except BadAddress as error:
        return Outcome(Result.REFUSED, str(error))
    except ssl.SSLError as error:
        return Outcome(Result.LATER, f"no safe connection: {error.reason or 'TLS failed'}", unreachable=True)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(Result.LATER, _plain(f"{type(error).__name__}: {error}", address), unreachable=True)
    return Outcome(Result.SENT, "250")


@contextmanager
def session(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection that is protected and signed in as the settings say. Leaving it never spoils what was done."""
    context = ssl.create_default_context()
    host, port, patience = settings.smtp_host, settings.smtp_port, settings.smtp_timeout
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=patience, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=patience)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        yield server
    finally:
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _judged(code: int, words: bytes | str, address: str, *, of_recipient: bool) -> Outcome:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    answer = _plain(f"{code} {text}", address)
    if not 500 <= code <= 599:
        return Outcome(Result.LATER, answer)
    enhanced = _ENHANCED.search(text)
    unknown = bool(_NO_MAILBOX.search(text)) if enhanced else of_recipient and code in (550, 551, 553)
    return Outcome(Result.REFUSED, answer, unknown_mailbox=of_recipient and unknown)


def _plain(text: str, address: str) -> str:
    """One line without the address: it is kept for as long as the mail's row."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return re.sub(r"[^\s<>]+@[^\s<>]+", "…", line.replace(address, "…"))[:280]
