"""The form under a landing page: opened, checked, and either a submission or the same form with what to correct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cobranding import CONTEXT_PURPOSE, FIELD_LENGTHS, ConsentText, FormState, form_context, page_path, words_for
from core.errors import BadToken
from core.signing import unsign
from engagement.rules.forms import HONEYPOT, MOST_SECONDS, Fault, Filled, check_form, is_submission_key, was_hasty
from engagement.services.leads import Submission

if TYPE_CHECKING:
    from cobranding import LandingPage
    from core.ctx import Ctx
    from partners import Partner


@dataclass(frozen=True)
class Returned:
    """A form that could not be taken: everything typed is still there. `context` is the visitor's arrival."""

    state: FormState
    context: Mapping[str, Any]


def read_form(ctx: Ctx, partner: Partner, page: LandingPage, told: Mapping[str, str]) -> Submission | Returned:
    """Nothing is written here. A filled honeypot is not an error, because a browser's autofill can do it: it is taken as spam."""
    context = _opened(ctx, page, told.get("cp_context", ""))
    filled = check_form(told, page.form_fields, page.required_fields, FIELD_LENGTHS)
    faults = dict(filled.faults)
    key = told.get("cp_key", "")
    if context is None or not is_submission_key(key) or was_hasty(context["at"], ctx.now.timestamp()):
        faults = faults or {"email": Fault.AGAIN}
    if faults or context is None:
        state = FormState(filled.values, _sentences(partner, page, filled, faults), key if is_submission_key(key) else "")
        return Returned(state, context or form_context(page, {}))
    version = str(context.get("consent_version", page.consent_version))
    return Submission(
        partner_id=partner.id,
        page_id=page.id,
        asset_id=page.asset_id,
        locale=page.locale,
        context=context,
        values=filled.values,
        key=key,
        consent_text=_consent_text(ctx, page, version),
        consent_version=version,
        source_page=ctx.settings.url + page_path(partner.slug, page),
        is_spam=bool(told.get(HONEYPOT)),
        utm=_texts(context.get("utm")),
    )


def _opened(ctx: Ctx, page: LandingPage, token: str) -> dict[str, Any] | None:
    """What the page signed when it was shown; None when it is forged, too old, or another page's."""
    try:
        context = unsign(ctx.settings, CONTEXT_PURPOSE, token, max_age=MOST_SECONDS)
    except BadToken:
        return None
    if context.get("page") != str(page.id) or not isinstance(context.get("at"), int):
        return None
    return context


def _consent_text(ctx: Ctx, page: LandingPage, version: str) -> str:
    """The words that stood under the form when it was shown, even if the page says something else by now."""
    kept = ctx.session.get(ConsentText, version) if version != page.consent_version else None
    return kept.text if kept is not None else page.consent_text


def _sentences(partner: Partner, page: LandingPage, filled: Filled, faults: Mapping[str, Fault]) -> dict[str, str]:
    words = words_for(page.locale)
    sentences = {}
    for name, fault in faults.items():
        if fault in (Fault.REQUIRED, Fault.TOO_LONG):
            slots = {"field": words(f"fields.{name}"), "limit": FIELD_LENGTHS[name]}
        else:
            slots = {"partner": partner.display_name}
        sentences[name] = words(f"errors.{fault.value}", **slots)
    return sentences


def _texts(told: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in told.items()} if isinstance(told, dict) else {}
