"""Which columns could hold personal data by the look of them: everything with room for words, and everything that names a user."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import JSON, LargeBinary, String

from core.database import TextEnum
from core.ids import IdColumn

#: Words of the machine: a column of such a name holds a code, a hash or a version, whatever its type.
_MACHINE = re.compile(
    r"""(?:.*_)?(?:
        code|status|state|kind|type|locale|locales|language|currency|country|region|timezone|zone|quarter|tier|
        hash|sha256|digest|etag|root|seal|mark|signature|token_hash|fingerprint|salt|sketch|correlation|lane|
        key|version|slug|media_type|format|queue|lease|layout|size|stage|verdict|channel|direction|color|template|level|outcome|result
    )\Z""",
    re.VERBOSE,
)
#: These are asked for whatever their type.
_ALWAYS = re.compile(r"(?:.*_)?(?:e?mail|phone|ip|ip_address|user_agent|first_name|last_name|birthday)\Z")


def looks_personal(column: Any) -> bool:
    """Whether somebody has to say what this column holds. Numbers, times, states, hashes and ids of things are nobody's."""
    kind = column.type
    if isinstance(kind, TextEnum):
        return False
    if _ALWAYS.match(column.name):
        return True
    if isinstance(kind, IdColumn):
        return kind.prefix == "usr"
    if _MACHINE.match(column.name):
        return False
    return isinstance(kind, String | JSON | LargeBinary)
