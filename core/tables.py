"""Every table and job of the kernel, imported in one place so that none is forgotten by a migration or a worker."""

from core import audit, events, jobs, kv, signing, storage
from core.accounts import models as accounts
from core.web import submissions

__all__ = ["accounts", "audit", "events", "jobs", "kv", "signing", "storage", "submissions"]
