"""The read model: the trial state once a process, subjects in a table of their own.

Both are derived. A subject's row is written in the transaction of the act that changed it, and is
trusted only as far as it goes: what the ledger holds beyond it is always applied. A row that was
made by another fold, under another study text, or before an amendment was activated, is never read:
`rows` makes all of them again.
"""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection, transaction

from equipoise.conduct import folding, panel, trial
from equipoise.conduct.deviations import Deviation
from equipoise.conduct.status import status
from equipoise.conduct.subject import FOLD, Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import EntrySource, Ledger
from equipoise.study.model import Study
from equipoise.web import kept_counts, kept_tables, outlooks
from equipoise.web.models import DeviationRow, SubjectRow, TableRow
from equipoise.web.store import DatabaseLedger, unfinished

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = [
    "DatabaseFolds",
    "columns_of",
    "counted",
    "decoded",
    "forget",
    "keep",
    "keep_deviations",
    "make_current",
    "nobody_writing",
    "rebuild",
    "rows",
    "trial_state_now",
]

BATCH = 200
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Subject)


_COLUMNS = tuple(field.column for field in SubjectRow._meta.concrete_fields if field.column)
_STATE = "SELECT state FROM read_subject WHERE subject_id = %s AND study = %s AND fold = %s"
_COUNTED = "SELECT counted, deviations FROM read_subject WHERE subject_id = %s"
_HELD = " FOR UPDATE"
"""On PostgreSQL: it waits for whoever makes all rows again, even where there is no such row yet."""
_KEEP = (
    f"INSERT INTO read_subject ({', '.join(_COLUMNS)}) "
    f"VALUES ({', '.join('%s' for _ in _COLUMNS)}) "
    f"ON CONFLICT (subject_id) DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in _COLUMNS if name != 'subject_id')}"
)


# Written out, so that each part is one step into an index; "not these two" would read all of it.
_OUTDATED = " UNION ALL ".join(
    f"SELECT * FROM (SELECT 1 FROM read_subject WHERE {other} LIMIT 1) AS found"
    for other in (
        "fold < %s",
        "fold > %s",
        "fold = %s AND study < %s",
        "fold = %s AND study > %s",
    )
)


class _Shared:
    """The whole trial as this process last knew it, encoded so that nobody can change it.

    It is never kept beyond the process, so that it is always of this code's fold.
    """

    lock = threading.Lock()
    state = _ENCODER.encode(TrialState())
    decoder = msgspec.msgpack.Decoder(TrialState)


class DatabaseFolds:
    """What is true now, for one request or one act; ask for a new one each time."""

    def __init__(self, study: Study, ledger: DatabaseLedger) -> None:
        self.study, self._ledger = study, ledger
        self._subjects: dict[str, Subject] = {}
        self._believes_kept = True

    def trial_state(self) -> TrialState:
        """The whole trial as it stands now."""
        return trial_state_now(self._ledger, believes_kept=self._believes_kept)

    def subject(self, subject_id: str) -> Subject:
        """One subject as it stands now; an empty one when nothing is recorded of it."""
        known = self._known(subject_id)
        return folding.catch_up_subject(known, self._news({subject_id: known.seq}, subject_id))

    def now(self, subject_id: str) -> tuple[TrialState, Subject]:
        """The whole trial and one subject as they stand now, both at one moment."""
        if not subject_id:
            return self.trial_state(), Subject(subject_id="")
        trial_state, known = _known_trial(self._believes_kept), self._known(subject_id)
        news = self._news({**_come_to(trial_state), subject_id: known.seq}, subject_id)
        return _caught_up(trial_state, news), folding.catch_up_subject(known, news)

    def as_folded(self, subject_id: str) -> Subject:
        """One subject as it was when it was last asked for here, without asking again."""
        return self._known(subject_id) if subject_id else Subject(subject_id="")

    def forget_kept(self) -> None:
        """From now on fold from the ledger alone: an act that cannot be undone is judged on it."""
        self._subjects, self._believes_kept = {}, False

    def _news(self, after: Mapping[str, int], subject_id: str) -> EntrySource:
        return self._ledger.news(after, subject_id)

    def _known(self, subject_id: str) -> Subject:
        known = self._subjects.get(subject_id)
        if known is None:
            known = self._subjects[subject_id] = self._kept(subject_id)
        return known

    def _kept(self, subject_id: str) -> Subject:
        if not self._believes_kept:
            return Subject(subject_id=subject_id)
        with connection.cursor() as cursor:
            cursor.execute(_STATE, [subject_id, _made_under(self.study), FOLD])
            row = cursor.fetchone()
        return _DECODER.decode(row[0]) if row else Subject(subject_id=subject_id)


def trial_state_now(ledger: DatabaseLedger, *, believes_kept: bool = True) -> TrialState:
    """The whole trial as it stands now, whatever study text it runs under."""
    known = _known_trial(believes_kept)
    return _caught_up(known, ledger.news(_come_to(known)))


def _known_trial(believes_kept: bool) -> TrialState:
    with _Shared.lock:
        state = _Shared.state
    return _Shared.decoder.decode(state) if believes_kept else TrialState()


def _come_to(trial_state: TrialState) -> dict[str, int]:
    return {stream: trial_state.seq.get(stream, 0) for stream in folding.TRIAL_STREAMS}


def _caught_up(known: TrialState, news: EntrySource) -> TrialState:
    """The trial with what is new, which the process remembers unless it may be taken back yet."""
    before = dict(known.seq)
    trial_state = folding.catch_up_trial(known, news)
    if trial_state.seq != before and not unfinished():
        with _Shared.lock:
            _Shared.state = _ENCODER.encode(trial_state)
    return trial_state


