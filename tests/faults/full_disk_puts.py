"""`python -m tests.faults.full_disk_puts FOLDER ROUNDS SEED`: puts objects while the disk of this process is full now and then.

Ends with one line of JSON: what was acknowledged (key and SHA-256 of the bytes), and how often it was kept or refused under which limit.
A refusal is one that a person is told as 503; anything else ends the program.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.conflicts import is_away
from core.ctx import SYSTEM
from core.database import Database
from core.errors import Unavailable
from core.settings import load_settings
from core.storage import put_object, put_stream
from hub.rooms import registry

MIB = 2**20
#: Bytes that a file may have: any; enough for the database and small objects; nothing more at all.
LIMITS = {"well": resource.RLIM_INFINITY, "large ones do not fit": 6 * MIB, "nothing fits": 0}


def main(folder: Path, rounds: int, seed: int) -> None:
    registry()
    database, chance = Database(load_settings({}, data_dir=folder, secret_key="s" * 40)), random.Random(seed)
    kept: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for number in range(rounds):
        content = chance.randbytes(64) + bytes([number % 251]) * chance.choice((200, 5_000, 300_000, 7 * MIB))
        mood, put = chance.choice(list(LIMITS)), chance.choice((_whole, _streamed))
        try:
            with _limit(LIMITS[mood]):
                key = put(database, content)
        except Exception as error:
            if not (isinstance(error, Unavailable) or is_away(error)):
                raise
            counts[f"{mood}: refused"] += 1
        else:
            kept[key] = hashlib.sha256(content).hexdigest()
            counts[f"{mood}: kept"] += 1
    database.dispose()
    print(json.dumps({"kept": kept, "counts": counts}))


@contextmanager
def _limit(bytes_of_a_file: int) -> Iterator[None]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_of_a_file, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _whole(database: Database, content: bytes) -> str:
    with database.unit_of_work(SYSTEM) as ctx:
        return put_object(ctx, content, "application/pdf").key


def _streamed(database: Database, content: bytes) -> str:
    with database.unit_of_work(SYSTEM) as ctx:
        return put_stream(ctx, io.BytesIO(content), "application/pdf", public=True).key


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
