"""Privacy: who is in which table, what is kept how long, and how a person is told, exported and erased.

Rooms declare their tables in `<room>/privacy.py`; nothing here knows a room.
"""

from core.privacy.declaring import (
    MENTION,
    DataClass,
    Way,
    actor,
    declare_impersonal,
    declare_personal,
    email,
    named,
    through,
    user,
    values,
)
from core.privacy.erasing import PREPARING, Plan, anonymise_rows, declare_erasing, erase, plan_erasure
from core.privacy.person import Person, find_person
from core.privacy.wiping import drop_object, wipe_traces

__all__ = [
    "MENTION",
    "PREPARING",
    "DataClass",
    "Person",
    "Plan",
    "Way",
    "actor",
    "anonymise_rows",
    "declare_erasing",
    "declare_impersonal",
    "declare_personal",
    "drop_object",
    "email",
    "erase",
    "find_person",
    "named",
    "plan_erasure",
    "through",
    "user",
    "values",
    "wipe_traces",
]
