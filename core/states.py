"""State machines as tables: services go through them, pages ask them which buttons to show, documents print them.

States and their names stand in requirements section 6. A room declares its own states, actions and table with these.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from core.errors import Refused
from core.i18n import gettext as _

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Step(Generic[S, A]):
    """One allowed change. `needs_reason`: a written reason is kept with it."""

    origin: S
    action: A
    target: S
    permission: str
    needs_reason: bool = False


@dataclass(frozen=True)
class StateTable(Generic[S, A]):
    """All allowed changes of one kind of object; what is not listed is not possible."""

    steps: tuple[Step[S, A], ...]

    def find(self, state: S, action: A) -> Step[S, A] | None:
        return next((step for step in self.steps if step.origin is state and step.action is action), None)

    def need(self, state: S, action: A) -> Step[S, A]:
        """The step from here; raises Refused `not_possible_now` when there is none."""
        step = self.find(state, action)
        if step is None:
            raise Refused("not_possible_now", _("This is not possible in the present state. Reload the page to see what is."))
        return step

    def offered(self, state: S, permissions: Collection[str]) -> tuple[Step[S, A], ...]:
        """What a page may offer to somebody with these permissions."""
        return tuple(step for step in self.steps if step.origin is state and step.permission in permissions)

    def as_markdown(self) -> str:
        """The table for the documentation."""
        rows = [f"| `{step.origin}` | `{step.action}` | `{step.target}` | `{step.permission}` |" for step in self.steps]
        return "\n".join(["| from | action | to | permission |", "| --- | --- | --- | --- |", *rows]) + "\n"
