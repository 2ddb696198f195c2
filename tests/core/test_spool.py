"""The spool keeps what it acknowledged, and nothing else, whatever is killed."""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spool import Batch, Spool, SpoolFull, SpoolReader
from core.spool import segment as segment_module
from core.spool.line import DamagedLine, decode, encode

NOW_MS = 1_772_442_000_000


def everything(folder: Path, chunk_bytes: int = 1 << 20) -> list[bytes]:
    """All payloads that a reader gets, in order."""
    payloads: list[bytes] = []
    for segment in SpoolReader(folder).segments():
        offset, finished = 0, False
        while not finished:
            chunk = segment.read(offset, chunk_bytes)
            payloads += [batch.payload for batch in chunk.batches]
            offset, finished = chunk.next_offset, chunk.finished
    return payloads


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**48), st.binary(max_size=300).map(lambda b: b.replace(b"\n", b"")))
def test_a_line_comes_back_as_it_went(batch_id: bytes, received_ms: int, payload: bytes) -> None:
    batch = Batch(batch_id, received_ms, payload)
    assert decode(encode(batch)) == batch


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    line = encode(Batch(bytes(16), NOW_MS, b'{"a":1}'))
    at = data.draw(st.integers(0, len(line) - 2))
    new = data.draw(st.integers(0, 255).filter(lambda value: value not in (line[at], 10)))
    changed = line[:at] + bytes([new]) + line[at + 1 :]
    try:
        assert decode(changed) == decode(line)  # upper-case hex is the same value
    except DamagedLine:
        pass


@given(st.binary(max_size=200))
def test_noise_is_refused_not_believed(noise: bytes) -> None:
    with pytest.raises(DamagedLine):
        decode(noise)


def test_a_line_end_in_the_payload_is_a_programming_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line end"):
        Spool(tmp_path, 1 << 20).append(b"a\nb", NOW_MS)


def test_what_was_appended_is_read_in_order_after_close(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1 << 20)
    payloads = [b"%d" % n for n in range(50)]
    ids = [spool.append(payload, NOW_MS) for payload in payloads]
    spool.close()
    assert everything(tmp_path, chunk_bytes=64) == payloads
    assert len(set(ids)) == 50
    assert all(batch_id[6] >> 4 == 7 and batch_id[15] == 0 for batch_id in ids)


def test_a_living_writers_open_file_is_left_alone_until_it_is_sealed(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1 << 20, segment_seconds=0.2)
    spool.append(b"x", NOW_MS)
    assert everything(tmp_path) == []
    deadline = time.monotonic() + 5
    while not (found := everything(tmp_path)):
        assert time.monotonic() < deadline, "an idle segment must be sealed by age"
        time.sleep(0.02)
    assert found == [b"x"]
    spool.close()


def test_segments_rotate_by_size(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1 << 20, segment_bytes=500, segment_seconds=60)
    for n in range(20):
        spool.append(b"y" * 100 + b"%d" % n, NOW_MS)
    spool.close()
    assert len(SpoolReader(tmp_path).segments()) >= 4
    assert len(everything(tmp_path)) == 20


