"""Permissions of the enablement room."""

import enum


class Perm(enum.StrEnum):
    LEARNING_READ = "enablement:learning:read"
    QUIZ_TAKE = "enablement:quiz:take"
    CERTIFICATION_EDIT = "enablement:certification:edit"
    AWARD_MANAGE = "enablement:award:manage"
