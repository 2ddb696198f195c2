"""The doctor's look at mail: does the server answer, may we sign in, what waits and what was given up."""

from __future__ import annotations

import smtplib
import ssl

from sqlalchemy import func, select

from core.ctx import SYSTEM
from core.database import Database
from core.mail.models import Mail, MailStatus
from core.mail.queueing import leaves
from core.mail.smtp import session
from core.settings import Settings
from hub.engine_findings import Finding


def mail(database: Database) -> list[Finding]:
    """Nothing is sent for it: the server is greeted, the way to it protected, and the sign-in tried."""
    settings = database.settings
    if not leaves(settings):
        why = "this is the demo" if settings.demo else "no mail server is named"
        return [Finding("ok", f"No mail leaves: {why}. Mails are held and can be read under Governance, Mail.")]
    return [_server(settings), *_given_up(database)]


def _server(settings: Settings) -> Finding:
    where = f"{settings.smtp_host}:{settings.smtp_port} ({settings.smtp_security})"
    try:
        with session(settings) as server:
            code, _words = server.noop()
    except smtplib.SMTPAuthenticationError:
        return Finding("bad", f"The mail server {where} refuses the sign-in.", "Check CHANNELPRESS_SMTP_USER and CHANNELPRESS_SMTP_PASSWORD.")
    except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
        return Finding("bad", f"The mail server {where} does not answer: {type(error).__name__}.", "Check host, port and CHANNELPRESS_SMTP_SECURITY.")
    return Finding("ok" if code == 250 else "warn", f"The mail server {where} answers.")


def _given_up(database: Database) -> list[Finding]:
    with database.reading(SYSTEM) as ctx:
        count = ctx.session.scalar(select(func.count()).select_from(Mail).where(Mail.status == MailStatus.GIVEN_UP)) or 0
    if not count:
        return []
    return [Finding("warn", f"{count} mails were given up.", "Look at Governance, Mail, mend the cause and send them again.")]