def test_many_threads_share_syncs_and_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs = []

    def slow_sync(fd: int) -> None:
        syncs.append(fd)
        time.sleep(0.005)

    monkeypatch.setattr(segment_module.os, "fdatasync", slow_sync)
    spool = Spool(tmp_path, 1 << 20)
    threads = [threading.Thread(target=lambda n=n: [spool.append(b"%d/%d" % (n, i), NOW_MS) for i in range(20)]) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spool.close()
    assert sorted(everything(tmp_path)) == sorted(b"%d/%d" % (n, i) for n in range(16) for i in range(20))
    assert len(syncs) < 160, "at least two requests per sync on average"


def test_beyond_the_limit_it_refuses_and_recovers_after_draining(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000, segment_seconds=0.05)

    def fill() -> None:
        for _ in range(20):
            spool.append(b"z" * 100, NOW_MS)

    with pytest.raises(SpoolFull) as refusal:
        fill()
    assert refusal.value.retry_after > 0
    taken = 0
    deadline = time.monotonic() + 10
    while True:
        for segment in SpoolReader(tmp_path).segments():
            taken += len(segment.read(0).batches)
            segment.discard()
        try:
            spool.append(b"after", NOW_MS)
            break
        except SpoolFull:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    spool.close()
    assert taken >= 5
    assert everything(tmp_path)[-1] == b"after"


def test_a_full_disk_refuses_and_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path, 1 << 20)
    spool.append(b"before", NOW_MS)
    real_write = os.write

    def short_of_space(fd: int, block: bytes) -> int:
        if len(block) > 10:
            return real_write(fd, bytes(block)[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(segment_module.os, "write", short_of_space)
        with pytest.raises(SpoolFull, match="No space"):
            spool.append(b"lost", NOW_MS)
    spool.append(b"after", NOW_MS)
    spool.close()
    assert everything(tmp_path) == [b"before", b"after"]


def test_a_failed_sync_is_no_acknowledgement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path, 1 << 20)

    def broken(_fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(segment_module.os, "fdatasync", broken)
        with pytest.raises(SpoolFull, match="Input/output"):
            spool.append(b"lost", NOW_MS)
    spool.append(b"after", NOW_MS)
    spool.close()
    assert everything(tmp_path) == [b"after"]


def test_a_torn_last_line_is_dropped_and_a_damaged_one_put_aside(tmp_path: Path) -> None:
    good = encode(Batch(bytes(16), NOW_MS, b"good"))
    (tmp_path / "0a.open").write_bytes(good + good[:-9])
    (tmp_path / "0b.ready").write_bytes(good + good.replace(b"good", b"evil") + good)
    torn, damaged = SpoolReader(tmp_path).segments()
    assert [b.payload for b in torn.read(0).batches] == [b"good"]
    assert (torn.read(0).damaged, torn.read(0).finished) == (0, True)
    chunk = damaged.read(0)
    assert (len(chunk.batches), chunk.damaged) == (2, 1)
    damaged.discard(damaged=True)
    assert SpoolReader(tmp_path).backlog().damaged == 1
    assert [s.name for s in SpoolReader(tmp_path).segments()] == ["0a"]


def test_after_a_fork_the_child_writes_its_own_segment(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from core.spool import Spool\n"
        "s = Spool(Path(sys.argv[1]), 1 << 20, segment_seconds=60); s.append(b'parent', 1)\n"
        "pid = os.fork()\n"
        "s.append(b'child' if pid == 0 else b'parent2', 2)\n"
        "os._exit(0) if pid == 0 else os.waitpid(pid, 0)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=30)
    assert sorted(everything(tmp_path)) == [b"child", b"parent", b"parent2"]


WRITER = """
import sys, threading
from pathlib import Path
from core.spool import Spool
spool = Spool(Path(sys.argv[1]), 1 << 26, segment_seconds=0.03)
lock = threading.Lock()
def write(n):
    i = 0
    while True:
        spool.append(b"%d:%d" % (n, i), 1)
        with lock:
            sys.stdout.write(f"{n}:{i}\\n"); sys.stdout.flush()
        i += 1
for n in range(6):
    threading.Thread(target=write, args=(n,)).start()
"""


@pytest.mark.parametrize("seed", range(6))
def test_sigkill_loses_nothing_acknowledged_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    try:
        writer.stdout.readline()
        time.sleep(random.Random(seed).uniform(0.01, 0.25))
    finally:
        writer.send_signal(signal.SIGKILL)
    acknowledged = writer.stdout.read().split()
    writer.wait()
    writer.stdout.close()
    found = everything(tmp_path)
    assert len(found) == len(set(found))
    assert set(acknowledged) <= set(found)


def test_a_folder_that_is_gone_refuses_and_is_used_again_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "events"
    spool = Spool(folder, 1 << 20, segment_seconds=0.05)
    spool.append(b"before", NOW_MS)
    shutil.rmtree(folder)
    time.sleep(1.2)  # past the time between two measurements, so that the thread has met the gap
    with pytest.raises(SpoolFull, match="disk refused"):
        spool.append(b"lost", NOW_MS)
    folder.mkdir()
    spool.append(b"after", NOW_MS)
    spool.close()
    assert everything(folder) == [b"after"]
