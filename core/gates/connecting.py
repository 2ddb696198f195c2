"""One connection with one deadline: the address is checked where it is connected to, the clock runs on every byte."""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Callable, Collection
from typing import Any

from core.gates.addresses import is_public

# host, port -> addresses; a test may answer for DNS.
Resolver = Callable[[str, int], list[str]]


class Unreachable(Exception):
    """`code` says why; `permanent` whether asking again later can help."""

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code, self.permanent = code, permanent


class Deadline:
    """Seconds left of one whole fetch, over all hops. A server that drips a byte a second does not reset it."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def left(self) -> float:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise Unreachable("timeout", permanent=False)
        return left


def system_resolver(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(host: str, port: int, *, tls: bool, allow: Collection[str], resolve: Resolver, deadline: Deadline) -> DeadlineSocket:
    """A connection to a public address of `host`, or to `host:port` if the operator named it (FETCH_ALLOW)."""
    exempt = f"{host}:{port}" in allow
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError):
        raise Unreachable("unknown_host", permanent=False) from None
    # All of them: a name with one public and one private address is somebody trying his luck.
    if not addresses or not (exempt or all(map(is_public, addresses))):
        raise Unreachable("private_address" if addresses else "unknown_host", permanent=bool(addresses))
    last: OSError | None = None
    for address in addresses[:4]:
        try:
            # The number, not the name: nobody answers DNS differently a second time.
            plain = socket.create_connection((address, port), timeout=min(10.0, deadline.left()))
        except OSError as error:
            last = error
            continue
        try:
            if not exempt and not is_public(str(plain.getpeername()[0])):
                raise Unreachable("private_address", permanent=True)
            return DeadlineSocket(_secured(plain, host, deadline) if tls else plain, deadline)
        except BaseException:
            plain.close()
            raise
    raise Unreachable("timeout" if isinstance(last, TimeoutError) else "no_connection", permanent=False)


def _secured(plain: socket.socket, host: str, deadline: Deadline) -> ssl.SSLSocket:
    plain.settimeout(deadline.left())
    context = ssl.create_default_context()
    try:
        return context.wrap_socket(plain, server_hostname=host.strip("[]"))
    except TimeoutError:
        raise Unreachable("timeout", permanent=False) from None
    except ssl.SSLError:
        raise Unreachable("tls", permanent=False) from None
    except OSError:
        raise Unreachable("no_connection", permanent=False) from None


class DeadlineSocket:
    """What http.client needs of a socket, with the deadline set anew before each wait."""

    def __init__(self, wire: socket.socket, deadline: Deadline) -> None:
        self.wire, self.deadline = wire, deadline

    def sendall(self, data: Any) -> None:
        self.wire.settimeout(self.deadline.left())
        self.wire.sendall(data)

    def makefile(self, _mode: str = "rb", *_rest: Any, **_more: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """http.client closes as soon as the head is read, and a socket would live on in its file: so does this one."""

    def hang_up(self) -> None:
        self.wire.close()


class _Reader(io.RawIOBase):
    def __init__(self, owner: DeadlineSocket) -> None:
        self.owner = owner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.owner.wire.settimeout(self.owner.deadline.left())
        try:
            return self.owner.wire.recv_into(buffer)
        except TimeoutError:
            raise Unreachable("timeout", permanent=False) from None
