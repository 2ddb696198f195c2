"""Ending mails of one kind from the mail itself, without signing in (RFC 8058). The link does nothing else and only for its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from core.errors import BadToken
from core.ids import TypeID
from core.mail.letters import DIGEST
from core.notices.kinds import KINDS, Channel
from core.notices.models import NoticeSetting
from core.signing import sign, unsign

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.settings import Settings

_PURPOSE = "unsubscribe"


def unsubscribe_url(settings: Settings, user_id: TypeID, kind: str) -> str:
    """Works for as long as the secret key: the mail may be read after years."""
    return f"{settings.url}/s/unsubscribe?t={quote(sign(settings, _PURPOSE, {'u': str(user_id), 'k': kind}))}"


def read_token(settings: Settings, token: str) -> tuple[TypeID, str]:
    """(person, kind); raises BadToken."""
    found = unsign(settings, _PURPOSE, token)
    try:
        return TypeID.parse(str(found["u"]), "usr"), str(found["k"])
    except (KeyError, TypeError, ValueError):
        raise BadToken("token_invalid") from None


def end_mails(ctx: Ctx, user_id: TypeID, kind: str) -> None:
    """No mail of this kind any more, at once or in the digest; for the digest itself none of what it would gather. The list stays."""
    if kind == DIGEST:
        concerned = [one for one in KINDS.values() if one.may_be_switched_off]
    else:
        concerned = [KINDS[kind]] if kind in KINDS and KINDS[kind].may_be_switched_off else []
    for one in concerned:
        row = ctx.session.get(NoticeSetting, (user_id, one.name))
        if kind == DIGEST and (row.mail if row else one.mail) is not Channel.DIGEST:
            continue
        if row is None:
            ctx.session.add(NoticeSetting(user_id=user_id, kind=one.name, in_app=one.in_app, mail=Channel.OFF, changed_at=ctx.now))
        else:
            row.mail, row.changed_at = Channel.OFF, ctx.now
    ctx.session.flush()
