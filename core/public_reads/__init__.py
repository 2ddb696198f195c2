"""PublicReads: public addresses answered from memory, in front of Flask (architecture.md, decision 6).

Owns: conditional requests, content codings, caching headers and the compressed bytes of public answers.
Refuses to own: what the answers say. Whoever builds the `Snapshot` (syndication) decides that; this package
only delivers it, and it never touches the database, a session or a cookie on the way.
"""

from core.public_reads.answers import Answer, Snapshot
from core.public_reads.bridge import as_response
from core.public_reads.kept_bytes import KeptBytes
from core.public_reads.middleware import PublicReads

__all__ = ["Answer", "KeptBytes", "PublicReads", "Snapshot", "as_response"]
