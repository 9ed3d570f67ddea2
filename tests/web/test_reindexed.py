"""An index of the finder that an earlier version made is made anew by a job, beside the others."""

import fcntl
import json
from datetime import datetime

import pytest

from equipoise.exchange.registry import generations, sample
from equipoise.exchange.registry.finder import NoIndex, finder
from equipoise.web import home, write_service
from equipoise.web.jobs.kind import Kind
from equipoise.web.jobs.kinds import KINDS
from equipoise.web.jobs.reindexed import INDEX, plan_index
from equipoise.web.jobs.runner import run_due
from equipoise.web.jobs.table import Taken, ToDo, write
from equipoise.web.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(fresh_home):
    where = home.registry()
    sample.where_nothing_is(where)
    return where


def of_form(folder, form: int) -> None:
    file = generations.current(folder) / "about.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"form": form}))


def test_an_index_of_before_is_made_anew_once_and_one_of_a_later_version_is_left(folder):
    kinds = {INDEX: KINDS[INDEX]}
    plan_index(write_service.now())
    of_form(folder, generations.FORM + 1)
    plan_index(write_service.now())
    assert not Job.objects.filter(kind=INDEX).exists()
    of_form(folder, generations.FORM - 1)
    with pytest.raises(NoIndex):
        finder(folder)
    for _ in range(2):
        plan_index(write_service.now())
    assert Job.objects.filter(kind=INDEX).count() == 1
    outcomes = []
    run_due(outcomes.append, kinds=kinds)
    assert [one.refusal for one in outcomes if not one.again_at] == [None]
    assert finder(folder).about.records == sample.RECORDS
    plan_index(write_service.now())
    assert Job.objects.filter(kind=INDEX, done_at=None).count() == 0


def test_whatever_else_is_due_is_done_while_it_is_made(folder, monkeypatch):
    """Here somebody keeps it from being made until that is done."""
    monkeypatch.setattr("equipoise.web.jobs.reindexed.SECONDS", 0.01)
    of_form(folder, generations.FORM - 1)
    now = write_service.now()
    plan_index(now)
    with (folder / "index.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def lets_go(job: Taken, now: datetime) -> None:
            fcntl.flock(lock, fcntl.LOCK_UN)

        other = Kind(name="test", what="A test", do=lets_go, lease=KINDS[INDEX].lease)
        write([ToDo(kind="test", key="1", due=now, payload={})], now)
        run_due(kinds={INDEX: KINDS[INDEX], "test": other})
    assert finder(folder).about.form == generations.FORM
    assert not Job.objects.filter(done_at=None).exists()
