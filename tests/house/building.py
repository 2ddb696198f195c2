"""What the walkers walk over: the files git knows, and the rooms by floor."""

from __future__ import annotations

import fnmatch
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
#: Top-level packages from the ground floor up; a room imports lower ones only.
FLOORS = (
    ("core",),
    ("partners",),
    ("enablement",),
    ("syndication",),
    ("cobranding",),
    ("feeds", "embed_widget"),
    ("engagement",),
    ("deals",),
    ("mdf",),
    ("hub",),
)
ROOMS = tuple(room for floor in FLOORS for room in floor)
VENDORED = ("migrations/versions/", "core/static/core/vendor/", "core/static/core/fonts/", "embed_widget/static/embed_widget/frozen/")


@lru_cache(maxsize=1)
def _tracked() -> tuple[str, ...]:
    if (ROOT / ".git").exists():
        listing = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    else:
        listing = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
    kept = (path for path in listing if (ROOT / path).is_file())
    return tuple(sorted(path for path in kept if not path.startswith((".venv/", "var/"))))


def our_files(*patterns: str) -> list[str]:
    """Tracked files of our own writing whose name matches one of the patterns."""
    chosen = [path for path in _tracked() if any(fnmatch.fnmatch(path.rpartition("/")[2], pattern) for pattern in patterns)]
    return [path for path in chosen if not path.startswith(VENDORED) and ".min." not in path and not path.endswith("/v1.js")]


def python_files(*, with_tests: bool = False) -> list[str]:
    """Product modules, and the tests' where asked; generated migrations are nobody's writing."""
    skipped = ("migrations/versions/",) if with_tests else ("migrations/", "tests/", "benchmarks/")
    return [path for path in our_files("*.py") if not path.startswith(skipped)]
