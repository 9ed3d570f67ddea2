"""Asking the trial's server, with the standard library alone."""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

__all__ = ["Client", "NotAnswered"]

PATIENCE = 60  # seconds
NOT_THERE = 404
NOT_KNOWN = 401
ELSEWHERE = (301, 302, 303, 307, 308)


class NotAnswered(OSError):
    """The server gave no answer, and why as far as it is known."""


class _Stays(HTTPRedirectHandler):
    """Goes nowhere else: the key is for the server that was named, and for no other."""

    def redirect_request(self, *_: object) -> None:
        return None


_HERE = build_opener(_Stays)


class Client:
    """The server, as the holder of a key of the API sees it."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url.rstrip("/"), key

    def get(self, path: str) -> bytes | None:
        """What stands there; None when nothing does."""
        try:
            return self._ask(f"{self.url}/api/{path}")
        except HTTPError as error:
            if error.code == NOT_THERE:
                return None
            if error.code == NOT_KNOWN:
                raise NotAnswered(
                    f"{self.url} does not know this key, or its time is over: ask the trial office "
                    "for a new one (`equipoise token`), and put it in the file token"
                ) from None
            if error.code in ELSEWHERE:
                raise NotAnswered(
                    f"{self.url} sends one elsewhere, where the key is not taken: name the server "
                    "itself as `url` in witness.json"
                ) from None
            raise NotAnswered(f"{error.url}: {error}") from None

    def post(self, path: str, body: dict[str, Any]) -> str:
        """Send it; what is against it, or nothing."""
        try:
            self._ask(f"{self.url}/api/{path}", json.dumps(body).encode())
        except HTTPError as error:
            return error.read().decode("utf-8", "replace")[:500]
        return ""

    def _ask(self, address: str, data: bytes | None = None) -> bytes:
        if not self.url.startswith(("https://", "http://")):
            raise NotAnswered(f"{self.url}: an address begins with https://")
        if not self.key.isascii() or not self.key.isprintable():
            raise NotAnswered("the file token holds no key of the API: one line, eqp_…")
        headers = {"Content-Type": "application/json"} if data else {}
        try:
            request = Request(address, data, headers)
            request.add_header("Authorization", f"Bearer {self.key}")
            with _HERE.open(request, timeout=PATIENCE) as answer:
                body: bytes = answer.read()
        except HTTPError:
            raise
        except (URLError, HTTPException, ValueError) as error:
            because = error.reason if isinstance(error, URLError) else error
            raise NotAnswered(f"{self.url} cannot be asked: {because}; try again later") from None
        return body
