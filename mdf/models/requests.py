"""Requests for funds before the activity, and the evidence list that their approval fixes (N-22)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.append_only import append_only, create_with
from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned
from mdf.models.guards import frozen_list
from mdf.rules.kinds import ActivityType, EvidenceKind, Provider
from mdf.rules.states import RequestStatus


class FundRequest(PartnerOwned, Base):
    """What a partner plans and what it asks for. Read-only once submitted. Amounts in minor units of `currency`."""

    __tablename__ = "mdf_request"
    id: Mapped[TypeID] = mapped_column(IdColumn("mrq"), primary_key=True)
    budget_id: Mapped[TypeID] = mapped_column(IdColumn("bdg"), ForeignKey("mdf_budget.id"), index=True)
    campaign_id: Mapped[TypeID | None] = mapped_column(IdColumn("cmp"), ForeignKey("syndication_campaign.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    activity_type: Mapped[ActivityType] = mapped_column(TextEnum(ActivityType))
    goal: Mapped[str] = mapped_column(Text, default="")
    target_group: Mapped[str] = mapped_column(Text, default="")
    target_size: Mapped[int | None]
    expected_pipeline_minor: Mapped[int | None] = mapped_column(BigInteger)
    expected_leads: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    currency: Mapped[str] = mapped_column(String(3))
    #: Of each euro of cost, how many percent the vendor pays; from the budget, fixed at submission.
    participation_rate: Mapped[int]
    #: The vendor's share of all lines at submission, and what was granted.
    requested_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    approved_minor: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[RequestStatus] = mapped_column(TextEnum(RequestStatus), default=RequestStatus.DRAFT, index=True)
    status_since: Mapped[datetime]
    claim_due_on: Mapped[date | None]
    submitted_by: Mapped[str] = mapped_column(String(40), default="")
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(40), default="")
    decided_at: Mapped[datetime | None]
    decided_rule_version: Mapped[str] = mapped_column(String(40), default="")
    reason_code: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]
    lines: Mapped[list[RequestLine]] = relationship(order_by="RequestLine.position", cascade="all, delete-orphan")
    placements: Mapped[list[FundedPlacement]] = relationship(cascade="all, delete-orphan")
    evidence_items: Mapped[list[EvidenceItem]] = relationship(order_by="EvidenceItem.position")


class RequestLine(PartnerOwned, Base):
    """One planned cost. `approved_minor` is the granted share of the vendor; None until decided."""

    __tablename__ = "mdf_request_line"
    id: Mapped[TypeID] = mapped_column(IdColumn("mrl"), primary_key=True)
    request_id: Mapped[TypeID] = mapped_column(IdColumn("mrq"), ForeignKey("mdf_request.id"), index=True)
    position: Mapped[int]
    description: Mapped[str] = mapped_column(String(200))
    cost_minor: Mapped[int] = mapped_column(BigInteger)
    approved_minor: Mapped[int | None] = mapped_column(BigInteger)


class FundedPlacement(PartnerOwned, Base):
    """A placement whose delivery is what the money is for."""

    __tablename__ = "mdf_funded_placement"
    request_id: Mapped[TypeID] = mapped_column(IdColumn("mrq"), ForeignKey("mdf_request.id"), primary_key=True)
    placement_id: Mapped[TypeID] = mapped_column(IdColumn("plc"), ForeignKey("syndication_placement.id"), primary_key=True, index=True)


class EvidenceItem(PartnerOwned, Base):
    """One line of the evidence list by which the claim will be judged. Written at approval, then immutable in the database.

    `code` names the entry of the catalogue (`sealed_counts`, `screenshot_start`, `invoice`, …); its words stand in `mdf/labels.py`.
    `due_on`: the day on which the hub has to take it (screenshots); None for what is uploaded with the claim.
    """

    __tablename__ = "mdf_evidence_item"
    __table_args__ = (UniqueConstraint("request_id", "position"),)
    id: Mapped[TypeID] = mapped_column(IdColumn("evi"), primary_key=True)
    request_id: Mapped[TypeID] = mapped_column(IdColumn("mrq"), ForeignKey("mdf_request.id"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[EvidenceKind] = mapped_column(TextEnum(EvidenceKind))
    provider: Mapped[Provider] = mapped_column(TextEnum(Provider))
    required: Mapped[bool] = mapped_column(default=True)
    placement_id: Mapped[TypeID | None] = mapped_column(IdColumn("plc"), ForeignKey("syndication_placement.id"))
    due_on: Mapped[date | None]
    terms: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime]


append_only(EvidenceItem)
create_with(EvidenceItem.__table__, frozen_list)
