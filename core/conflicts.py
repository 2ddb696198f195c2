"""What a database says when two writers met: the loser's transaction is rolled back, and trying once more is safe and usually works."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

#: Serialization failure, deadlock, lock not to be had in time, and a unique key that somebody else has just written.
_SQLSTATES = frozenset({"40001", "40P01", "55P03", "23505"})


def is_conflict(error: BaseException) -> bool:
    """True when the same work on a fresh transaction sees what the winner wrote, and decides on that.

    Two people send the same form at once: the second try of the loser finds the record and says so in a sentence.
    """
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _SQLSTATES


def is_away(error: BaseException) -> bool:
    """True when the database did not answer or had no time: nothing was changed, later may be better."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, NoConnectionFree)
    return isinstance(error, OperationalError) or error.connection_invalidated or (is_conflict(error) and not isinstance(error, IntegrityError))
