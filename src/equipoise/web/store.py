"""The ledger in the database: the only module that touches its table.

On PostgreSQL a stream is held by an advisory lock, taken in the order of the names so that two
writers never wait for each other, and all of them share one more, which is taken alone by whoever
judges by everything; on SQLite the writers' queue holds the whole database.
"""

import hashlib
import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import msgspec
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Max, Q, QuerySet, Subquery

from equipoise.conduct.redaction import RedactEntry
from equipoise.conduct.restating import RESTATED
from equipoise.ledger import (
    EVERYTHING,
    Entry,
    EntrySource,
    Head,
    Ledger,
    Overtaken,
    canonical,
    check_next,
    stated,
)
from equipoise.ledger.redaction import SUFFIX
from equipoise.web.models import EntryRow
from equipoise.web.named_forms import form_named

__all__ = [
    "ALL_ENTRIES",
    "FIRST",
    "HOW_FAR",
    "LARGEST",
    "TABLE",
    "DatabaseLedger",
    "Filters",
    "NotEmpty",
    "damage",
    "unfinished",
]

FIELDS = Entry.__struct_fields__
_NAMES = ", ".join(f'"{name}"' for name in FIELDS)
LARGEST = 2**63 - 1
"""The greatest whole number that a database can be asked for."""
TABLE = EntryRow._meta.db_table
ALL_ENTRIES = f"SELECT {_NAMES} FROM ledger_entry"
"""Every entry, its fields in the order of `Entry`."""
FIRST = "(SELECT digest FROM ledger_entry WHERE stream = 'study' AND seq = 1)"
"""The first digest of the trial."""
HOW_FAR = f"""
    {FIRST}, (SELECT coalesce(max(id), 0) FROM ledger_entry),
    (SELECT coalesce(max(seq), 0) FROM ledger_entry WHERE stream = 'allocation')
"""
"""The first digest of the trial, the last row, which only grows, and the last draw."""
# Written out: every act asks these several times, and Django takes longer to build such a question
# than a database to answer it.
_INSERT = f"INSERT INTO ledger_entry ({_NAMES}) VALUES ({', '.join('%s' for _ in FIELDS)})"
_HEAD = "SELECT seq, digest FROM ledger_entry WHERE stream = %s ORDER BY seq DESC LIMIT 1"
_NEWEST = "SELECT max(at) FROM ledger_entry"
_LAST = "SELECT at FROM ledger_entry WHERE stream = %s ORDER BY seq DESC LIMIT 1"
_ENTRIES = f"SELECT {_NAMES} FROM ledger_entry WHERE stream = %s AND seq > %s ORDER BY seq"
_ENTRY = f"SELECT {_NAMES} FROM ledger_entry WHERE stream = %s AND seq = %s"
_CONCERNING = (
    f"SELECT {_NAMES} FROM ledger_entry WHERE subject = %s AND subject <> '' "
    'ORDER BY "after", stream, seq'
)

_NEWS = f"SELECT 0, {_NAMES} FROM ledger_entry WHERE stream = %s AND seq > %s"
_ELSEWHERE = f"SELECT 1, {_NAMES} FROM ledger_entry WHERE subject = %s AND subject <> ''"


@dataclass(slots=True)
class _Held:
    """What a thread knows of the streams that it holds: nobody else adds to them meanwhile."""

    streams: frozenset[str]
    heads: dict[str, Head | None] = field(default_factory=dict)
    appended: bool = False


_held: ContextVar[_Held | None] = ContextVar("the streams that this thread holds", default=None)


def unfinished() -> bool:
    """Whether this thread has appended what may still be taken back."""
    held = _held.get()
    return held is not None and held.appended


