"""A sweep is a job: how it has its turn, goes on, is held, stopped and left to another."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import get_native_id

import polars as pl
import pytest

from equipoise.cli.design import run as ask_design
from equipoise.design.sweep.checkpoint import LOCK, Progress, hold
from equipoise.design.sweep.chunk import SAME_TRIALS
from equipoise.web import home, write_service
from equipoise.web.design import sweep_store
from equipoise.web.jobs import sweeps, table
from equipoise.web.jobs.kind import Unfinished
from equipoise.web.jobs.reasons import wording
from equipoise.web.jobs.runner import Outcome, run_due
from equipoise.web.jobs.table import Taken, ToDo
from equipoise.web.models import Job
from equipoise.web.reader import HERE
from tests.web_pages.test_sweeps_page import (
    LONG,
    OURS,
    SWEEPS,
    _house,  # noqa: F401  # every test stands on it
    begun,
    done_here,
    ended,
    one_slice,
    statistician,
    text_of,
)

pytestmark = pytest.mark.django_db


def test_several_sweeps_are_asked_and_each_has_its_turn(monkeypatch):
    client = statistician()
    first, second = begun(client, **LONG), begun(client, **LONG, title="The second", seed="3")
    assert text_of(client, SWEEPS).count("Running") == 2
    one_slice(monkeypatch)
    one_slice(monkeypatch)
    for name in (first, second):
        assert list((home.sweeps() / name / "sums").glob("point-*"))


def test_a_sweep_has_no_mail_wait_for_it(monkeypatch):
    begun(statistician(), **LONG)
    one_slice(monkeypatch)
    todo = ToDo(kind="mail.send", key="a", due=write_service.now(), payload={})
    table.write([todo], write_service.now())
    put_back = Job.objects.get(kind=sweeps.RUN)
    assert (put_back.attempts, put_back.held_until) == (0, None)
    Job.objects.filter(kind=sweeps.RUN).update(due=write_service.now() + timedelta(seconds=1))
    lease = {"mail.send": timedelta(minutes=1), sweeps.RUN: timedelta(minutes=1)}
    later = write_service.now() + timedelta(seconds=2)
    assert table.take(lease, "somebody", later).kind == "mail.send"


def test_nothing_waits_while_the_kernel_is_compiled_for_a_sweep(monkeypatch):
    begun(statistician())
    monkeypatch.setattr(sweeps, "_compiled", Future)  # which nobody brings to an end
    one_slice(monkeypatch)
    assert Job.objects.get(kind=sweeps.RUN, attempts=0, done_at=None).held_until is None


def test_a_kernel_that_could_not_be_compiled_is_compiled_when_it_is_tried_again(monkeypatch):
    name = begun(statistician())
    sweeps._compiled.cache_clear()
    with monkeypatch.context() as full:
        full.setattr("equipoise.design.sweep.chunk.simulate_chunk", _failing(OSError("disk full")))
        run_due(kinds=OURS)
    assert "OSError" in wording(Job.objects.get(kind=sweeps.RUN, attempts=1).error, HERE)
    Job.objects.filter(kind=sweeps.RUN).update(due=write_service.now())
    ended(name)
    assert sweep_store.find(name).state == "done"


@pytest.mark.parametrize("where", ["run.run_sweep", "chunk.simulate_chunk"])
def test_a_disk_that_does_not_answer_in_time_is_an_error_and_no_end_of_a_turn(monkeypatch, where):
    """Put back as done in part, it would be begun again and again, and nobody be told."""
    begun(statistician())
    sweeps._compiled.cache_clear()
    with monkeypatch.context() as slow:
        slow.setattr(f"equipoise.design.sweep.{where}", _failing(OSError(errno.ETIMEDOUT, "")))
        done: list[Outcome] = []
        run_due(done.append, lambda: bool(done), OURS)
    assert done[0].refusal is not None and Job.objects.get(kind=sweeps.RUN).attempts == 1


def _failing(error: Exception) -> Callable[..., None]:
    def fail(*args: object) -> None:
        raise error

    return fail


def _told_once(monkeypatch) -> Taken:
    """A job that is held for seconds, of a sweep that tells once how far it is."""
    begun(statistician())
    so_far = Progress(points=4, points_done=1, chunks_done=9, chunks_expected=9, trials=90_000)
    monkeypatch.setattr("equipoise.design.sweep.run.run_sweep", lambda *args: args[-1](so_far))
    monkeypatch.setattr("equipoise.design.report.write.leave", lambda *args: ())
    return table.take({sweeps.RUN: timedelta(seconds=9)}, "somebody", write_service.now())


def test_a_sweep_whose_chunks_take_long_is_held_for_longer(monkeypatch):
    job = _told_once(monkeypatch)
    monkeypatch.setattr(sweeps, "A_SIGN", 0.0)
    before = write_service.now()
    sweeps.simulate(job, before)
    assert Job.objects.get(id=job.id).held_until >= before + sweeps.LEASE


def test_a_sweep_that_another_has_taken_meanwhile_is_left_to_it(monkeypatch):
    job = _told_once(monkeypatch)
    later = write_service.now() + timedelta(minutes=5)
    table.take({sweeps.RUN: timedelta(minutes=9)}, "another", later)
    monkeypatch.setattr(sweeps, "A_SIGN", 0.0)
    with pytest.raises(Unfinished):
        sweeps.simulate(job, later)
    row = Job.objects.get(id=job.id)
    assert (row.holder, row.held_until) == ("another", later + timedelta(minutes=9))


def test_a_sweep_of_the_command_line_is_seen_to_run():
    name = done_here()
    with hold(home.sweeps() / name / LOCK):
        assert "Running" in text_of(statistician(), SWEEPS)


def test_a_sweep_that_another_program_simulates_is_tried_again_later():
    name = begun(statistician())
    with hold(home.sweeps() / name / LOCK):
        run_due(kinds=OURS)
    job = Job.objects.get(kind=sweeps.RUN)
    assert job.attempts == 1 and job.done_at is None and job.due > write_service.now()
    assert "simulates it just now" in wording(job.error, HERE)


def test_a_sweep_goes_on_where_its_runner_was_killed_and_leaves_the_same_bytes(monkeypatch):
    """A kill leaves the checkpoint, half a file beside it, and a job that nobody puts back."""
    client = statistician()
    name = begun(client, error="0.003")
    one_slice(monkeypatch)
    folder = home.sweeps() / name
    (folder / "sums" / ".point-00003.parquet.new").write_bytes(b"torn")
    table.take({sweeps.RUN: timedelta(minutes=2)}, "killed", write_service.now())
    run_due(kinds=OURS)
    page = text_of(client, f"{SWEEPS}{name}/")
    assert "Running" in page and "Operating characteristics" in page
    assert "The sweep is not complete" in page and "points.parquet" not in page
    Job.objects.filter(kind=sweeps.RUN).update(held_until=write_service.now())  # the lease ends
    ended(name)
    assert "Done</span> 4 of 4" in text_of(client, f"{SWEEPS}{name}/")
    whole = home.folder() / "whole"
    shutil.copytree(folder, whole, ignore=lambda path, names: {"sums"} & set(names))
    assert ask_design(["sweep", "--resume", "--out", str(whole)]) == 0
    for left in sweep_store.FILES:
        assert (folder / left).read_bytes() == (whole / left).read_bytes(), left
    shutil.rmtree(whole)


def test_a_sweep_of_the_version_before_goes_on_from_its_parts():
    """It kept each chunk in a file of its own, their sums now and then, and no job."""
    client, name = statistician(), done_here("before")
    folder = home.sweeps() / name
    as_before(folder)
    (folder / "points.parquet").rename(folder / "as-it-was")
    page = text_of(client, f"{SWEEPS}{name}/")
    assert "Stopped part-way" in page and "1 of 4 points done" in page and ">Go on<" in page
    assert client.post(f"{SWEEPS}{name}/go-on/").status_code == 302
    ended(name)
    assert "Done</span> 4 of 4" in text_of(client, f"{SWEEPS}{name}/")
    assert (folder / "points.parquet").read_bytes() == (folder / "as-it-was").read_bytes()


def as_before(folder: Path) -> None:
    """A folder as the version before left it when it was killed: one point of four is done."""
    manifest = json.loads((folder / "sweep.json").read_text())
    (folder / "sweep.json").write_text(json.dumps(manifest | {"kernel": SAME_TRIALS[0]}))
    (folder / "parts").mkdir()
    first, *others = sorted((folder / "sums").glob("point-*"))
    part = pl.read_parquet(first).with_columns(kernel=pl.lit(SAME_TRIALS[0]))
    assert part["trials"][0] == 10_000
    part.write_parquet(folder / "parts" / "point-00000-part-00000.parquet")
    for path in (first, *others):
        path.unlink()
    counts = {"points": 4, "points_done": 1, "parts_done": 1, "parts_expected": 4, "trials": 10_000}
    (folder / "sums" / "progress.json").write_text(json.dumps(counts))


def test_a_sweep_stops_when_it_is_asked_to_and_keeps_what_it_did(monkeypatch):
    client = statistician()
    name = begun(client, **LONG)
    one_slice(monkeypatch)
    page = text_of(client, f"{SWEEPS}{name}/")
    assert "Running" in page and "Stop it" in page
    assert client.post(f"{SWEEPS}{name}/stop/").status_code == 302
    assert "Stopping" in text_of(client, f"{SWEEPS}{name}/")
    ended(name)
    page = text_of(client, f"{SWEEPS}{name}/")
    assert "Stopped part-way" in page and "Go on" in page
    assert "Why it ended" not in page
    assert list((home.sweeps() / name / "sums").glob("point-*"))


def test_a_sweep_that_is_stopped_before_it_began_simulates_nothing():
    client = statistician()
    name = begun(client, **LONG)
    assert client.post(f"{SWEEPS}{name}/stop/").status_code == 302
    ended(name)
    assert "Stopped part-way" in text_of(client, f"{SWEEPS}{name}/")
    assert not list((home.sweeps() / name / "sums").glob("point-*"))
    assert client.post(f"{SWEEPS}{name}/go-on/").status_code == 302
    assert "Running" in text_of(client, f"{SWEEPS}{name}/")


def test_whoever_simulates_lets_everything_else_go_first():
    with ThreadPoolExecutor(1) as one:
        one.submit(sweeps._stand_back).result()
        urgent = one.submit(lambda: os.getpriority(os.PRIO_PROCESS, get_native_id())).result()
    assert urgent >= 10 > os.getpriority(os.PRIO_PROCESS, get_native_id())
