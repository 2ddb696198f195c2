"""Content-addressed object store: the key follows from the bytes, so that a put is idempotent.

Owns: the bytes and their rows, in a folder (the embedded default) or an S3 bucket. Metadata lives in the database; nothing
depends on what a store remembers, on conditional writes or on tags, in which S3 services differ.
"""

from core.storage.checking import Integrity, verify_objects
from core.storage.collecting import Collected, collect
from core.storage.objects import EXTENSIONS, StoredObject, get_object, keep_object, media_path, open_object, public_object, put_object, put_stream
from core.storage.references import declare_reference, declare_references_in_json, declare_references_in_text, references, used_among
from core.storage.stores import FolderStore, ObjectStore, address_of, store_for

__all__ = [
    "EXTENSIONS",
    "Collected",
    "FolderStore",
    "Integrity",
    "ObjectStore",
    "StoredObject",
    "address_of",
    "collect",
    "declare_reference",
    "declare_references_in_json",
    "declare_references_in_text",
    "get_object",
    "keep_object",
    "media_path",
    "open_object",
    "public_object",
    "put_object",
    "put_stream",
    "references",
    "store_for",
    "used_among",
    "verify_objects",
]
