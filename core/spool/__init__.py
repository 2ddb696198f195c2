"""A durable letter box between many quick writers and one patient reader (architecture decision 7).

Owns: taking a small payload from a web request and answering only once it lies safely on the disk; handing it to a job
later, whole and in order, whatever was killed in between. Knows no database and no meaning of the payload.

A folder holds segments. `<name>.open` belongs to a living writer, which holds a lock on it for as long as it lives;
`<name>.ready` is finished and never changes again; `<name>.damaged` was read, but some line was unreadable, so a person
should look. `<name>` is a UUIDv7 and stays the same through these states: whoever stores how far a segment has been
taken over, stores it under this name. One host, one folder: file locks do not travel over a network.
"""

from core.spool.line import Batch
from core.spool.reader import Backlog, Chunk, Segment, SpoolReader
from core.spool.writer import Spool, SpoolFull

__all__ = ["Backlog", "Batch", "Chunk", "Segment", "Spool", "SpoolFull", "SpoolReader"]
