"""What the core does without an entry point: acts, folding, a whole rehearsal."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from equipoise.cli.bench.figure import Figure
from equipoise.conduct import trial
from equipoise.conduct.act import Stamp
from equipoise.conduct.cases import SOMEONE, an_open_trial
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.run import rehearse
from equipoise.ledger import START, Head, MemoryLedger, follow
from equipoise.study.load import load

FOLDER = Path("studies/pump-it")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def acts(count: int) -> Iterator[Figure]:
    """Saving one form again and again, against appending bare entries of the same size."""
    study = load(FOLDER)
    ledger, folds = an_open_trial(study, date(2025, 1, 1))
    site = study.sites[0].id
    subject_id = trial.next_subject_id(study, ledger, site)
    stamp = Stamp(by=SOMEONE, at=NOON)
    entering = EnterScreening(site=site)
    trial.perform(study, ledger, entering, stamp, subject_id=subject_id, folds=folds)
    began = time.perf_counter()
    for n in range(count):
        act = SaveForm(form="fitness", values={"ecog": str(n % 2)}, reason="measured again")
        later = Stamp(by=SOMEONE, at=NOON + timedelta(seconds=n))
        trial.perform(study, ledger, act, later, subject_id=subject_id, folds=folds)
    each = (time.perf_counter() - began) / count
    bare = _bare(list(ledger.entries(subject_id))[-1].payload, study.digest, count)
    yield Figure(
        name="acts in memory",
        value=1 / each,
        unit="acts/s",
        yardstick="the time of appending a bare entry",
        ratio=each / bare,
    )


def _bare(payload: str, digest: str, count: int) -> float:
    ledger, head = MemoryLedger(), Head(0, START)
    began = time.perf_counter()
    for n in range(count):
        entry = follow(
            head if n else None,
            stream="bare",
            kind="forms.save",
            payload=payload,
            by="someone",
            at="2026-03-02T12:00:00.000000Z",
            happened="2026-03-02",
            study=digest,
        )
        ledger.append(entry)
        head = Head(entry.seq, entry.digest)
    return (time.perf_counter() - began) / count


def fold(wanted: int) -> Iterator[Figure]:
    """A participant's whole history, from entries to what is true; the best of seven."""
    study, ledger = load(FOLDER), MemoryLedger()
    rehearse(study, load_plan(FOLDER), ledger, 20, 7)
    ids = trial.subject_ids(ledger)
    entries = sum(head.seq for stream, head in ledger.heads().items() if stream in ids)
    best = min(_timed(ledger, ids) for _ in range(7))
    per = best / entries * wanted * 1000
    yield Figure(
        name=f"folding {wanted:,} entries", value=per, unit="ms", aim="< 5 ms", met=per < 5
    )


def _timed(ledger: MemoryLedger, ids: list[str]) -> float:
    began = time.perf_counter()
    for subject_id in ids:
        trial.catch_up_subject(Subject(subject_id=subject_id), ledger)
    return time.perf_counter() - began


def rehearsal(participants: int) -> Iterator[Figure]:
    """The whole trial, from the first site to the last follow-up."""
    study, plan, ledger = load(FOLDER), load_plan(FOLDER), MemoryLedger()
    began, cpu = time.perf_counter(), time.process_time()
    done = rehearse(study, plan, ledger, participants, 7)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    name = f"rehearsal of {participants}"
    yield Figure(name=name, value=seconds, unit="s", aim="< 60 s", met=seconds < 60)
    rate = done.acts / seconds
    yield Figure(
        name=f"{name}: acts", value=rate, unit="acts/s", aim="≥ 2,500 acts/s", met=rate >= 2_500
    )
    yield Figure(name=f"{name}: acts by CPU time", value=done.acts / cpu, unit="acts/CPU-s")
