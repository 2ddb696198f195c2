"""`python -m tests.prove FOLDER`: the tests with their full counts, and what they printed, as a page of docs/proof."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
ENGINES = {"embedded": "SQLite and folders", "servers": "PostgreSQL, Redis and S3"}


def main(folder: Path) -> int:
    """pytest's own exit status; the page is written in either case."""
    folder.mkdir(parents=True, exist_ok=True)
    statuses = []
    for engines, name in (("embedded", "tests.md"), ("servers", "tests-on-servers.md")):
        with tempfile.TemporaryDirectory() as scratch:
            report = Path(scratch) / "report.xml"
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-m",
                "slow or shared",
                f"--junitxml={report}",
                "-o",
                "junit_logging=system-out",
                "-o",
                "timeout=7200",
            ]
            env = {**os.environ, "CHANNELPRESS_FULL": "1", "CHANNELPRESS_TEST_ENGINES": engines}
            statuses.append(subprocess.run(command, cwd=ROOT, env=env, check=False).returncode)
            suite = ElementTree.parse(report).getroot().find("testsuite")
        assert suite is not None
        (folder / name).write_text(_page(suite, ENGINES[engines]), encoding="utf-8")
    return max(statuses)


def _page(suite: ElementTree.Element, engines: str) -> str:
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    stamp = f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        f"# Tests with their full counts: {engines}",
        "",
        f"*{stamp}.* {suite.get('tests')} tests, {failed} failed.",
        "",
        "| test | result | seen |",
        "| --- | --- | --- |",
    ]
    for case in suite.findall("testcase"):
        bad = case.find("failure") is not None or case.find("error") is not None
        seen = " ".join((case.findtext("system-out") or "").split()).replace("|", "/")[:800]
        lines.append(f"| {case.get('name')} | {'**failed**' if bad else 'passed'} | {seen} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
