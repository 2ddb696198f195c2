"""A person with cookies and patience: signs in, loads forms, sends them, and sends them again when nothing came back."""

from __future__ import annotations

import re
from html import unescape
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from tests.faults.town import PASSWORD, Town

_HIDDEN = re.compile(r'<input type="hidden" name="(csrf_token|form_id|cp_\w+)" value="([^"]*)"')


class NoAnswer(Exception):
    """The connection was refused or broke off: nobody knows what became of the request."""


class Browser:
    """One person at one hub. Raises NoAnswer instead of what the socket says."""

    def __init__(self, port: int, timeout: float = 45) -> None:
        self.port, self.timeout = port, timeout
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it leads to, body."""
        if form is None:
            return self._send(method, path, None, headers or {})
        return self._send(method, path, urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})

    def upload(self, path: str, form: dict[str, str], field: str, name: str, content: bytes) -> tuple[int, str, str]:
        """The form with a file in it."""
        edge = "a-line-between-parts"
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in form.items()]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        body = b"".join(parts) + head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self._send("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        told = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Accept": "text/html", **headers}
        try:
            connection.request(method, path, body, told)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            raise NoAnswer(str(error)) from None
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.retry_after = answer.headers.get("Retry-After", "")
        return answer.status, answer.headers.get("Location", ""), text

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's last form that has them all."""
        status, _where, text = self.ask("GET", path)
        return {name: unescape(value) for name, value in _HIDDEN.findall(text)} if status == 200 else {}

    def sign_in(self, town: Town, name: str) -> Browser:
        form = {**self.hidden("/auth/sign-in"), "email": town.email(name), "password": PASSWORD}
        status, _where, text = self.ask("POST", "/auth/sign-in", form)
        assert status == 303, text
        return self
