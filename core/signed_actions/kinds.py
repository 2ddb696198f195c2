"""What a link can do: declared by the rooms, one entry per kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.ids import TypeID

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class ActionView:
    """What the person reads before the one button.

    `question` names the deed and its object, `consequence` says what it changes and whether that can be undone. `seen` is what
    the decision rests on, in no language (status, amount, revision): when it differs at the click, the page is shown again.
    `way_out` is the page in the hub where the same can be done signed in, with more choice.
    """

    question: str
    consequence: str
    button: str
    done: str
    seen: str
    way_out: str
    facts: Sequence[tuple[str, str]] = ()


Describe = Callable[["Ctx", TypeID, dict[str, Any]], ActionView]
#: `(ctx, object_id, params)`; with `takes_file` also the accepted document.
Act = Callable[..., None]


@dataclass(frozen=True)
class Action:
    """`permission` is all that the person holds while the link acts."""

    kind: str
    label: Any
    permission: str
    describe: Describe
    act: Act
    takes_file: bool = False


ACTIONS: dict[str, Action] = {}


def declare_action(kind: str, label: Any, permission: str, describe: Describe, act: Act, *, takes_file: bool = False) -> None:
    """Makes `kind` something a link can do. `label` is translatable and stands in the permission register and the guides.

    Both functions run as the person of the link with this one permission; they raise Refused where the deed is not possible now.
    """
    ACTIONS[kind] = Action(kind, label, str(permission), describe, act, takes_file)
