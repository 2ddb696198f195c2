"""Tenant isolation in one place: whoever acts for a partner sees that partner's rows, whatever a query forgot.

A model that belongs to a partner mixes in `PartnerOwned`. The criterion is added to every ORM SELECT, UPDATE and
DELETE of a session bound to a partner, so another partner's record is simply not there (404, not 403).
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, declared_attr, mapped_column, with_loader_criteria

from core import rls
from core.ids import IdColumn, TypeID

_KEY = "partner_id"


class PartnerOwned:
    """Adds `partner_id`, the automatic filter, and on PostgreSQL the lock on the rows (`core.rls`).

    `row_rights` says what a partner may read or add beyond its own rows; most tables have none.
    """

    row_rights: ClassVar[rls.RowRights | None] = None

    @declared_attr
    def partner_id(cls) -> Mapped[TypeID]:
        return mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), index=True)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        table = cls.__dict__.get("__table__")
        if table is not None:
            rls.guard(table, cls.row_rights)


def bind(session: Session, partner_id: TypeID | None) -> None:
    """Narrows a session to one partner; None (vendor, system, visitor) does not narrow."""
    rls.bind(session, partner_id)


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
