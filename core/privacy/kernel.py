"""The kernel's own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.ids import TypeID
from core.privacy.declaring import DataClass, Way, declare_impersonal, declare_personal, email, user, values
from core.privacy.erasing import declare_erasing

if TYPE_CHECKING:
    from core.ctx import Ctx
    from core.privacy.erasing import Plan
    from core.privacy.person import Person


def _counted_sign_ins(ctx: Ctx, person: Person) -> list[str]:
    """Failed sign-ins stand under keyed hashes of the address."""
    from core.accounts.services import account_key

    return [account_key(ctx, address) for address in person.emails]


declare_personal(
    "core_user",
    {"email": Way.ADDRESS, "name": Way.PSEUDONYM, "password_hash": Way.EMPTY, "last_sign_in_at": Way.EMPTY, "id": Way.KEEP},
    DataClass.ACCOUNT,
    subject_by=(email("email"), user("id")),
    sets={"active": False},
    tells={"email": "email", "name": "name"},
    exports=("role", "locale", "created_at"),
)
declare_personal("core_session", ("user_id",), DataClass.SIGN_IN, subject_by=user("user_id"), on_erase="delete", exports=("created_at", "expires_at"))
declare_personal("core_sign_in_attempt", ("who",), DataClass.SIGN_IN, subject_by=values("who", _counted_sign_ins), on_erase="delete", exports=("at",))
declare_personal("core_submission", ("location",), DataClass.MACHINE)
declare_personal("core_job", {"started_by": Way.KEEP}, DataClass.ACTION_NAME, subject_by=user("started_by"), exports=("name", "created_at"))
declare_personal("core_job", ("args", "last_error", "label", "progress_text"), DataClass.MACHINE)
declare_personal("core_job_attempt", ("error",), DataClass.MACHINE)
declare_impersonal("core_audit_day", ("previous",), "a hash")
declare_personal("core_outbox", ("payload",), DataClass.MACHINE)

declare_impersonal("core_organization", ("name",), "a company's name")
declare_impersonal("core_kv", ("value",), "settings of the installation and counters")
declare_impersonal("core_signing_key", ("private", "public"), "keys of the installation")
declare_impersonal("core_job", ("name",), "what kind of work")
declare_impersonal("core_outbox", ("name",), "which fact")
declare_impersonal("core_user", ("role",), "a role's code")
declare_impersonal("core_audit", ("action", "object_id", "partner_id"), "codes and ids")

# What is chained holds ids and codes; texts and names stand beside it and can go (core.audit.words).
declare_personal("core_audit", {"actor_id": Way.KEEP}, DataClass.ACTION_NAME, subject_by=user("actor_id"), exports=("at", "action", "object_id"))
declare_personal("core_audit_words", {"words": Way.STEP}, DataClass.FREE_TEXT)
declare_impersonal("core_audit", ("actor_name", "before", "after", "reason"), "codes; texts of people are references to core_audit_words")
declare_impersonal("core_audit_words", ("ref", "salt", "partner_id"), "hashes and an id")

# Mail, notices, tasks, links: rows are about one account and go with it; what they say of others is scrubbed.
declare_personal(
    "core_mail",
    ("user_id", "link", "answer"),
    DataClass.MAIL,
    subject_by=user("user_id"),
    on_erase="delete",
    exports=("kind", "status", "created_at", "finished_at"),
)
declare_personal("core_mail", ("answer",), DataClass.MAIL)
declare_personal(
    "core_mail_suppression",
    ("address", "user_id", "reason"),
    DataClass.MAIL,
    subject_by=(email("address"), user("user_id")),
    on_erase="delete",
    exports=("created_at",),
)
declare_personal(
    "core_notice",
    ("user_id", "params", "href"),
    DataClass.NOTICE,
    subject_by=user("user_id"),
    on_erase="delete",
    exports=("kind", "object_id", "created_at", "read_at"),
)
declare_personal("core_notice", ("params", "href"), DataClass.NOTICE)
declare_personal("core_notice_setting", ("user_id",), DataClass.NOTICE, subject_by=user("user_id"), on_erase="delete", exports=("kind", "mail"))
declare_personal("core_task", {"user_id": Way.EMPTY}, DataClass.NOTICE, subject_by=user("user_id"), exports=("kind", "object_id", "since", "due_at"))
declare_personal("core_task", ("params", "href"), DataClass.NOTICE)
declare_personal(
    "core_signed_action",
    ("user_id", "email", "params"),
    DataClass.MAIL,
    subject_by=(user("user_id"), email("email")),
    on_erase="delete",
    exports=("kind", "object_id", "created_at", "expires_at", "used_at"),
)
declare_personal("core_signed_action", ("params",), DataClass.MAIL)
declare_impersonal("core_mail", ("kind", "key"), "codes")
declare_impersonal("core_notice", ("object_id", "action"), "codes and ids")
declare_impersonal("core_task", ("object_id", "permission", "barred", "sort_key"), "codes and ids")
declare_impersonal("core_signed_action", ("object_id",), "an id")


def _find_words(ctx: Ctx, plan: Plan) -> list[str]:
    return [key[0] for key in plan.keys("core_audit_words")]


def _erase_words(ctx: Ctx, plan: Plan, refs: list[str]) -> None:
    """The chain keeps its fingerprints and still verifies."""
    from core.audit import AuditWords, erase_words

    for at in range(0, len(refs), 500):
        erase_words(ctx, ctx.session.scalars(select(AuditWords).where(AuditWords.ref.in_(refs[at : at + 500]))))


declare_erasing("audit_words", _find_words, _erase_words)
declare_personal(
    "core_privacy_request",
    {"email": Way.EMPTY, "names": Way.EMPTY, "checked_how": Way.EMPTY, "reason": Way.SCRUB},
    DataClass.REQUEST,
    subject_by=email("email"),
    exports=("kind", "status", "received_on", "due_on", "done_at"),
)
declare_personal(
    "core_privacy_request",
    {"created_by": Way.KEEP, "done_by": Way.KEEP},
    DataClass.ACTION_NAME,
    subject_by=(user("created_by"), user("done_by")),
    exports=("kind", "received_on", "done_at"),
)
declare_personal("core_privacy_request", ("reason",), DataClass.REQUEST)
declare_personal("core_legal_hold", {"set_by": Way.KEEP}, DataClass.ACTION_NAME, subject_by=user("set_by"), exports=("object_id", "set_at"))
declare_personal("core_legal_hold", ("reason",), DataClass.FREE_TEXT)
declare_personal(
    "core_programme_version",
    {"created_by": Way.KEEP, "changed_by": Way.KEEP, "published_by": Way.KEEP},
    DataClass.ACTION_NAME,
    subject_by=(user("created_by"), user("changed_by"), user("published_by")),
    exports=("number", "created_at", "published_at"),
)
declare_impersonal("core_privacy_request", ("pseudonym", "counts", "review"), "numbers, ids, and a word that leads to nobody")
declare_impersonal("core_retention_run", ("counts",), "numbers")
declare_impersonal("core_legal_hold", ("object_id",), "an id")
declare_impersonal("core_programme_version", ("text", "content", "note", "short_notice_reason"), "the programme file, published to all partners")
declare_impersonal("core_decision", ("object_id", "rule", "inputs", "values", "way_out"), "codes and ids in place of personal data")
declare_personal(
    "core_decision", {"actor_id": Way.KEEP}, DataClass.ACTION_NAME, subject_by=user("actor_id"), exports=("object_id", "result", "decided_at")
)
declare_personal(
    "core_appeal",
    {"raised_by": Way.KEEP, "decided_by": Way.KEEP},
    DataClass.ACTION_NAME,
    subject_by=(user("raised_by"), user("decided_by")),
    exports=("object_id", "raised_at", "decided_at"),
)
declare_personal("core_appeal", ("text", "answer"), DataClass.FREE_TEXT)
declare_personal(
    "core_sla_clock",
    {"escalated_by": Way.KEEP, "stopped_by": Way.KEEP},
    DataClass.ACTION_NAME,
    subject_by=(user("escalated_by"), user("stopped_by")),
    exports=("kind", "object_id", "stopped_at"),
)
declare_impersonal("core_appeal", ("object_id",), "an id")
declare_impersonal("core_sla_clock", ("object_id", "calendar", "levels", "pauses", "consequence_done", "result"), "a calendar, times and codes")
declare_personal("core_search_document", dict.fromkeys(("title", "body", "title_terms", "body_terms"), Way.STEP), DataClass.SEARCH)
declare_impersonal(
    "core_search_document",
    ("object_id", "desk_href", "desk_permission", "portal_href", "portal_permission", "stamp"),
    "addresses and ids",
)
declare_personal("core_recent_page", ("user_id", "path"), DataClass.SEARCH, subject_by=user("user_id"), on_erase="delete", exports=("visited_at",))


def _find_documents(ctx: Ctx, plan: Plan) -> list[tuple[str, str]]:
    """Documents that mention the person, and those of every object that is about to change."""
    from core.search.models import SearchDocument

    numbers = [key[0] for key in plan.keys("core_search_document")]
    touched = {str(part) for one in plan.found for key in one.keys for part in key if isinstance(part, TypeID)}
    columns = (SearchDocument.kind, SearchDocument.object_id)
    found = {(row[0], row[1]) for row in ctx.session.execute(select(*columns).where(SearchDocument.number.in_(numbers)))}
    ids = sorted(touched)
    for at in range(0, len(ids), 500):
        found |= {(row[0], row[1]) for row in ctx.session.execute(select(*columns).where(SearchDocument.object_id.in_(ids[at : at + 500])))}
    return sorted(found)


def _index_anew(ctx: Ctx, plan: Plan, documents: list[tuple[str, str]]) -> None:
    from core.search.indexing import KINDS, forget_document, refresh

    for kind, object_id in documents:
        forget_document(ctx, object_id)
        if kind in KINDS:
            refresh(ctx, kind, [TypeID.parse(object_id)])


declare_erasing("search", _find_documents, _index_anew)
declare_personal("core_breaker", ("last_error",), DataClass.MACHINE)
declare_impersonal("core_breaker", ("destination",), "a host")
