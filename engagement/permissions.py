"""What one may be allowed to do in this room; `hub/roles.py` says which role may."""

from enum import StrEnum


class Perm(StrEnum):
    """`<room>:<thing>:<verb>`."""

    RESULTS_READ = "engagement:results:read"
    LEAD_READ = "engagement:lead:read"
    LEAD_EDIT = "engagement:lead:edit"
    CONSENT_WITHDRAW = "engagement:consent:withdraw"
