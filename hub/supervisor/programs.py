"""Which programs make up an installation."""

from __future__ import annotations

import sys

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
    worker = [python, "-m", "celery", "--quiet", "-A", "hub.worker", "worker", "-c", str(settings.worker_processes)]
    worker += ["-Q", "channelpress", "-l", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    programs = [
        Program("web", web),
        Program("worker", worker),
        Program("scheduler", [python, "-m", "hub.cli", "scheduler"]),
    ]
    if settings.demo:
        folder = str(settings.data_dir / "partner-sites")
        programs.append(Program("partner sites", [python, "-m", "hub.demo.sites_server", folder, str(settings.partner_sites_port)]))
    return programs
