"""Which columns hold personal data, whose they are, and what erasing a person does to them: each table says it once, in its room.

Export, erasure, the register and the tests all read this one registry, so a table that is declared is exported and erased.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.privacy.person import Person

Finder = Callable[["Ctx", "Person"], Iterable[Any]]


class DataClass(enum.StrEnum):
    """Kinds of personal data; retention, the register and the pages go by them."""

    ACCOUNT = "account"
    SIGN_IN = "sign_in"
    LEAD_CONTACT = "lead_contact"
    DEAL_CONTACT = "deal_contact"
    PARTNER_CONTACT = "partner_contact"
    ACTION_NAME = "action_name"
    FREE_TEXT = "free_text"
    LEARNING = "learning"
    EVIDENCE_FILE = "evidence_file"
    VISITOR = "visitor"
    MAIL = "mail"
    NOTICE = "notice"
    SEARCH = "search"
    MACHINE = "machine"
    REQUEST = "request"


class Way(enum.StrEnum):
    """What erasure does with a column. An id of a user stays: once the account is a pseudonym, the id is one too."""

    PSEUDONYM = "pseudonym"  # one word per erased person, the same in all tables, so that counts stay right
    ADDRESS = "address"  # that word as an address that leads nowhere
    EMPTY = "empty"
    SCRUB = "scrub"  # every mention inside the text or JSON is replaced, the rest stays
    STEP = "step"  # found by its mentions like SCRUB; a step of the room changes it (declare_erasing)
    KEEP = "keep"


@dataclass(frozen=True)
class By:
    """How the rows of a person are found. `find` gives the values of `column` for kind `values`."""

    kind: str
    column: str
    parent: str = ""
    find: Finder | None = None


def email(column: str) -> By:
    """The column holds the person's e-mail address, in any case."""
    return By("email", column)


def user(column: str) -> By:
    """The column holds the id of the person's account, as an id or as text."""
    return By("user", column)


def actor(column: str) -> By:
    """The column holds the name under which somebody acted."""
    return By("actor", column)


def named(column: str) -> By:
    """The column holds the person's name."""
    return By("named", column)


def through(column: str, parent: str) -> By:
    """The row belongs to a row of `parent` (by its `id`) that is the person's."""
    return By("through", column, parent)


def values(column: str, find: Finder) -> By:
    """The column is one of the values that `find(ctx, person)` gives (keyed hashes)."""
    return By("values", column, find=find)


#: The row is nobody's; the person may be mentioned in it.
MENTION = By("mention", "")


@dataclass(frozen=True)
class Personal:
    """One part a person can play in a table. `tells` names columns that hold further names, phones, addresses of the same person."""

    table: str
    columns: Mapping[str, Way]
    data_class: DataClass
    subject_by: tuple[By, ...]
    deletes: bool = False
    sets: Mapping[str, Any] = field(default_factory=dict)
    tells: Mapping[str, str] = field(default_factory=dict)
    exports: tuple[str, ...] = ()
    recipients: str = ""


PERSONAL: list[Personal] = []
#: table → column → why it holds nothing about a person.
IMPERSONAL: dict[str, dict[str, str]] = {}


def declare_personal(
    table: str,
    columns: Mapping[str, Way] | Iterable[str],
    data_class: DataClass,
    *,
    subject_by: Iterable[By] | By = MENTION,
    on_erase: str = "columns",
    sets: Mapping[str, Any] | None = None,
    tells: Mapping[str, str] | None = None,
    exports: Iterable[str] = (),
) -> Personal:
    """Says that columns of a table are personal data. A table is declared once for each part a person can play in it.

    `columns`: column → `Way`, or names alone when the whole row is deleted (`on_erase="delete"`) or only mentions are replaced.
    `subject_by`: one or more of `email`, `user`, `actor`, `named`, `through`, `values`; any of them makes a row the person's.
    Left out: the row is nobody's, and mentions of the person inside it are replaced. `sets`: further columns erasure sets to a value.
    `exports`: columns without personal data that a person asking for a copy gets as well (dates, states).
    """
    ways = dict(columns) if isinstance(columns, Mapping) else dict.fromkeys(columns, Way.KEEP if on_erase == "delete" else Way.SCRUB)
    found = (subject_by,) if isinstance(subject_by, By) else tuple(subject_by)
    if on_erase not in ("columns", "delete"):
        raise ValueError(f"{table}: on_erase is 'columns' or 'delete', not {on_erase!r}")
    made = Personal(table, ways, DataClass(data_class), found, on_erase == "delete", dict(sets or {}), dict(tells or {}), tuple(exports))
    if made not in PERSONAL:
        PERSONAL.append(made)
    return made


def declare_impersonal(table: str, columns: Iterable[str], why: str) -> None:
    """Says that columns whose names or types look personal are not, and why."""
    IMPERSONAL.setdefault(table, {}).update(dict.fromkeys(columns, why))


def declared_columns(table: str) -> set[str]:
    """Every column of the table about which something was said."""
    said = set(IMPERSONAL.get(table, {}))
    for one in PERSONAL:
        if one.table == table:
            said |= set(one.columns) | {by.column for by in one.subject_by if by.column} | set(one.sets)
    return said
