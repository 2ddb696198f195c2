"""The register of rules by name and version. A rule that changes gets a new version beside the old one: old decisions are taken again
with the code of their time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from core.ids import TypeID
from core.permissions import Perm
from core.programme import Programme

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.decisions.models import Decision

Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What a rule answers. `values`: plain values such as `criterion`, `needed`, `given`; `way_out` is a code that the room has words for."""

    result: str
    reason_code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    way_out: str = ""


Rule = Callable[[Inputs, Programme], Verdict]
R = TypeVar("R", bound=Rule)
_RULES: dict[str, dict[str, Rule]] = {}


def decides(name: str, version: str) -> Callable[[R], R]:
    """Registers a pure function as version `version` of the rule `name`; the highest one is in force, all others stay for replay."""

    def wrap(rule: R) -> R:
        versions = _RULES.setdefault(name, {})
        known = versions.get(version)
        if known is not None and (known.__module__, known.__qualname__) != (rule.__module__, rule.__qualname__):
            raise ValueError(f"version {version} of {name} is registered already; a changed rule needs a new version")
        versions[version] = rule
        return rule

    return wrap


def rule_in_force(name: str) -> tuple[str, Rule]:
    """Version and function that decide today."""
    version = max(_RULES[name], key=_order)
    return version, _RULES[name][version]


def rule_of(name: str, version: str) -> Rule | None:
    """The code of a version; None when it was thrown away."""
    return _RULES.get(name, {}).get(version)


def rules() -> dict[str, list[str]]:
    """Every rule with its versions, the oldest first."""
    return {name: sorted(versions, key=_order) for name, versions in sorted(_RULES.items())}


def _order(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdigit() else (0, version)


@dataclass(frozen=True)
class DecisionWords:
    """A decision in the reader's language. `criterion`, `given` and `needed` are empty where nothing failed."""

    result: str
    reason: str = ""
    criterion: str = ""
    given: str = ""
    needed: str = ""
    way_out: str = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class DecisionKind:
    """What pages need to know about the decisions of one rule. `negative` results can be appealed; paths hold `{id}`."""

    rule: str
    label: Any
    words: Callable[[Ctx, Decision], DecisionWords]
    subject: Callable[[Ctx, TypeID], str]
    prefix: str
    desk_path: str
    portal_path: str
    results: Mapping[str, Any] = field(default_factory=dict)
    negative: frozenset[str] = frozenset()
    raise_permission: str = ""

    @property
    def appeal_permission(self) -> str:
        """Whoever of the partner appeals, or reads an appeal, has this: it shows what the decision was about."""
        return self.raise_permission or str(Perm.APPEAL_RAISE)

    def path(self, object_id: str, *, partner: bool) -> str:
        return (self.portal_path if partner else self.desk_path).format(id=object_id)


_KINDS: dict[str, DecisionKind] = {}
Overturned = Callable[["Ctx", "Decision"], None]
_OVERTURNED: dict[str, Overturned] = {}


def declare_decision(kind: DecisionKind) -> None:
    _KINDS[kind.rule] = kind


def decision_kind(rule: str) -> DecisionKind:
    return _KINDS[rule]


def decision_kinds() -> list[DecisionKind]:
    return [_KINDS[name] for name in sorted(_KINDS)]


def on_overturned(rule: str) -> Callable[[Overturned], Overturned]:
    """Registers what an overturned decision of this rule means for its object; runs in the transaction of the appeal's decision."""

    def wrap(act: Overturned) -> Overturned:
        _OVERTURNED[rule] = act
        return act

    return wrap


def overturned(rule: str) -> Overturned | None:
    return _OVERTURNED.get(rule)
