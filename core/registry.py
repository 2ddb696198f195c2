"""What the rooms hand to `hub` at start: blueprints, permissions, navigation, slots, commands, public formats."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import click
from flask import Blueprint

from core.ctx import Actor, Ctx


@dataclass(frozen=True)
class NavItem:
    """One entry of the portal's or the desk's navigation; shown to whoever has the permission."""

    face: str
    key: str
    label: Any
    endpoint: str
    permission: str
    order: int
    icon: str = ""


@dataclass(frozen=True)
class GovernanceCard:
    """One page about how the hub itself is run; `key` marks it in the list beside each of these pages."""

    key: str
    label: Any
    hint: Any
    endpoint: str
    permission: str
    order: int
    icon: str = ""


@dataclass
class Registry:
    """Filled by each room's `register(registry)`, read by `hub`."""

    blueprints: list[Blueprint] = field(default_factory=list)
    permissions: set[str] = field(default_factory=set)
    nav_items: list[NavItem] = field(default_factory=list)
    slots: dict[str, list[Callable[..., str]]] = field(default_factory=dict)
    governance: list[GovernanceCard] = field(default_factory=list)
    commands: list[click.Command] = field(default_factory=list)
    doors: list[Callable[[Ctx, Actor], bool]] = field(default_factory=list)

    def blueprint(self, blueprint: Blueprint) -> None:
        self.blueprints.append(blueprint)

    def declare(self, kind: type[enum.StrEnum]) -> None:
        """Declares a room's permissions."""
        self.permissions.update(str(member) for member in kind)

    def nav(self, face: str, key: str, label: Any, endpoint: str, permission: str, order: int, icon: str = "") -> None:
        """`face` is `portal` or `desk`; `order` follows the job (interface.md)."""
        self.nav_items.append(NavItem(face, key, label, endpoint, str(permission), order, icon))

    def govern(self, key: str, label: Any, hint: Any, endpoint: str, permission: str, order: int, icon: str = "") -> None:
        """Adds a page below the desk's Governance; `hint` says in one sentence what it is good for."""
        self.governance.append(GovernanceCard(key, label, hint, endpoint, str(permission), order, icon))

    def slot(self, name: str, fill: Callable[..., str]) -> None:
        """Adds a part of a higher room to a page of a lower one; `fill(**values)` returns rendered HTML."""
        self.slots.setdefault(name, []).append(fill)

    def door(self, may_enter: Callable[[Ctx, Actor], bool]) -> None:
        """Adds a question asked at every private request of a signed-in person: False, and nobody is signed in."""
        self.doors.append(may_enter)

    def command(self, command: click.Command) -> None:
        self.commands.append(command)
