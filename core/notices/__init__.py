"""Notices: what a person should know without looking for it, in the hub's own list, by mail at once, or in the morning's digest.

A room declares a kind with its template, then calls `notify` with ids and values. Every text is rendered when it is read or sent, in
the reader's language and with the reader's eyes. Does not own what waits for somebody (core.turns) or how mail leaves (core.mail).
"""

from core.notices import kernel_kinds as _kernel_kinds  # noqa: F401 - declares
from core.notices.audiences import Audience, holders, person
from core.notices.kinds import KINDS, Channel, NoticeKind, declare_notice
from core.notices.models import Notice, NoticeSetting
from core.notices.notifying import notify

__all__ = ["KINDS", "Audience", "Channel", "Notice", "NoticeKind", "NoticeSetting", "declare_notice", "holders", "notify", "person"]