class NotEmpty(Exception):
    """A whole ledger can only be brought into a database that holds none."""

    def __init__(self) -> None:
        super().__init__("a ledger is brought into an empty database; this one holds entries")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which entries are looked for; what is empty does not count. `since` and `until` are UTC."""

    within: Collection[str] | None = None  # these participants only; None: everything
    subject: str = ""
    by: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    form: str = ""
    item: str = ""
    but: str = ""  # a kind of act that is left out
    kinds: Collection[str] | None = None  # one of these kinds; None: any
    asked_in: str = ""  # the form that asks the question
    apart: Collection[str] = ()  # kinds that may name a question without its form

    def parts(self) -> list["Filters"]:
        """The same in parts that an index finds: a question is named with its form, or apart."""
        if not self.item or not self.asked_in or self.form:
            return [self]
        kinds = [kind for kind in self.apart if self.kind in ("", kind)]
        return [replace(self, form=self.asked_in), replace(self, asked_in="", kinds=kinds)]

    def of(self, rows: "QuerySet[EntryRow]") -> "QuerySet[EntryRow]":
        """Those of the rows that are looked for."""
        if self.within is not None:
            rows = rows.filter(Q(stream__in=self.within) | Q(subject__in=self.within))
        if self.subject:
            rows = rows.filter(Q(stream=self.subject) | Q(subject=self.subject))
        if self.but:
            rows = rows.exclude(kind=self.but)
        # What an entry says of a form or a question stands in its payload, by their ids.
        if self.form or self.item:
            names = Q(named=self.form) if self.form else Q()
            names &= Q(payload__contains=f'"{self.item}"') if self.item else Q()
            rows = rows.annotate(named=form_named()).filter(names | _said_anew(names))
        if self.kinds is not None:
            rows = rows.filter(kind__in=self.kinds)
        exact = {"by": self.by, "kind": self.kind, "at__gte": self.since, "at__lt": self.until}
        return rows.filter(**{name: wanted for name, wanted in exact.items() if wanted})


def _said_anew(names: Q) -> Q:
    """The entries that were redacted of which a redaction, as it says them anew, names the same."""
    acts = EntryRow.objects.annotate(named=form_named()).filter(names, kind=RedactEntry.kind)
    found = Q(pk__in=())
    for stream, payload in acts.values_list("stream", "payload"):
        content = msgspec.json.decode(payload)
        while content.get(RESTATED):  # of a redaction that is redacted itself: what that redacts
            found |= Q(stream=stream, seq=content["entry"])
            content = content[RESTATED]
    return found


class DatabaseLedger:
    """Entries in one table that refuses to be changed."""

    @contextmanager
    def writing(self, *streams: str) -> Iterator[None]:
        """Hold the streams until the transaction ends; what is appended stands or falls whole."""
        outer = _held.get()
        names = frozenset(streams) | (outer.streams if outer else frozenset())
        held = _Held(names, dict(outer.heads), outer.appended) if outer else _Held(names)
        token = _held.set(held)
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    self._lock(names - (outer.streams if outer else frozenset()), outer is None)
                yield
        finally:
            _held.reset(token)
        if outer:
            outer.heads, outer.appended = held.heads, held.appended

    def append(self, entry: Entry) -> None:
        """Record the next entry of its stream; raises Overtaken or BrokenChain."""
        own = self.head(entry.subject) if entry.subject else None
        head = self.head(entry.stream)
        check_next(entry, head, own)
        try:
            with connection.cursor() as cursor:
                cursor.execute(_INSERT, [getattr(entry, name) for name in FIELDS])
        except IntegrityError as error:
            # Within the transaction, which ends here, PostgreSQL answers nothing more.
            now = head if connection.in_atomic_block else _head(entry.stream)
            raise Overtaken(entry, now) from error
        if held := _held.get():
            held.appended = True
            held.heads[entry.stream] = Head(entry.seq, entry.digest)

    def head(self, stream: str) -> Head | None:
        """How far a stream has come; None when it holds nothing."""
        held = _held.get()
        if held is None or stream not in held.streams:
            return _head(stream)
        if stream not in held.heads:
            held.heads[stream] = _head(stream)
        return held.heads[stream]

    def newest(self) -> str:
        """The latest moment at which anything was recorded; empty when nothing was."""
        return str(_rows(_NEWEST, [])[0][0] or "")

    def last_moment(self, streams: Iterable[str]) -> str:
        """The moment of the last entry of these streams together; empty when they hold none."""
        return max((at for s in streams for (at,) in _rows(_LAST, [s])), default="")

    def heads(self) -> dict[str, Head]:
        """How far every stream has come, sorted by name, all at one moment."""
        lasts = EntryRow.objects.values("stream").annotate(last=Max("id")).values("last")
        rows = EntryRow.objects.filter(id__in=Subquery(lasts))
        found = {s: Head(n, d) for s, n, d in rows.values_list("stream", "seq", "digest")}
        return dict(sorted(found.items()))

    def entries(self, stream: str, after: int = 0) -> Iterator[Entry]:
        """The entries of one stream with seq > `after`, in order."""
        # Someone asks for an entry by a number that no database can hold.
        return _entries(_rows(_ENTRIES, [stream, min(max(after, -1), LARGEST)]))

    def concerning(self, subject: str) -> Iterator[Entry]:
        """The entries of other streams that name this subject, by (after, stream, seq)."""
        return _entries(_rows(_CONCERNING, [subject]))

    def news(self, after: Mapping[str, int], subject: str = "") -> EntrySource:
        """What was recorded in some streams after these numbers, and elsewhere of a subject.

        One question, so that all of it stands at one moment; what lies before is still found.
        """
        questions = [_NEWS] * len(after) + ([_ELSEWHERE] if subject else [])
        values: list[str | int] = [value for pair in after.items() for value in pair]
        found = _rows(" UNION ALL ".join(questions), [*values, *([subject] if subject else [])])
        streams: dict[str, list[Entry]] = {stream: [] for stream in after}
        elsewhere: list[Entry] = []
        for is_elsewhere, *row in found:
            entry = Entry(**dict(zip(FIELDS, row, strict=True)))
            (elsewhere if is_elsewhere else streams[entry.stream]).append(entry)
        return _News(self, dict(after), streams, subject, elsewhere)

    def everything(self) -> Iterator[Entry]:
        """All entries, by (stream, seq), read at one moment."""
        with transaction.atomic():
            rows = list(EntryRow.objects.values_list(*FIELDS))
        return _entries(sorted(rows, key=lambda row: (row[0], row[1])))

    def recent(
        self, limit: int, before: int | None = None, filters: Filters | None = None
    ) -> list[tuple[int, Entry]]:
        """The newest entries of all streams with their row numbers, as they are to be read."""
        rows = EntryRow.objects.order_by("-id")
        if before is not None:
            rows = rows.filter(id__lt=before)
        parts = [part.of(rows) for part in (filters or Filters()).parts()]
        several = {row[0]: row for part in parts for row in part.values_list("id", *FIELDS)[:limit]}
        found = [several[number] for number in sorted(several, reverse=True)[:limit]]
        entries = self.as_stated(_entries(row[1:] for row in found))
        return [(row[0], entry) for row, entry in zip(found, entries, strict=True)]

    def count(self, filters: Filters) -> int:
        """How many entries are looked for."""
        return filters.of(EntryRow.objects.all()).count()

    def of_kind(self, kind: str, streams: Collection[str]) -> list[Entry]:
        """The entries of one kind in these streams, as they are to be read, stream by stream."""
        rows = EntryRow.objects.filter(stream__in=streams, kind=kind).order_by("stream", "seq")
        return self.as_stated(_entries(list(rows.values_list(*FIELDS))))

    def holding(self, text: str, most: int) -> list[Entry]:
        """The newest entries in which a text stands, as they are to be read; capitals or not."""
        rows = EntryRow.objects.filter(payload__icontains=canonical(text)[1:-1]).order_by("-id")
        return self.as_stated(_entries(list(rows.values_list(*FIELDS)[:most])))

    def as_stated(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries as they are to be read: what was redacted as it is said anew."""
        listed = list(entries)
        streams = {entry.stream for entry in listed}
        rows = EntryRow.objects.filter(stream__in=streams, kind__endswith=SUFFIX)
        acts = _entries(list(rows.values_list(*FIELDS))) if listed else ()
        return stated([*listed, *acts])[: len(listed)]

    def recorders(self, filters: Filters) -> list[str]:
        """The ids of all who recorded any of the entries sought."""
        rows = filters.of(EntryRow.objects.order_by("by"))
        return list(rows.values_list("by", flat=True).distinct())

    def entry(self, stream: str, seq: int) -> Entry:
        """The entry in this place of a stream."""
        return next(_entries(_rows(_ENTRY, [stream, seq])))

    def is_empty(self) -> bool:
        """Whether nothing was ever recorded here."""
        return not EntryRow.objects.exists()

    def take_in(self, ledger: Ledger) -> int:
        """Bring a whole ledger into this empty one, in the order of recording; returns how many.

        The triggers look at every entry. Raises NotEmpty, or IntegrityError for a broken chain.
        """
        # Within a stream the order stands, whatever its moments say.
        streams = [list(own) for _, own in groupby(ledger.everything(), lambda e: e.stream)]
        rows = [
            [getattr(entry, name) for name in FIELDS]
            for entry in heapq.merge(*streams, key=lambda entry: entry.at)
        ]
        with self.writing("study"), connection.cursor() as cursor:
            if not self.is_empty():
                raise NotEmpty
            cursor.executemany(_INSERT, rows)
        return len(rows)

    def _lock(self, streams: frozenset[str], outermost: bool) -> None:
        """Hold these streams, beside others; or, with `EVERYTHING`, beside nobody."""
        with connection.cursor() as cursor:
            if outermost and EVERYTHING not in streams:
                cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_number(EVERYTHING)])
            for stream in sorted(streams):  # "*" stands before every name
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(stream)])


