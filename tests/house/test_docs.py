"""The docs follow the code: settings, commands, glossary, and links that lead somewhere."""

from __future__ import annotations

import re

import pytest

from hub.cli import main
from tests.house.building import ROOT, our_files

PAGES = [path for path in our_files("*.md") if path.count("/") <= 2]


@pytest.mark.parametrize("path", PAGES)
def test_links_lead_somewhere(path: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.S)
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    missing = [target for target in targets if "://" not in target and not (ROOT / path).parent.joinpath(target).exists()]
    assert missing == []


def test_the_readme_names_every_command_a_person_types() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        assert command.hidden or name == "reset" or f"`{name}" in text, name
    for target in ("run", "test", "check", "prove", "bench", "reset"):
        assert f"`{target}`" in text or f"`make {target}`" in text, target


def test_make_alone_lists_what_the_readme_promises() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "check", "prove", "bench", "reset"):
        assert re.search(rf"^{target}:.*## \w", makefile, flags=re.M), target


def test_the_glossary_knows_every_event() -> None:
    from core.events import EVENTS
    from hub.rooms import registry

    registry()
    text = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert [name for name in EVENTS if f"`{name}`" not in text] == []


def test_every_job_has_a_queue_and_a_name_of_its_room() -> None:
    from core.jobs import JOBS
    from hub.rooms import ROOMS, registry

    registry()
    for kind in JOBS.values():
        assert kind.queue
        assert kind.name.partition(".")[0] in {"core", *ROOMS, "hub", "tests"}, kind.name


def test_nothing_names_a_machine() -> None:
    """No path of somebody's machine in any text of ours."""
    pattern = re.compile(r"/(?:home|Users|root|work)/[a-z]")
    found = [
        path
        for path in our_files("*.py", "*.md", "*.toml", "*.html", "*.js", "Makefile", "run", "newcomer")
        if pattern.search((ROOT / path).read_text(encoding="utf-8")) and path != "tests/house/test_docs.py"
    ]
    assert found == []
