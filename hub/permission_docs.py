"""docs/permissions.md, made from the one permission file: `python -m hub.permission_docs`. A test fails when it is stale."""

from __future__ import annotations

from pathlib import Path

from core.fields import RESTRICTIONS
from core.i18n import use_locale
from hub.permission_words import ROOMS, WORDS
from hub.roles import ROLES
from hub.rooms import registry
from hub.rules.matrix import matrix

TARGET = Path(__file__).resolve().parent.parent / "docs" / "permissions.md"
_HEAD = """# Who may do what

Generated from `hub/grants.py`, `hub/roles.py` and `hub/permission_words.py` by `python -m hub.permission_docs`. The same matrix, with the number of people,
stands on the desk under Governance, Permissions.
"""


def as_markdown() -> str:
    """One table per side of the house, then what single fields hide."""
    with use_locale("en"):
        parts = [_HEAD]
        for side, title in (("vendor", "The vendor’s people"), ("partner", "A partner’s people")):
            roles = [role for role in ROLES.values() if role.side == side]
            held = {permission for role in roles for permission in role.permissions}
            parts.append(f"## {title}\n\n| | {' | '.join(str(role.label) for role in roles)} |\n|---|{'---|' * len(roles)}")
            for group in matrix(held & registry().permissions, roles, WORDS, ROOMS):
                parts[-1] += f"\n| **{group.label}** |{' |' * len(roles)}"
                for row in group.rows:
                    parts[-1] += f"\n| {row.words} `{row.permission}` | {' | '.join('✓' if one else '' for one in row.held)} |"
            parts[-1] += "\n"
        lines = [f"| `{table}` | {', '.join(rule.fields)} | {rule.reason} |" for table, rule in sorted(RESTRICTIONS.items())]
        parts.append("## Fields with a lock of their own\n\n| table | fields | who sees them |\n|---|---|---|\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(as_markdown(), encoding="utf-8")
