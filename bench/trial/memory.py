"""What the core does without an entry point: acts, folding, a whole rehearsal."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.figure import Figure
from equipoise.conduct import folding, trial
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
    """A participant's whole history, from entries to what is true, against reading bare JSON."""
    study, ledger = load(FOLDER), MemoryLedger()
    rehearse(study, load_plan(FOLDER), ledger, 20, 7)
    ids = trial.subject_ids(ledger)
    payloads = [entry.payload for one in ids for entry in ledger.entries(one)]
    # By turns, so that whatever else the machine does slows down both.
    took = [(_folded(ledger, ids), _read(payloads)) for _ in range(7)]
    value, bare = (median(times) for times in zip(*took, strict=True))
    yield Figure(
        name=f"folding {wanted:,} entries",
        value=value / len(payloads) * wanted * 1000,
        unit="ms CPU",
        yardstick="reading their payloads as bare JSON",
        ratio=value / bare,
    )


def _folded(ledger: MemoryLedger, ids: list[str]) -> float:
    began = time.process_time()
    for subject_id in ids:
        folding.catch_up_subject(Subject(subject_id=subject_id), ledger)
    return time.process_time() - began


def _read(payloads: list[str]) -> float:
    began = time.process_time()
    for payload in payloads:
        json.loads(payload)
    return time.process_time() - began


def rehearsal(participants: int) -> Iterator[Figure]:
    """The whole trial, from the first site to the last follow-up, an act of it at a time."""
    study, plan, ledger = load(FOLDER), load_plan(FOLDER), MemoryLedger()
    began = time.process_time()
    done = rehearse(study, plan, ledger, participants, 7)
    each = (time.process_time() - began) / done.acts
    entry = next(e for e in ledger.everything() if e.kind == SaveForm.kind)
    yield Figure(
        name=f"an act of the rehearsal of {participants}",
        value=each * 1000,
        unit="ms CPU",
        yardstick="the time of appending a bare entry",
        ratio=each / _bare(entry.payload, study.digest, 2_000),
    )
