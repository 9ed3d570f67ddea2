"""Whoever is not signed in has a bounded share of the server: who works never waits for them.

In each process one thread of four is theirs. Whoever comes while it is taken waits in line, at the
cost of a line and of no thread, however many there are.
"""

import re
from collections import deque
from typing import Any

__all__ = ["Share", "is_of_a_stranger"]

PLACES = 1
MOST_WAITING = 400  # of a worker's 1,000 lines; who comes then is turned away
READS = (b"GET ", b"HEAD ")
KNOWN = re.compile(rb"\r\n(?:authorization:|cookie:[^\r\n]*sessionid=)", re.IGNORECASE)


def is_of_a_stranger(head: bytes) -> bool:
    """Whether a request only reads, and brings no session and no key."""
    return head.startswith(READS) and not KNOWN.search(head)


class Share:
    """The places of those who are not signed in, and who waits for one; asked by one thread."""

    def __init__(self, places: int = PLACES, most_waiting: int = MOST_WAITING) -> None:
        self._free, self._most_waiting = places, most_waiting
        self._inside: set[Any] = set()
        self._waiting: deque[Any] = deque()

    def enters(self, line: Any) -> bool:
        """Whether the line may be answered now; it waits otherwise."""
        if not self._free:
            self._waiting.append(line)
            return False
        self._free -= 1
        self._inside.add(line)
        return True

    def has(self, line: Any) -> bool:
        """Whether the line has a place now."""
        return line in self._inside

    def is_full(self) -> bool:
        """Whether so many wait that nobody else can."""
        return len(self._waiting) >= self._most_waiting

    def leaves(self, line: Any) -> None:
        """The line gives its place back, if it had one."""
        if line in self._inside:
            self._inside.remove(line)
            self._free += 1

    def next(self) -> Any | None:
        """Who has waited longest and may be answered now; None where nobody waits or fits."""
        if not self._waiting or not self._free:
            return None
        line = self._waiting.popleft()
        self.enters(line)
        return line
