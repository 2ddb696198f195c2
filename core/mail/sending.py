"""Sending, one job per attempt: the server is spoken to before the transaction, and what it said is written down once.

A worker that dies between the server's 250 and the commit sends the mail again with the same Message-ID; it is never lost.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from core.breaker import breaker
from core.ctx import SYSTEM, Ctx, correlation_id
from core.i18n import use_locale
from core.ids import TypeID, new_id
from core.jobs import Retryable, job, scheduled
from core.mail.letters import DIGEST, as_html, as_text, letter_for
from core.mail.mime import BadAddress, Envelope, build
from core.mail.models import Mail, MailStatus, Suppression
from core.mail.queueing import leaves, link_of, start
from core.mail.smtp import Outcome, Result, deliver
from core.mail.unsubscribing import unsubscribe_url
from core.metrics import observe_mail
from core.notices.audiences import holders, reader_of
from core.notices.kinds import KINDS
from core.once import insert_once

if TYPE_CHECKING:
    from email.message import EmailMessage

    from core.ctx import Actor
    from core.database import Database

#: One minute, then twice as long each time, at most four hours: a day and a half in all, as mail servers themselves try.
FIRST_WAIT, LONGEST_WAIT, ATTEMPTS = timedelta(minutes=1), timedelta(hours=4), 15
#: A queued mail whose job was given up is picked up again after so long.
FORGOTTEN = timedelta(minutes=15)


class Withheld(Exception):
    """This mail is not to be sent; why stands in `status` and `answer`."""

    def __init__(self, status: MailStatus, answer: str = "") -> None:
        super().__init__(status)
        self.status, self.answer = status, answer


def _speak(database: Database, mail_id: str, round_: int, attempt: int) -> tuple[str, str, bool] | None:
    """What became of this attempt: (state or "later", answer, unknown mailbox); None when it is no longer ours to make."""
    with database.reading(SYSTEM) as ctx:
        mail = ctx.session.get(Mail, TypeID.parse(mail_id, "eml"))
        if mail is None or mail.status is not MailStatus.QUEUED or (mail.round, mail.attempts) != (round_, attempt):
            return None
        reader = reader_of(ctx, mail.user_id)
        ctx.session.expunge(mail)  # it outlives this read
    try:
        message = compose(database, mail, reader)
    except Withheld as why:
        return why.status.value, why.answer, False
    outcome = _deliver(database, message)
    return outcome.result.value, outcome.answer, outcome.unknown_mailbox


def _deliver(database: Database, message: EmailMessage) -> Outcome:
    """A server that is away is asked now and then, not once for each mail; meanwhile their jobs are put off and no attempt counts."""
    outcome = Outcome(Result.LATER)
    try:
        with breaker(database, "smtp"):
            outcome = deliver(database.settings, message)
            if outcome.unreachable:
                raise Retryable("smtp_unreachable", outcome.answer)
    except Retryable:
        pass
    return outcome


def compose(database: Database, mail: Mail, reader: Actor | None) -> EmailMessage:
    """The mail as its reader may see it; raises Withheld."""
    if not leaves(database.settings):
        raise Withheld(MailStatus.HELD)
    if reader is None:
        raise Withheld(MailStatus.DROPPED, "the person has no account any more")
    with database.reading(SYSTEM) as ctx:
        if ctx.session.scalar(select(Suppression.id).where(Suppression.address == reader.email)):
            raise Withheld(MailStatus.SUPPRESSED)
    settings = database.settings
    with database.reading(reader) as ctx, use_locale(reader.locale):
        unsubscribe = unsubscribe_url(settings, mail.user_id, mail.kind) if may_be_ended(mail.kind) else ""
        letter = letter_for(ctx, mail, link=link_of(settings, mail), unsubscribe=unsubscribe)
        if letter is None:
            raise Withheld(MailStatus.DROPPED, "it had nothing to say any more")
        envelope = Envelope(
            mail_id=str(mail.id),
            sender=settings.mail_from,
            reply_to=settings.mail_reply_to,
            name=reader.name,
            address=reader.email,
            at=ctx.now,
            correlation=mail.correlation,
            unsubscribe=unsubscribe,
            language=reader.locale,
        )
        try:
            return build(envelope, letter.subject, as_text(letter), as_html(letter))
        except BadAddress as error:
            raise Withheld(MailStatus.REFUSED, str(error)) from None


def may_be_ended(kind: str) -> bool:
    """Whether its readers may end mails of this kind."""
    return kind == DIGEST or (kind in KINDS and KINDS[kind].may_be_switched_off)


@job("core.send_mail", retries=6, gather=_speak)
def send(ctx: Ctx, mail_id: str, round_: int, attempt: int, said: tuple[str, str, bool] | None) -> None:
    """Writes down what the server said; another try is another job."""
    if said is None:
        return
    state, answer, unknown_mailbox = said
    mail = TypeID.parse(mail_id, "eml")
    final = state != Result.LATER.value or attempt + 1 >= ATTEMPTS
    status = MailStatus.QUEUED if not final else MailStatus.GIVEN_UP if state == Result.LATER.value else MailStatus(state)
    done = ctx.session.execute(
        update(Mail)
        .where(Mail.id == mail, Mail.status == MailStatus.QUEUED, Mail.round == round_, Mail.attempts == attempt)
        .values(
            status=status,
            attempts=attempt + 1,
            answer=answer[:300],
            due_at=ctx.now + wait_after(attempt),
            finished_at=ctx.now if final else None,
            **({"link": None} if final and status is not MailStatus.HELD else {}),
        )
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return
    observe_mail("retried" if status is MailStatus.QUEUED else status.value)
    row = ctx.session.get_one(Mail, mail)
    if unknown_mailbox:
        _suppress(ctx, row, answer)
    if status is MailStatus.GIVEN_UP:
        _tell(ctx, row)
    start(ctx, row)


def wait_after(attempt: int) -> timedelta:
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempt, 10)
    return min(LONGEST_WAIT, doubled)


def _suppress(ctx: Ctx, mail: Mail, answer: str) -> None:
    reader = reader_of(ctx, mail.user_id)
    if reader is not None:
        insert_once(ctx.session, Suppression, id=new_id("sup"), address=reader.email, user_id=mail.user_id, reason=answer[:300], created_at=ctx.now)
        ctx.audit("core.mail.address_suppressed", mail, after={"person": str(mail.user_id)}, reason=answer[:300])


def _tell(ctx: Ctx, mail: Mail) -> None:
    """Once a day, to whoever runs the hub (L2: given up with notice)."""
    from core.notices.notifying import notify
    from core.permissions import Perm

    values = {"attempts": ATTEMPTS, "answer": mail.answer}
    href = "/desk/governance/mail/?status=given_up"
    notify(ctx, holders(Perm.OPERATIONS_READ), "core.mail_given_up", values, href, object_id=mail.id, key=f"given_up:{ctx.today}")


@scheduled("core.send_forgotten_mail", every=300)
def send_forgotten_mail(ctx: Ctx) -> None:
    """Queued mail whose attempt never ended gets another one; so does mail of before a mail server was named, never what was held."""
    late = select(Mail).where(Mail.status == MailStatus.QUEUED, Mail.due_at < ctx.now - FORGOTTEN).order_by(Mail.due_at).limit(500)
    for row in ctx.session.scalars(late.with_for_update(skip_locked=True)):
        row.round += 1
        row.due_at = ctx.now
        correlation_id.set(row.correlation)
        start(ctx, row)
