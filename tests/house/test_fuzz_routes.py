"""No 5xx because of input (law L6): every address, every query word and every form field, with values nobody expects.

The forms are taken from the pages themselves, so that a new field is walked as soon as it can be seen.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client

from core.database import Database
from core.web.blueprints import FacedBlueprint
from hub.public import with_public_reads
from tests.house.conftest import Records

SignIn = Callable[[str], FlaskClient]
#: What may stand between two slashes, already escaped.
PATHS = ("%00", "%FF%FE", "..%2F..%2Fetc", "a" * 3000, "9" * 400, "%F0%9F%98%80", "a-" * 900, "%0D%0AX:y", "%25", "brand-x.css")
#: The walker stays signed in; 503 is the right word of a hub whose jobs no worker runs.
SKIPPED = ("/auth/sign-out", "/readyz")
#: What may stand in a field.
TEXTS = (
    "",
    "\x00",
    "9" * 30,
    "-1",
    "1e999",
    "²",
    "\ud800",
    "x" * 70_000,
    "a-" * 3000,
    "%(name)s %s {0}",
    "]]><script>",
    "\r\nX-Evil: 1",
    "0001-01-01",
    "9999-12-31",
    "https://kestrel.example/" + "a" * 1960,
    "a" * 900,
    "4000000000",
    "a" * 240 + "@kestrel.example",
    "https://[",
    "usr_7zzzzzzzzzzzzzzzzzzzzzzzzz",
    "plc_0000000000000000000000000z",
)
FILES = (
    b"",
    b"\x00" * 100,
    b"\x89PNG\r\n\x1a\n" + b"\xff" * 50,
    b"<svg/>",
    b"PK\x03\x04" + b"\x00" * 40,
    b"[" * 200_000,
    b"---\n\xff: [\n---\n",
    b"<?xml version='1.0'?><rss>",
)
#: Of these, what one field alone gets, and what goes into every query; the others go into all fields at once.
SHARP = ("\x00", "9" * 30, "²", "\ud800")
QUERIES = ("\x00", "9" * 30, "²", "\ud800", "0001-01-01")
QUERY = (
    *("lang", "language", "locale", "q", "text", "page", "from", "to", "days", "period", "status", "type", "placement", "campaign"),
    *("partner", "collection", "view", "table", "ask", "severity", "sort", "next", "utm_content", "cp_click"),
)


@dataclass(frozen=True)
class Form:
    """A form as the browser would send it, untouched."""

    method: str
    action: str
    fields: dict[str, str]
    files: tuple[str, ...]


def _walk(app: Flask, faces: tuple[str, ...], values: dict[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(method, rule, known arguments) of the routes of these faces."""
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
        assert isinstance(blueprint, FacedBlueprint)
        if blueprint.face in faces and rule.rule not in SKIPPED:
            known = {name: values.get(name, "x") for name in rule.arguments}
            for method in sorted({"GET", "POST"} & set(rule.methods or ())):
                yield method, rule.rule, known


def _address(rule: str, values: dict[str, str]) -> str:
    return re.sub(r"<(?:[^:<>]*:)?([a-z_]+)>", lambda found: values[found[1]], rule)


def _everything(records: Records) -> dict[str, str]:
    more = {"locale": "de", "size": "1200x628", "extension": "jpg", "action": "accept", "name": "x.png", "path": "core/css/base.css"}
    return {**records.values, **records.slugs, **more}


def _check(answers: dict[str, int]) -> None:
    assert {what: status for what, status in answers.items() if status >= 500} == {}


def _addresses_with_nonsense(app: Flask, client: FlaskClient, faces: tuple[str, ...], values: dict[str, str]) -> dict[str, int]:
    answers = {}
    for method, rule, known in _walk(app, faces, values):
        for name in known:
            for nasty in PATHS:
                address = _address(rule, {**known, name: nasty})
                answers[f"{method} {address[:150]}"] = client.open(address, method=method).status_code
        address = _address(rule, known)
        for nasty in QUERIES:
            query = "&".join(f"{name}={quote(nasty.encode('utf-8', 'surrogatepass'))[:3000]}" for name in QUERY)
            answers[f"{method} {address}?… {nasty[:20]!r}"] = client.open(f"{address}?{query}", method=method).status_code
    return answers


def _forms(page: str, address: str) -> Iterator[Form]:
    for found in BeautifulSoup(page, "html.parser").find_all("form"):
        fields, files = {}, []
        for control in found.find_all(["input", "select", "textarea", "button"]):
            name = str(control.get("name") or "")
            if not name:
                continue
            if control.get("type") == "file":
                files.append(name)
            else:
                fields.setdefault(name, _value(control))
        yield Form(str(found.get("method", "get")).upper(), str(found.get("action") or address), fields, tuple(files))


def _value(control: Tag) -> str:
    if control.name == "select":
        chosen = control.find("option", selected=True) or control.find("option")
        return str(chosen.get("value", "")) if isinstance(chosen, Tag) else ""
    return control.text if control.name == "textarea" else str(control.get("value", ""))


