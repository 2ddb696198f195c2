"""A TCP proxy in front of any server, which breaks on demand: a status for every request, silence, or no connection at all."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from contextlib import suppress

_CHUNK = 65536


class FaultingProxy:
    """Healthy when built. `fail(500)` answers that to every HTTP request, `cut()` refuses connections, `heal()` ends it.

    Bytes pass untouched, so signatures over the Host header hold. A change of mood cuts what is open: clients keep connections alive.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.requests_failed = 0
        self._mood: int | None = 0  # 0 healthy, a status to answer, None to hang up at once
        self._down: int | None = None
        self._up: int | None = None
        self._wait_s = 0.0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(self, status: int = 500) -> None:
        self._change(status)

    def cut(self) -> None:
        """Every connection is closed as soon as it is made."""
        self._change(None)

    def shorten(self, down: int | None = None, up: int | None = None, wait_s: float = 0.0) -> None:
        """Each connection ends after so many bytes of the answer (`down`) or of the request (`up`), each piece that much later."""
        self._change(0)
        self._down, self._up, self._wait_s = down, up, wait_s

    def heal(self) -> None:
        self._change(0)
        self._down = self._up = None
        self._wait_s = 0.0

    def stop(self) -> None:
        self._change(None)
        # A thread that waits in accept() is woken by shutdown, not by close.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _change(self, mood: int | None) -> None:
        with self._lock:
            self._mood = mood
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            mood = self._mood
            if mood is None:
                return
            if mood:
                self._refuse(client, mood)
                return
            with socket.create_connection(("127.0.0.1", self.target), 10) as server:
                self._pump(client, server)

    def _refuse(self, client: socket.socket, status: int) -> None:
        client.settimeout(5)
        head = b""
        while b"\r\n\r\n" not in head:
            part = client.recv(_CHUNK)
            if not part:
                return
            head += part
        self.requests_failed += 1
        body = b"<Error><Code>InternalError</Code><Message>a fault that a test asked for</Message></Error>"
        told = f"HTTP/1.1 {status} Fault\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        client.sendall(told.encode() + body)
        client.shutdown(socket.SHUT_WR)
        while client.recv(_CHUNK):  # what is still on its way would reset the connection under the answer
            pass

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        with self._lock:
            self._open |= {client, server}
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(client, selectors.EVENT_READ, server)
                selector.register(server, selectors.EVENT_READ, client)
                left = {client: self._up, server: self._down}
                while True:
                    for key, _ in selector.select(timeout=60):
                        source: socket.socket = key.fileobj  # type: ignore[assignment]
                        data = source.recv(_CHUNK)
                        if not data:
                            return
                        room = left[source]
                        if room is not None and len(data) >= room:
                            key.data.sendall(data[:room])
                            self.requests_failed += 1
                            return
                        left[source] = None if room is None else room - len(data)
                        time.sleep(self._wait_s)
                        key.data.sendall(data)
        finally:
            with self._lock:
                self._open -= {client, server}
