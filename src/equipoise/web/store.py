"""The ledger in the database: the only module that touches its table.

On PostgreSQL a stream is held by an advisory lock, taken in the order of the names so that two
writers never wait for each other; on SQLite the writers' queue holds the whole database.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Subquery

from equipoise.ledger import Entry, Head, Overtaken, check_next
from equipoise.web.models import EntryRow

__all__ = ["DatabaseLedger"]

FIELDS = Entry.__struct_fields__
_INSERT = (
    f"INSERT INTO ledger_entry ({', '.join(f'{chr(34)}{name}{chr(34)}' for name in FIELDS)}) "
    f"VALUES ({', '.join('%s' for _ in FIELDS)})"
)


class DatabaseLedger:
    """Entries in one table that refuses to be changed."""

    @contextmanager
    def writing(self, *streams: str) -> Iterator[None]:
        """Hold the streams until the transaction ends; what is appended stands or falls whole."""
        with transaction.atomic():
            if connection.vendor == "postgresql":
                self._lock(sorted(set(streams)))
            yield

    def append(self, entry: Entry) -> None:
        """Record the next entry of its stream; raises Overtaken or BrokenChain."""
        own = self.head(entry.subject) if entry.subject else None
        check_next(entry, self.head(entry.stream), own)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_INSERT, [getattr(entry, name) for name in FIELDS])
        except IntegrityError as error:
            raise Overtaken(entry, self.head(entry.stream)) from error

    def head(self, stream: str) -> Head | None:
        """How far a stream has come; None when it holds nothing."""
        rows = EntryRow.objects.filter(stream=stream).order_by("-seq")
        last = rows.values_list("seq", "digest").first()
        return Head(*last) if last else None

    def heads(self) -> dict[str, Head]:
        """How far every stream has come, sorted by name, all at one moment."""
        lasts = EntryRow.objects.values("stream").annotate(last=Max("id")).values("last")
        rows = EntryRow.objects.filter(id__in=Subquery(lasts))
        found = {s: Head(n, d) for s, n, d in rows.values_list("stream", "seq", "digest")}
        return dict(sorted(found.items()))

    def entries(self, stream: str, after: int = 0) -> Iterator[Entry]:
        """The entries of one stream with seq > `after`, in order."""
        rows = EntryRow.objects.filter(stream=stream, seq__gt=after).order_by("seq")
        return _entries(rows.values_list(*FIELDS))

    def concerning(self, subject: str) -> Iterator[Entry]:
        """The entries of other streams that name this subject, by (after, stream, seq)."""
        rows = EntryRow.objects.filter(subject=subject).exclude(subject="")
        return _entries(rows.order_by("after", "stream", "seq").values_list(*FIELDS))

    def everything(self) -> Iterator[Entry]:
        """All entries, by (stream, seq), read at one moment."""
        with transaction.atomic():
            rows = list(EntryRow.objects.values_list(*FIELDS))
        return _entries(sorted(rows, key=lambda row: (row[0], row[1])))

    def recent(self, limit: int, before: int | None = None) -> list[tuple[int, Entry]]:
        """The newest entries of all streams with their row numbers, for the audit's pages."""
        rows = EntryRow.objects.order_by("-id")
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [
            (row[0], Entry(**dict(zip(FIELDS, row[1:], strict=True))))
            for row in rows.values_list("id", *FIELDS)[:limit]
        ]

    def _lock(self, streams: list[str]) -> None:
        with connection.cursor() as cursor:
            for stream in streams:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(stream)])


def _entries(rows: object) -> Iterator[Entry]:
    for row in rows:  # type: ignore[attr-defined]
        yield Entry(**dict(zip(FIELDS, row, strict=True)))


def _number(stream: str) -> int:
    digest = hashlib.sha256(b"equipoise stream\0" + stream.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
