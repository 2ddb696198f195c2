"""Claims after the activity, with what proves them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, Json, TextEnum
from core.ids import IdColumn, TypeID
from core.scoping import PartnerOwned
from core.storage import declare_reference
from mdf.models.requests import EvidenceItem
from mdf.rules.states import ClaimStatus, EvidenceStatus


class Claim(PartnerOwned, Base):
    """A request for payment against an approved request. Amounts in minor units of `currency` (the request's).

    `bundle_key` is the stored signed bundle, `bundle_version` counts how often it was made (again after each answer).
    """

    __tablename__ = "mdf_claim"
    # One invoice is paid once: two claims with it, sent at the same moment, meet here (mdf.rules.claims.invoice_key).
    __table_args__ = (
        Index(
            "uq_mdf_claim_invoice", "partner_id", "invoice_key", unique=True,
            sqlite_where=text("invoice_key <> ''"), postgresql_where=text("invoice_key <> ''"),
        ),
    )  # fmt: skip
    id: Mapped[TypeID] = mapped_column(IdColumn("clm"), primary_key=True)
    request_id: Mapped[TypeID] = mapped_column(IdColumn("mrq"), ForeignKey("mdf_request.id"), index=True)
    status: Mapped[ClaimStatus] = mapped_column(TextEnum(ClaimStatus), default=ClaimStatus.DRAFT, index=True)
    status_since: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False)
    #: The partner's last claim for the request: its payment closes the request and gives back what is left.
    final: Mapped[bool] = mapped_column(default=True)
    invoice_no: Mapped[str] = mapped_column(String(80), default="")
    invoice_on: Mapped[date | None]
    supplier: Mapped[str] = mapped_column(String(200), default="")
    supplier_tax_id: Mapped[str] = mapped_column(String(40), default="")
    #: Set while the claim is in play, empty in a draft and after rejection or cancelling.
    invoice_key: Mapped[str] = mapped_column(String(130), default="")
    currency: Mapped[str] = mapped_column(String(3))
    claimed_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    approved_minor: Mapped[int | None] = mapped_column(BigInteger)
    payment_ref: Mapped[str] = mapped_column(String(80), default="")
    reason_code: Mapped[str] = mapped_column(String(60), default="")
    #: What was measured when the claim was submitted: the figures beside the plan. Written by mdf.evidence.
    results: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    submitted_by: Mapped[str] = mapped_column(String(40), default="")
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(40), default="")
    decided_at: Mapped[datetime | None]
    decided_rule_version: Mapped[str] = mapped_column(String(40), default="")
    paid_by: Mapped[str] = mapped_column(String(40), default="")
    paid_at: Mapped[datetime | None]
    bundle_key: Mapped[str] = mapped_column(String(64), default="")
    #: The fingerprint people compare; the store's key is its own affair.
    bundle_sha256: Mapped[str] = mapped_column(String(64), default="")
    bundle_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    lines: Mapped[list[ClaimLine]] = relationship(order_by="ClaimLine.position", cascade="all, delete-orphan")


class ClaimLine(PartnerOwned, Base):
    """One line of the invoice, mapped to an approved line. `amount_minor` is the full cost on the invoice."""

    __tablename__ = "mdf_claim_line"
    id: Mapped[TypeID] = mapped_column(IdColumn("cln"), primary_key=True)
    claim_id: Mapped[TypeID] = mapped_column(IdColumn("clm"), ForeignKey("mdf_claim.id"), index=True)
    request_line_id: Mapped[TypeID] = mapped_column(IdColumn("mrl"), ForeignKey("mdf_request_line.id"))
    position: Mapped[int]
    description: Mapped[str] = mapped_column(String(200))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    approved_minor: Mapped[int | None] = mapped_column(BigInteger)


class Evidence(PartnerOwned, Base):
    """What stands behind one line of the evidence list: a file, a picture, or sealed figures.

    Pictures are taken while the activity runs, long before there is a claim: then `claim_id` is empty until one is opened.
    `facts` holds figures (sealed counts, page check); `note` a code that says why a file is not there (`browser_missing`, `page_gone`).
    """

    __tablename__ = "mdf_evidence"
    id: Mapped[TypeID] = mapped_column(IdColumn("evd"), primary_key=True)
    request_id: Mapped[TypeID] = mapped_column(IdColumn("mrq"), ForeignKey("mdf_request.id"), index=True)
    item_id: Mapped[TypeID] = mapped_column(IdColumn("evi"), ForeignKey("mdf_evidence_item.id"), index=True)
    claim_id: Mapped[TypeID | None] = mapped_column(IdColumn("clm"), ForeignKey("mdf_claim.id"), index=True)
    status: Mapped[EvidenceStatus] = mapped_column(TextEnum(EvidenceStatus), default=EvidenceStatus.MISSING)
    object_key: Mapped[str] = mapped_column(String(64), default="")
    media_type: Mapped[str] = mapped_column(String(80), default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(Text, default="")
    captured_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    note: Mapped[str] = mapped_column(String(60), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(40), default="")
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    item: Mapped[EvidenceItem] = relationship(lazy="joined")


declare_reference(Claim.bundle_key)
declare_reference(Evidence.object_key)
