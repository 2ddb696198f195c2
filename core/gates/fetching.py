"""`fetch()`: the only way out to foreign servers (architecture decision 14 and "`fetch()` in tests and demos")."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.errors import HubError
from core.gates.connecting import Deadline, Resolver, Unreachable, connect, system_resolver
from core.gates.urls import safe_url
from core.i18n import gettext as _

MAX_REDIRECTS = 5
USER_AGENT = "Channelpress/1 (+https://channelpress.example/bot)"
_REDIRECTS = (301, 302, 303, 307, 308)
# A low port that is not the web's is another protocol, and a smuggled line in it a command.
_FIRST_FREE_PORT = 1024
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_CHUNK = 64 * 1024


class FetchFailed(HubError):
    """No answer worth reading. `permanent`: asking again cannot help."""

    status = 502

    def __init__(self, code: str, message: str, *, permanent: bool, field: str = "url") -> None:
        super().__init__(code, message)
        self.permanent, self.field = permanent, field


@dataclass(frozen=True)
class Fetched:
    """One answer, whatever its status; `url` is the address that gave it, after redirects."""

    status: int
    url: str
    headers: Mapping[str, str]  # lower-case names
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def fetch(
    url: str,
    *,
    max_bytes: int,
    timeout: float,
    allow: Collection[str] = (),
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    data: bytes | None = None,
    max_redirects: int = MAX_REDIRECTS,
    follow: bool = True,
    resolve: Resolver = system_resolver,
    field: str = "url",
) -> Fetched:
    """Ask a foreign server. `timeout` is seconds for everything together, `max_bytes` counts after decompression.

    `allow` holds `host:port` exceptions from private addresses (FETCH_ALLOW). Only GET and HEAD follow redirects,
    never from https to http; secret headers stay with the first origin. With `follow` off a redirect is an answer like any other.
    Raises FetchFailed.
    """
    deadline = Deadline(timeout)
    sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", "Connection": "close", **(headers or {})}
    try:
        address = _checked(url, None, allow)
        for _hop in range(max_redirects + 1):
            answer = _ask(address, method, sent, data, max_bytes, allow, resolve, deadline)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or target is None or method not in ("GET", "HEAD") or not follow:
                return answer
            following = _checked(target, address, allow)
            if urlsplit(following)[:2] != urlsplit(address)[:2]:
                sent = {name: value for name, value in sent.items() if name.lower() not in _SECRET_HEADERS}
            address = following
        raise Unreachable("too_many_redirects", permanent=True)
    except Unreachable as error:
        raise FetchFailed(error.code, _sentence(error.code), permanent=error.permanent, field=field) from None


def _checked(url: str, base: str | None, allow: Collection[str]) -> str:
    address = safe_url(url, base=base)
    if address is None:
        raise Unreachable("bad_address", permanent=True)
    parts = urlsplit(address)
    if base is not None and base.startswith("https:") and parts.scheme == "http":
        raise Unreachable("downgrade", permanent=True)
    port = parts.port
    if port is not None and port < _FIRST_FREE_PORT and port not in (80, 443) and f"{parts.hostname}:{port}" not in allow:
        raise Unreachable("bad_port", permanent=True)
    return address


def _ask(
    address: str,
    method: str,
    headers: Mapping[str, str],
    data: bytes | None,
    max_bytes: int,
    allow: Collection[str],
    resolve: Resolver,
    deadline: Deadline,
) -> Fetched:
    parts = urlsplit(address)
    tls = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if tls else 80)
    wire = connect(host, port, tls=tls, allow=allow, resolve=resolve, deadline=deadline)
    try:
        talk = http.client.HTTPConnection(host, port)
        talk.sock = wire  # type: ignore[assignment]
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        talk.request(method, path, body=data, headers={"Host": parts.netloc, **headers})
        response = talk.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        redirected = response.status in _REDIRECTS and "location" in names
        body = b"" if redirected or method == "HEAD" else _read(response, names, max_bytes)
        return Fetched(response.status, address, names, body)
    except (http.client.HTTPException, ValueError):
        raise Unreachable("bad_answer", permanent=False) from None
    except TimeoutError:
        raise Unreachable("timeout", permanent=False) from None
    except OSError:
        raise Unreachable("no_connection", permanent=False) from None
    finally:
        wire.hang_up()


def _read(response: http.client.HTTPResponse, headers: Mapping[str, str], max_bytes: int) -> bytes:
    """The body, decompressed as it comes, so that a bomb is noticed at the limit and not in memory."""
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) > max_bytes:
        raise Unreachable("too_large", permanent=True)
    coding = headers.get("content-encoding", "identity").lower()
    if coding not in ("identity", "", "gzip", "x-gzip"):
        raise Unreachable("bad_answer", permanent=True)
    inflate = zlib.decompressobj(wbits=31) if "gzip" in coding else None
    parts, size = [], 0
    while chunk := response.read1(_CHUNK):
        try:
            piece = inflate.decompress(chunk, max_bytes - size + 1) if inflate else chunk
        except zlib.error:
            raise Unreachable("bad_answer", permanent=False) from None
        size += len(piece)
        if size > max_bytes or (inflate is not None and inflate.unconsumed_tail):
            raise Unreachable("too_large", permanent=True)
        parts.append(piece)
    if response.length or (inflate is not None and not inflate.eof):
        raise Unreachable("bad_answer", permanent=False)  # cut off half-way: half a feed would look like withdrawals
    return b"".join(parts)


def _sentence(code: str) -> str:
    return {
        "bad_address": _("This is not a complete web address: it begins with https:// and holds no password."),
        "bad_port": _("The address names a port that is not used for web pages: leave the port out."),
        "private_address": _("The address leads into a private network, which we do not visit: use a public one."),
        "unknown_host": _("No server answers to this name: check the spelling of the address."),
        "no_connection": _("The server cannot be reached at present: try again later."),
        "timeout": _("The server took too long to answer: try again later."),
        "tls": _("The server's certificate is not valid: its owner has to renew it."),
        "too_large": _("The answer is larger than the limit: use a smaller file."),
        "too_many_redirects": _("The address redirects too often: use the address it finally leads to."),
        "downgrade": _("The address redirects from https to http: use an address that stays with https."),
        "bad_answer": _("The server's answer cannot be read: check that the address leads to the right file."),
    }[code]
