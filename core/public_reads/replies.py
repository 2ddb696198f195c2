"""From an answer and a request to status, headers and bytes: one set of rules for middleware and Flask."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from core.public_reads.answers import Answer
from core.public_reads.conditional import TAG_SUFFIX, Coding, coding_for, imf_date, not_modified
from core.public_reads.kept_bytes import KeptBytes

Headers = list[tuple[str, str]]
Reply = tuple[str, Headers, bytes]

# A minute of trust, then one stale answer at most while the cache asks again; a day when the hub is down.
# Recall does not wait for it: the same change purges by Surrogate-Key / Cache-Tag.
CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"
ALLOWED = "GET, HEAD, OPTIONS"
_CODINGS: tuple[Coding, ...] = ("", "gzip", "br")


class Prepared:
    """An answer with its headers written out once: a request then only picks and joins."""

    __slots__ = ("answer", "fresh", "modified_s", "status", "tags", "unchanged")

    def __init__(self, answer: Answer) -> None:
        """Headers are written per coding because tag, coding and length belong together."""
        self.answer = answer
        self.status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        self.modified_s = int(answer.last_modified.timestamp())
        self.tags = {coding: answer.tag + TAG_SUFFIX[coding] for coding in _CODINGS}
        self.unchanged: dict[Coding, Headers] = {}
        self.fresh: dict[Coding, Headers] = {}
        for coding in _CODINGS:
            shared = _shared_headers(answer, self.tags[coding])
            self.unchanged[coding] = shared
            self.fresh[coding] = [("Content-Type", answer.media_type), *shared]
            if coding:
                self.fresh[coding].append(("Content-Encoding", coding))

    def reply(self, environ: dict[str, Any], kept: KeptBytes) -> Reply:
        """What this GET or HEAD gets: 304 when its copy is good, else the bytes in its best coding."""
        coding = coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        answer = self.answer
        if answer.status == HTTPStatus.OK and not_modified(environ, self.tags[coding], self.modified_s):
            return "304 Not Modified", list(self.unchanged[coding]), b""
        body = kept.get(answer.tag, coding, answer.body)
        headers = [*self.fresh[coding], ("Content-Length", str(len(body)))]
        return self.status, headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body


def _shared_headers(answer: Answer, tag: str) -> Headers:
    """Headers that a 200 and a 304 have in common (RFC 9110, 15.4.5), no cookie among them.

    `noindex`: a feed or widget payload is a copy made for machines. What should be found by people is the
    landing page, which has a policy of its own; robots may still read the feed and follow its links.
    """
    headers = [
        ("ETag", f'"{tag}"'),
        ("Last-Modified", imf_date(answer.last_modified)),
        ("Cache-Control", CACHE_CONTROL),
        ("Vary", "Accept-Encoding"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Robots-Tag", "noindex"),
    ]
    if answer.keys:
        headers += [("Surrogate-Key", " ".join(answer.keys)), ("Cache-Tag", ",".join(answer.keys))]
    if answer.cors:
        headers.append(("Access-Control-Allow-Origin", "*"))
    return headers


def refuse_method(allowed: str = ALLOWED) -> Reply:
    """405 for anything that would change something: public reads are read only."""
    body = b'{"type":"about:blank","title":"Method Not Allowed","status":405}'
    return (
        "405 Method Not Allowed",
        [
            ("Allow", allowed),
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Access-Control-Allow-Origin", "*"),
        ],
        body,
    )


def preflight(allowed: str = ALLOWED) -> Reply:
    """204 for OPTIONS; a browser may remember it for a day."""
    return (
        "204 No Content",
        [
            ("Allow", allowed),
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Methods", allowed),
            ("Access-Control-Allow-Headers", "Content-Type, If-None-Match"),
            ("Access-Control-Max-Age", "86400"),
        ],
        b"",
    )
