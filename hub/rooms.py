"""The rooms of the house, from the ground floor up, and what they register."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from core import tables
from core.permissions import Perm
from core.registry import Registry
from hub import roles

#: Named so that the imports are no accident: the kernel's tables, and which role holds what.
KERNEL_TABLES = tables
TOLD_ROLES = roles
ROOMS = ("partners", "enablement", "syndication", "cobranding", "feeds", "embed_widget", "engagement", "deals", "mdf")


@lru_cache(maxsize=1)
def registry() -> Registry:
    """Filled once per process; importing a room also declares its tables, jobs and subscribers."""
    filled = Registry()
    filled.declare(Perm)
    for part in ("kernel", "activities", "keeping"):
        import_module(f"core.privacy.{part}")
    for name in (*ROOMS, "hub.pages"):
        module = import_module(name)
        if hasattr(module, "register"):
            module.register(filled)
        if find_spec(f"{name}.privacy") is not None:
            import_module(f"{name}.privacy")  # which of the room's columns hold personal data
    return filled
