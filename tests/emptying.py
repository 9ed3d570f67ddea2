"""Emptying the test database between tests, although what is append-only refuses to be emptied.

Django empties every table after a test that commits. The test's own database has the right to take
the triggers away for that moment; they stand again before the next test begins.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection

if TYPE_CHECKING:  # read at run time it would need the models first
    from django.db.backends.base.operations import BaseDatabaseOperations

LEDGER = "ledger_entry"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The test database, which can be emptied."""
    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self: "BaseDatabaseOperations", style, tables, **options) -> list[str]:
        statements = plain(self, style, tables, **options)
        if LEDGER not in tables:
            return statements
        off, on = _SWITCHES[connection.vendor]()
        return [*off, *statements, *on]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = plain


def _sqlite() -> tuple[list[str], list[str]]:
    triggers = _asked("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]


def _postgresql() -> tuple[list[str], list[str]]:
    tables = _asked("SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal")
    switched = lambda how: [f"ALTER TABLE {table} {how} TRIGGER USER" for (table,) in tables]  # noqa: E731
    return switched("DISABLE"), switched("ENABLE")


def _asked(question: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


_SWITCHES = {"sqlite": _sqlite, "postgresql": _postgresql}
