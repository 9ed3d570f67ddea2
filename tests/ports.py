"""A port that stays a test's own while the servers at it come and go.

A port that is only looked for may be another's before the server takes it. One that is held by a
socket which does not listen is given to nobody else, and a server that asks for it by its number
may still have it.
"""

import socket


class Port:
    """A number on the loopback address, until `give_back`."""

    def __init__(self) -> None:
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", 0))
        self.number = int(self._held.getsockname()[1])

    def give_back(self) -> None:
        self._held.close()
