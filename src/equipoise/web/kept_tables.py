"""The rows of tables that have a list, kept so that a page of one asks for its own rows alone."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec
from django.db import connection

from equipoise.conduct.chapters import tables
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table
from equipoise.study.model import Study
from equipoise.web.models import TableRow

__all__ = ["ORDER", "PRESSING", "keep", "row_of", "rows_of", "sorted_by"]

ORDER = ("-on", "subject_id", "place")
"""The newest first."""
PRESSING = ("rank", "on", "subject_id", "place")
"""In a table with an order of its own: what presses most, the oldest first."""


def rows_of(study: Study, subject: Subject, on: date) -> list[TableRow]:
    """What a participant has in these tables; on whichever day, for no list depends on it."""
    return [
        _kept(study, subject, table, place, row)
        for table in tables()
        if table.listed and table.of_study(study)
        for place, row in enumerate(table.rows(study, subject, on))
    ]


def _kept(study: Study, subject: Subject, table: Table, place: int, row: Row) -> TableRow:
    kept = TableRow(
        table=table.name,
        subject_id=subject.subject_id,
        site=subject.site,
        on=str(row[sorted_by(table)] or ""),
        place=place,
        tells_arm=table.is_of_an_arm(study, row),
        rank=table.ranks(row) if table.ranks else None,
        whose=str(row[table.place_of(table.whose)] or "") if table.whose else "",
        values=msgspec.json.encode(row).decode(),
    )
    kept.counts = tuple(table.counts(row))
    return kept


def keep(subject: Subject, rows: list[TableRow]) -> None:
    """Put a participant's rows in the place of those that were kept."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM read_table_row WHERE subject_id = %s", [subject.subject_id])
    if rows:
        TableRow.objects.bulk_create(rows)


def row_of(table: Table, kept: TableRow) -> Row:
    """The row that was kept."""
    return tuple(_values(table, msgspec.json.decode(kept.values)))


def sorted_by(table: Table) -> int:
    """The place of the column by whose day a list is in order."""
    return next((n for n, column in enumerate(table.columns) if column.kind == "day"), 0)


def _values(table: Table, values: list[object]) -> Iterator[object]:
    for column, value in zip(table.columns, values, strict=True):
        if isinstance(value, str) and column.kind in ("day", "moment"):
            of = date if column.kind == "day" else datetime
            yield of.fromisoformat(value)
        else:
            yield value
