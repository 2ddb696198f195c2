"""The permanent identity of an item on a partner's site."""

from __future__ import annotations

from uuid import UUID, uuid5

#: Never change: every guid ever delivered hangs on it.
_NAMESPACE = UUID("9b5b8f0e-52f1-5b0a-9d0f-0f6f1c1b7a11")


def guid_of(asset_id: str, locale: str, partner_id: str) -> str:
    """`urn:uuid:` + UUIDv5 of asset, language variant and partner (architecture decision 2).

    One reader merges equal guids of different feeds, so the partner is part of it; title, slug and UTM are not, so that the
    guid never changes.
    """
    return uuid5(_NAMESPACE, f"{asset_id}/{locale}/{partner_id}").urn
