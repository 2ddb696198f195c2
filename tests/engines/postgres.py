"""A PostgreSQL cluster of the test's own. Creating a database takes 60 ms, emptying one a few (`empty`): tests share one that is emptied.

No fsync: what a test kills is a process, never the machine. A commit still waits for its write, so that an immediate stop
of the server loses nothing that was acknowledged.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
from contextlib import closing
from glob import glob
from pathlib import Path
from typing import Any

import psycopg

from tests.engines.processes import end, free_port, program, spawn, wait_until

_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "400",
    "shared_buffers": "128MB",
    "timezone": "America/New_York",  # nothing may depend on the server's own idea of the time
    "log_min_messages": "warning",
    "listen_addresses": "127.0.0.1",
    "autovacuum": "on",
}
_SERVER_USER = "postgres"  # PostgreSQL refuses to run as root
SERVER_USER = _SERVER_USER
#: The application's own user: owns its database and is nobody special, so that row-level security holds for it.
HUB_USER = "hub"
_WRITTEN = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public' AND c.relname <> 'alembic_version' AND pg_relation_size(c.oid) > 0
"""


def _tool(name: str) -> str:
    return program(name, "postgresql", *sorted(glob("/usr/lib/postgresql/*/bin"), reverse=True))


class Postgres:
    """`start`, `stop`, `start` again; `stop("immediate")` is a crash. `url(database)` is SQLAlchemy's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def started(cls, folder: Path) -> Postgres:
        made = cls(folder)
        made.start()
        return made

    def start(self) -> None:
        """Makes the cluster the first time; returns when it answers."""
        is_new = not (self._data / "PG_VERSION").exists()
        if is_new:
            self._make()
        self._let_the_server_user_in()
        options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
        command = [_tool("postgres"), "-D", str(self._data), "-p", str(self.port), "-k", "", *options]
        self._process = spawn(self._as_server_user(command), self._log)
        wait_until(self._answers, 60, lambda: f"PostgreSQL answers\n{self._log.read_text()[-3000:]}")
        if is_new:
            self.sql("postgres", f"CREATE ROLE {HUB_USER} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")

    def stop(self, mode: str = "fast") -> None:
        """`fast` rolls open transactions back; `immediate` dies as a crash does, and recovers at the next start."""
        if self._process is not None:
            end(self._process, signal.SIGQUIT if mode == "immediate" else signal.SIGINT)
            self._process = None

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self._data, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{HUB_USER}@127.0.0.1:{self.port}/{database}"

    def create(self, name: str = "", template: str = "template1") -> str:
        """A database; returns its name."""
        name = name or f"hub_{next(self._numbers)}"
        self.sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {HUB_USER}')
        return name

    def drop(self, name: str) -> None:
        self.sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def hang_up(self, name: str) -> None:
        """Ends every connection to the database."""
        self.sql("postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def empty(self, name: str) -> list[str]:
        """Truncates the tables that hold anything, guards or not; returns their names."""
        with closing(self.connect(name)) as connection:
            return empty(connection)

    def connect(self, name: str, user: str = _SERVER_USER) -> psycopg.Connection[Any]:
        """As the superuser, who sees everything, or as `HUB_USER`."""
        return psycopg.connect(host="127.0.0.1", port=self.port, user=user, dbname=name, autocommit=True)

    def sql(self, database: str, statement: str) -> None:
        with closing(self.connect(database)) as connection:
            connection.execute(statement.encode())

    @property
    def _data(self) -> Path:
        return self.folder / "postgres"

    @property
    def _log(self) -> Path:
        return self.folder / "postgres.log"

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()[-3000:]
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _make(self) -> None:
        self._data.mkdir(parents=True, exist_ok=True)
        self._data.chmod(0o700)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_SERVER_USER)
            os.chown(self._data, owner.pw_uid, owner.pw_gid)
        self._let_the_server_user_in()
        command = [_tool("initdb"), "-D", str(self._data), "-U", _SERVER_USER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
        done = subprocess.run(self._as_server_user(command), capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, done.stderr

    def _let_the_server_user_in(self) -> None:
        """pytest keeps its folders to their owner."""
        if os.geteuid() == 0:
            for parent in self._data.parents:
                if not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)

    def _as_server_user(self, command: list[str]) -> list[str]:
        if os.geteuid() != 0:
            return command
        setpriv = program("setpriv", "util-linux")
        return [setpriv, f"--reuid={_SERVER_USER}", f"--regid={_SERVER_USER}", "--clear-groups", "--pdeathsig", "QUIT", *command]


def guards(connection: psycopg.Connection[Any]) -> list[Any]:
    """The triggers of the schema; a test that drops one must not do it for those after it."""
    return connection.execute("SELECT tgrelid, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2").fetchall()


def empty(connection: psycopg.Connection[Any]) -> list[str]:
    """A table without rows has no pages, so only what was written is truncated: some ten of seventy after a usual test."""
    written = [row[0] for row in connection.execute(_WRITTEN).fetchall()]
    if written:
        connection.execute("SET session_replication_role = replica")  # append-only tables refuse it otherwise
        connection.execute(f"TRUNCATE {', '.join(written)} RESTART IDENTITY CASCADE".encode())
    return written
