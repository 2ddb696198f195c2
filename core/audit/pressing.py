"""What only this installation can write: HMACs under its secret, which does not lie in the database.

Somebody who can write every table, and read the Ed25519 key that lies in one of them, still cannot make these.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256

from core.settings import Settings


@lru_cache(maxsize=16)
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"channelpress.audit.1", sha256)


def press(settings: Settings, purpose: str, message: bytes) -> str:
    """The seal of these bytes for this purpose, under the present secret."""
    return _press(settings.secret_key, purpose, message)


def holds(settings: Settings, purpose: str, message: bytes, pressed: object) -> bool:
    """True when the present or an earlier secret of this installation pressed it."""
    if not isinstance(pressed, str) or not pressed.isascii():
        return False
    return any(hmac.compare_digest(_press(secret, purpose, message), pressed) for secret in (settings.secret_key, *settings.old_secret_keys))


def _press(secret: str, purpose: str, message: bytes) -> str:
    return hmac.new(_key(secret), purpose.encode() + b"\0" + message, sha256).hexdigest()
