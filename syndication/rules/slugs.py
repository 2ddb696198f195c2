"""Readable parts of addresses."""

from __future__ import annotations

import re
import unicodedata

_NOT_ALLOWED = re.compile(r"[^a-z0-9]+")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
LIMIT = 100


def slug_of(title: str, fallback: str) -> str:
    """Lower-case ASCII words of a title joined by hyphens; the fallback when the title has too few of them (CJK, Arabic)."""
    plain = unicodedata.normalize("NFKD", title.translate(_GERMAN)).encode("ascii", "ignore").decode("ascii")
    slug = _NOT_ALLOWED.sub("-", plain.lower()).strip("-")
    if len(slug) > LIMIT:
        slug = slug[:LIMIT].rpartition("-")[0] or slug[:LIMIT]
    return slug if len(slug) >= 3 else (fallback or slug)
