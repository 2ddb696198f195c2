"""The wheel carries everything: installed into an empty environment it migrates, says its addresses and finds its files."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def _run(*command: str | Path, cwd: Path, **environ: str) -> str:
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "DATA_DIR")}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**clean, **environ}, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_wheel_migrates_in_an_empty_environment(tmp_path: Path) -> None:
    source = tmp_path / "source"
    _run("git", "clone", "--quiet", ROOT, source, cwd=tmp_path)
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path / "wheels", source, cwd=tmp_path)
    wheel = next((tmp_path / "wheels").glob("channelpress-*.whl"))
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", ROOT / "requirements.lock", cwd=tmp_path)
    _run(python, "-m", "pip", "install", "--quiet", "--no-deps", wheel, cwd=tmp_path)
    command = tmp_path / "env" / "bin" / "channelpress"
    data = str(tmp_path / "var")
    assert "up to date" in _run(command, "migrate", cwd=tmp_path, DATA_DIR=data)
    assert '"hub"' in _run(command, "addresses", "--json", cwd=tmp_path, DATA_DIR=data)
    probe = (
        "from hub.app import build_database, create_flask; from core.settings import load_settings;"
        "app = create_flask(build_database(load_settings())); client = app.test_client();"
        "print(client.get('/auth/sign-in', headers={'Accept-Language': 'de'}).text, client.get('/embed/v1.js').status_code)"
    )
    page = _run(python, "-c", probe, cwd=tmp_path, DATA_DIR=data)
    assert "Anmelden" in page
    assert page.rstrip().endswith("200")
