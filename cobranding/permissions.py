"""What one may be allowed to do in this room; `hub/grants.py` says which role may."""

from __future__ import annotations

from enum import StrEnum


class Perm(StrEnum):
    """`<room>:<thing>:<verb>`."""

    KIT_EDIT = "cobranding:kit:edit"
    PAGE_READ = "cobranding:page:read"
    PAGE_EDIT = "cobranding:page:edit"
    PAGE_PUBLISH = "cobranding:page:publish"
