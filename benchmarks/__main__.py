"""`python -m benchmarks [suite …] [--full] [--proof FOLDER]`: run suites, write docs/performance.md and the results as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.report import write_section

#: A suite is a module `benchmarks.<name>` with SECTION, run(full, say) and table(result).
SUITES = ("feeds", "collector", "kernel")
ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Exit status 0 when every suite ran."""
    present = [name for name in SUITES if find_spec(f"benchmarks.{name}")]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="suite", help=f"of {', '.join(present)}; without one all")
    parser.add_argument("--full", action="store_true", help="the counts of the acceptance lines")
    parser.add_argument("--proof", type=Path, help="folder that also gets the results as JSON with date and machine")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.suites if name not in present]
    if unknown:
        parser.error(f"unknown suite: {', '.join(unknown)}")
    for name in asked.suites or present:
        suite = import_module(f"benchmarks.{name}")
        result = suite.run(asked.full, _say)
        write_section(ROOT / "docs" / "performance.md", suite.SECTION, suite.table(result), _stamp(asked.full))
        if asked.proof:
            _keep(asked.proof / f"benchmark-{name}.json", result, asked.full)
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _stamp(full: bool) -> str:
    """When and where; the load says how far to trust the figures (ratios of CPU time suffer least)."""
    counts = "full counts" if full else "short run"
    machine = f"{os.cpu_count()} cores, load average {os.getloadavg()[1]:.1f} over five minutes"
    return f"{datetime.now(UTC):%Y-%m-%d}, {counts}, {platform.machine()}, {machine}, Python {platform.python_version()}"


def _keep(path: Path, result: dict[str, Any], full: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"run": _stamp(full), "result": result}, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
