"""The one Celery application: a doorbell with a worker behind it.

`make_celery` is given a function that builds the composed `Database`, so that a worker process has the same wiring as
the web. Task messages carry a job id and nothing else.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from billiard import active_children
from celery import Celery
from celery.signals import worker_process_init, worker_shutting_down

from core import folder_doorbell
from core.database import Database
from core.jobs import Bells, answer, running
from core.jobs.running import interrupt
from core.settings import Settings

log = logging.getLogger("channelpress.jobs")
TASK = "core.run_job"
#: The broker's own queues, one for each of ours: an import that waits or runs keeps nobody's recall waiting.
BROKER_QUEUES = {"urgent": "channelpress-urgent", "default": "channelpress", "long": "channelpress-long"}

#: Seconds that interrupted jobs have to write that they are given back.
_GIVING_BACK = 5


def _transport(settings: Settings, *, rings_only: bool) -> dict[str, Any]:
    if not settings.broker_url.startswith("filesystem"):
        # Who only rings must not wait for a broker that does not answer: a person's request stands behind it.
        patience = {"socket_timeout": 3, "socket_connect_timeout": 3, "max_retries": 0} if rings_only else {}
        return {"visibility_timeout": 600, **patience}
    folder = settings.data_dir / "doorbell"
    control = settings.data_dir / "doorbell-control"
    folder.mkdir(parents=True, exist_ok=True)
    control.mkdir(parents=True, exist_ok=True)
    shared = str(folder)
    return {"data_folder_in": shared, "data_folder_out": shared, "control_folder": str(control), "polling_interval": 0.1}


def make_celery(settings: Settings, build: Callable[[], Database] | None = None) -> Celery:
    """A Celery application for these settings; `build` is needed only where tasks run."""
    folder_doorbell.install()
    app = Celery("channelpress", broker=settings.broker_url)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_soft_time_limit=60,
        task_time_limit=90,
        task_default_queue=BROKER_QUEUES["default"],
        # Polling transports run one task per poll at prefetch 1; the row is the work, so a lost message only waits.
        worker_prefetch_multiplier=8 if settings.broker_url.startswith("filesystem") else 1,
        broker_transport_options=_transport(settings, rings_only=build is None),
        broker_connection_timeout=3,
        task_publish_retry=False,
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        worker_pool="core.worker_pool:TaskPool",
        enable_utc=True,
    )
    database = lru_cache(maxsize=1)(build) if build else None

    @app.task(name=TASK, shared=False)  # type: ignore[untyped-decorator]
    def run(job_id: str) -> None:
        assert database is not None
        answer(database(), job_id)

    if database is not None:

        def begin_child(**_: Any) -> None:
            database.cache_clear()  # a connection opened before the fork must not be shared by the children
            signal.signal(signal.SIGTERM, interrupt)

        worker_process_init.connect(begin_child, weak=False)
        worker_shutting_down.connect(lambda **_: _end_in_time(settings.worker_grace), weak=False)
    return app


def _end_in_time(grace: float) -> None:
    """Celery waits for running jobs without end; whoever asked it to stop does not. What still runs then is given back."""
    threading.Thread(target=_interrupt_children, args=(grace,), daemon=True).start()


def _interrupt_children(grace: float) -> None:
    time.sleep(grace)
    running.STOPPING.set()  # a child that the pool starts in place of an interrupted one inherits it and claims nothing
    busy = [child for child in active_children() if child.pid is not None]
    for child in busy:
        log.warning("a job still runs, it is given back", extra={"pid_": child.pid})
    until = time.monotonic() + _GIVING_BACK
    while any(child.is_alive() for child in busy) and time.monotonic() < until:
        _send(busy, signal.SIGTERM)
        time.sleep(0.5)
    # Celery's own end waits for a lock that an interrupted child may have taken with it. Nothing is left to save: the work is rows.
    _send(active_children(), signal.SIGKILL)
    logging.shutdown()
    os._exit(0)


def _send(children: Iterable[Any], number: signal.Signals) -> None:
    for child in children:
        if child.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(child.pid, number)


def doorbell(app: Celery, at_once: int = 1) -> Callable[[str, str], None]:
    """Rings for a job; a broker that is away costs only waiting, the sweeper rings again. `at_once`: how many may answer."""

    def ring(job_id: str, queue: str) -> None:
        try:
            app.send_task(TASK, args=[job_id], ignore_result=True, queue=BROKER_QUEUES.get(queue, BROKER_QUEUES["default"]))
        except Exception as error:  # noqa: BLE001 - the work is committed: whatever a broker says now, the request was a success
            log.warning("doorbell is out of order, the sweeper will ring", extra={"job": job_id, "error": str(error)})

    return Bells(ring, at_once).ring
