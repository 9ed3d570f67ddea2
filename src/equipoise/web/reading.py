"""Folded state for the doors: the whole trial once a process, subjects in a table of their own.

Both are derived. A subject's row is written in the transaction of the act that changed it, and is
trusted only as far as it goes: what the ledger holds beyond it is always applied. A row that was
made by another fold, or under another study text, is never read: `rows` makes all of them again.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection, transaction

from equipoise.conduct import panel, schedule, trial
from equipoise.conduct.missing_days import missing_days
from equipoise.conduct.status import status
from equipoise.conduct.subject import FOLD, STATES, Subject
from equipoise.conduct.whole import Whole
from equipoise.ledger import Fault, Head, Ledger
from equipoise.study.model import Study
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "DatabaseFolds",
    "decoded",
    "faults_of_rows",
    "forget",
    "keep",
    "make_current",
    "rebuild",
    "rows",
    "whole_now",
]

BATCH = 200
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Subject)


_COLUMNS = tuple(field.column for field in SubjectRow._meta.concrete_fields if field.column)
_STATE = "SELECT state FROM read_subject WHERE subject_id = %s AND study = %s AND fold = %s"
_KEEP = (
    f"INSERT INTO read_subject ({', '.join(_COLUMNS)}) "
    f"VALUES ({', '.join('%s' for _ in _COLUMNS)}) "
    f"ON CONFLICT (subject_id) DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in _COLUMNS if name != 'subject_id')}"
)


class _Shared:
    """The whole trial as this process last knew it, encoded so that nobody can change it.

    It is never kept beyond the process, so that it is always of this code's fold.
    """

    lock = threading.Lock()
    state = _ENCODER.encode(Whole())
    decoder = msgspec.msgpack.Decoder(Whole)


class DatabaseFolds:
    """What is true now, for one request or one act; ask for a new one each time."""

    def __init__(self, study: Study, ledger: DatabaseLedger) -> None:
        self._study, self._ledger = study, ledger
        self._subjects: dict[str, Subject] = {}
        self._believes_kept = True

    def whole(self) -> Whole:
        """The whole trial as it stands now."""
        return whole_now(self._ledger, believes_kept=self._believes_kept)

    def subject(self, subject_id: str) -> Subject:
        """One subject as it stands now; an empty one when nothing is recorded of it."""
        known = self._subjects.get(subject_id) or self._kept(subject_id)
        self._subjects[subject_id] = known
        return trial.catch_up_subject(known, self._ledger)

    def forget_kept(self) -> None:
        """From now on fold from the ledger alone: an act that cannot be undone is judged on it."""
        self._subjects, self._believes_kept = {}, False

    def _kept(self, subject_id: str) -> Subject:
        if not self._believes_kept:
            return Subject(subject_id=subject_id)
        with connection.cursor() as cursor:
            cursor.execute(_STATE, [subject_id, self._study.digest, FOLD])
            row = cursor.fetchone()
        return _DECODER.decode(row[0]) if row else Subject(subject_id=subject_id)


def whole_now(ledger: Ledger, *, believes_kept: bool = True) -> Whole:
    """The whole trial as it stands now, whatever study text it runs under."""
    with _Shared.lock:
        state = _Shared.state
    known = _Shared.decoder.decode(state) if believes_kept else Whole()
    before = dict(known.seq)
    whole = trial.catch_up_whole(known, ledger)
    if whole.seq != before:
        with _Shared.lock:
            _Shared.state = _ENCODER.encode(whole)
    return whole


def forget() -> None:
    """Drop what this process remembers of the whole trial, as when a database is replaced."""
    with _Shared.lock:
        _Shared.state = _ENCODER.encode(Whole())


def rows(study: Study) -> "QuerySet[SubjectRow]":
    """Every participant's row, for lists; made again first where they are another code's or text's.

    All lists come by here, so that no page filters, counts or decodes what another fold has kept.
    """
    make_current(study, DatabaseLedger())
    return SubjectRow.objects.all()


def make_current(study: Study, ledger: Ledger) -> None:
    """Make the rows again if any was made by another fold, or under another study text."""
    if _outdated(study).exists():
        with _nobody_writing():
            # Of two that come at once, the later finds it done.
            if _outdated(study).exists():
                rebuild(study, ledger)


def _outdated(study: Study) -> "QuerySet[SubjectRow]":
    return SubjectRow.objects.exclude(fold=FOLD, study=study.digest)


def decoded(row: SubjectRow) -> Subject:
    """The folded subject of a row; folded from the ledger where the row is another fold's."""
    if row.fold != FOLD:
        return trial.catch_up_subject(Subject(subject_id=row.subject_id), DatabaseLedger())
    return _DECODER.decode(row.state)


