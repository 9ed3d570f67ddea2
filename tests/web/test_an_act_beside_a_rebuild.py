"""Somebody records an act while the rows are made again, as at the first look after an upgrade."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections

from equipoise.conduct.follow_up import RecordAlive
from equipoise.design.rehearsal.synthetic_trial import sealed_seed
from equipoise.web import adopted, bootstrap, kept_counts, kept_faults, read_model, write_service
from equipoise.web.models import CountRow, SubjectRow, TableRow
from equipoise.web.store import DatabaseLedger
from tests.patience import HANG, wait_until

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'read_subject'::regclass"


def somebody_waits() -> bool:
    """Whether an act waits for the rows; on SQLite none gets as far as to them meanwhile."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


def test_an_act_that_meets_a_rebuild_is_counted_once(
    fresh_home, stopped_clock, rehearsed, monkeypatch
):
    bootstrap.load_ledger(rehearsed, sealed_seed(3))
    study, on = adopted.study(), write_service.today()
    row = SubjectRow.objects.filter(status="on study").first()
    # As an upgrade leaves the tables: nothing counted, and every row of no fold.
    CountRow.objects.all().delete()
    TableRow.objects.all().delete()
    SubjectRow.objects.update(fold=0, counted="[]")
    rebuild, is_held = read_model.rebuild, Event()

    def rebuild_when_met(*args):
        is_held.set()
        wait_until(somebody_waits, "no act came")
        return rebuild(*args)

    monkeypatch.setattr(read_model, "rebuild", rebuild_when_met)

    def look() -> None:
        try:
            read_model.make_current(study, DatabaseLedger(), on)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as reader:
        looked = reader.submit(look)
        assert is_held.wait(HANG)
        write_service.perform(RecordAlive(), f"investigator-{row.site}-1", None, row.pk)
        looked.result(HANG)
    assert kept_faults.faults_of_rows(study, DatabaseLedger()) == []
    assert kept_counts.numbers(kept_counts.STATUS).total() == SubjectRow.objects.count()
