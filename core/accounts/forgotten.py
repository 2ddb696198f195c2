"""A password that is forgotten or not chosen yet: whoever asks gets the same answer in the same time, and the person, if there is one, a mail."""

from __future__ import annotations

from sqlalchemy import func, select

from core.accounts.models import SignInAttempt, User
from core.accounts.people import FORGOTTEN_HOURS, INVITED_HOURS, password_link
from core.accounts.services import LONGEST_WINDOW, _who
from core.clock import wall_now
from core.ctx import Ctx
from core.i18n import lazy_gettext as _l
from core.ids import TypeID, new_id
from core.jobs import job
from core.notices import Channel, declare_notice, notify, person

#: Mails to one account, and questions from one network, in the window; beyond it the answer is the same and nothing is sent.
MAILS, QUESTIONS, WINDOW = 3, 30, LONGEST_WINDOW

FORGOTTEN = declare_notice(
    "core.password_forgotten",
    title=_l("A link to choose a new password"),
    mail=Channel.AT_ONCE,
    in_app=False,
    may_be_switched_off=False,
    why=_l("You asked for it, or somebody who typed your address."),
    sample=lambda: {"hours": FORGOTTEN_HOURS},
)

INVITED = declare_notice(
    "core.invited",
    title=_l("An account was made for you"),
    mail=Channel.AT_ONCE,
    in_app=False,
    may_be_switched_off=False,
    why=_l("Somebody who manages people in your organisation made the account."),
    sample=lambda: {"days": INVITED_HOURS // 24},
)


def hand_over_password_link(ctx: Ctx, user: User) -> str:
    """Mails the link; where no mail leaves, returns it for the administrator to pass on.

    Who manages people must not hold the key to a colleague's account while there is another way: it would undo every separation of duties.
    """
    from core.mail.queueing import leaves

    if not leaves(ctx.settings):
        return password_link(ctx, user)
    ctx.enqueue(send_password_link, str(user.id))
    return ""


def ask_for_password(ctx: Ctx, email: str, *, network: str) -> None:
    """Writes the same rows for everybody: a person who does not exist gets a job that finds nobody."""
    address = email.strip().casefold()[:254]
    keys = {_who(ctx, "forgotten by", address): MAILS, _who(ctx, "forgotten from", network): QUESTIONS}
    counted = select(SignInAttempt.who, func.count()).where(SignInAttempt.who.in_(keys), SignInAttempt.at > wall_now() - WINDOW)
    counts = {who: count for who, count in ctx.session.execute(counted.group_by(SignInAttempt.who))}  # noqa: C416 - rows are no pairs to mypy
    found = ctx.session.scalar(select(User.id).where(User.email == address))
    is_too_often = any(counts.get(key, 0) >= limit for key, limit in keys.items())
    ctx.session.add_all([SignInAttempt(id=new_id("sia"), who=key, at=wall_now()) for key in keys])
    ctx.enqueue(send_password_link, str(new_id("usr") if found is None or is_too_often else found))


@job("core.send_password_link")
def send_password_link(ctx: Ctx, user_id: str) -> None:
    """A notice by mail with the link. In an installation without mail an administrator makes the link (people pages)."""
    from core.mail.queueing import give_secret_link

    user = ctx.session.get(User, TypeID.parse(user_id, "usr"))
    if user is None or not user.active:
        return
    kind, told = (INVITED, {"days": INVITED_HOURS // 24}) if user.last_sign_in_at is None else (FORGOTTEN, {"hours": FORGOTTEN_HOURS})
    notify(ctx, person(user.id), kind.name, told, "/auth/sign-in")
    give_secret_link(ctx, user.id, kind.name, password_link(ctx, user))
