"""Mail: how a notice leaves the house, once, to whoever still wants it, and what became of it.

Owns the outbox of mails, the suppression list and the SMTP client. Does not own what is said (core.notices). Without an SMTP server,
and in the demo, nothing leaves: mails are held and can be read.
"""

from core.mail.models import Mail, MailStatus, Suppression

__all__ = ["Mail", "MailStatus", "Suppression"]
