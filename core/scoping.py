"""Tenant isolation in one place: whoever acts for a partner sees that partner's rows, whatever a query forgot.

A model that belongs to a partner mixes in `PartnerOwned`. The criterion is added to every ORM SELECT, UPDATE and
DELETE of a session bound to a partner, so another partner's record is simply not there (404, not 403).
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, declared_attr, mapped_column, with_loader_criteria

from core.ids import IdColumn, TypeID

_KEY = "partner_id"


class PartnerOwned:
    """Adds `partner_id` and the automatic filter."""

    @declared_attr
    def partner_id(cls) -> Mapped[TypeID]:
        return mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), index=True)


def bind(session: Session, partner_id: TypeID | None) -> None:
    """Narrows a session to one partner; None (vendor, system, visitor) does not narrow."""
    if partner_id is not None:
        session.info[_KEY] = partner_id


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    partner_id = state.session.info.get(_KEY)
    if partner_id is None or state.is_column_load:
        return
    state.statement = state.statement.options(
        with_loader_criteria(
            PartnerOwned,
            lambda cls: cls.partner_id == partner_id,
            include_aliases=True,
        )
    )


@event.listens_for(Session, "before_flush")
def _refuse_foreign_rows(session: Session, flush_context: object, instances: object) -> None:
    partner_id = session.info.get(_KEY)
    if partner_id is None:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, PartnerOwned) and row.partner_id != partner_id:
            raise RuntimeError(f"{type(row).__name__} of another partner was about to be written")
