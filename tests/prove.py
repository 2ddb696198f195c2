"""`python -m tests.prove FOLDER [PATH …]`: the tests with their full counts, and what they printed, as pages of docs/proof.

With paths only these run, and only their rows are renewed: each row says when it was seen. Environment variable PROVE_ENGINES
(`embedded servers` by default) chooses the sets of engines.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
ENGINES = {"embedded": ("SQLite and folders", "tests.md"), "servers": ("PostgreSQL, Redis and S3", "tests-on-servers.md")}
#: A row of the page: the test's name, its result, the day, what it printed.
_ROW = re.compile(r"\| `(?P<name>[^`]+)` \| (?:passed|\*\*failed\*\*) \| \d{4}-\d\d-\d\d \| .* \|")


def main(folder: Path, paths: list[str]) -> int:
    """pytest's own exit status; the pages are written in either case."""
    folder.mkdir(parents=True, exist_ok=True)
    return max(_prove(folder, engines, paths) for engines in os.environ.get("PROVE_ENGINES", "embedded servers").split())


def _prove(folder: Path, engines: str, paths: list[str]) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        options = ["-m", "slow or shared", f"--junitxml={report}", "-o", "junit_logging=system-out", "-o", "timeout=7200"]
        env = {**os.environ, "CHANNELPRESS_FULL": "1", "CHANNELPRESS_TEST_ENGINES": engines}
        status = subprocess.run([sys.executable, "-m", "pytest", *options, *paths], cwd=ROOT, env=env, check=False).returncode
        seen = _rows(report)
    title, name = ENGINES[engines]
    page = folder / name
    kept = {} if not paths or not page.exists() else {row["name"]: row[0] for row in _ROW.finditer(page.read_text(encoding="utf-8"))}
    page.write_text(_page(title, kept | seen), encoding="utf-8")
    return status


def _rows(report: Path) -> dict[str, str]:
    rows = {}
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("skipped") is not None:
            continue
        bad = case.find("failure") is not None or case.find("error") is not None
        printed = " ".join((case.findtext("system-out") or "").split()).replace("|", "/")[:800]
        name = f"{case.get('classname', '').rpartition('.')[2]}: {case.get('name', '').replace('|', '/').replace('`', '')}"
        rows[name] = f"| `{name}` | {'**failed**' if bad else 'passed'} | {datetime.now(UTC):%Y-%m-%d} | {printed} |"
    return rows


def _page(engines: str, rows: dict[str, str]) -> str:
    failed = sum("| **failed** |" in row for row in rows.values())
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    head = [f"# Tests with their full counts: {engines}", "", f"*{machine}.* {len(rows)} tests, {failed} failed.", ""]
    return "\n".join([*head, "| test | result | seen on | counts |", "| --- | --- | --- | --- |", *(rows[name] for name in sorted(rows))]) + "\n"


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2:]))
