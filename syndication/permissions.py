"""What one may be allowed to do in this room; `hub/roles.py` says which role may."""

from __future__ import annotations

from enum import StrEnum


class Perm(StrEnum):
    """`<room>:<thing>:<verb>`."""

    ASSET_READ = "syndication:asset:read"
    ASSET_EDIT = "syndication:asset:edit"
    ASSET_IMPORT = "syndication:asset:import"
    ASSET_REVIEW = "syndication:asset:review"
    ASSET_PUBLISH = "syndication:asset:publish"
    ASSET_WITHDRAW = "syndication:asset:withdraw"
    COLLECTION_READ = "syndication:collection:read"
    COLLECTION_EDIT = "syndication:collection:edit"
    CAMPAIGN_READ = "syndication:campaign:read"
    CAMPAIGN_EDIT = "syndication:campaign:edit"
    PLACEMENT_READ = "syndication:placement:read"
    PLACEMENT_EDIT = "syndication:placement:edit"
    CONTENT_READ = "syndication:content:read"
