"""The commands of whoever answers persons: what is shown is what is done, and a copy is nobody else's file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.accounts import User
from core.audit import history
from core.ctx import SYSTEM
from core.database import Database
from core.ids import TypeID
from core.jobs import run_until_idle
from hub.cli import main
from hub.cli import privacy as commands
from tests.conftest import Cast

OLD = "wim.before@kestrel.example"


@pytest.fixture(autouse=True)
def this_hub(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "_database", lambda: database)


def _call(*words: str) -> Result:
    return CliRunner().invoke(main, ["privacy", *words])


def _account(database: Database, user_id: TypeID | None) -> User:
    with database.reading(SYSTEM) as ctx:
        row = ctx.session.get_one(User, user_id)
        ctx.session.expunge(row)
    return row


def test_an_account_that_is_named_is_erased_whatever_its_address_is_now(database: Database, cast: Cast) -> None:
    """Who asks under an address of long ago is not told "Erased" while the account stays."""
    result = _call("erase", OLD, "--user", str(cast["wim"].user_id), "--yes")
    assert result.exit_code == 0, result.output
    assert "core_user" in result.output
    run_until_idle(database)
    row = _account(database, cast["wim"].user_id)
    assert (row.active, row.name[:7], row.email.endswith("@erased.invalid")) == (False, "erased-", True)
    assert row.name in result.output, "one pseudonym, and the one that was named"


def test_a_namesake_of_the_account_keeps_their_name(database: Database, cast: Cast) -> None:
    """Names that were found on the way are not looked for as if the person had said them: the preview did not show those rows."""
    with database.unit_of_work(SYSTEM) as ctx:
        ctx.session.get_one(User, cast["ruben"].user_id).name = "Wim"
        ctx.audit("tests.thing.changed", "thing", reason="Wim from the vendor has looked at it")
    assert _call("erase", cast["wim"].email, "--yes").exit_code == 0
    run_until_idle(database)
    assert _account(database, cast["ruben"].user_id).name == "Wim"
    with database.reading(SYSTEM) as ctx:
        assert history(ctx, "thing")[0].reason == "Wim from the vendor has looked at it"


def test_a_dry_run_and_a_no_change_nothing(database: Database, cast: Cast) -> None:
    assert "core_user" in _call("erase", cast["wim"].email, "--dry-run").output
    assert _call("erase", cast["wim"].email).exit_code == 1
    assert _account(database, cast["wim"].user_id).active


@pytest.mark.parametrize("user", ["wim", "org_01h455vb4pex5vsknk084sn02q"])
def test_an_account_that_is_none_is_wrong_usage(user: str) -> None:
    assert _call("erase", OLD, "--user", user).exit_code == 2


def test_a_copy_can_be_read_by_nobody_else_from_the_first_byte_on(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    file, before = tmp_path / "copy.zip", os.umask(0)
    try:
        assert _call("export", cast["wim"].email, "-o", str(file)).exit_code == 0
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600
    assert _call("export", cast["wim"].email, "-o", str(file)).exit_code == 2
