"""Which programs make up an installation."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from core.celery_app import BROKER_QUEUES
from core.settings import Settings
from hub.supervisor.processes import Program


def programs_for(settings: Settings) -> list[Program]:
    """Web, worker, scheduler; in the demo also the partner websites, which no hub code renders."""
    python = sys.executable
    web = [python, "-m", "granian", "--interface", "wsgi", "--host", settings.bind, "--port", str(settings.port)]
    web += [
        "--workers",
        str(settings.web_processes),
        "--blocking-threads",
        str(settings.web_threads),
        "--backpressure",
        "256",
        "--log-level",
        "error",
    ]
    web += ["--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "8", "wsgi:app"]
    programs = [
        Program("web", web),
        *_workers(settings),
        Program("scheduler", [python, "-m", "hub.cli", "scheduler"]),
    ]
    if settings.demo:
        folder = str(settings.data_dir / "partner-sites")
        programs.append(Program("partner sites", [python, "-m", "hub.demo.sites_server", folder, str(settings.partner_sites_port)]))
    return programs


def _workers(settings: Settings) -> list[Program]:
    """Long jobs have a worker of their own, so that they keep nothing waiting, with one message at a time and time to finish."""
    if settings.long_worker_processes < 1:
        return [Program("worker", [*_worker("worker", settings.worker_processes, ("urgent", "default", "long")), *_PATIENT])]
    return [
        Program("worker", _worker("worker", settings.worker_processes, ("urgent", "default"))),
        Program("long worker", [*_worker("long", settings.long_worker_processes, ("long",)), *_PATIENT, "--prefetch-multiplier", "1"]),
    ]


#: Seconds: half an hour, and a minute to write the failure down.
_PATIENT = ("--soft-time-limit", "1800", "--time-limit", "1860")


def _worker(name: str, processes: int, queues: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "hub.worker", "worker", "-n", f"{name}@%h", "-c", str(processes)]
    command += ["-Q", ",".join(BROKER_QUEUES[queue] for queue in queues)]
    return [*command, "-l", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
