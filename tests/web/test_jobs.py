"""Jobs: written with their cause, done once, one beside another, and never lost."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connections, transaction
from django.utils.translation import override

from equipoise.conduct.act import Refused
from equipoise.conduct.administration import GiveRole, OpenSite
from equipoise.conduct.authorisation import TRIAL
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.randomisation import Randomise
from equipoise.web import write_service
from equipoise.web.jobs import nightly, table
from equipoise.web.jobs.kind import Kind, Never, NotNow, Unfinished
from equipoise.web.jobs.reasons import NOT_DONE, kept, wording
from equipoise.web.jobs.rules import perform_rule
from equipoise.web.jobs.runner import Outcome, run_due
from equipoise.web.jobs.table import Taken, ToDo
from equipoise.web.models import Job
from equipoise.web.reader import HERE
from tests import web_trial
from tests.patience import HANG, wait_until
from tests.verbs import verb

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def do_nothing(job: Taken, now: datetime) -> None:
    """A job that is done at once."""


def a_kind(
    name: str = "test", do: Callable[[Taken, datetime], None] = do_nothing, **more: object
) -> dict[str, Kind]:
    return {name: Kind(name=name, what="A test", do=do, lease=LEASE, **more)}


def to_do(*keys: str, kind: str = "test", due: datetime = NOW) -> None:
    table.write([ToDo(kind=kind, key=key, due=due, payload={"n": key}) for key in keys], NOW)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(write_service, "now", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.mark.database
@pytest.mark.django_db
def test_the_same_job_is_not_written_twice_even_once_it_is_done(clock):
    to_do("one", "two")
    run_due(kinds=a_kind())
    to_do("one", "three")
    assert Job.objects.filter(key="one").count() == 1
    outcomes: list[Outcome] = []
    run_due(outcomes.append, kinds=a_kind())
    assert [outcome.job.key for outcome in outcomes] == ["three"]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_job_is_taken_back_with_its_cause():
    with pytest.raises(RuntimeError), transaction.atomic():
        to_do("one")
        raise RuntimeError
    assert not Job.objects.exists()


@pytest.mark.database
@pytest.mark.django_db
def test_a_job_that_is_done_in_part_goes_behind_the_others_and_counts_no_attempt(clock):
    to_do("long", due=NOW - timedelta(minutes=2))
    to_do("short", due=NOW - timedelta(minutes=1))
    turns: list[tuple[str, int]] = []

    def do(job: Taken, now: datetime) -> None:
        turns.append((job.key, job.attempt))
        if job.key == "long" and len(turns) < 4:
            raise Unfinished

    outcomes: list[Outcome] = []
    run_due(outcomes.append, kinds=a_kind(do=do))
    assert turns == [("long", 1), ("short", 1), ("long", 1), ("long", 1)]
    assert [outcome.again_at for outcome in outcomes] == [NOW, None, NOW, None]
    assert not Job.objects.filter(done_at=None).exists()


@pytest.mark.database
@pytest.mark.django_db
def test_a_job_that_is_wanted_again_is_done_again_and_one_that_is_open_stays(clock):
    job = ToDo(kind="test", key="one", due=NOW, payload={})
    for _ in range(2):
        table.renew(job, NOW)
        table.renew(job, NOW)
        assert Job.objects.filter(key="one").count() == 1
        outcomes: list[Outcome] = []
        run_due(outcomes.append, kinds=a_kind())
        assert len(outcomes) == 1


@pytest.mark.database
@pytest.mark.django_db
def test_what_is_not_due_waits_and_what_is_due_longest_is_first(clock):
    to_do("late", due=NOW - timedelta(hours=1))
    to_do("later", due=NOW + timedelta(hours=1))
    to_do("now")
    done: list[str] = []
    kinds = a_kind(do=lambda job, now: done.append(job.key))
    run_due(kinds=kinds)
    assert done == ["late", "now"]
    clock(NOW + timedelta(hours=1))
    run_due(kinds=kinds)
    assert done == ["late", "now", "later"]


@pytest.mark.database
@pytest.mark.django_db
def test_a_job_that_fails_stops_no_other_and_is_tried_ever_later_until_it_stands_as_failed(clock):
    def poisoned(job: Taken, now: datetime) -> None:
        if job.key == "poison":
            raise ValueError("what a person typed")

    kinds = a_kind(do=poisoned, retries=(timedelta(minutes=1), timedelta(hours=1)))
    to_do("poison", "good")
    run_due(kinds=kinds)
    assert Job.objects.get(key="good").done_at == NOW
    moment = NOW
    for wait in (timedelta(minutes=1), timedelta(hours=1)):
        row = Job.objects.get(key="poison")
        assert (row.failed_at, row.due) == (None, moment + wait)
        run_due(kinds=kinds)  # not before it is due
        clock(moment := moment + wait)
        run_due(kinds=kinds)
    row = Job.objects.get(key="poison")
    assert (row.failed_at, row.done_at, row.attempts) == (moment, None, 3)
    assert "ValueError" in wording(row.error, HERE) and "typed" not in row.error
    assert table.again(row.id, moment) and not table.again(row.id, moment)
    run_due(kinds=kinds)
    assert Job.objects.get(key="poison").attempts == 1


@pytest.mark.database
@pytest.mark.django_db
def test_a_job_whose_values_cannot_be_read_fails_and_stops_no_other(clock):
    to_do("broken", "good")
    Job.objects.filter(key="broken").update(payload="no json", due=NOW - timedelta(days=1))
    seen: list[str] = []
    run_due(kinds=a_kind(do=lambda job, now: seen.append(job.payload["n"]), retries=()))
    assert seen == ["good"]
    assert Job.objects.get(key="broken").failed_at == NOW


@pytest.mark.database
@pytest.mark.django_db
def test_what_this_installation_cannot_do_waits_and_counts_no_attempts(clock):
    to_do("one")
    run_due(kinds=a_kind(ready=lambda: False))
    assert Job.objects.get().attempts == 0 and table.open_jobs(["test"]).count() == 1


@pytest.mark.database
@pytest.mark.django_db
def test_a_job_is_taken_again_once_its_lease_has_ended_and_whoever_comes_late_changes_nothing():
    to_do("one")
    first = table.take({"test": LEASE}, "first", NOW)
    assert first and table.take({"test": LEASE}, "second", NOW + LEASE / 2) is None
    second = table.take({"test": LEASE}, "second", NOW + LEASE)
    assert second and second.attempt == 2
    assert not table.done(first, NOW + LEASE) and Job.objects.get().done_at is None
    assert not table.failed(first, NOT_DONE(code=1), NOW)
    assert table.done(second, NOW + LEASE) and not table.done(second, NOW + LEASE)


@pytest.mark.database
@pytest.mark.django_db
def test_a_job_that_ends_whoever_is_at_it_each_time_fails_at_last(clock):
    to_do("one")
    kinds = a_kind(retries=(timedelta(minutes=1),))
    for n in range(2):
        assert table.take({"test": LEASE}, f"killed {n}", NOW + n * LEASE)
    clock(NOW + 2 * LEASE)
    run_due(kinds=kinds)
    assert wording(Job.objects.get().error, HERE).startswith(
        "whoever was at it ended in the middle"
    )


@pytest.mark.database
@pytest.mark.django_db
def test_a_clock_set_back_an_hour_delays_and_never_repeats(clock):
    to_do("done", "held", "waits")
    done: list[str] = []
    kinds = a_kind(do=lambda job, now: done.append(job.key))
    rows = {row.key: row for row in Job.objects.all()}
    Job.objects.filter(key="held").update(holder="x", held_until=NOW + LEASE, attempts=1)
    Job.objects.filter(key="waits").update(due=NOW + timedelta(minutes=1))
    run_due(kinds=kinds)
    assert done == ["done"] and len(rows) == 3
    clock(NOW - timedelta(hours=1))
    run_due(kinds=kinds)
    assert done == ["done"]
    clock(NOW + LEASE)
    run_due(kinds=kinds)
    assert sorted(done) == ["done", "held", "waits"]


def test_a_time_of_day_is_one_moment_a_day_whatever_the_clocks_do():
    """Worked out by hand: 29 March 2026 has no 02:30, 25 October 2026 has two of them."""
    at, moments = time(2, 30), []
    for around in (datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)):
        moment = around
        for _ in range(3):
            moment, day = nightly.next_run(at, AMSTERDAM, moment)
            moments.append(f"{day} {moment:%dT%H:%M}")
    assert moments == [
        "2026-03-28 28T01:30",
        "2026-03-29 29T01:30",
        "2026-03-30 30T00:30",
        "2026-10-24 24T00:30",
        "2026-10-25 25T00:30",
        "2026-10-26 26T01:30",
    ]


@pytest.mark.database
@pytest.mark.django_db
def test_the_next_night_is_written_when_this_one_has_ended_and_follows_it_whatever_the_clock(clock):
    ran: list[str] = []
    kinds = a_kind(do=lambda job, now: ran.append(job.key), at=time(2, 30))
    run_due(kinds=kinds)
    assert Job.objects.get().due == datetime(2026, 11, 29, 1, 30, tzinfo=UTC)
    clock(datetime(2026, 11, 29, 1, 31, tzinfo=UTC))
    run_due(kinds=kinds)
    clock(datetime(2026, 11, 29, 0, 31, tzinfo=UTC))  # set back by an hour
    run_due(kinds=kinds)
    assert ran == ["2026-11-29"]
    clock(datetime(2026, 12, 5, 12, tzinfo=UTC))  # away for days: one run, not six
    run_due(kinds=kinds)
    assert ran == ["2026-11-29", "2026-11-30"]
    assert table.open_jobs(["test"]).get().due == datetime(2026, 12, 6, 1, 30, tzinfo=UTC)


@pytest.mark.database
@pytest.mark.django_db
def test_a_night_that_failed_is_followed_by_the_next_one(clock):
    def never(job: Taken, now: datetime) -> None:
        raise Never(NOT_DONE(code=1))

    kinds = a_kind(do=never, at=time(2, 30))
    run_due(kinds=kinds)
    clock(datetime(2026, 11, 29, 1, 31, tzinfo=UTC))
    run_due(kinds=kinds)
    assert Job.objects.exclude(failed_at=None).count() == 1
    assert table.open_jobs(["test"]).get().key == "2026-11-30"


def test_a_reason_is_kept_as_values_and_said_in_the_readers_language():
    text = kept(NotNow(NOT_DONE(code=451)).refusal)
    assert text == '{"code":"mail.not-now","values":{"code":451}}'
    assert "451" in wording(text, HERE)
    with override("nl"):
        assert "mailserver" in wording(text, HERE)


@pytest.mark.django_db
def test_a_job_records_nothing_that_a_person_does_and_nobody_else_acts_as_the_trial():
    web_trial.open_house()
    subject = web_trial.consented()
    heads = write_service.LEDGER.heads()
    acts = (
        GiveConsent(version="1.0"),
        GiveRole(person="nurse-09", role="nurse", site="01"),
        OpenSite(site="01"),
        Randomise(strata={}),
    )
    for act in acts:
        with pytest.raises(Refused, match="does not allow"):
            perform_rule(act, subject.subject_id)
        with pytest.raises(Refused, match="no role"):
            write_service.perform(act, TRIAL, subject_id=subject.subject_id)
    assert write_service.LEDGER.heads() == heads


# --- several runners, and those that are killed ---

SPAWN = multiprocessing.get_context("fork")


def _runner(log: Path, ready: object, go: object) -> None:
    """One process that does what is due and writes a line for each job."""
    connections.close_all()
    ready.release()
    go.wait(HANG)

    def do(job: Taken, now: datetime) -> None:
        with log.open("a") as file:
            file.write(f"{job.key}\n")

    run_due(kinds=a_kind(do=do))
    connections.close_all()
    os._exit(0)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_runners_do_each_of_two_hundred_jobs_once(tmp_path: Path):
    to_do(*(f"job {n}" for n in range(200)), due=write_service.now())
    connections.close_all()
    log, ready, go = tmp_path / "done", SPAWN.Semaphore(0), SPAWN.Event()
    both = [SPAWN.Process(target=_runner, args=(log, ready, go)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        come = lambda: ready.acquire(block=False)  # noqa: E731
        wait_until(come, "a runner does not come", one.is_alive)
    go.set()
    for one in both:
        one.join(HANG)
    counts = Counter(log.read_text().splitlines())
    assert len(counts) == 200 and set(counts.values()) == {1}
    assert Job.objects.exclude(done_at=None).count() == 200
    assert Job.objects.filter(attempts=1).count() == 200


def _dies(ready: object) -> None:
    connections.close_all()

    def do(job: Taken, now: datetime) -> None:
        ready.release()
        signal.pause()

    run_due(kinds=a_kind(do=do))
    os._exit(0)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_job_whose_runner_was_killed_in_the_middle_is_done_once_the_lease_has_ended(monkeypatch):
    to_do("one", due=write_service.now())
    connections.close_all()
    ready = SPAWN.Semaphore(0)
    runner = SPAWN.Process(target=_dies, args=(ready,))
    runner.start()
    wait_until(lambda: ready.acquire(block=False), "nothing is due", runner.is_alive)
    os.kill(runner.pid, signal.SIGKILL)
    runner.join(HANG)
    done: list[int] = []
    kinds = a_kind(do=lambda job, now: done.append(job.attempt))
    run_due(kinds=kinds)
    assert not done
    later = write_service.now() + LEASE
    monkeypatch.setattr(write_service, "now", lambda: later)
    run_due(kinds=kinds)
    assert done == [2] and Job.objects.get().done_at == later


@pytest.mark.django_db
def test_a_runner_that_is_told_to_stop_ends_between_two_jobs(clock):
    to_do("one", "two")
    done: list[str] = []
    run_due(stopped=lambda: bool(done), kinds=a_kind(do=lambda job, now: done.append(job.key)))
    assert done == ["one"] and table.open_jobs(["test"]).count() == 1


def test_from_the_command_line_it_says_what_was_done_and_whether_something_failed(tmp_path: Path):
    env = {**os.environ, "EQUIPOISE_HOME": str(tmp_path), "PYTHONPATH": "src"}
    env.pop("DATABASE_URL", None)
    assert verb("serve", "--migrate", environment=env).returncode == 0
    done = verb("jobs", environment=env)
    assert (done.returncode, done.stdout) == (0, "nothing is due\n")
