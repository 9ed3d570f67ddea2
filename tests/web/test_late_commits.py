"""On PostgreSQL an act that began first may be recorded last; it gets its place in the tree too."""

import psycopg
import pytest

from equipoise.ledger import MemoryLedger
from equipoise.web.witness.tree_store import WAITING
from tests.spec.ledger.histories import record
from tests.web.test_append_only import COLUMNS, INSERT, migrated

__all__ = ["migrated"]
LEAF = "INSERT INTO tree_leaf (index, stream, seq, random, hash) VALUES (%s, %s, %s, %s, %s)"


def waits(connection):
    return [(stream, seq) for stream, seq, *_ in connection.execute(WAITING, [0, 9]).fetchall()]


@pytest.mark.postgres
def test_whoever_is_recorded_late_is_waiting_although_a_later_row_has_its_leaf(postgres, migrated):
    url = postgres.url(migrated, "equipoise_app")
    first, second = (record(MemoryLedger(), stream) for stream in ("S-71", "S-72"))
    with psycopg.connect(url) as slow, psycopg.connect(url, autocommit=True) as quick:
        slow.execute(INSERT, [getattr(first, name) for name in COLUMNS])  # its row is the earlier
        quick.execute(INSERT, [getattr(second, name) for name in COLUMNS])
        assert waits(quick) == [("S-72", 1)]
        quick.execute(LEAF, [0, "S-72", 1, b"r" * 32, b"h" * 32])
        assert waits(quick) == []
        slow.commit()
        assert waits(quick) == [("S-71", 1)]
        with pytest.raises(psycopg.errors.UniqueViolation):
            quick.execute(LEAF, [0, "S-71", 1, b"r" * 32, b"h" * 32])
        quick.execute(LEAF, [1, "S-71", 1, b"r" * 32, b"h" * 32])
        assert waits(quick) == []
