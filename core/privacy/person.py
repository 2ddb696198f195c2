"""Who is meant: every address, name, number and account under which one person is known here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import select

from core.database import Base
from core.ids import TypeID
from core.privacy.declaring import PERSONAL

if TYPE_CHECKING:
    from core.ctx import Ctx

_ROUNDS = 4
_LEAST_DIGITS = 6
_LEAST_NAME = 5
#: Between the words of a name, in a text, a file name or an address.
_BETWEEN = r"[\s.,_+-]+"


@dataclass
class Person:
    """`names` are compared with whole columns; `actor_names` are those of accounts, under which somebody acted here.

    `said_names` were typed by whoever asks: they are looked for in texts even when they are one word.
    """

    emails: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    said_names: set[str] = field(default_factory=set)
    actor_names: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    user_ids: set[str] = field(default_factory=set)

    @property
    def is_nobody(self) -> bool:
        return not (self.emails or self.said_names or self.user_ids)

    def sought_names(self) -> set[str]:
        """Names that are looked for inside texts: a found one only when it cannot be an everyday word."""
        found = {name for name in self.names | self.actor_names if " " in name.strip() and len(name) >= _LEAST_NAME}
        return found | self.said_names


def find_person(ctx: Ctx, *, emails: Iterable[str] = (), names: Iterable[str] = (), user_id: str = "", follow_names: bool = True) -> Person:
    """Starts with what is told and follows it through every declared table: an account's address leads to its name, and so on.

    Only addresses and accounts lead on; two people may share a name. `follow_names` False: no other names than those told.
    """
    person = Person(emails={mail.strip() for mail in emails if mail.strip()}, said_names={name.strip() for name in names if name.strip()})
    person.names |= person.said_names
    if user_id:
        person.user_ids.add(str(TypeID.parse(user_id, "usr")))
    for _round in range(_ROUNDS):
        before = _size(person)
        _learn(ctx, person)
        if _size(person) == before:
            break
    if not follow_names and person.said_names:
        person.names = set(person.said_names)
    person.actor_names |= person.said_names
    return person


def _size(person: Person) -> int:
    return sum(map(len, (person.emails, person.names, person.actor_names, person.phones, person.user_ids)))


def _learn(ctx: Ctx, person: Person) -> None:
    from core.privacy.rows import clause_of

    for one in PERSONAL:
        if not one.tells:
            continue
        table = Base.metadata.tables[one.table]
        clause = clause_of(ctx, person, one, kinds=("email", "user"))
        if clause is None:
            continue
        for row in ctx.session.execute(select(table).where(clause)).mappings():
            _note(person, one.table, {what: row[column] for what, column in one.tells.items()}, row)


def _note(person: Person, table: str, told: dict[str, Any], row: Any) -> None:
    if told.get("email"):
        person.emails.add(str(told["email"]))
    if told.get("name"):
        person.names.add(str(told["name"]))
    if told.get("phone"):
        person.phones.add(str(told["phone"]))
    if table == "core_user":
        person.user_ids.add(str(row["id"]))
        person.actor_names.add(str(told["name"]))


class Mentions:
    """Finds and replaces a person inside texts and JSON."""

    def __init__(self, person: Person, pseudonym: str = "") -> None:
        self.pseudonym = pseudonym
        self._needles = {*person.emails, *(quote(mail) for mail in person.emails), *(quote(mail, safe="") for mail in person.emails)}
        patterns = [rf"(?<![\w.+%-]){re.escape(needle)}(?![\w-])" for needle in self._needles if needle]
        for name in person.sought_names():
            self._needles.add(max(re.split(_BETWEEN, name), key=len))
            patterns += _name_patterns(name)
        for name in (person.names | person.actor_names) - person.sought_names():
            # Too short to be looked for inside a sentence; a text that is nothing but this name is it.
            self._needles.add(name)
            patterns.append(rf"\A\s*{re.escape(name)}\s*\Z")
        for phone in person.phones:
            digits = re.sub(r"\D", "", phone)
            if len(digits) >= _LEAST_DIGITS:
                patterns.append(r"(?<!\d)" + r"[\s./()-]*".join(digits) + r"(?!\d)")
                self._needles |= {digits[-2:]}
        self._pattern = re.compile("|".join(sorted(patterns, key=len, reverse=True)), re.IGNORECASE) if patterns else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def fragments(self) -> set[str]:
        """Pieces of ASCII of which every text with a mention holds one, however it is spelt or escaped; empty string: look at all."""
        return {max(re.findall(r"[a-z0-9@]+", needle.lower()) or [""], key=len) for needle in self._needles}

    def inside(self, value: Any) -> bool:
        """Whether a text or anything in a JSON value mentions the person."""
        if self._pattern is None or value is None:
            return False
        if isinstance(value, str):
            return self._pattern.search(value) is not None
        if isinstance(value, dict):
            return any(self.inside(key) or self.inside(one) for key, one in value.items())
        return isinstance(value, list) and any(self.inside(one) for one in value)

    def replaced(self, value: Any) -> Any:
        """The same value with the pseudonym in place of each mention."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self._pattern.sub(self.pseudonym, value)
        if isinstance(value, dict):
            return {self.replaced(key) if isinstance(key, str) else key: self.replaced(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.replaced(one) for one in value]
        return value


def _name_patterns(name: str) -> list[str]:
    """In this order and the other way round ("Kern, Ida"), joined by whatever joins words."""
    words = [re.escape(word) for word in re.split(_BETWEEN, name.strip()) if word]
    orders = [words, [words[-1], *words[:-1]]] if len(words) > 1 else [words]
    return [r"(?<!\w)" + _BETWEEN.join(order) + r"(?!\w)" for order in orders]
