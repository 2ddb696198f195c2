"""A RabbitMQ vhost of the test's own on the machine's broker; the broker is started where it does not run."""

from __future__ import annotations

import os
import secrets
import subprocess
from pathlib import Path

from tests.engines.processes import is_listening, program, spawn, wait_until

PORT = 5672
_CONTROL_SECONDS = 120


def control(*words: str) -> str:
    """`rabbitmqctl WORDS`; a second or two each, for it starts a virtual machine."""
    done = subprocess.run(
        [program("rabbitmqctl", "rabbitmq-server"), "-q", *words], capture_output=True, text=True, timeout=_CONTROL_SECONDS, cwd="/"
    )
    assert done.returncode == 0, f"rabbitmqctl {' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


def ensure_server(log: Path) -> None:
    """Starts the broker on 127.0.0.1 unless somebody has; it then stays for the machine, as a service would."""
    if not is_listening(PORT):
        loopback = {
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        spawn([program("rabbitmq-server", "rabbitmq-server")], log, {**loopback, "HOME": os.environ.get("HOME", "/root")})
    wait_until(lambda: is_listening(PORT), 120, lambda: f"RabbitMQ listens on port {PORT}")


class RabbitVhost:
    def __init__(self, name: str = "") -> None:
        self.name = name or f"hub_{secrets.token_hex(6)}"
        self._there = False

    @classmethod
    def started(cls, folder: Path) -> RabbitVhost:
        ensure_server(folder / "rabbitmq.log")
        made = cls()
        made.start()
        return made

    def start(self) -> None:
        control("add_vhost", self.name)
        self._there = True
        control("set_permissions", "-p", self.name, "guest", ".*", ".*", ".*")

    def stop(self) -> None:
        """Deletes the vhost: connections are cut, queues are gone, and nobody gets in until `start`."""
        if self._there:
            control("delete_vhost", self.name)
            self._there = False

    def flush(self) -> None:
        """Every bell that was rung and not yet heard is gone."""
        for queue in control("list_queues", "-p", self.name, "name").split():
            if queue != "name":
                control("purge_queue", "-p", self.name, queue)

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{PORT}/{self.name}"
