"""Counts by day, kept in step by the drain. Dashboards read these and never the events.

Each table is one level: a programme chart never sums what is as long as the raw table. Days are those of the programme's
time zone. Visitor tables hold a sketch (rules/visitors.py) that can be merged, and the estimate read from it.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned

#: A landing page that was opened without a click on a placement, and an event that concerns no single asset.
NO_PLACEMENT = TypeID.of("plc", uuid.UUID(int=0))
NO_ASSET = TypeID.of("ast", uuid.UUID(int=0))


class _Counted:
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class PlacementDay(PartnerOwned, _Counted, Base):
    """Finest level: placement × asset × locale."""

    __tablename__ = "engagement_placement_day"
    __table_args__ = (Index(None, "partner_id", "day"), {"sqlite_with_rowid": False})
    # Part of the key, because `NO_PLACEMENT` is the same for all partners.
    partner_id: Mapped[TypeID] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), primary_key=True)
    placement_id: Mapped[TypeID] = mapped_column(IdColumn("plc"), primary_key=True)
    asset_id: Mapped[TypeID] = mapped_column(IdColumn("ast"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)


class PartnerDay(PartnerOwned, _Counted, Base):
    """One partner, all placements and its landing pages."""

    __tablename__ = "engagement_partner_day"
    __table_args__ = {"sqlite_with_rowid": False}
    partner_id: Mapped[TypeID] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), primary_key=True)


class AssetDay(_Counted, Base):
    """One asset and language over all partners; for the vendor's side."""

    __tablename__ = "engagement_asset_day"
    __table_args__ = {"sqlite_with_rowid": False}
    asset_id: Mapped[TypeID] = mapped_column(IdColumn("ast"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(20), primary_key=True)


class ProgrammeDay(_Counted, Base):
    """Everything together."""

    __tablename__ = "engagement_programme_day"
    __table_args__ = {"sqlite_with_rowid": False}


class _Visitors:
    day: Mapped[date] = mapped_column(primary_key=True)
    sketch: Mapped[bytes] = mapped_column(LargeBinary)
    estimate: Mapped[int] = mapped_column(BigInteger)


class PlacementVisitors(PartnerOwned, _Visitors, Base):
    """Distinct visitor-days of one placement."""

    __tablename__ = "engagement_placement_visitors"
    partner_id: Mapped[TypeID] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), primary_key=True)
    placement_id: Mapped[TypeID] = mapped_column(IdColumn("plc"), primary_key=True)


class PartnerVisitors(PartnerOwned, _Visitors, Base):
    """Distinct visitor-days over a partner's placements: not their sum."""

    __tablename__ = "engagement_partner_visitors"
    partner_id: Mapped[TypeID] = mapped_column(IdColumn("prt"), ForeignKey("partners_partner.id"), primary_key=True)


class ProgrammeVisitors(_Visitors, Base):
    """Distinct visitor-days over everything."""

    __tablename__ = "engagement_programme_visitors"


class RefusedDay(Base):
    """What the collector did not take, by reason. A diagnosis, not a measure: the last seconds before a kill may be missing."""

    __tablename__ = "engagement_refused_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
