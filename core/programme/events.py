"""What other rooms may hear about the programme."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import event


@event("core.programme_published.v1")
@dataclass(frozen=True)
class ProgrammePublished:
    """`effective_on` is an ISO day of the programme's time zone."""

    version_id: str
    number: int
    effective_on: str
