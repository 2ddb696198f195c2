"""The people who fill in forms; wholly invented."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Enquirer:
    name: str
    email: str
    company: str
    message: str


@cache
def enquirers() -> dict[str, list[Enquirer]]:
    """By language."""
    told = tomllib.loads(files(__package__).joinpath("enquiries.toml").read_text(encoding="utf-8"))
    return {language: [Enquirer(**row) for row in rows] for language, rows in told.items()}
