"""Who was first with a customer (A-30; measures, section 7). Decided by the number of the submission, never by a clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from deals.programme import DealTerms
from deals.rules.customers import similar_names


class MatchKind(StrEnum):
    """`domain` is a conflict, `name` is for a person to judge."""

    NONE = ""
    DOMAIN = "domain"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Claimant:
    """One live registration of the same product line, as far as it matters for another one."""

    registration_id: str
    customer_key: str
    name_key: str
    country: str
    place: int
    is_protected: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """`in_the_way` are earlier or protected ones of the same customer, the strongest match first."""

    in_the_way: tuple[tuple[Claimant, MatchKind], ...] = ()

    @property
    def match_kind(self) -> MatchKind:
        return self.in_the_way[0][1] if self.in_the_way else MatchKind.NONE

    @property
    def is_conflict(self) -> bool:
        return self.match_kind is MatchKind.DOMAIN

    @property
    def protected(self) -> Claimant | None:
        """Somebody else's protection for exactly this customer."""
        return next((one for one, kind in self.in_the_way if kind is MatchKind.DOMAIN and one.is_protected), None)


def match(one: Claimant, other: Claimant, terms: DealTerms) -> MatchKind:
    if one.customer_key and one.customer_key == other.customer_key:
        return MatchKind.DOMAIN
    if one.country == other.country and similar_names(one.name_key, other.name_key, terms.similar_names_percent):
        return MatchKind.NAME
    return MatchKind.NONE


def standing(mine: Claimant, others: Iterable[Claimant], terms: DealTerms) -> Standing:
    """`others` are live ones of other partners for the same product line."""
    found = [
        (other, kind)
        for other in others
        if (other.place < mine.place or other.is_protected) and (kind := match(mine, other, terms)) is not MatchKind.NONE
    ]
    return Standing(tuple(sorted(found, key=lambda pair: (pair[1] is not MatchKind.DOMAIN, pair[0].place))))
