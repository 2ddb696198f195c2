"""The states of an asset (requirements, section 6) as one table: services go through it, pages ask it which buttons to show."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import Refused
from core.i18n import gettext as _
from syndication.permissions import Perm


class AssetStatus(StrEnum):
    """`embargoed` is no state of its own: it is `approved` with a `publish_at` that lies ahead."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done to an asset's state."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """What the guards look at."""

    now: datetime
    localizations: int
    publish_at: datetime | None = None
    reason: str = ""


Guard = Callable[[AssetFacts], str | None]


def _always(facts: AssetFacts) -> str | None:
    return None


def _has_text(facts: AssetFacts) -> str | None:
    return None if facts.localizations else "no_text"


def _embargo_over(facts: AssetFacts) -> str | None:
    if facts.publish_at is not None and facts.publish_at > facts.now:
        return "embargoed"
    return _has_text(facts)


def _reason_given(facts: AssetFacts) -> str | None:
    return None if facts.reason.strip() else "reason_missing"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed step. `guard` answers None or the code of its refusal."""

    origin: AssetStatus
    action: Action
    target: AssetStatus
    permission: Perm
    guard: Guard = _always


S = AssetStatus
TABLE: tuple[Transition, ...] = (
    Transition(S.DRAFT, Action.SUBMIT, S.IN_REVIEW, Perm.ASSET_EDIT, _has_text),
    Transition(S.IN_REVIEW, Action.RETURN, S.DRAFT, Perm.ASSET_REVIEW, _reason_given),
    Transition(S.IN_REVIEW, Action.APPROVE, S.APPROVED, Perm.ASSET_REVIEW, _has_text),
    Transition(S.APPROVED, Action.RETURN, S.DRAFT, Perm.ASSET_REVIEW, _reason_given),
    Transition(S.APPROVED, Action.PUBLISH, S.PUBLISHED, Perm.ASSET_PUBLISH, _embargo_over),
    Transition(S.PUBLISHED, Action.EXPIRE, S.EXPIRED, Perm.ASSET_WITHDRAW),
    Transition(S.PUBLISHED, Action.WITHDRAW, S.WITHDRAWN, Perm.ASSET_WITHDRAW, _reason_given),
    Transition(S.EXPIRED, Action.REOPEN, S.DRAFT, Perm.ASSET_EDIT),
    Transition(S.WITHDRAWN, Action.REOPEN, S.DRAFT, Perm.ASSET_EDIT),
)


def actions_for(status: AssetStatus, permissions: Collection[str]) -> tuple[Transition, ...]:
    """The steps that this status and these permissions allow; guards are asked when the step is taken."""
    return tuple(step for step in TABLE if step.origin is status and step.permission in permissions)


def next_status(status: AssetStatus, action: Action, facts: AssetFacts) -> AssetStatus:
    """The state after the action. Refused with a code when the table or a guard says no."""
    for step in TABLE:
        if step.origin is status and step.action is action:
            code = step.guard(facts)
            if code is not None:
                raise Refused(code, refusal_text(code))
            return step.target
    raise Refused("not_possible_now", refusal_text("not_possible_now"))


def steps_to(target: AssetStatus, status: AssetStatus, permissions: Collection[str]) -> tuple[Transition, ...]:
    """The shortest allowed path to a state, empty when already there; Refused when these permissions find none.

    A channel marketer who may review and publish does both with one click; each step is still taken and recorded.
    """
    paths: deque[tuple[Transition, ...]] = deque([()])
    seen = {status}
    while paths:
        path = paths.popleft()
        here = path[-1].target if path else status
        if here is target:
            return path
        for step in actions_for(here, permissions):
            if step.target not in seen:
                seen.add(step.target)
                paths.append((*path, step))
    raise Refused("not_possible_now", refusal_text("not_possible_now"))


def whose_turn(status: AssetStatus) -> str:
    """`editor`, `reviewer`, `publisher`, or `nobody`: who has to act next."""
    turns = {
        AssetStatus.DRAFT: "editor",
        AssetStatus.IN_REVIEW: "reviewer",
        AssetStatus.APPROVED: "publisher",
    }
    return turns.get(status, "nobody")


def refusal_text(code: str) -> str:
    """The sentence for a refusal code: what is missing and what to do."""
    texts = {
        "no_text": _("This asset has no text yet. Add a localization first."),
        "embargoed": _("This asset is under embargo. It can be published when the embargo ends."),
        "reason_missing": _("Say why: the reason is kept with the asset."),
        "not_possible_now": _("This is not possible in the present state of the asset."),
    }
    return texts[code]


def permission_for(status: AssetStatus, action: Action) -> Perm:
    """What is needed to take this step; Refused when the table does not have it."""
    for step in TABLE:
        if step.origin is status and step.action is action:
            return step.permission
    raise Refused("not_possible_now", refusal_text("not_possible_now"))


def as_markdown() -> str:
    """The table of docs/asset-states.md (`python -m syndication.rules.asset_states`); a test fails when it is stale."""
    rows = ["| from | action | to | permission | only if |", "| --- | --- | --- | --- | --- |"]
    for step in TABLE:
        guard = step.guard.__name__.strip("_").replace("_", " ")
        rows.append(f"| {step.origin} | {step.action} | {step.target} | `{step.permission}` | {guard} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write("# States of an asset\n\n" + as_markdown())
