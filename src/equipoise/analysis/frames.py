"""Tables of what is known, as of any moment: subjects, values, and the entries they rest on.

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

from equipoise.analysis.endpoints import last_seen_on
from equipoise.conduct import trial
from equipoise.conduct.cut import heads_by
from equipoise.conduct.facts import SubjectFacts, asked_then, unit_of
from equipoise.conduct.state.forms import Record, Version
from equipoise.conduct.status import status
from equipoise.conduct.subject import Subject
from equipoise.ledger import Ledger
from equipoise.logic.truth import Truth
from equipoise.study.forms import Column
from equipoise.study.model import Study
from equipoise.study.parts import say

__all__ = [
    "csv_of",
    "day_in",
    "manifest",
    "of_all_arms",
    "subjects_as_of",
    "subjects_frame",
    "values_frame",
    "write_frames",
]

_SUBJECTS: dict[str, Any] = {
    "subject_id": pl.String,
    "site": pl.String,
    "status": pl.String,
    "entered_on": pl.Date,
    "consent_on": pl.Date,
    "registered_on": pl.Date,
    "randomised_on": pl.Date,
    "arm": pl.String,
    "death_on": pl.Date,
    "progression_on": pl.Date,
    "resection_on": pl.Date,
    "withdrawn_on": pl.Date,
    "last_seen_on": pl.Date,
}
_VALUES: dict[str, Any] = {
    "subject_id": pl.String,
    "form": pl.String,
    "visit": pl.String,
    "number": pl.Int64,
    "on": pl.Date,
    "item": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "unit": pl.String,
    "label": pl.String,
    "version": pl.Int64,
    "by": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "reason": pl.String,
    "asked": pl.Boolean,
}

_RUNS = r"^'*[=+\-@\t\r]"
_ASKED = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}


def subjects_as_of(ledger: Ledger, as_of: datetime | None = None) -> list[Subject]:
    """Every subject, folded from what was recorded by a moment; by now if none is told."""
    until = trial.moment(as_of) if as_of else ""
    folded = (
        trial.catch_up_subject(Subject(subject_id=subject_id), ledger, until)
        for subject_id in trial.subject_ids(ledger)
    )
    return [subject for subject in folded if subject.entered_on]


def subjects_frame(subjects: Iterable[Subject], *, by_arm: bool) -> pl.DataFrame:
    """One row a subject.

    :param by_arm: whether the reader may see results by arm; without it the arm is left empty
    """
    rows = [_subject_row(subject, by_arm) for subject in subjects]
    return pl.DataFrame(rows, schema=_SUBJECTS, orient="row")


def values_frame(subjects: Iterable[Subject], study: Study, on: date | None = None) -> pl.DataFrame:
    """One row for every version of every value; the last version of a value is the valid one.

    An empty value was taken back. A list that was stated to have no rows has one row numbered 0.
    Unit and label (of a choice, in English) are those of the study text that the value was recorded
    under; they are left open where that text is lost.

    `asked` says whether the item is asked on that copy of its form, given the other answers as they
    stand; what is not asked counts in no criterion and no analysis. Open where it is not known.

    :param on: the day on which it is judged; without it the last on which a value was recorded
    """
    known = list(subjects)
    on = on or _last_recorded(known, study)
    rows = [row for subject in known for row in _value_rows(study, subject, on)]
    return pl.DataFrame(rows, schema=_VALUES, orient="row")


def of_all_arms(values: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The values without the visits that one arm alone has: these would tell who is in which."""
    of_one = [key for key, visit in study.visit_keyed.items() if visit.arms]
    return values.filter(~pl.col("visit").is_in(of_one))


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
    """Subjects and values as Parquet and CSV, with the manifest of the cut."""
    subjects = subjects_as_of(ledger, as_of)
    frames = {
        "subjects": subjects_frame(subjects, by_arm=True),
        "values": values_frame(subjects, study, day_in(study, as_of) if as_of else None),
    }
    written = []
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
        (folder / f"{name}.csv").write_text(csv_of(frame), encoding="utf-8")
        written += [folder / f"{name}.parquet", folder / f"{name}.csv"]
    cut = folder / "manifest.json"
    cut.write_text(json.dumps(manifest(ledger, study, as_of), indent=2) + "\n", encoding="utf-8")
    return [*written, cut]


