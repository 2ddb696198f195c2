"""The few ways in which a use case can say no, and nothing else.

Refusing is normal: an action that is not possible now is `Refused`, not a crash. `core.web.problems` turns
each class into one HTML page and one RFC 9457 document.
"""

from __future__ import annotations

from collections.abc import Mapping


class HubError(Exception):
    """Base of every expected refusal: `code` is for machines, `message` for the reader, in the reader's language."""

    status = 400

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code


class NotFound(HubError):
    """The thing does not exist, or not for this actor: both look the same, so that a stranger learns nothing."""

    status = 404

    def __init__(self, what: str = "record", message: str = "") -> None:
        super().__init__("not_found", message or what)
        self.what = what


class Gone(HubError):
    """It was published once and has been withdrawn (410)."""

    status = 410

    def __init__(self, message: str = "") -> None:
        super().__init__("gone", message)


class Forbidden(HubError):
    """The actor is known and may see the thing, but may not do this."""

    status = 403

    def __init__(self, permission: str, message: str = "") -> None:
        super().__init__("forbidden", message or permission)
        self.permission = permission


class Refused(HubError):
    """Not possible in the present state; `code` comes from a fixed list (requirements section 6)."""

    status = 409


class Invalid(HubError):
    """Input that cannot be accepted: one message per field, each saying what to do."""

    status = 422

    def __init__(self, errors: Mapping[str, str], reasons: Mapping[str, str] | None = None) -> None:
        super().__init__("invalid", "; ".join(f"{field}: {text}" for field, text in errors.items()))
        self.errors = dict(errors)
        #: Reason codes by field, where the room has a fixed list of them.
        self.reasons = dict(reasons or {})


class TooLarge(HubError):
    """Beyond a limit of size or count; the message names the limit."""

    status = 413

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__("too_large", message)
        self.field = field


class TooMany(HubError):
    """Beyond a rate; `retry_after` in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__("too_many", message)
        self.retry_after = retry_after


class Unavailable(HubError):
    """Something this needs does not answer now (the object store, say). Trying again later can help: jobs do, people are told to."""

    status = 503

    def __init__(self, what: str, *, detail: str = "", retry_after: int = 10) -> None:
        super().__init__("unavailable", f"{what} {detail}".strip())
        self.what = what
        self.retry_after = retry_after


class BadToken(HubError):
    """A signed token that is forged, foreign to its purpose, or too old."""

    status = 400

    def __init__(self, reason: str = "bad_token", message: str = "") -> None:
        super().__init__(reason, message)
