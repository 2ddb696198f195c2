"""Collections and who receives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Invalid, NotFound
from core.gates import clean_text
from core.i18n import gettext as _
from core.i18n import normalise_locale
from core.ids import TypeID, new_id
from syndication.delivery import announce_public_change, touch_collections
from syndication.models import Collection
from syndication.permissions import Perm
from syndication.rules import Audience, slug_of

if TYPE_CHECKING:
    from core.ctx import Ctx


@dataclass(frozen=True)
class CollectionDraft:
    """`titles`: what visitors read above the list, by locale. `slug` empty: made from the name."""

    name: str
    description: str = ""
    slug: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    audience: Audience = field(default_factory=Audience)


def create_collection(ctx: Ctx, draft: CollectionDraft) -> Collection:
    """A new, empty collection. Invalid names the field."""
    ctx.require(Perm.COLLECTION_EDIT)
    values = _checked(ctx, draft, None)
    collection = Collection(id=new_id("col"), created_at=ctx.now, **values)
    ctx.session.add(collection)
    ctx.session.flush()
    ctx.audit("syndication.collection.created", collection, after=_told(collection))
    return collection


def edit_collection(ctx: Ctx, collection_id: TypeID, draft: CollectionDraft) -> Collection:
    """Changes name, titles and audience. Whoever is no longer in the audience is not answered any more, at once."""
    ctx.require(Perm.COLLECTION_EDIT)
    collection = ctx.session.get(Collection, collection_id, with_for_update=True)
    if collection is None:
        raise NotFound("collection")
    before = _told(collection)
    for name, value in _checked(ctx, draft, collection).items():
        setattr(collection, name, value)
    after = _told(collection)
    if before == after:
        return collection
    ctx.session.flush()
    ctx.audit("syndication.collection.edited", collection, before=before, after=after)
    touch_collections(ctx, [collection.id])
    announce_public_change(ctx)
    return collection


def _checked(ctx: Ctx, draft: CollectionDraft, existing: Collection | None) -> dict[str, object]:
    errors: dict[str, str] = {}
    name = clean_text(draft.name)
    if not name:
        errors["name"] = _("Enter a name: colleagues choose collections by it.")
    slug = (draft.slug or (existing.slug if existing else slug_of(name, "collection")))[:80]
    taken = ctx.session.scalar(select(Collection.id).where(Collection.slug == slug))
    if taken is not None and (existing is None or taken != existing.id):
        errors["name"] = _("Another collection has this name. Choose a different one.")
    titles: dict[str, str] = {}
    for tag, title in draft.titles.items():
        try:
            titles[normalise_locale(tag)] = clean_text(title)
        except ValueError:
            errors["titles"] = _("%(tag)s is not a known language tag.", tag=tag[:20])
    if errors:
        raise Invalid(errors)
    return {
        "name": name[:200],
        "slug": slug,
        "description": clean_text(draft.description),
        "titles": {tag: title for tag, title in titles.items() if title},
        "audience": draft.audience.to_json(),
    }


def _told(collection: Collection) -> dict[str, object]:
    return {
        "name": collection.name,
        "description": collection.description,
        "titles": dict(collection.titles),
        "audience": dict(collection.audience),
    }