def forget() -> None:
    """Drop what this process remembers of the whole trial, as when a database is replaced."""
    with _Shared.lock:
        _Shared.state = _ENCODER.encode(TrialState())


def rows(study: Study, on: date) -> "QuerySet[SubjectRow]":
    """Every participant's row, for lists; made again first where they are another code's or text's.

    All lists come by here, so that no page filters, counts or decodes what another fold has kept.
    What comes next is as it was when somebody last looked: `looks` brings that up to the day.
    """
    make_current(study, DatabaseLedger(), on)
    return SubjectRow.objects.all()


def make_current(study: Study, ledger: Ledger, on: date) -> None:
    """Make the rows again if any was made by another fold, or under another study text."""
    if _any_outdated(study):
        with nobody_writing():
            # Of two that come at once, the later finds it done.
            if _any_outdated(study):
                rebuild(study, ledger, on)


def _any_outdated(study: Study) -> bool:
    made = _made_under(study)
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED, [FOLD, FOLD, FOLD, made, FOLD, made])
        return bool(cursor.fetchone())


def _made_under(study: Study) -> str:
    """By what rows are known that were made under this text, with what is active at hospitals."""
    if not study.active:
        return study.digest
    made = msgspec.json.encode([study.digest, study.active], order="sorted")
    return hashlib.sha256(made).hexdigest()


def decoded(row: SubjectRow) -> Subject:
    """The folded subject of a row; folded from the ledger where the row is another fold's."""
    if row.fold != FOLD:
        return folding.catch_up_subject(Subject(subject_id=row.subject_id), DatabaseLedger())
    return _DECODER.decode(row.state)


def keep(study: Study, subject: Subject, on: date) -> None:
    """Write the subject's row; called in the transaction of the act that changed it."""
    found, otherwise, listed = columns_of(study, subject, on)
    columns = {"subject_id": subject.subject_id, **found}
    with connection.cursor() as cursor:
        held = _HELD if connection.features.has_select_for_update else ""
        cursor.execute(_COUNTED + held, [subject.subject_id])
        counts, deviations = cursor.fetchone() or ("[]", 0)
        columns["turns_at"] = connection.ops.adapt_datetimefield_value(columns["turns_at"])
        cursor.execute(_KEEP, [columns[name] for name in _COLUMNS])
    kept_counts.change(counts, found["counted"])
    # Most have none, and no table is asked for what their row says is not there.
    if otherwise or deviations:
        keep_deviations(subject, otherwise)
    if listed or kept_counts.in_tables(counts):
        kept_tables.keep(subject, listed)


def keep_deviations(subject: Subject, found: list[Deviation]) -> None:
    """Put what went otherwise with a participant in the place of what was kept of it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM read_deviation WHERE subject_id = %s", [subject.subject_id])
    if found:
        DeviationRow.objects.bulk_create(outlooks.deviation_rows(subject, found))


def columns_of(
    study: Study, subject: Subject, on: date
) -> tuple[dict[str, Any], list[Deviation], list[TableRow]]:
    """What is kept of a participant as looked at on a day: their row, deviations, rows of lists."""
    ahead, otherwise = outlooks.columns(study, subject, on)
    listed = kept_tables.rows_of(study, subject, on)
    columns = {
        "site": subject.site,
        "status": status(subject),
        "entered_on": subject.entered_on,
        "registered_on": subject.registered_on,
        "randomised_on": subject.randomised_on,
        "panel_open": panel.open_review(subject) is not None,
        "seq": subject.seq,
        "elsewhere": sum(subject.elsewhere.values()),
        "fold": FOLD,
        "study": _made_under(study),
        "state": _ENCODER.encode(subject),
        "counted": kept_counts.keys_of(study, subject, listed),
        **ahead,
    }
    return columns, otherwise, listed


def rebuild(study: Study, ledger: Ledger, on: date) -> int:
    """Make every subject's row again from the ledger, as of a day; returns how many there are.

    Nobody writes meanwhile, so that no row falls behind an act that is recorded at that moment.
    """
    forget()
    with nobody_writing():
        for kept in (SubjectRow, DeviationRow, TableRow):
            kept.objects.all().delete()
        ids = trial.subject_ids(ledger)
        for start in range(0, len(ids), BATCH):
            made = [_row(study, ledger, one, on) for one in ids[start : start + BATCH]]
            SubjectRow.objects.bulk_create(row for row, _, _ in made)
            DeviationRow.objects.bulk_create(one for _, several, _ in made for one in several)
            TableRow.objects.bulk_create(one for _, _, several in made for one in several)
        kept_counts.count_anew(counted())
    return len(ids)


def counted() -> Iterator[str]:
    """What each participant counts under, as their row keeps it."""
    return SubjectRow.objects.values_list("counted", flat=True).iterator()


@contextmanager
def nobody_writing() -> Iterator[None]:
    """Until the transaction ends nobody changes a row.

    On PostgreSQL a plain reader is not stopped: whoever changes by what was read asks for the row
    to be held as it reads.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE read_subject IN EXCLUSIVE MODE")
        yield


def _row(
    study: Study, ledger: Ledger, subject_id: str, on: date
) -> tuple[SubjectRow, list[DeviationRow], list[TableRow]]:
    subject = folding.catch_up_subject(Subject(subject_id=subject_id), ledger)
    columns, otherwise, listed = columns_of(study, subject, on)
    row = SubjectRow(subject_id=subject_id, **columns)
    return row, outlooks.deviation_rows(subject, otherwise), listed
