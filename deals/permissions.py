"""Permissions of the deals room."""

import enum


class Perm(enum.StrEnum):
    REGISTRATION_READ = "deals:registration:read"
    REGISTRATION_EDIT = "deals:registration:edit"
    REGISTRATION_DECIDE = "deals:registration:decide"
