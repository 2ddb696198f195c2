"""Reason codes of refused input in words that say what to do."""

from __future__ import annotations

from core.amounts import example
from core.i18n import gettext as _
from core.money import Money, digits
from mdf.rules.requests import LARGEST_COST, LARGEST_PIPELINE, LONGEST_WORDS, MOST_LINES


def reason_words(code: str, currency: str = "EUR") -> str:
    """The sentence for a code; the code itself for one that nobody has written yet would be a bug, so it raises."""
    return {**_money(currency), **_missing(), **_other()}[code]


def _money(currency: str) -> dict[str, str]:
    unit = 10 ** digits(currency)
    return {
        "amount_not_positive": _("Enter an amount above zero, such as %(example)s.", example=example(currency)),
        "amount_absurd": _("Nobody plans such an amount. Enter at most %(most)s.", most=Money(LARGEST_COST * unit, currency).format()),
        "pipeline_absurd": _("Nobody plans such an amount. Enter at most %(most)s.", most=Money(LARGEST_PIPELINE * unit, currency).format()),
        "amount_missing": _("Enter an amount for every line; 0 grants nothing."),
        "amount_negative": _("An amount cannot be negative. Write it without the minus sign."),
        "above_share": _("This is more than the vendor's share of the line. Grant at most what was asked for."),
        "share_is_nothing": _("The vendor's share of this cost is less than the smallest coin. Enter the cost in full."),
        "currency_mismatch": _("This budget pays in another currency. Plan all costs in the currency of the budget, or choose another budget."),
        "share_not_percent": _("Enter the share as a whole number from 1 to 100."),
        "share_above_most": _("This is more than the vendor pays from this budget. Enter at most the share that stands beside the field."),
        "unknown_line": _("This line is not part of the request. Reload the page and decide again."),
        "nothing_granted": _("Nothing would be granted. Grant an amount for at least one line, or decline the request."),
    }


def _missing() -> dict[str, str]:
    return {
        "title_missing": _("Enter a title, so that everybody finds the request again."),
        "description_missing": _("Say what this cost is for."),
        "budget_not_open": _("This budget takes no requests at present. Choose another one."),
        "campaign_missing": _("Choose the campaign that this activity belongs to; its results are counted under it."),
        "goal_missing": _("Say what the activity shall achieve."),
        "target_group_missing": _("Say whom the activity shall reach."),
        "target_size_missing": _("Enter how many people or companies the group has, as far as you know."),
        "expected_leads_missing": _("Enter how many leads you expect."),
        "expected_pipeline_missing": _("Enter the sales you expect from it."),
        "date_missing": _("Choose a day."),
        "cost_missing": _("Enter at least one cost."),
        "placement_missing": _("Choose at least one of your placements: the hub measures it, and that is your proof."),
        "reason_missing": _("Say why: the other side reads it, and it stands in the history."),
    }


def _other() -> dict[str, str]:
    return {
        "too_many_lines": _("A request has at most %(most)s lines. Put small costs together.", most=MOST_LINES),
        "too_long": _("Use at most %(limit)s characters.", limit=LONGEST_WORDS),
        "number_absurd": _("Enter a number that somebody could reach, in figures only."),
        "not_a_number": _("Enter a whole number in figures."),
        "date_out_of_window": _("This budget pays for activities within its own days. Choose a day between its first and its last."),
        "ends_before_start": _("The activity ends before it starts. Choose a later day."),
        "starts_in_past": _("Funds are for activities that have not begun. Choose today or a later day."),
        "not_a_date": _("Enter a day that exists, as year-month-day, such as 2026-03-31."),
        "budget_unknown": _("Choose one of the budgets in the list."),
        "campaign_unknown": _("This campaign does not exist any more. Choose again."),
        "activity_type_unknown": _("Choose what kind of activity it is."),
        "activity_not_funded": _("The programme does not fund this kind of activity any more. Choose another one."),
        "placement_unknown": _("One of these placements is not yours or is gone. Choose from the list."),
        "placement_ended": _("One of these placements has ended. Choose placements that are still shown."),
        "reason_code_missing": _("Choose a reason from the list."),
    }
