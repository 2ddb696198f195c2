"""Search: one index over everything that can be found, asked only through what the reader may see.

Owns the documents, the folding of words, the question and the pages a person was at last. Refuses to own what is found: each room
says it in `<room>/search.py`.
"""

from core.search.excerpts import Part
from core.search.finding import Found, Hit, search, titles_of
from core.search.indexing import KINDS, Document, Door, IndexKind, declare_index, forget_document, hide_document, rebuild, refresh
from core.search.recent import note_visit, recent_pages

__all__ = [
    "KINDS",
    "Document",
    "Door",
    "Found",
    "Hit",
    "IndexKind",
    "Part",
    "declare_index",
    "forget_document",
    "hide_document",
    "note_visit",
    "rebuild",
    "recent_pages",
    "refresh",
    "search",
    "titles_of",
]
