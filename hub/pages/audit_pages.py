"""The audit log on the desk: who did what, when and why, where it stands in the chain, and whether it still says what was written."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Response, g, request, url_for

from core.audit import AuditDay, ToldEntry, proof_of, readable
from core.audit.entries import AuditEntry
from core.audit.lanes import entry_is_ours
from core.audit.searching import MOST_EXPORTED, AuditFilter, entry_of, exported_entries, found_entries
from core.audit.words import fault_of, words_of
from core.errors import NotFound
from core.gates import clean_text, write_csv
from core.i18n import format_date
from core.i18n import gettext as _
from core.ids import TypeID
from core.permissions import Perm, needs
from core.web import PrivateBlueprint, ctx, database, render
from hub.pages.audit_links import claim_links
from partners import active_partners

bp = PrivateBlueprint("audit", __name__, face="desk", url_prefix="/desk/governance/audit")
_FIELDS = ("who", "action", "object", "partner", "correlation", "from", "to")


def wanted() -> AuditFilter:
    """The filter out of the address; what cannot be read counts as not said."""
    told = {name: clean_text(request.args.get(name, "")[:200]).strip() for name in _FIELDS}
    return AuditFilter(
        who=told["who"],
        action=told["action"],
        object_id=told["object"],
        partner_id=told["partner"],
        correlation=told["correlation"],
        first=_day(told["from"]),
        last=_day(told["to"]),
        before=_id(request.args.get("before", "")),
        after=_id(request.args.get("after", "")),
    )


def _id(text: str) -> str:
    try:
        return str(TypeID.parse(text, "aud"))
    except ValueError:
        return ""


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2200 else None


def _kept(asked: AuditFilter) -> dict[str, Any]:
    told = {
        "who": asked.who,
        "action": asked.action,
        "object": asked.object_id,
        "partner": asked.partner_id,
        "correlation": asked.correlation,
        "from": asked.first.isoformat() if asked.first else "",
        "to": asked.last.isoformat() if asked.last else "",
    }
    return {name: value for name, value in told.items() if value}


def _sentence(asked: AuditFilter, partners: dict[str, str]) -> str:
    parts = []
    if asked.who:
        parts.append(_("by “%(who)s”", who=asked.who))
    if asked.action:
        parts.append(_("whose action contains “%(action)s”", action=asked.action))
    if asked.object_id:
        parts.append(_("about %(object)s", object=asked.object_id))
    if asked.partner_id:
        parts.append(_("of %(partner)s", partner=partners.get(asked.partner_id, asked.partner_id)))
    if asked.correlation:
        parts.append(_("on the trail %(correlation)s", correlation=asked.correlation))
    if asked.first:
        parts.append(_("from %(day)s on", day=format_date(asked.first)))
    if asked.last:
        parts.append(_("until %(day)s", day=format_date(asked.last)))
    return _("Entries %(conditions)s", conditions=", ".join(parts)) if parts else ""


@bp.get("/")
@needs(Perm.AUDIT_READ)
def index() -> Any:
    work, asked = ctx(), wanted()
    partners = {str(one.id): one.display_name for one in active_partners(work)}
    page, kept = found_entries(work, asked), _kept(asked)
    here = url_for("audit.index")
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Audit log"), here)]
    return render(
        "hub/audit.html",
        rows=page.rows,
        here=here,
        wanted=asked,
        partners=sorted(partners.items(), key=lambda pair: pair[1].casefold()),
        partner_names=partners,
        filter_words=_sentence(asked, partners),
        older=url_for("audit.index", before=page.older, **kept) if page.older else None,
        newer=url_for("audit.index", after=page.newer, **kept) if page.newer else None,
        kept=kept,
        claim=claim_links(work, asked.object_id),
        most=MOST_EXPORTED,
    )


@bp.get("/<typeid('aud'):entry_id>")
@needs(Perm.AUDIT_READ)
def show(entry_id: TypeID) -> Any:
    work = ctx()
    entry = entry_of(work, entry_id)
    if entry is None:
        raise NotFound("audit entry")
    told = readable(work, [entry])[0]
    g.breadcrumbs = [(_("Governance"), url_for("governance.index")), (_("Audit log"), url_for("audit.index")), (entry.action, request.path)]
    return render(
        "hub/audit_entry.html",
        entry=told,
        changes=_changes(told),
        position=_position(entry),
        faults=_faults(entry),
        claim=claim_links(work, entry.object_id),
    )


def _changes(told: ToldEntry) -> list[tuple[str, str, str]]:
    """(field, before, after), those that differ first."""
    before, after = told.before or {}, told.after or {}
    names = sorted({*before, *after}, key=lambda name: (before.get(name) == after.get(name), name))
    return [(name, _plain(before.get(name)), _plain(after.get(name))) for name in names]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _position(entry: AuditEntry) -> AuditDay | None:
    if entry.seq is None:
        return None
    return ctx().session.query(AuditDay).filter(AuditDay.first_seq <= entry.seq, AuditDay.last_seq >= entry.seq).one_or_none()


def _faults(entry: AuditEntry) -> list[str]:
    """What does not hold about this entry, looked at now; the whole chain is `channelpress audit verify`'s work."""
    work = ctx()
    found = [] if entry_is_ours(work.settings, entry) else [_("It was not written by this hub, or was changed since.")]
    if entry.seq is not None:
        before = work.session.query(AuditEntry.hash).filter(AuditEntry.seq == entry.seq - 1).scalar() or "0" * 64
        if entry.digest(before) != entry.hash:
            found.append(_("It does not have the hash that stands in the chain."))
    if fault_of(work.settings, entry, words_of(work, [entry.id])):
        found.append(_("Its words are missing or were changed."))
    return found


