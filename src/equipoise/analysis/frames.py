"""Tables of what is known, as of any moment: every participant, and what each chapter brings.

A frame is folded from the ledger by the same code as every screen. With `as_of` it answers from the
ledger as it stood then. A cut names the stream heads that it saw, so that it can be made again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from equipoise.analysis.cells import NUMBER, RUNS
from equipoise.analysis.endpoints import last_seen_on
from equipoise.conduct import chapters, folding, trial
from equipoise.conduct.consent import SCOPES
from equipoise.conduct.cut import heads_by
from equipoise.conduct.sight import EVERYTHING, Sight
from equipoise.conduct.status import status
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn, visible_rows
from equipoise.ledger import Ledger
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = [
    "SUBJECTS",
    "csv_of",
    "day_in",
    "frame",
    "manifest",
    "subjects_as_of",
    "tables",
    "write_frames",
]

_TYPES: dict[str, Any] = {
    "text": pl.String,
    "codes": pl.String,
    "day": pl.Date,
    "partial": pl.String,
    "number": pl.Int64,
    "moment": pl.Datetime("us", "UTC"),
    "yes or no": pl.Boolean,
}


def subjects_as_of(ledger: Ledger, as_of: datetime | None = None) -> list[Subject]:
    """Every subject, folded from what was recorded by a moment; by now if none is told."""
    until = trial.moment(as_of) if as_of else ""
    folded = (
        folding.catch_up_subject(Subject(subject_id=subject_id), ledger, until)
        for subject_id in trial.subject_ids(ledger)
    )
    return [subject for subject in folded if subject.entered_on]


def tables() -> dict[str, Table]:
    """Every table there is, by its name: the participants, and what the chapters bring."""
    return {table.name: table for table in (SUBJECTS, *chapters.tables())}


def frame(
    table: Table,
    subjects: Iterable[Subject],
    study: Study,
    on: date | None = None,
    sight: Sight = EVERYTHING,
) -> pl.DataFrame:
    """The rows of a table that a reader may see.

    :param on: the day on which it is judged; without it the last on which a value was recorded
    """
    known = list(subjects)
    rows = list(visible_rows(table, study, known, on or _last_recorded(known, study), sight))
    schema = {column.name: _TYPES[column.kind] for column in table.columns}
    return pl.DataFrame(rows, schema=schema, orient="row")


def manifest(ledger: Ledger, study: Study, as_of: datetime | None = None) -> dict[str, Any]:
    """What a cut rests on: the head of every stream that it saw, and a digest over them all."""
    until = trial.moment(as_of) if as_of else ""
    heads = heads_by(ledger, until)
    text = json.dumps(heads, sort_keys=True, separators=(",", ":"))
    return {
        "study": study.digest,
        "as_of": until,
        "heads": heads,
        "entries": sum(seq for seq, _ in heads.values()),
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }


def write_frames(
    study: Study, ledger: Ledger, folder: Path, as_of: datetime | None = None
) -> list[Path]:
    """Every table as Parquet and CSV, with the manifest of the cut."""
    subjects, on = subjects_as_of(ledger, as_of), day_in(study, as_of) if as_of else None
    study = folding.as_active(study, ledger, trial.moment(as_of) if as_of else "")
    written = []
    for name, table in tables().items():
        known = frame(table, subjects, study, on)
        known.write_parquet(folder / f"{name}.parquet")
        (folder / f"{name}.csv").write_text(csv_of(known), encoding="utf-8")
        written += [folder / f"{name}.parquet", folder / f"{name}.csv"]
    cut = folder / "manifest.json"
    cut.write_text(json.dumps(manifest(ledger, study, as_of), indent=2) + "\n", encoding="utf-8")
    return [*written, cut]


def csv_of(frame: pl.DataFrame) -> str:
    """A table as CSV that no spreadsheet takes for a formula, and that can be read back.

    What `cells.inert` does to one text, to all of a column at once.
    """
    texts = pl.col(pl.String)
    runs = texts.str.contains(RUNS) & ~texts.str.contains(NUMBER)
    inert = pl.when(runs).then(pl.lit("'") + texts).otherwise(texts).name.keep()
    return frame.with_columns(inert).write_csv()


def day_in(study: Study, moment: datetime) -> date:
    """The day that it is at this moment where the trial is run."""
    return moment.astimezone(ZoneInfo(study.identity.timezone)).date()


def _last_recorded(subjects: Iterable[Subject], study: Study) -> date:
    changes = (
        change.at
        for subject in subjects
        for record in subject.forms.records.values()
        for change in record.changes()
    )
    newest = max(changes, default=None)
    return day_in(study, newest) if newest else date.min


def _subject_row(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    yield (
        subject.subject_id,
        subject.site,
        status(subject),
        subject.entered_on,
        subject.consent_on,
        subject.registered_on,
        subject.randomised_on,
        subject.arm or None,
        subject.died_on,
        min((done.on for done in subject.follow_up.progressions), default=None),
        min((done.on for done in subject.follow_up.resections), default=None),
        min((done.on for done in subject.consent.from_trial), default=None),
        " ".join(sorted({done.scope for done in subject.consent.withdrawals})) or None,
        last_seen_on(study, subject),
        subject.screening.again_of or None,
    )


SUBJECTS = Table(
    name="subjects",
    label=Phrase("Every participant"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("site", "text", Phrase("Hospital")),
        TableColumn("status", "text", Phrase("Status")),
        TableColumn("entered_on", "day", Phrase("Day of entering screening")),
        TableColumn("consent_on", "day", Phrase("Day of the first consent")),
        TableColumn("registered_on", "day", Phrase("Day of registration")),
        TableColumn("randomised_on", "day", Phrase("Day of randomisation")),
        TableColumn("arm", "text", Phrase("Arm"), by_arm=True),
        TableColumn("death_on", "day", Phrase("Day of death")),
        TableColumn("progression_on", "day", Phrase("Day of the first progression")),
        TableColumn("resection_on", "day", Phrase("Day of the first local treatment")),
        TableColumn("withdrawn_on", "day", Phrase("Day of the first withdrawal from the trial")),
        TableColumn("withdrew", "codes", Phrase("What was withdrawn"), SCOPES),
        TableColumn("last_seen_on", "day", Phrase("Day of death, else last known alive")),
        TableColumn("screened_before", "text", Phrase("Number at an earlier screening")),
    ),
    rows=_subject_row,
)
