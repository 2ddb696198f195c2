"""No-login actions: a link in a mail that does exactly one thing for one person, once (N-16, ADR 0012).

Owns the links (`core_signed_action`), their page below `/s/a/` and what may go wrong with them. Refuses to own the actions:
each room declares its own in `<room>/signed_actions.py`.
"""

from core.signed_actions.kinds import ACTIONS, Action, ActionView, declare_action
from core.signed_actions.links import issue_link, revoke_links
from core.signed_actions.models import SignedAction

__all__ = ["ACTIONS", "Action", "ActionView", "SignedAction", "declare_action", "issue_link", "revoke_links"]