def keep(study: Study, subject: Subject) -> None:
    """Write the subject's row; called in the transaction of the act that changed it."""
    columns = {"subject_id": subject.subject_id, **_columns(study, subject)}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [columns[name] for name in _COLUMNS])


def _columns(study: Study, subject: Subject) -> dict[str, Any]:
    return {
        "site": subject.site,
        "status": status(subject),
        "entered_on": subject.entered_on,
        "registered_on": subject.registered_on,
        "randomised_on": subject.randomised_on,
        "next_on": next_on(study, subject),
        "panel_open": panel.open_review(subject) is not None,
        "seq": subject.seq,
        "elsewhere": sum(subject.elsewhere.values()),
        "fold": FOLD,
        "study": study.digest,
        "state": _ENCODER.encode(subject),
    }


def next_on(study: Study, subject: Subject) -> date | None:
    """The first day on which some visit of the participant asks for something."""
    last = date.max - timedelta(days=1)
    planned = schedule.visits(study, subject, last)
    first = [p.first for p in planned if p.first and p.state == "overdue"]
    first += [one.since for one in missing_days(study, subject, planned, last)]
    return min(first, default=None)


def rebuild(study: Study, ledger: Ledger) -> int:
    """Make every subject's row again from the ledger; returns how many there are.

    Nobody writes meanwhile, so that no row falls behind an act that is recorded at that moment.
    """
    forget()
    with _nobody_writing():
        SubjectRow.objects.all().delete()
        ids = trial.subject_ids(ledger)
        for start in range(0, len(ids), BATCH):
            SubjectRow.objects.bulk_create(
                _row(study, ledger, subject_id) for subject_id in ids[start : start + BATCH]
            )
    return len(ids)


@contextmanager
def _nobody_writing() -> Iterator[None]:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE read_subject IN EXCLUSIVE MODE")
        yield


def faults_of_rows(study: Study, ledger: Ledger) -> list[Fault]:
    """Every kept row that says otherwise than the ledger, folded anew; nothing is mended."""
    rows = {row["subject_id"]: row for row in SubjectRow.objects.values()}
    faults = []
    for subject_id in sorted({*trial.subject_ids(ledger), *rows}):
        head = ledger.head(subject_id)
        try:
            subject = trial.catch_up_subject(Subject(subject_id=subject_id), ledger)
        except (trial.NotUnderstood, LookupError) as error:
            said = f"it cannot be folded: {type(error).__name__}: {error}"
            faults.append(Fault(subject_id, head.seq if head else 0, "not-folded", said))
            continue
        wrong = _differences(rows.get(subject_id), study, subject, known=head is not None)
        if wrong:
            # Somebody may have recorded since the rows were read: look again while nobody can.
            head, wrong = _looked_at_again(study, ledger, subject_id)
        if wrong:
            said = f"what is kept of it is not what the ledger says: {wrong}; `equipoise rebuild`"
            faults.append(Fault(subject_id, head.seq if head else 0, "row-differs", said))
    return faults


def _looked_at_again(study: Study, ledger: Ledger, subject_id: str) -> tuple[Head | None, str]:
    with ledger.writing(subject_id):
        row = SubjectRow.objects.filter(subject_id=subject_id).values().first()
        head = ledger.head(subject_id)
        subject = trial.catch_up_subject(Subject(subject_id=subject_id), ledger)
        return head, _differences(row, study, subject, known=head is not None)


def _differences(row: Mapping[str, Any] | None, study: Study, subject: Subject, known: bool) -> str:
    """The columns of a row, and the parts of its state, that are not what was folded."""
    if not known:
        return "the ledger holds nothing of it"
    if row is None:
        return "no row"
    columns = _columns(study, subject)
    wrong = [name for name in columns if name != "state" and row[name] != columns[name]]
    if bytes(row["state"]) != columns["state"]:
        wrong += _parts_that_differ(bytes(row["state"]), subject)
    return ", ".join(dict.fromkeys(wrong))


def _parts_that_differ(state: bytes, subject: Subject) -> list[str]:
    try:
        kept = _DECODER.decode(state)
    except msgspec.MsgspecError:
        return ["state"]
    return list(_differing(kept, subject)) or ["state"]


def _differing(kept: msgspec.Struct, folded: msgspec.Struct, of: str = "") -> Iterator[str]:
    for name in folded.__struct_fields__:
        one, other = getattr(kept, name), getattr(folded, name)
        if name in STATES and not of:
            yield from _differing(one, other, f"{name}.")
        elif one != other:
            yield f"{of}{name}"


def _row(study: Study, ledger: Ledger, subject_id: str) -> SubjectRow:
    subject = trial.catch_up_subject(Subject(subject_id=subject_id), ledger)
    return SubjectRow(subject_id=subject_id, **_columns(study, subject))
