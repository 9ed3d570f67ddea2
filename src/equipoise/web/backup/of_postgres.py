"""The rows of a PostgreSQL database, written out and read in again, table by table.

All are read in one transaction that sees one moment (REPEATABLE READ) and holds nobody up. They are
brought back into tables that this program makes itself, so that the ledger's triggers look at
every entry as it comes in.
"""

from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

from equipoise.web.store import TABLE

__all__ = ["TABLES", "loaded", "written"]

TABLES = "tables/"
_NAMES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name
"""
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position
"""
_COUNTED = """
    SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()
    AND table_name = %s AND (is_identity = 'YES' OR column_default LIKE 'nextval%%')
"""


def written(folder: Path) -> dict[str, int]:
    """Write every table to a file of its name, the first line its columns; how many rows each has.

    To be called in the transaction that all of the copy is read in.
    """
    rows = {}
    with connection.cursor() as cursor:
        for name in _answers(cursor, _NAMES):
            columns = _answers(cursor, _COLUMNS, name)
            # By the first column, so that the ledger comes back in the order of recording.
            read = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
                _listed(columns), sql.Identifier(name), sql.Identifier(columns[0])
            )
            with (folder / name).open("wb") as file, cursor.copy(read) as copy:
                file.write("\t".join(columns).encode() + b"\n")
                for block in copy:
                    file.write(block)
            rows[name] = cursor.rowcount
    return rows


def loaded(folder: Path, rows: dict[str, int]) -> None:
    """Bring the tables in, in place of what the set-up left in them.

    To be called in a transaction, in a database whose ledger is empty.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        others = [sql.Identifier(name) for name in rows if name != TABLE]
        # One after another: TRUNCATE of all at once would ask for the ledger's table too.
        for other in others:
            cursor.execute(sql.SQL("DELETE FROM {}").format(other))
        for name in rows:
            _load(cursor, folder / name, name)


def _load(cursor: Any, path: Path, name: str) -> None:
    with path.open("rb") as file:
        columns = file.readline().decode().rstrip("\n").split("\t")
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), _listed(columns))
        with cursor.copy(into) as copy:
            while block := file.read(1 << 20):
                copy.write(block)
    for column in _answers(cursor, _COUNTED, name):
        cursor.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({}), 0) + 1, false) "
                "FROM {}"
            ).format(
                sql.Literal(name), sql.Literal(column), sql.Identifier(column), sql.Identifier(name)
            )
        )


def _answers(cursor: Any, question: str, *values: str) -> list[str]:
    cursor.execute(question, list(values))
    return [str(name) for (name,) in cursor.fetchall()]


def _listed(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
