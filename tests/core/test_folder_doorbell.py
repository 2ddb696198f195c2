"""The embedded doorbell under many hands: no message is read half-written, and an unreadable one stops nobody."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue

from core import folder_doorbell

QUEUE = "channelpress"
BELLS = Queue(QUEUE, Exchange(QUEUE), routing_key=QUEUE)


@pytest.fixture(autouse=True)
def nothing_bound() -> None:
    """kombu remembers for the whole process what it has bound, whatever the folder."""
    folder_doorbell.Transport.global_state.clear()


def _connect(folder: Path) -> Connection:
    folder_doorbell.install()
    box, control = folder / "doorbell", folder / "doorbell-control"
    box.mkdir(exist_ok=True)
    options = {"data_folder_in": str(box), "data_folder_out": str(box), "control_folder": str(control)}
    return Connection("filesystem://localhost", transport_options=options)


def test_many_ringers_and_one_listener_lose_nothing(tmp_path: Path) -> None:
    ringers, bells = 6, 40

    def ring(number: int) -> None:
        with _connect(tmp_path) as connection, connection.SimpleQueue(BELLS) as queue:
            for bell in range(bells):
                queue.put({"bell": f"{number}/{bell}"})

    threads = [threading.Thread(target=ring, args=(number,)) for number in range(ringers)]
    heard = set()
    with _connect(tmp_path) as connection, connection.SimpleQueue(BELLS) as queue:
        for thread in threads:
            thread.start()
        for _ in range(ringers * bells):
            message = queue.get(timeout=20)
            heard.add(message.payload["bell"])
            message.ack()
    for thread in threads:
        thread.join()
    assert len(heard) == ringers * bells


def test_an_unreadable_bell_is_a_lost_bell(tmp_path: Path) -> None:
    with _connect(tmp_path) as connection, connection.SimpleQueue(BELLS) as queue:
        queue.put({"bell": 1})
        (tmp_path / "doorbell" / f"0_broken.{QUEUE}.msg").write_text("")
        (tmp_path / "doorbell" / f"1_broken.{QUEUE}.msg").write_text('{"half')
        assert queue.get(timeout=5).payload == {"bell": 1}
        with pytest.raises(queue.Empty):
            queue.get(timeout=0.2)


def test_an_empty_table_of_bindings_is_written_anew(tmp_path: Path) -> None:
    control = tmp_path / "doorbell-control"
    control.mkdir()
    (control / f"{QUEUE}.exchange").write_text("")
    with _connect(tmp_path) as connection, connection.SimpleQueue(BELLS) as queue:
        queue.put({"bell": 2})
        assert queue.get(timeout=5).payload == {"bell": 2}
