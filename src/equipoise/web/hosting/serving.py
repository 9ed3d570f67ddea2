"""Who serves from a PostgreSQL database, on whatever machine: a lock in it that each of them holds.

The lock on a home (`in_use`) is known to the programs of one machine only.
"""

import time
from contextlib import suppress
from hashlib import sha256

from django.db import DatabaseError, connection, connections

from equipoise.web.hosting.in_use import InUse

__all__ = ["hold", "nobody_serves"]

LOOKS = 3.0  # seconds
_KEY = int.from_bytes(sha256(b"equipoise serves\0").digest()[:8], "big", signed=True)


def hold() -> None:
    """Be known as someone who serves, on a line of one's own; one that breaks is drawn anew."""
    while True:
        line = connections.create_connection("default")
        with suppress(DatabaseError), line.cursor() as cursor:
            # It waits while the tables are being brought up to date.
            cursor.execute("SELECT pg_advisory_lock_shared(%s)", [_KEY])
            while True:
                time.sleep(LOOKS)
                cursor.execute("SELECT 1")
        line.close()
        time.sleep(LOOKS)


def nobody_serves() -> None:
    """Keep servers away until the transaction ends.

    :raises InUse: while one serves from this database, on whatever machine
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_KEY])
        if not cursor.fetchone()[0]:
            raise InUse("a server serves from this database: stop it first, on every machine")
