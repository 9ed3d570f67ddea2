"""Lines that send half a request and then wait, and people who ask beside them."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from tests.patience import HANG

HEAD = b"GET / HTTP/1.1\r\nHost: trial.example.org\r\nX-More: "
BODY = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: trial.example.org\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nlogin="
)


@contextmanager
def half_open(port: int, sent: list[bytes], tls: ssl.SSLContext | None = None) -> Iterator[None]:
    """A line for each of these beginnings of a request; a hundred of them from one address."""
    with ExitStack() as lines:
        for number, beginning in enumerate(sent):
            source = (f"127.0.1.{1 + number // 100}", 0)
            line = socket.create_connection(("127.0.0.1", port), HANG, source)
            if tls:
                line = tls.wrap_socket(line, server_hostname="trial.example.org")
            lines.enter_context(line)
            line.sendall(beginning)
        yield


def answers(many: int, port: int, address: str, tls: ssl.SSLContext | None, **headers: str) -> list:
    """The status that each of so many people gets who ask at once, three times each."""
    with ThreadPoolExecutor(many) as people:
        asked = [people.submit(_ask, port, address, tls, headers) for _ in range(many)]
        return [status for one in asked for status in one.result(HANG)]


def line_to(port: int, tls: ssl.SSLContext | None, source: str = "") -> http.client.HTTPConnection:
    """A line of one's own, perhaps from another address of this machine."""
    own = {"timeout": HANG, "source_address": (source, 0) if source else None}
    if tls is None:
        return http.client.HTTPConnection("127.0.0.1", port, **own)
    return http.client.HTTPSConnection("127.0.0.1", port, context=tls, **own)


def _ask(port: int, address: str, tls: ssl.SSLContext | None, headers: dict[str, str]) -> list[int]:
    line, statuses = line_to(port, tls), []
    for _ in range(3):
        line.request("GET", address, headers={"Host": "trial.example.org", **headers})
        answer = line.getresponse()
        answer.read()
        statuses.append(answer.status)
    line.close()
    return statuses
