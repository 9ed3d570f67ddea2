"""A line that sends slowly costs no thread of the server.

Gunicorn gives a line to a thread as soon as it is there, so that a few half-sent requests hold all
threads. Here a line waits, at the cost of a few bytes, until its request has come whole: the system
tells of it again when more has come (SO_RCVLOWAT). The proxy before the server does the same for
requests of any length; this holds where none stands.
"""

import re
import socket
import struct
import time
from typing import Any

from gunicorn.workers import gthread

from equipoise.web.hosting.strangers_wait import Share, is_of_a_stranger

__all__ = ["WholeRequests", "to_come"]

WHOLE = 32 * 1024  # bytes up to which a request is waited for; what is longer is read as it comes
LONGEST_WAIT = (
    15.0  # seconds that a line may take for its request; gunicorn ends a silent one sooner
)
PATIENCE = struct.pack("ll", 20, 0)  # seconds that a thread waits for more of a long request
END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.IGNORECASE)


class WholeRequests(gthread.ThreadWorker):
    """Gunicorn's threads, which see a request once it is there, and few strangers at a time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._strangers = Share()

    def enqueue_req(self, conn: Any) -> None:
        """Have a request answered, by a thread that is free for whoever asks."""
        if not is_of_a_stranger(_come(conn)):
            super().enqueue_req(conn)
        elif self._strangers.is_full():
            self.nr_conns -= 1
            conn.close()
        elif self._strangers.enters(conn):
            super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Go on with a line that was answered, and with a stranger who waited for the place."""
        self._strangers.leaves(conn)
        super().finish_request(conn, fs)
        if (waited := self._strangers.next()) is not None:
            super().enqueue_req(waited)

    def handle(self, conn: Any) -> Any:
        """Answer a request that has come; put a line back that has not sent one whole."""
        line: socket.socket = conn.sock
        if least := _least(conn):
            now = time.monotonic()
            conn.whole_by = getattr(conn, "whole_by", None) or now + LONGEST_WAIT
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, least)
            later = gthread._DEFER  # type: ignore[attr-defined]  # the stubs leave it out
            return later if now < conn.whole_by else False
        if not self._strangers.has(conn) and is_of_a_stranger(_come(conn)):
            return gthread._DEFER  # type: ignore[attr-defined]  # it came after the line was given
        conn.data_ready, conn.whole_by = True, None
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, PATIENCE)
        return super().handle(conn)


def to_come(seen: bytes) -> int:
    """How many bytes at least are still to come; 0 when the request is whole, or too long."""
    head, end, _ = seen.partition(END)
    if not end:
        return 1 if len(seen) < WHOLE else 0
    stated = LENGTH.search(head + b"\r\n")
    wanted = len(head) + len(END) + (int(stated[1]) if stated else 0)
    return wanted - len(seen) if len(seen) < wanted <= WHOLE else 0


def _come(conn: Any) -> bytes:
    """What has come of the next request, which stays where it is."""
    if conn.initialized and (read := conn.parser.unreader.buf.getvalue()):
        return bytes(read)
    try:
        return bytes(conn.sock.recv(WHOLE, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return b""


def _least(conn: Any) -> int:
    """How many bytes there must be before it is worth looking again; 0 when it is now."""
    if conn.initialized and conn.parser.unreader.buf.getvalue():
        return 0  # the request came with the one before
    try:
        seen = conn.sock.recv(WHOLE, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return 1
    except OSError:
        return 0  # gunicorn finds out what is wrong
    more = to_come(seen) if seen else 0
    return len(seen) + more if more else 0
