"""Two faces, strictly apart (architecture decision 5): a blueprint is public or private, never both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint
from werkzeug.routing import BaseConverter, ValidationError

from core.ids import TypeID

PRIVATE_FACES = ("portal", "desk", "auth", "api")


class TypeIdConverter(BaseConverter):
    """`<typeid:asset_id>`: a well-formed id or 404; `<typeid("ast"):asset_id>` checks the prefix too."""

    regex = r"[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}"

    def __init__(self, url_map: Any, prefix: str | None = None) -> None:
        super().__init__(url_map)
        self.prefix = prefix

    def to_python(self, value: str) -> TypeID:
        try:
            return TypeID.parse(value, self.prefix)
        except ValueError:
            raise ValidationError() from None

    def to_url(self, value: Any) -> str:
        return str(value)


class FacedBlueprint(Blueprint):
    """A blueprint that knows its face; its templates lie in `<room>/templates`."""

    face = ""

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        room = Path(__import__(import_name.partition(".")[0]).__file__ or "").parent
        if (room / "templates").is_dir():
            options.setdefault("template_folder", str(room / "templates"))
        super().__init__(name, import_name, **options)


class PublicBlueprint(FacedBlueprint):
    """No session, no cookie, cacheable, works from any origin."""

    face = "public"


class PrivateBlueprint(FacedBlueprint):
    """Needs identity, is never cached. `face` is `portal`, `desk`, `auth` or `api`."""

    def __init__(self, name: str, import_name: str, *, face: str, **options: Any) -> None:
        if face not in PRIVATE_FACES:
            raise ValueError(f"unknown face {face!r}")
        super().__init__(name, import_name, **options)
        self.face = face
