"""Fifty people are randomised at the same moment: fifty allocations, one after another."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection, connections

from equipoise.conduct.act import Refused
from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.folding import catch_up_subject
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.replay import replay
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.run import rehearse
from equipoise.design.rehearsal.synthetic_trial import sealed_seed
from equipoise.ledger import Entry, MemoryLedger, verify
from equipoise.study.load import load
from equipoise.web import adopted, bootstrap, home, read_model, write_service
from equipoise.web.models import EntryRow, SubjectRow
from equipoise.web.store import DatabaseLedger
from tests import web_trial
from tests.before import edited
from tests.patience import HANG, wait_until

FOLDER = Path("studies/first-steps")
FIFTY, AT_ONCE, SEED = 50, 10, 5
OPENING = {"study.open", "study.text", "site.open", "role.give"}

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def waiting() -> tuple[MemoryLedger, list[str]]:
    """Fifty who are registered and not randomised yet."""
    whole, ledger = MemoryLedger(), MemoryLedger()
    rehearse(load(FOLDER), load_plan(FOLDER), whole, FIFTY, SEED)
    for entry in whole.entries("study"):
        if entry.kind in OPENING:
            ledger.append(entry)
    draws = list(whole.entries("allocation"))
    for draw in draws:
        for entry in _before(draw, whole):
            ledger.append(entry)
    return ledger, [draw.subject for draw in draws]


def _before(draw: Entry, whole: MemoryLedger) -> Iterator[Entry]:
    return (entry for entry in whole.entries(draw.subject) if entry.seq <= draw.after)


@pytest.fixture
def trial_waits(waiting, fresh_home, monkeypatch) -> list[str]:
    """They are in the database, and it is later."""
    monkeypatch.setenv("EQUIPOISE_STUDY", str(FOLDER))
    monkeypatch.setattr(write_service, "now", lambda: datetime(2027, 6, 1, tzinfo=UTC))
    ledger, subject_ids = waiting
    bootstrap.load_ledger(ledger, sealed_seed(SEED))
    return subject_ids


def randomise(subject_id: str) -> int:
    """The number of the draw, as the door tells it."""
    subject = write_service.folds().subject(subject_id)
    act = Randomise(strata=strata_of(adopted.study(), subject, write_service.today()))
    return write_service.perform(
        act, f"doctor-{subject.site}-1", None, subject_id, how=web_trial.PROVED
    ).seq


def test_fifty_at_once_get_fifty_distinct_consecutive_allocations(trial_waits):
    together = Barrier(FIFTY)

    def one(subject_id: str) -> int:
        try:
            together.wait(timeout=HANG)
            return randomise(subject_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(FIFTY) as doctors:
        told = list(doctors.map(one, trial_waits))
    ledger, study = DatabaseLedger(), adopted.study()
    draws = write_service.folds().trial_state().draws
    assert sorted(told) == [draw.number for draw in draws] == list(range(1, FIFTY + 1))
    assert {draw.subject_id for draw in draws} == set(trial_waits)
    assert verify(ledger.everything()) == []
    recorded = [*ledger.entries("study"), *ledger.entries("allocation")]
    assert replay(recorded, home.secret("seed"), {study.digest: study}) == (FIFTY, [])
    for row in SubjectRow.objects.all():
        fresh = catch_up_subject(Subject(subject_id=row.subject_id), ledger)
        assert read_model.decoded(row) == fresh and fresh.randomisation.allocation is not None


def test_one_participant_who_is_randomised_by_ten_at_once_gets_one_allocation(trial_waits):
    subject_id = trial_waits[0]
    together = Barrier(AT_ONCE)

    def one(_: int) -> str:
        try:
            together.wait(timeout=HANG)
            return str(randomise(subject_id))
        except Refused as refused:
            return refused.refusals[-1].code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as doctors:
        told = sorted(doctors.map(one, range(AT_ONCE)))
    assert told == ["1", *["randomisation.before"] * (AT_ONCE - 1)]


def test_ten_who_ask_for_a_number_at_once_get_ten_numbers(trial_waits):
    together = Barrier(AT_ONCE)

    def one(_: int) -> str:
        try:
            together.wait(timeout=HANG)
            return write_service.enter_screening("doctor-01-1", "01").subject_id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as doctors:
        told = list(doctors.map(one, range(AT_ONCE)))
    assert len(set(told)) == AT_ONCE
    assert verify(DatabaseLedger().everything()) == []


def test_a_save_that_began_before_an_adoption_is_recorded_before_it(trial_waits, tmp_path):
    """It is judged under the text that holds: none is adopted until it is recorded or refused."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "study"))
    edited(folder, "study.yaml", 'version: "1.0"', 'version: "1.1"')
    edited(folder, "study.yaml", "day: 28", "day: 30")
    new, before = load(folder), adopted.study().digest
    act = AdoptAmendment(version=new.version, digest=new.digest, because="it was too early")

    def adopts() -> Entry:
        try:
            return write_service.perform(act, "office-1", how=web_trial.PROVED, proposed=folder)
        finally:
            connections.close_all()

    number = trial_waits[0]
    withdraws, by = WithdrawConsent(scope="contact"), f"doctor-{number.split('-')[1]}-1"
    with ThreadPoolExecutor(1) as pool:
        with DatabaseLedger().writing(number):
            saved = write_service.perform(withdraws, by, None, number)
            adoption = pool.submit(adopts)
            wait_until(lambda: adoption.done() or _somebody_waits(), "nobody adopts")
            assert not adoption.done()
        adoption.result(HANG)
    order = EntryRow.objects.filter(kind__in=(withdraws.kind, act.kind)).order_by("id")
    assert [row.kind for row in order] == [withdraws.kind, act.kind]
    assert saved.study == before and adopted.study().digest == new.digest


def _somebody_waits() -> bool:
    """Whether a stream is waited for; on SQLite nobody writes beside another, and none is seen."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone() is not None
