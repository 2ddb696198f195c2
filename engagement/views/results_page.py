"""The values of the results page, the same for portal and desk, and the tables it exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from core import charts
from core.ctx import Ctx
from core.i18n import format_date, format_datetime, format_number, format_percent, language_name
from core.i18n import gettext as _
from core.ids import TypeID
from engagement import labels
from engagement.models import NO_ASSET, NO_PLACEMENT
from engagement.queries import Results, Row, Scope, results_for
from engagement.queries.names import Name, asset_names, partner_names, placement_names
from engagement.rules.measures import Metric, Numbers, change
from engagement.rules.periods import PRESETS, BadPeriod, Period, read_period

_TABLE_METRICS = (Metric.VISITORS, Metric.IMPRESSIONS, Metric.VIEWS, Metric.CLICKS, Metric.CLICK_RATE, Metric.PAGE_READS, Metric.LEADS)
_WITHOUT_VISITORS = _TABLE_METRICS[1:]


@dataclass(frozen=True)
class Question:
    """What the address asks for."""

    scope: Scope
    period: Period
    metric: Metric
    error: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        told = dict(self.period.parameters)
        if self.scope.placement_id:
            told["placement"] = str(self.scope.placement_id)
        return told | {"metric": self.metric.value}

    def address(self, **changes: str) -> str:
        """The query string with some parameters changed; an empty value drops one."""
        told = self.parameters | changes
        return "?" + urlencode({key: value for key, value in told.items() if value})


def read_question(ctx: Ctx, partner_id: TypeID | None) -> Question:
    """A period that cannot be is answered with the usual one and a sentence, not with an error page."""
    told = request.args
    error = ""
    try:
        period = read_period(told, ctx.today)
    except BadPeriod as bad:
        period, error = read_period({}, ctx.today), _period_error(bad)
    metric = Metric(told["metric"]) if told.get("metric") in list(Metric) else Metric.VIEWS
    return Question(Scope(partner_id, _id(told.get("placement", ""), "plc")), period, metric, error)


def _id(text: str, prefix: str) -> TypeID | None:
    try:
        return TypeID.parse(text, prefix)
    except ValueError:
        return None


def _period_error(bad: BadPeriod) -> str:
    field = _("From") if bad.field == "from" else _("To")
    return {
        "no_such_day": _("%(field)s: there is no such day. Enter a date such as 2026-03-31.", field=field),
        "before_from": _("%(field)s: the end lies before the beginning.", field=field),
        "too_long": _("%(field)s: choose at most 366 days.", field=field),
    }[bad.code]


def page_values(ctx: Ctx, question: Question) -> dict[str, Any]:
    """Everything the template shows."""
    results = results_for(ctx, question.scope, question.period)
    tables = tables_of(ctx, question.scope, results)
    return {
        "question": question,
        "periods": [(key, labels.period_label(key)) for key in (*PRESETS, "custom")],
        "period_words": _period_words(question.period),
        "tiles": [_tile(question, results, metric) for metric in Metric],
        "chart": _chart(question, results),
        "chart_tabs": [
            {"label": labels.metric_label(metric), "href": question.address(metric=metric.value) + "#chart", "active": metric is question.metric}
            for metric in Metric
        ],
        "tables": tables,
        "filtered": [(labels.verdict_label(verdict), format_number(count)) for verdict, count in results.filtered.most_common()],
        "filtered_total": format_number(results.filtered.total()),
        "as_of": format_datetime(results.as_of, ctx.clock.zone, "short"),
        "zone": ctx.settings.time_zone,
        "is_empty": results.total.is_empty and not results.filtered,
        "placement_name": _placement_name(ctx, question.scope),
    }


def recent_values(ctx: Ctx, partner_id: TypeID | None) -> dict[str, Any]:
    """Tiles and chart of the last 28 days, for the start pages: the same numbers, fewer of them."""
    question = Question(Scope(partner_id), read_period({}, ctx.today), Metric.VIEWS)
    results = results_for(ctx, question.scope, question.period)
    return {
        "tiles": [_tile(question, results, metric) for metric in (Metric.VIEWS, Metric.CLICKS, Metric.PAGE_READS, Metric.LEADS)],
        "chart": _chart(question, results),
        "period_words": _period_words(question.period),
        "is_empty": results.total.is_empty,
    }


def _placement_name(ctx: Ctx, scope: Scope) -> str:
    if scope.placement_id is None:
        return ""
    name = placement_names(ctx, [str(scope.placement_id)]).get(str(scope.placement_id))
    return name.text if name else _("Pages without a placement") if scope.placement_id == NO_PLACEMENT else ""


def _period_words(period: Period) -> str:
    return _("%(first)s to %(last)s", first=format_date(period.first), last=format_date(period.last))


def shown(metric: Metric, value: float | int | None) -> str | None:
    """A value for the reader; None stays None and is said in words."""
    if value is None:
        return None
    return format_percent(value) if metric is Metric.CLICK_RATE else format_number(value)


def _tile(question: Question, results: Results, metric: Metric) -> dict[str, Any]:
    now, before = results.total.value(metric), results.before.value(metric)
    return {
        "label": labels.metric_label(metric),
        "value": shown(metric, now),
        "anchor": metric.value,
        **_difference(change(now, before), len(question.period.days)),
    }


def _difference(share: float | None, days: int) -> dict[str, Any]:
    if share is None:
        return {"delta": _("nothing to compare with in the %(days)s days before", days=days), "direction": None, "good": None}
    amount = format_percent(abs(share), 0)
    if round(share, 2) == 0:
        return {"delta": _("as in the %(days)s days before", days=days), "direction": "flat", "good": None}
    if share > 0:
        return {"delta": _("%(amount)s more than in the %(days)s days before", amount=amount, days=days), "direction": "up", "good": True}
    return {"delta": _("%(amount)s less than in the %(days)s days before", amount=amount, days=days), "direction": "down", "good": False}


def _chart(question: Question, results: Results) -> charts.Chart:
    metric = question.metric
    values = [numbers.value(metric) for numbers in results.days.values()]
    if metric is Metric.CLICK_RATE:
        values = [None if value is None else round(100 * value, 2) for value in values]
    days = [format_date(day, "short") for day in results.days]
    series = charts.Series(labels.metric_label(metric), tuple(values))
    return charts.line(labels.metric_label(metric), days, [series], unit=labels.metric_unit(metric))


@dataclass(frozen=True)
class ResultTable:
    """One table of the page. `rows` are (key, name, numbers)."""

    key: str
    caption: str
    column: str
    metrics: tuple[Metric, ...]
    rows: list[tuple[str, Name, Numbers]]

    @property
    def headings(self) -> list[str]:
        return [labels.metric_label(metric) for metric in self.metrics]

    def cells(self, numbers: Numbers) -> list[tuple[str, float | None]]:
        """Text and, for views, the number that its bar shows: one picture per row is enough."""
        made = []
        for metric in self.metrics:
            value = numbers.value(metric)
            made.append((shown(metric, value) or "–", (value or 0) if metric is Metric.VIEWS else None))
        return made

    @property
    def most(self) -> int:
        """The largest number of views."""
        return max((int(numbers.value(Metric.VIEWS) or 0) for _key, _name, numbers in self.rows), default=0)


def tables_of(ctx: Ctx, scope: Scope, results: Results) -> list[ResultTable]:
    """Partner or placement first, because that is where somebody can act; then what, then in which language."""
    without = Name(_("Pages without a placement"), _("opened by other ways than a placement"))
    made = []
    if scope.partner_id is None and ctx.actor.partner_id is None:
        made.append(_table("partners", _("By partner"), _("Partner"), _TABLE_METRICS, results.partners, partner_names, ctx, {}))
    elif scope.placement_id is None:
        special = {str(NO_PLACEMENT): without}
        made.append(_table("placements", _("By placement"), _("Placement"), _TABLE_METRICS, results.placements, placement_names, ctx, special))
    whole = {str(NO_ASSET): Name(_("The placement as a whole"), _("loaded, without a single item"))}
    assets = [row for row in results.assets if row.key != NO_ASSET]
    made.append(_table("assets", _("By item"), _("Item"), _WITHOUT_VISITORS, assets, asset_names, ctx, whole))
    made.append(_table("locales", _("By language"), _("Language"), _WITHOUT_VISITORS, results.locales, _languages, ctx, {}))
    days = [(day.isoformat(), Name(format_date(day, "full")), numbers) for day, numbers in results.days.items()]
    made.append(ResultTable("days", _("By day"), _("Day"), _TABLE_METRICS, days))
    return made


def _languages(ctx: Ctx, tags: Any) -> dict[str, Name]:
    return {tag: Name(language_name(tag, ctx.locale)) for tag in tags}


def _table(
    key: str,
    caption: str,
    column: str,
    metrics: tuple[Metric, ...],
    rows: list[Row],
    names: Callable[[Ctx, list[str]], Mapping[str, Name]],
    ctx: Ctx,
    special: dict[str, Name],
) -> ResultTable:
    known = dict(names(ctx, [row.key for row in rows if row.key not in special])) | special
    return ResultTable(key, caption, column, metrics, [(row.key, known.get(row.key) or Name(row.key), row.numbers) for row in rows])


def export_rows(table: ResultTable, period: Period) -> list[list[Any]]:
    """The table as it stands on the page, with its period and ids, numbers as numbers."""
    head = [_("From"), _("To"), _("Key"), table.column, *table.headings]
    lines: list[list[Any]] = [head]
    for key, name, numbers in table.rows:
        values = [numbers.value(metric) for metric in table.metrics]
        lines.append([period.first, period.last, key, name.text, *(round(v, 4) if isinstance(v, float) else v for v in values)])
    return lines
