"""Asking the trial's server, with the standard library alone."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

__all__ = ["Client"]

PATIENCE = 60  # seconds
NOT_THERE = 404


class Client:
    """The server, as the holder of a key of the API sees it."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url.rstrip("/"), key

    def get(self, path: str) -> bytes | None:
        """What stands there; None when nothing does."""
        try:
            return self._ask(Request(f"{self.url}/api/{path}"))
        except HTTPError as error:
            if error.code == NOT_THERE:
                return None
            raise

    def post(self, path: str, body: dict[str, Any]) -> str:
        """Send it; what is against it, or nothing."""
        data = json.dumps(body).encode()
        request = Request(f"{self.url}/api/{path}", data, {"Content-Type": "application/json"})
        try:
            self._ask(request)
        except HTTPError as error:
            return error.read().decode("utf-8", "replace")[:500]
        return ""

    def _ask(self, request: Request) -> bytes:
        if not self.url.startswith(("https://", "http://")):
            raise OSError(f"{self.url}: an address begins with https://")
        request.add_header("Authorization", f"Bearer {self.key}")
        with urlopen(request, timeout=PATIENCE) as answer:
            told: bytes = answer.read()
        return told
