"""The command line: complete help, errors on standard error, exit 1 for expected ones and 2 for wrong usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.cli import main
from tests.engines.switch import engines_of

STABLE = {"up", "migrate", "demo", "import", "publish", "withdraw", "addresses", "clock", "audit", "doctor"}


@pytest.fixture
def folder(tmp_path: Path, own_engines: object) -> Path:
    assert _call(tmp_path / "var", "migrate").exit_code == 0
    return tmp_path / "var"


def _call(folder: Path, *words: str, **environ: str) -> Result:
    return CliRunner().invoke(main, list(words), env={"DATA_DIR": str(folder), "PORT": "8123", **engines_of(folder), **environ})


def test_every_command_has_help() -> None:
    assert set(main.commands) >= STABLE
    for name, command in main.commands.items():
        assert command.help, name
        assert len(command.help) > 15, name


def test_addresses_have_their_stable_keys(folder: Path) -> None:
    found = json.loads(_call(folder, "addresses", "--json").stdout)
    assert set(found) == {"hub", "people", "placements", "landing_pages", "partner_sites"}
    assert found["hub"] == "http://127.0.0.1:8123"


def test_importing_a_folder_reports_by_file_and_line(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "stories"
    source.mkdir()
    (source / "good.md").write_text("---\ntitle: Good\nlang: en\n---\nText.\n")
    (source / "bad.md").write_text("---\ntitle: Bad\nlang: en\ndate: 2025-02-30\n---\nText.\n")
    result = _call(folder, "import", str(source))
    assert result.exit_code == 0, result.output
    assert "created 1" in result.stdout
    assert "bad.md:4" in result.stderr
    assert _call(folder, "import", "--strict", str(source)).exit_code == 1


def test_what_does_not_exist_is_an_expected_error(folder: Path) -> None:
    for words in (("publish", "nothing", "--to", "nowhere"), ("withdraw", "nothing", "--reason", "test")):
        result = _call(folder, *words)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert "Refused" in result.stderr


@pytest.mark.parametrize(
    "words",
    [("publish", "x"), ("import", "/does/not/exist"), ("clock", "+14d"), ("demo",), ("nonsense",)],
)
def test_wrong_usage_is_exit_2(folder: Path, words: tuple[str, ...]) -> None:
    assert _call(folder, *words, CHANNELPRESS_DEMO="0").exit_code == 2


def test_the_clock_of_a_demo_moves_and_comes_back(folder: Path) -> None:
    assert "+14.00 days" in _call(folder, "clock", "+14d", CHANNELPRESS_DEMO="1").stdout
    assert "+13.00 days" in _call(folder, "clock", "-24h", CHANNELPRESS_DEMO="1").stdout
    assert "+0.00 days" in _call(folder, "clock", "reset", CHANNELPRESS_DEMO="1").stdout
    assert _call(folder, "clock", "tomorrow", CHANNELPRESS_DEMO="1").exit_code == 2


def test_the_audit_log_of_a_fresh_hub_verifies(folder: Path) -> None:
    result = _call(folder, "audit", "verify")
    assert result.exit_code == 0
    assert "The chain holds" in result.stdout


def test_a_wrong_setting_is_named(folder: Path) -> None:
    result = _call(folder, "addresses", CHANNELPRESS_SECRET_KEY="short")
    assert result.exit_code == 1
    assert "CHANNELPRESS_SECRET_KEY" in result.stderr


def test_the_doctor_says_what_to_do(folder: Path) -> None:
    result = _call(folder, "doctor")
    assert "up to date" in result.stdout
    assert "make run" in result.stdout
