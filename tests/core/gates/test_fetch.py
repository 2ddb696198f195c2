"""`fetch()` against a real server on loopback that behaves badly in every way we know."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.gates import FetchFailed, fetch

BOMB = gzip.compress(b"0" * 20_000_000)


class Villain(BaseHTTPRequestHandler):
    """One behaviour per path; `seen` keeps the headers that arrived."""

    protocol_version = "HTTP/1.1"
    seen: list[dict[str, str]]
    methods: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        self.methods.append(("POST", self.rfile.read(size)))
        self.do_GET()

    def do_HEAD(self) -> None:
        self.answer(200, b"", {"Content-Length": "999999999"})

    def do_GET(self) -> None:
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        path, _, target = unquote(self.path).partition("?to=")
        getattr(self, "path_" + path.strip("/"), self.path_missing)(target)

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        given = {"Content-Length": str(len(body)), **(headers or {})}
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def path_missing(self, _target: str) -> None:
        self.answer(404, b"no")

    def path_good(self, _target: str) -> None:
        self.answer(200, b"hello", {"Content-Type": "text/plain; charset=utf-8"})

    def path_closing(self, _target: str) -> None:
        self.answer(200, b"hello", {"Connection": "close"})

    def path_gzip(self, _target: str) -> None:
        self.answer(200, gzip.compress(b"hello" * 10), {"Content-Encoding": "gzip"})

    def path_bomb(self, _target: str) -> None:
        self.answer(200, BOMB, {"Content-Encoding": "gzip"})

    def path_half_gzip(self, _target: str) -> None:
        self.answer(200, gzip.compress(b"hello" * 99)[:-12], {"Content-Encoding": "gzip"})

    def path_brotli(self, _target: str) -> None:
        self.answer(200, b"x", {"Content-Encoding": "br"})

    def path_to(self, target: str) -> None:
        self.answer(302, b"", {"Location": target})

    def path_loop(self, _target: str) -> None:
        self.answer(302, b"", {"Location": "/loop"})

    def path_announced(self, _target: str) -> None:
        self.answer(200, b"", {"Content-Length": "999999999"})

    def path_short(self, _target: str) -> None:
        self.answer(200, b"half", {"Content-Length": "10"})
        self.close_connection = True

    def path_endless(self, _target: str) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(10_000):
            self.wfile.write(b"x" * 10_000)

    def path_drip(self, _target: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def path_slow_head(self, _target: str) -> None:
        for char in b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 200:
            self.wfile.write(bytes([char]))
            self.wfile.flush()
            time.sleep(0.05)

    def path_nonsense(self, _target: str) -> None:
        self.wfile.write(b"\x00\x01 not http at all\r\n\r\n")
        self.close_connection = True

    def path_headers(self, _target: str) -> None:
        self.answer(200, b"x", {f"X-{number}": "a" for number in range(200)})

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def villain() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (Villain,), {"seen": [], "methods": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def place(server: ThreadingHTTPServer) -> str:
    return f"127.0.0.1:{server.server_address[1]}"


def ask(server: ThreadingHTTPServer, path: str, **how: object) -> object:
    options = {"max_bytes": 100_000, "timeout": 2.0, "allow": (place(server),), **how}
    return fetch(f"http://{place(server)}{path}", **options)  # type: ignore[arg-type]


def code_of(server: ThreadingHTTPServer, path: str, **how: object) -> str:
    with pytest.raises(FetchFailed) as failure:
        ask(server, path, **how)
    assert failure.value.message.endswith(".")
    return failure.value.code


def test_a_good_answer_comes_with_status_type_and_body(villain: ThreadingHTTPServer) -> None:
    answer = ask(villain, "/good")
    assert (answer.status, answer.media_type, answer.body) == (200, "text/plain", b"hello")  # type: ignore[attr-defined]
    assert ask(villain, "/missing").status == 404  # type: ignore[attr-defined]
    assert ask(villain, "/closing").body == b"hello"  # type: ignore[attr-defined]
    assert ask(villain, "/gzip").body == b"hello" * 10  # type: ignore[attr-defined]


def test_head_reads_no_body_and_post_follows_nothing(villain: ThreadingHTTPServer) -> None:
    assert ask(villain, "/good", method="HEAD").body == b""  # type: ignore[attr-defined]
    assert ask(villain, "/to?to=/good", method="POST", data=b"a=1").status == 302  # type: ignore[attr-defined]
    assert villain.RequestHandlerClass.methods == [("POST", b"a=1")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/bomb", "too_large"),
        ("/endless", "too_large"),
        ("/announced", "too_large"),
        ("/half_gzip", "bad_answer"),
        ("/brotli", "bad_answer"),
        ("/short", "bad_answer"),
        ("/nonsense", "bad_answer"),
        ("/headers", "bad_answer"),
        ("/loop", "too_many_redirects"),
    ],
)
def test_bad_answers_end_in_a_clear_refusal(villain: ThreadingHTTPServer, path: str, code: str) -> None:
    assert code_of(villain, path) == code


@pytest.mark.parametrize("path", ["/drip", "/slow_head"])
def test_one_deadline_holds_however_slowly_bytes_arrive(villain: ThreadingHTTPServer, path: str) -> None:
    started = time.monotonic()
    assert code_of(villain, path, timeout=0.4) == "timeout"
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://127.0.0.1:1234/", "private_address"),
        ("http://[::1]:1234/", "private_address"),
        ("http://[::ffff:127.0.0.1]:1234/", "private_address"),
        ("http://2130706433:1234/", "private_address"),
        ("http://0x7f000001:1234/", "private_address"),
        ("http://0177.0.0.1:1234/", "private_address"),
        ("http://169.254.169.254/latest/meta-data/", "private_address"),
        ("http://10.0.0.1/", "private_address"),
        ("http://localhost:1234/", "private_address"),
        ("http://user:pass@127.0.0.1:1234/", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("gopher://127.0.0.1/", "bad_address"),
        ("http://1.1.1.1:25/", "bad_port"),
    ],
)
def test_a_redirect_is_judged_like_a_first_address(villain: ThreadingHTTPServer, target: str, code: str) -> None:
    assert code_of(villain, f"/to?to={target}") == code


def test_a_redirect_within_the_allowed_place_is_followed(villain: ThreadingHTTPServer) -> None:
    answer = ask(villain, "/to?to=/good")
    assert answer.body == b"hello"  # type: ignore[attr-defined]
    assert answer.url.endswith("/good")  # type: ignore[attr-defined]


def test_secret_headers_stay_with_the_first_origin(villain: ThreadingHTTPServer) -> None:
    port = villain.server_address[1]
    ask(villain, f"/to?to=http://localhost:{port}/good", allow=(place(villain), f"localhost:{port}"), headers={"Authorization": "secret", "X-A": "b"})
    first, second = villain.RequestHandlerClass.seen  # type: ignore[attr-defined]
    assert first["authorization"] == "secret"
    assert "authorization" not in second
    assert second["x-a"] == "b"


def test_loopback_is_refused_unless_named(villain: ThreadingHTTPServer) -> None:
    assert code_of(villain, "/good", allow=()) == "private_address"
    assert code_of(villain, "/good", allow=("127.0.0.1:1",)) == "private_address"
    assert villain.RequestHandlerClass.seen == []  # type: ignore[attr-defined]


def test_a_name_that_leads_home_is_refused(villain: ThreadingHTTPServer) -> None:
    port = villain.server_address[1]
    for answers in (["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::ffff:127.0.0.1"], []):
        with pytest.raises(FetchFailed) as failure:
            fetch(f"http://rebind.example:{port}/good", max_bytes=10, timeout=2, resolve=lambda _host, _port, found=answers: found)
        assert failure.value.code == ("private_address" if answers else "unknown_host")
    assert villain.RequestHandlerClass.seen == []  # type: ignore[attr-defined]


def test_the_address_that_was_judged_is_the_one_connected_to(villain: ThreadingHTTPServer) -> None:
    """DNS is asked once: a second answer, which could differ, is never sought."""
    port = villain.server_address[1]
    asked = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    answer = fetch(f"http://once.example:{port}/good", max_bytes=10, timeout=2, allow=(f"once.example:{port}",), resolve=resolve)
    assert (answer.body, asked) == (b"hello", ["once.example"])


def test_an_unknown_name_is_told_apart(villain: ThreadingHTTPServer) -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(FetchFailed) as failure:
        fetch("https://nobody.example/", max_bytes=10, timeout=2, resolve=nobody)
    assert (failure.value.code, failure.value.permanent, failure.value.field) == ("unknown_host", False, "url")


def test_a_closed_door_is_no_crash() -> None:
    with pytest.raises(FetchFailed) as failure:
        fetch("http://127.0.0.1:9/", max_bytes=10, timeout=2, allow=("127.0.0.1:9",))
    assert failure.value.code == "no_connection"


def test_a_header_cannot_carry_another_one(villain: ThreadingHTTPServer) -> None:
    assert code_of(villain, "/good", headers={"X-A": "b\r\nX-Evil: 1"}) == "bad_answer"


@pytest.fixture
def forger(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    """A server whose certificate nobody signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "both.pem"
    plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    handler = type("Handler", (Villain,), {"seen": [], "methods": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_certificate_nobody_signed_is_refused(forger: ThreadingHTTPServer) -> None:
    port = forger.server_address[1]
    with pytest.raises(FetchFailed) as failure:
        fetch(f"https://localhost:{port}/good", max_bytes=10, timeout=2, allow=(f"localhost:{port}",), resolve=lambda _h, _p: ["127.0.0.1"])
    assert failure.value.code == "tls"


def test_a_server_that_does_not_speak_tls_is_refused(villain: ThreadingHTTPServer) -> None:
    with pytest.raises(FetchFailed) as failure:
        fetch(f"https://{place(villain)}/good", max_bytes=10, timeout=2, allow=(place(villain),))
    assert failure.value.code in ("tls", "no_connection")
