"""Register of processing (Art. 30 GDPR): what is done with personal data, why, how long, who gets it. Rooms declare their activities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.privacy.declaring import PERSONAL, DataClass


@dataclass(frozen=True)
class Activity:
    """One line of the register; all words are lazy translations. Technical measures are the same for all (`MEASURES`)."""

    key: str
    order: int
    name: Any
    purpose: Any
    basis: Any
    persons: Any
    recipients: Any
    data_classes: tuple[DataClass, ...]
    kept: Any

    @property
    def tables(self) -> list[str]:
        """Where the data stands; read from the declarations, so that it cannot be out of date."""
        return sorted({one.table for one in PERSONAL if one.data_class in self.data_classes})


_ACTIVITIES: dict[str, Activity] = {}


def declare_activity(
    key: str,
    *,
    order: int,
    name: Any,
    purpose: Any,
    basis: Any,
    persons: Any,
    recipients: Any,
    data_classes: Iterable[DataClass],
    kept: Any,
) -> None:
    """Adds or replaces one line."""
    _ACTIVITIES[key] = Activity(key, order, name, purpose, basis, persons, recipients, tuple(data_classes), kept)


def activities() -> list[Activity]:
    """In order."""
    return sorted(_ACTIVITIES.values(), key=lambda one: (one.order, one.key))


def undeclared_classes() -> set[DataClass]:
    """Classes that some table holds and no activity explains: must be empty."""
    return {one.data_class for one in PERSONAL} - {kind for one in _ACTIVITIES.values() for kind in one.data_classes}
