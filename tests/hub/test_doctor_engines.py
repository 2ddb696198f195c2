"""The doctor tries every engine that is set, and names the setting to look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.settings import Settings
from hub.engine_findings import doorbell, store
from tests.engines import switch
from tests.engines.processes import free_port


def test_the_engines_of_this_run_are_well(settings: Settings) -> None:
    assert store(settings).level == "ok"
    assert doorbell(settings).level == "ok"


def test_the_probe_leaves_nothing_behind(settings: Settings) -> None:
    store(replace(settings, object_store="folder"))
    assert [path for path in (settings.data_dir / "objects").rglob("*") if path.is_file()] == []


@pytest.mark.servers
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"s3_secret_key": "wrong"}, "S3_SECRET_KEY"),
        ({"s3_bucket": "nowhere"}, "S3_BUCKET"),
        ({"s3_endpoint": f"http://127.0.0.1:{free_port()}"}, "S3_ENDPOINT"),
    ],
)
def test_a_store_that_refuses_is_bad_and_the_setting_is_named(settings: Settings, changed: dict[str, str], named: str) -> None:
    s3 = switch.servers().s3
    s3.bucket("doctor")
    keys = {name.removeprefix("CHANNELPRESS_").lower(): value for name, value in s3.environ("doctor").items()}
    found = store(replace(settings, **{**keys, **changed}))
    assert found.level == "bad"
    assert named in found.fix


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_doorbell_that_does_not_answer_is_a_warning_without_its_password(settings: Settings, scheme: str) -> None:
    found = doorbell(replace(settings, broker_url=f"{scheme}://user:geheim@127.0.0.1:{free_port()}/0"))
    assert found.level == "warn"
    assert "geheim" not in found.what + found.fix
    assert "BROKER_URL" in found.fix
