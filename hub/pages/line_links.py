"""Where the rows behind each number of a line stand: results, leads, deals and claims, narrowed to the same partner, campaign and days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from core.ctx import Ctx
from deals import Perm as DealsPerm
from engagement import Perm as EngagementPerm
from engagement.rules.measures import Metric
from hub.rules.spans import Span
from mdf import Perm as MdfPerm


@dataclass(frozen=True)
class RowLinks:
    """`base` is `/desk` or `/portal`. `span` None takes all days; `sights` is the page that shows the placements of a campaign.

    None instead of an address: the reader may not open the list, or there is none for what belongs to no campaign.
    """

    base: str
    span: Span | None
    may_leads: bool
    may_deals: bool
    may_claims: bool
    partner: str = ""
    campaign: str | None = None
    sights: str = ""

    @classmethod
    def for_reader(cls, ctx: Ctx, span: Span | None) -> RowLinks:
        base = "/portal" if ctx.actor.partner_id else "/desk"
        return cls(base, span, ctx.may(EngagementPerm.LEAD_READ), ctx.may(DealsPerm.REGISTRATION_READ), ctx.may(MdfPerm.CLAIM_READ))

    def of_partner(self, partner: str) -> RowLinks:
        return replace(self, partner=partner)

    def of_campaign(self, code: str, sights: str) -> RowLinks:
        return replace(self, campaign=code, sights=sights)

    def seen(self, metric: Metric) -> str | None:
        if self.campaign is not None:
            return self.sights or None
        told = {"period": "custom", "from": _first(self.span), "to": _last(self.span), "metric": metric.value}
        return f"{self.base}/results/{self.partner + '/' if self.partner else ''}?{urlencode(told)}"

    def leads(self) -> str | None:
        return self._list("leads", self.may_leads, view="all", **self._days())

    def deals(self, status: str = "") -> str | None:
        return self._list("deals", self.may_deals, view="all", status=status, **self._days())

    def claims(self) -> str | None:
        return self._list("funds/claims", self.may_claims, view="all", status="paid", **self._days())

    def _days(self) -> dict[str, str]:
        return {"from": _first(self.span), "to": _last(self.span)}

    def _list(self, path: str, may: bool, **told: str) -> str | None:
        if not may or self.campaign == "":
            return None
        told |= {"partner": self.partner, "campaign": self.campaign or ""}
        return f"{self.base}/{path}/?" + urlencode({key: value for key, value in told.items() if value})


def _first(span: Span | None) -> str:
    return span.first.isoformat() if span else ""


def _last(span: Span | None) -> str:
    return span.last.isoformat() if span else ""