def _forms_of(app: Flask, client: FlaskClient, faces: tuple[str, ...], values: dict[str, str]) -> dict[str, Form]:
    forms = {}
    for method, rule, known in _walk(app, faces, values):
        if method == "GET":
            answer = client.get(_address(rule, known))
            if answer.mimetype == "text/html" and answer.status_code == 200:
                for form in _forms(answer.text, _address(rule, known)):
                    forms.setdefault(f"{form.method} {form.action} {sorted(form.fields)}", form)
    return {name: form for name, form in forms.items() if "/auth/" not in form.action}


def _send(client: FlaskClient, form: Form, fields: dict[str, str | bytes]) -> int:
    if form.method == "GET":
        query = "&".join(f"{name}={quote(_bytes(value))[:5000]}" for name, value in fields.items())
        return client.get(f"{form.action.partition('?')[0]}?{query}").status_code
    body = "&".join(f"{quote(name)}={quote(_bytes(value))}" for name, value in fields.items())
    return client.post(form.action, data=body, content_type="application/x-www-form-urlencoded").status_code


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def _forms_with_nonsense(client: FlaskClient, forms: dict[str, Form]) -> dict[str, int]:
    answers = {}
    for what, form in forms.items():
        for field in form.fields:
            for nasty in SHARP:
                answers[f"{what[:90]} {field}={nasty[:20]!r}"] = _send(client, form, {**form.fields, field: nasty})
        for nasty in TEXTS:
            answers[f"{what[:90]} all={nasty[:20]!r}"] = _send(client, form, dict.fromkeys(form.fields, nasty))
        answers[f"{what[:90]} nothing"] = _send(client, form, {})
        for kind in ("application/json", "multipart/form-data", "multipart/form-data; boundary=x", "nonsense"):
            if form.method == "POST":
                answers[f"{what[:90]} {kind}"] = client.post(form.action, data=b"\x00{[", content_type=kind).status_code
        for name in form.files:
            for content in FILES:
                data = {**form.fields, name: (io.BytesIO(content), "a\x00/../b.md")}
                answers[f"{what[:90]} {name}={content[:12]!r}"] = client.post(form.action, data=data).status_code
    return answers


@pytest.mark.slow
@pytest.mark.parametrize(("name", "face"), [("pia", "portal"), ("nora", "desk")])
def test_no_private_address_fails(app: Flask, client_as: SignIn, kestrels: Records, name: str, face: str) -> None:
    client = client_as(name)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    _check(_addresses_with_nonsense(app, client, (face, "auth"), _everything(kestrels)))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "face"), [("pia", "portal"), ("nora", "desk")])
def test_no_private_form_fails(app: Flask, client_as: SignIn, kestrels: Records, name: str, face: str) -> None:
    client = client_as(name)
    forms = _forms_of(app, client, (face,), _everything(kestrels))
    assert len(forms) > 5
    app.config["PROPAGATE_EXCEPTIONS"] = False
    _check(_forms_with_nonsense(client, forms))


def test_no_public_address_fails(app: Flask, kestrels: Records) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    _check(_addresses_with_nonsense(app, app.test_client(), ("public", "auth"), _everything(kestrels)))


def test_no_public_form_fails(app: Flask, kestrels: Records) -> None:
    client = app.test_client()
    forms = _forms_of(app, client, ("public",), _everything(kestrels))
    assert forms
    app.config["PROPAGATE_EXCEPTIONS"] = False
    _check(_forms_with_nonsense(client, forms))


def test_no_message_to_the_fast_path_fails(app: Flask, database: Database, kestrels: Records) -> None:
    """Feeds, widget data and the collector stand in front of Flask and its error pages."""
    client = Client(with_public_reads(app, database))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answers = {}
    for nasty in PATHS:
        for rule in ("/feeds/{}/rss.xml", "/feeds/{}/", "/embed/{}.json", "/feeds/" + kestrels.values["placement_id"] + "/{}/atom.xml"):
            answers[rule + nasty[:30]] = client.get(rule.format(nasty)).status_code
    odd = {"Accept-Encoding": "gzip;q=x,*;q=9,br;;;=", "If-None-Match": '"' * 999, "If-Modified-Since": "Mon, 99 Foo 99999 25:61:61 +9999"}
    answers["odd headers"] = client.get(f"/feeds/{kestrels.values['placement_id']}/rss.xml", headers=odd).status_code
    event = {"v": 1, "p": kestrels.values["placement_id"], "l": "de", "u": "https://a/", "e": [["loaded"]]}
    messages: list[bytes] = [b"", b"\x00", b"d=", b"d=" + b"%5B" * 20_000, b"d=" + b"9" * 9000, b"d=%ED%A0%80", b"d=\xff"]
    for field in event:
        for odd_value in (
            None,
            True,
            [],
            {},
            -1,
            1e308,
            "",
            "\ud800",
            "x" * 500,
            [[]],
            [["loaded", 1]],
            [["viewable", "\ud800"]],
            "http://[::1",
            "https://\x00/",
        ):
            messages.append(b"d=" + quote(json.dumps({**event, field: odd_value})).encode())
    for message in messages:
        answers[repr(message[:120])] = client.post("/e", data=message, content_type="application/x-www-form-urlencoded").status_code
    _check(answers)
