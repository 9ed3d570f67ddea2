"""The tree is kept up by whoever does the jobs, and where nobody does them that is told."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections

from equipoise.web import write_service
from equipoise.web.jobs import heads, nightly, runner
from equipoise.web.jobs.kinds import KINDS
from equipoise.web.models import EntryRow, Job
from equipoise.web.store import DatabaseLedger
from equipoise.web.witness import sequencer, tree_kept, tree_store
from tests import web_trial
from tests.patience import HANG
from tests.web.copied import Home
from tests.web.killed_server import Server
from tests.web.test_jobs import SPAWN

HEADS = {name: kind for name, kind in KINDS.items() if name.startswith("heads.")}
START = datetime(2026, 11, 28, 12, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
Clock = Callable[[datetime], None]


@pytest.fixture
def clock(fresh_home: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A trial that was opened at twenty past twelve, and its clock."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(write_service, "now", lambda: moment)

    set_to(START)
    web_trial.open_house()
    yield set_to


def done_now() -> list[str]:
    """The kinds of what is due now; whoever does the jobs does it."""
    outcomes: list[runner.Outcome] = []
    runner.run_due(outcomes.append, kinds=HEADS)
    assert [one.refusal for one in outcomes if one.refusal] == []
    return [one.job.kind for one in outcomes]


def is_whole() -> bool:
    """Whether each entry has one leaf, one head signs for all, and the hashes are theirs."""
    count = EntryRow.objects.count()
    newest = tree_store.newest()
    assert tree_kept.faults_of_nodes(DatabaseLedger().everything()) == []
    return newest is not None and tree_store.size() == newest.size == count


@pytest.mark.database
@pytest.mark.django_db
def test_a_draw_leaves_a_job_that_brings_the_tree_up_to_it_and_other_acts_leave_none(clock: Clock):
    done_now()
    web_trial.registered()
    assert not Job.objects.filter(kind=sequencer.DRAWN).exists() and not is_whole()
    assert done_now() == []
    web_trial.randomised()
    job = Job.objects.get(kind=sequencer.DRAWN)
    assert (job.key, job.due, job.done_at) == ("1", START, None)
    assert done_now() == [sequencer.DRAWN] and is_whole()


@pytest.mark.database
@pytest.mark.django_db
def test_a_head_is_made_when_jobs_are_first_done_and_every_full_hour(clock: Clock):
    assert done_now() == [heads.HOURLY] and is_whole()
    web_trial.screened()
    assert done_now() == [] and not is_whole()
    clock(START + timedelta(minutes=39))
    assert done_now() == []
    clock(START + timedelta(minutes=40))
    assert done_now() == [heads.HOURLY] and is_whole()
    clock(START + timedelta(hours=9))  # nobody did them for hours: one head, not nine
    assert done_now() == [heads.HOURLY]
    dues = Job.objects.filter(kind=heads.HOURLY).order_by("due").values_list("due", flat=True)
    assert [due.hour for due in dues] == [12, 13, 14, 22]


def test_the_full_hour_follows_the_last_whatever_the_clock_does():
    assert nightly.next_hour(None, START)[0] == START - timedelta(minutes=20)
    noon = START - timedelta(minutes=20)
    assert nightly.next_hour(noon, START) == (noon + HOUR, "2026-11-28T13")
    assert nightly.next_hour(noon + HOUR, noon - HOUR) == (noon + 2 * HOUR, "2026-11-28T14")


@pytest.mark.django_db
def test_hours_that_are_over_for_a_month_are_forgotten_and_their_heads_are_not(clock: Clock):
    done_now()
    clock(START + timedelta(days=40))
    web_trial.screened()
    assert set(done_now()) == {heads.HOURLY, "heads.nightly"}
    assert Job.objects.filter(kind=heads.HOURLY, due__lt=START).count() == 0
    assert len(tree_store.head_sizes()) == 2 and is_whole()


@pytest.mark.django_db
def test_where_nobody_does_the_jobs_that_is_told_after_two_hours(clock: Clock):
    runner.plan(HEADS)  # as a server does that keeps no runner
    clock(START + heads.PATIENCE - timedelta(minutes=21))
    assert list(heads.unwitnessed(write_service.now())) == []
    clock(START + heads.PATIENCE)
    (told,) = heads.unwitnessed(write_service.now())
    assert "not yet witnessed: nobody does the jobs" in told and "2026-11-28 12:20" in told
    assert done_now() == [heads.HOURLY]
    assert list(heads.unwitnessed(write_service.now())) == []
    clock(START + timedelta(days=3))  # nothing was recorded: nothing waits
    assert list(heads.unwitnessed(write_service.now())) == []


@pytest.mark.django_db(transaction=True)
def test_a_head_that_could_not_be_made_is_told_with_its_reason(clock: Clock, monkeypatch):
    def fails(*_: object, **more: object) -> None:
        raise OSError("no key")

    with monkeypatch.context() as broken:
        broken.setattr(sequencer, "make_head", fails)
        for minutes in (0, 1, 6, 21):
            clock(START + timedelta(minutes=minutes))
            runner.run_due(kinds=HEADS)
    assert Job.objects.get(kind=heads.HOURLY, key="2026-11-28T12").failed_at
    (told,) = heads.unwitnessed(write_service.now())
    assert "the newest head could not be made" in told and "OSError" in told
    clock(START + HOUR)
    assert done_now() == [heads.HOURLY] and is_whole()
    assert list(heads.unwitnessed(write_service.now())) == []


# --- several at once, and those that are killed ---


def _sequences(ready: object, go: object) -> None:
    connections.close_all()
    ready.release()
    go.wait(HANG)
    sequencer.keep_up(START)
    connections.close_all()
    os._exit(0)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_every_entry_one_place_and_sign_once(clock: Clock, monkeypatch):
    monkeypatch.setattr(sequencer, "BATCH", 3)  # so that they meet many times
    assert EntryRow.objects.count() > 12
    connections.close_all()
    ready, go = SPAWN.Semaphore(0), SPAWN.Event()
    both = [SPAWN.Process(target=_sequences, args=(ready, go)) for _ in range(2)]
    for one in both:
        one.start()
    for _ in both:
        assert ready.acquire(timeout=HANG)
    go.set()
    for one in both:
        one.join(HANG)
    assert [one.exitcode for one in both] == [0, 0]
    assert is_whole() and len(tree_store.head_sizes()) == 1


def _is_killed(batches: int) -> None:
    connections.close_all()
    given, add = [], tree_store.add_leaves

    def add_and_stop(*told: object) -> None:
        add(*told)
        given.append(told)
        if len(given) == batches:
            os.kill(os.getpid(), signal.SIGKILL)

    tree_store.add_leaves = add_and_stop
    runner.run_due(kinds=HEADS)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_whoever_is_killed_in_the_middle_leaves_whole_batches_and_the_next_one_goes_on(
    clock: Clock, monkeypatch
):
    monkeypatch.setattr(sequencer, "BATCH", 3)
    connections.close_all()
    one = SPAWN.Process(target=_is_killed, args=(3,))
    one.start()
    one.join(HANG)
    assert one.exitcode == -signal.SIGKILL
    assert tree_store.size() == 6 and tree_store.newest() is None
    assert done_now() == []  # it is held by whoever was killed, until the lease has ended
    clock(START + HEADS[heads.HOURLY].lease)
    assert done_now() == [heads.HOURLY] and is_whole()


def test_a_server_that_keeps_nobody_for_the_jobs_leaves_the_tree_to_cron(tmp_path: Path):
    home = Home(tmp_path / "home")
    server = Server(home.path, jobs=False)
    asked = "from equipoise.web.witness import tree_store; print(tree_store.size() == {})"
    try:
        server.start()
        assert server.told(asked.format(0)) == "True\n"
        assert home.told("jobs") == "heads.hourly 1: done\n"
        told = server.told(asked.format("tree_store.newest().size") + "; print(tree_store.size())")
        assert told.splitlines()[0] == "True" and int(told.splitlines()[1]) > 0
        assert home.told("jobs") == "nothing is due\n"
    finally:
        server.end()
