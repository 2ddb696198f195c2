"""Permissions of the MDF room."""

import enum


class Perm(enum.StrEnum):
    BUDGET_READ = "mdf:budget:read"
    BUDGET_MANAGE = "mdf:budget:manage"
    REQUEST_READ = "mdf:request:read"
    REQUEST_EDIT = "mdf:request:edit"
    REQUEST_DECIDE = "mdf:request:decide"
    CLAIM_READ = "mdf:claim:read"
    CLAIM_EDIT = "mdf:claim:edit"
    CLAIM_DECIDE = "mdf:claim:decide"
    CLAIM_PAY = "mdf:claim:pay"
