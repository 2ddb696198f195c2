"""An object store that answers 500, slowly, or a part: what was acknowledged is whole, what is not whole is refused, nothing half is named.

Own server and proxy on every set of engines: the fault is in between.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from core.ctx import SYSTEM
from core.database import Base, Database
from core.errors import Unavailable
from core.settings import load_settings
from core.storage import collect, get_object, put_object, put_stream, store_for, verify_objects
from tests.engines.faulting import FaultingProxy
from tests.engines.s3_server import S3Server

pytestmark = pytest.mark.slow
ROUNDS = 300 if os.environ.get("CHANNELPRESS_FULL") else 24


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    made = S3Server.started(tmp_path_factory.mktemp("s3"))
    yield made
    made.stop()


@pytest.fixture
def between(server: S3Server) -> Iterator[FaultingProxy]:
    made = FaultingProxy(server.port)
    yield made
    made.stop()


@pytest.fixture
def away(tmp_path: Path, server: S3Server, between: FaultingProxy) -> Iterator[Database]:
    from hub.rooms import registry

    registry()
    server.bucket("answers")
    made = Database(load_settings(server.environ("answers", between.endpoint), data_dir=tmp_path, secret_key="s" * 40))
    Base.metadata.create_all(made.engine)
    yield made
    made.dispose()


def _break(between: FaultingProxy, chance: Random) -> str:
    kind = chance.choice(["well", "500", "cut", "short answer", "short request", "slow"])
    if kind == "500":
        between.fail(500)
    elif kind == "cut":
        between.cut()
    elif kind == "short answer":
        between.shorten(down=chance.randrange(1, 60_000))
    elif kind == "short request":
        between.shorten(up=chance.randrange(1, 60_000))
    elif kind == "slow":
        between.shorten(wait_s=0.02)
    else:
        between.heal()
    return kind


def test_what_was_acknowledged_is_whole_whatever_the_store_answers(away: Database, between: FaultingProxy) -> None:
    chance, kept, counts = Random(8), dict[str, bytes](), Counter[str]()
    for number in range(ROUNDS):
        kind = _break(between, chance)
        content = chance.randbytes(chance.randrange(50_000, 90_000))
        try:
            with away.unit_of_work(SYSTEM) as ctx:
                if number % 2:
                    key = put_object(ctx, content, "application/pdf", public=False).key
                else:
                    key = put_stream(ctx, io.BytesIO(content), "application/pdf").key
            kept[key] = content
            counts[f"{kind}: kept"] += 1
        except Unavailable:
            counts[f"{kind}: refused"] += 1
        for known in list(kept)[-2:]:
            _read_whole_or_not_at_all(away, known, kept[known], counts)
    between.heal()
    with away.reading(SYSTEM) as ctx:
        assert all(get_object(ctx, key)[1] == content for key, content in kept.items())
    report = verify_objects(away)
    assert (report.faults, report.total) == ([], len(kept)), "no row without its bytes, no half object under a name"
    print(
        f"S3 answering wrongly: {ROUNDS} puts, {len(kept)} acknowledged and all whole; {dict(sorted(counts.items()))}; {report.strays} strays without a name"
    )
    assert counts["well: kept"] and counts["500: refused"] and counts["cut: refused"]


def _read_whole_or_not_at_all(database: Database, key: str, content: bytes, counts: Counter[str]) -> None:
    """NotFound is neither: an object that is there was called missing."""
    try:
        assert store_for(database.settings).get(key) == content, "a part was given for the whole"
        counts["read whole"] += 1
    except Unavailable:
        counts["read refused"] += 1


def test_a_collection_that_the_store_refuses_removes_no_row(away: Database, between: FaultingProxy) -> None:
    from datetime import timedelta

    with away.unit_of_work(SYSTEM) as ctx:
        key = put_object(ctx, b"unnamed", "application/pdf", public=False).key
    between.fail(500)
    with pytest.raises(Unavailable):
        collect(away, older_than=timedelta(0))
    between.heal()
    with away.reading(SYSTEM) as ctx:
        assert get_object(ctx, key)[1] == b"unnamed"
    done = collect(away, older_than=timedelta(0))
    assert done.removed - done.strays == 1