def csv_of(frame: pl.DataFrame) -> str:
    """A table as CSV that no spreadsheet takes for a formula, and that can be read back.

    A text that begins like a formula gets an apostrophe before it, as a spreadsheet's own users
    write; one that begins with apostrophes before such a sign gets one more, so that taking one
    away gives every text back. Numbers stay as they are.
    """
    texts = pl.col(pl.String)
    runs = texts.str.contains(_RUNS) & ~texts.str.contains(r"^[+-]?[0-9]+(\.[0-9]+)?$")
    inert = pl.when(runs).then(pl.lit("'") + texts).otherwise(texts).name.keep()
    return frame.with_columns(inert).write_csv()


def _subject_row(subject: Subject, by_arm: bool) -> tuple[Any, ...]:
    return (
        subject.subject_id,
        subject.site,
        status(subject),
        subject.entered_on,
        subject.consent_on,
        subject.registered_on,
        subject.randomised_on,
        subject.arm or None if by_arm else None,
        subject.died_on,
        min((done.on for done in subject.follow_up.progressions), default=None),
        min((done.on for done in subject.follow_up.resections), default=None),
        min((done.on for done in subject.consent.withdrawals), default=None),
        last_seen_on(subject),
    )


def day_in(study: Study, moment: datetime) -> date:
    """The day that it is at this moment where the trial is run."""
    return moment.astimezone(ZoneInfo(study.identity.timezone)).date()


def _last_recorded(subjects: Iterable[Subject], study: Study) -> date:
    versions = (
        versions[-1]
        for subject in subjects
        for record in subject.forms.records.values()
        for versions in record.values.values()
    )
    newest = max((version.at for version in versions), default=None)
    return day_in(study, newest) if newest else date.min


def _value_rows(study: Study, subject: Subject, on: date) -> Iterator[tuple[Any, ...]]:
    facts = SubjectFacts(study, subject, on)
    for record in subject.forms.records.values():
        place = (subject.subject_id, record.form, record.visit, record.number)
        for item, versions in record.values.items():
            stands = _ASKED[_asks(study, facts, record, item)]
            for n, version in enumerate(versions, start=1):
                said = (n, version.by, version.at, version.reason, stands)
                asked = asked_then(study, subject, item, version)
                if isinstance(version.value, str):
                    unit = _unit(study, subject, record, item, version)
                    meant = (version.value, unit, _label(asked, version.value))
                    yield (*place, version.on, item, None, None, *meant, *said)
                    continue
                if not version.value:
                    yield (*place, version.on, item, 0, None, "", None, None, *said)
                columns = {column.id: column for column in asked.columns} if asked else {}
                for index, row in enumerate(version.value, start=1):
                    for column, cell in row.items():
                        of = columns.get(column)
                        meant = (cell, of.unit or None if of else None, _label(of, cell))
                        yield (*place, version.on, item, index, column, *meant, *said)


def _asks(study: Study, facts: SubjectFacts, record: Record, name: str) -> Truth:
    item = study.items.get(name.partition(".")[0])
    return facts.asks(item, record) if item else Truth.UNKNOWN


def _unit(
    study: Study, subject: Subject, record: Record, item: str, version: Version
) -> str | None:
    if version.value == "" or item.endswith(".unit"):
        return None
    # A limit of normal is in the unit of its value.
    value = item.partition(".")[0]
    whose = version if value == item else None
    if whose is None and not record.values.get(value):
        return None
    return unit_of(study, subject, record, value, whose) or None


def _label(asked: Column | None, value: str) -> str | None:
    return say(asked.choices[value]) if asked and value in asked.choices else None
