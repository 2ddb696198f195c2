"""Permissions of the partners room."""

import enum


class Perm(enum.StrEnum):
    PARTNER_READ = "partners:partner:read"
    PARTNER_MANAGE = "partners:partner:manage"
