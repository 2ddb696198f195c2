"""The rooms of the house, from the ground floor up, and what they register."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from core import tables
from core.permissions import Perm
from core.registry import Registry

#: Named so that the import of the kernel's tables is no accident.
KERNEL_TABLES = tables
ROOMS = ("partners", "enablement", "syndication", "cobranding", "feeds", "embed_widget", "engagement", "deals", "mdf")


@lru_cache(maxsize=1)
def registry() -> Registry:
    """Filled once per process; importing a room also declares its tables, jobs and subscribers."""
    filled = Registry()
    filled.declare(Perm)
    for name in (*ROOMS, "hub.pages"):
        module = import_module(name)
        if hasattr(module, "register"):
            module.register(filled)
    return filled
