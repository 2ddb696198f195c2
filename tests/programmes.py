"""A programme version for a test, in force at once: the packaged one with some sections of its own."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy import func, select

from core.ctx import SYSTEM
from core.database import Database
from core.ids import new_id
from core.programme import ProgrammeVersion, VersionStatus, packaged, section_names


def in_force(database: Database, **sections: BaseModel) -> str:
    """Publishes it now and returns its number."""
    assert sections.keys() <= set(section_names())
    content = {name: model.model_dump(mode="json") for name, model in {**packaged().sections, **sections}.items()}
    with database.unit_of_work(SYSTEM) as ctx:
        number = (ctx.session.scalar(select(func.max(ProgrammeVersion.number))) or 1) + 1
        row = ProgrammeVersion(
            id=new_id("prg"),
            number=number,
            status=VersionStatus.PUBLISHED,
            effective_on=ctx.today,
            text="",
            content=content,
            sha256="0" * 64,
            created_at=ctx.now,
            changed_at=ctx.now,
            published_at=ctx.now,
        )
        ctx.session.add(row)
    return str(number)