@dataclass(frozen=True, slots=True)
class _News:
    """What one question found of the ledger; for anything else the ledger itself is asked."""

    ledger: DatabaseLedger
    after: Mapping[str, int]
    streams: Mapping[str, list[Entry]]
    subject: str
    elsewhere: list[Entry]

    def entries(self, stream: str, after: int = 0) -> Iterator[Entry]:
        if self.after.get(stream) != after:
            return self.ledger.entries(stream, after)
        return iter(sorted(self.streams[stream], key=lambda entry: entry.seq))

    def concerning(self, subject: str) -> Iterator[Entry]:
        if subject != self.subject:
            return self.ledger.concerning(subject)
        return iter(
            sorted(self.elsewhere, key=lambda entry: (entry.after, entry.stream, entry.seq))
        )


def _head(stream: str) -> Head | None:
    found = _rows(_HEAD, [stream])
    return Head(*found[0]) if found else None


def _rows(question: str, values: Sequence[str | int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _entries(rows: Iterable[tuple[Any, ...]]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(**dict(zip(FIELDS, row, strict=True)))


def _number(stream: str) -> int:
    digest = hashlib.sha256(b"equipoise stream\0" + stream.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def damage() -> list[str]:
    """What SQLite itself finds wrong in the database's file; PostgreSQL looks after its own."""
    if connection.vendor != "sqlite":
        return []
    try:
        found = [str(line) for (line,) in _rows("PRAGMA quick_check", [])]
    except DatabaseError as error:
        found = [str(error)]
    return [] if found == ["ok"] else found
