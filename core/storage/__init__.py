"""Content-addressed object store: the key follows from the bytes, so that a put is idempotent.

Owns: the bytes and their rows, in a folder (the embedded default) or an S3 bucket. Metadata lives in the database; nothing
depends on what a store remembers, on conditional writes or on tags, in which S3 services differ.
"""

from core.storage.objects import EXTENSIONS, StoredObject, get_object, media_path, public_object, put_object
from core.storage.stores import FolderStore, ObjectStore, address_of, store_for

__all__ = [
    "EXTENSIONS",
    "FolderStore",
    "ObjectStore",
    "StoredObject",
    "address_of",
    "get_object",
    "media_path",
    "public_object",
    "put_object",
    "store_for",
]
