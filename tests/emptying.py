"""Emptying the test database between tests, although the ledger refuses to be emptied.

Django empties every table after a test that commits. The test's own database has the right to take
the triggers away for that moment; they stand again before the next test begins.
"""

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection

if TYPE_CHECKING:  # read at run time it would need the models first
    from django.db.backends.base.operations import BaseDatabaseOperations

LEDGER = "ledger_entry"
ACCESS = ("access_row", "access_failures", "access_day")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The test database, which can be emptied."""
    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self: "BaseDatabaseOperations", style, tables, **options) -> list[str]:
        off, on = _SWITCHES[connection.vendor]()
        statements = plain(self, style, tables, **options)
        return [*off, *statements, *on] if LEDGER in tables else statements

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = plain


def _sqlite() -> tuple[list[str], list[str]]:
    migration = importlib.import_module("equipoise.web.migrations.0002_append_only")
    access = importlib.import_module("equipoise.web.migrations.0013_access_log")
    statements = [*migration.SQLITE, *access.SQLITE]
    names = [statement.split()[2] for statement in statements]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in names], statements


def _postgresql() -> tuple[list[str], list[str]]:
    tables = (LEDGER, *ACCESS)
    return (
        [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables],
        [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables],
    )


_SWITCHES = {"sqlite": _sqlite, "postgresql": _postgresql}
