"""The one Celery application: a doorbell with a worker behind it.

`make_celery` is given a function that builds the composed `Database`, so that a worker process has the same wiring as
the web. Task messages carry a job id and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from core import folder_doorbell
from core.database import Database
from core.jobs import run_job
from core.settings import Settings

log = logging.getLogger("channelpress.jobs")
TASK = "core.run_job"


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
        task_default_queue="channelpress",
        # Polling transports run one task per poll at prefetch 1; the row is the work, so a lost message only waits.
        worker_prefetch_multiplier=8 if settings.broker_url.startswith("filesystem") else 1,
        broker_transport_options=_transport(settings, rings_only=build is None),
        broker_connection_timeout=3,
        task_publish_retry=False,
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        enable_utc=True,
    )
    database = lru_cache(maxsize=1)(build) if build else None

    @app.task(name=TASK, shared=False)  # type: ignore[untyped-decorator]
    def run(job_id: str) -> None:
        assert database is not None
        run_job(database(), job_id)

    if database is not None:
        # A connection opened before the fork must not be shared by the children.
        worker_process_init.connect(lambda **_: database.cache_clear(), weak=False)
    return app


def doorbell(app: Celery) -> Callable[[str, str], None]:
    """Rings for a job; a broker that is away costs only waiting, the sweeper rings again."""

    def ring(job_id: str, queue: str) -> None:
        try:
            app.send_task(TASK, args=[job_id], ignore_result=True)
        except Exception as error:  # noqa: BLE001 - the work is committed: whatever a broker says now, the request was a success
            log.warning("doorbell is out of order, the sweeper will ring", extra={"job": job_id, "error": str(error)})

    return ring
