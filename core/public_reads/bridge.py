"""The same answer from inside a Flask view, for addresses the snapshot does not hold yet."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from core.public_reads.answers import Answer
from core.public_reads.kept_bytes import KeptBytes
from core.public_reads.replies import Prepared

# Small: whatever is asked twice is in the snapshot by then and kept there.
_kept = KeptBytes(4 * 2**20)


def as_response(request: Request, answer: Answer) -> Response:
    """Status, headers and bytes exactly as the middleware would send them."""
    status, headers, body = Prepared(answer).reply(request.environ, _kept)
    response = Response(status=status, headers=headers)
    if body:
        response.response = [body]  # not set_data(): the length of a HEAD answer is that of the GET
    return response