@bp.get("/<typeid('aud'):entry_id>/proof.json")
@needs(Perm.AUDIT_READ)
def proof(entry_id: TypeID) -> Response:
    if entry_of(ctx(), entry_id) is None:
        raise NotFound("audit entry")
    answer = Response(json.dumps(proof_of(ctx(), entry_id), ensure_ascii=False, indent=1), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{entry_id}.json"'
    return answer


_COLUMNS = (
    "id",
    "seq",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "action",
    "object_id",
    "partner_id",
    "before",
    "after",
    "reason",
    "correlation",
)


@bp.get("/entries.<any(csv, jsonl):kind>")
@needs(Perm.AUDIT_READ)
def export(kind: str) -> Response:
    """Exactly what is seen, all pages of it; that somebody took it along is an entry of its own."""
    asked = wanted()
    entries = exported_entries(ctx(), asked)
    with database().unit_of_work(ctx().actor) as work:
        work.audit(
            "core.audit.exported",
            "audit",
            after={"format": kind, "entries": len(entries), **_noted(asked)},
        )
    body = _csv(entries) if kind == "csv" else _jsonl(entries)
    answer = Response(body, content_type="text/csv; charset=utf-8" if kind == "csv" else "application/jsonl; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit.{kind}"'
    return answer


def _noted(asked: AuditFilter) -> dict[str, Any]:
    """What was asked for. Whose entries may be a name, and under a key that says so it stays out of the chain (core.audit.words)."""
    return {"by_name" if key == "who" else f"by_{key}": value for key, value in _kept(asked).items()}


def _csv(entries: list[ToldEntry]) -> Any:
    """In pieces, so that a long export is on its way while it is written."""
    yield write_csv([_COLUMNS])
    for at in range(0, len(entries), 500):
        yield write_csv([[_cell(getattr(entry, name)) for name in _COLUMNS] for entry in entries[at : at + 500]])


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value) if isinstance(value, TypeID) else value


def _jsonl(entries: list[ToldEntry]) -> Any:
    for entry in entries:
        yield json.dumps({name: getattr(entry, name) for name in _COLUMNS}, ensure_ascii=False, default=str) + "\n"
