"""Permissions of the partners room."""

import enum


class Perm(enum.StrEnum):
    PARTNER_READ = "partners:partner:read"
    PARTNER_MANAGE = "partners:partner:manage"
    BANK_EDIT = "partners:bank:edit"
    BANK_READ = "partners:bank:read"
