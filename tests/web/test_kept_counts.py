"""Numbers and rows that pages show are kept: they are those of everybody, and nobody is folded."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from equipoise.analysis.standing import Standings
from equipoise.conduct.follow_up import RecordAlive, RecordDeath
from equipoise.conduct.safety import CorrectEvent, RecordEvent
from equipoise.conduct.screening import FailScreening
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import STUDY
from equipoise.web import adopted, kept_counts, kept_faults, kept_tables, read_model, write_service
from equipoise.web.models import CountRow, SubjectRow, TableRow
from equipoise.web.participants import today
from equipoise.web.store import DatabaseLedger
from equipoise.web.views import paged
from tests import web_trial

pytestmark = [pytest.mark.database]
DOCTOR, LIST = "investigator-01-1", "/lists/adverse_events/"
EVENT = {
    "term": "Broken wrist",
    "grade": "3",
    "serious": "no",
    "related": "no",
    "begin": "2025-06",
    "outcome": "not-recovered",
}


def everybody():
    rows = SubjectRow.objects.order_by("subject_id")
    return [write_service.folds().subject(row.subject_id) for row in rows]


def are_those_of_everybody():
    """What is kept is what is counted and listed anew."""
    study, on, people = adopted.study(), write_service.today(), everybody()
    anew, kept = Standings.of(study, people), kept_counts.standings()
    assert kept.months == anew.months and kept.followed == anew.followed
    assert not any(one.arm for one in kept.standings)
    assert kept.standings.total() == len(people)
    assert kept.number(died=True) == anew.number(died=True)
    listed = [row for one in people for row in kept_tables.rows_of(study, one, on)]
    told = [(row.subject_id, row.on, row.place, row.values) for row in listed]
    rows = TableRow.objects.values_list("subject_id", "on", "place", "values")
    assert sorted(rows) == sorted(told)
    assert kept_faults.faults_of_rows(study, DatabaseLedger()) == []


def someone(status, without=""):
    """A participant, and a doctor of their hospital."""
    found = SubjectRow.objects.filter(status=status).exclude(site=without).order_by("pk").first()
    return found, f"investigator-{found.site}-1"


def test_what_is_counted_is_what_is_so_after_every_act_and_after_a_void(trial_here):
    are_those_of_everybody()
    (drawn, doctor), (screened, another) = someone("on study"), someone("in screening")
    write_service.perform(RecordAlive(), doctor, None, drawn.pk)
    event = write_service.perform(RecordEvent(**EVENT), doctor, None, drawn.pk)
    write_service.perform(FailScreening(note="moved away"), another, None, screened.pk)
    are_those_of_everybody()
    changed = CorrectEvent(event=event.seq, **{**EVENT, "grade": "2"}, reason="read again")
    write_service.perform(changed, doctor, None, drawn.pk)
    death = write_service.perform(RecordDeath(cause="other"), doctor, None, drawn.pk)
    assert kept_counts.standings().number(randomised=True, died=True) > 0
    are_those_of_everybody()
    write_service.perform(VoidEntry(entry=death.seq, reason="another one"), doctor, None, drawn.pk)
    are_those_of_everybody()


def test_what_was_kept_before_there_were_counts_is_counted_at_the_first_look(trial_here):
    """As the tables stand after an upgrade: nothing counted, and every row of no fold."""
    CountRow.objects.all().delete()
    TableRow.objects.all().delete()
    SubjectRow.objects.update(fold=0, counted="[]")
    page = web_trial.signed_in("statistician-1").get("/status/").content.decode()
    assert f">{SubjectRow.objects.count()}<" in page
    are_those_of_everybody()


def test_a_count_that_is_another_than_the_rows_say_is_found(trial_here):
    CountRow.objects.filter(what=kept_counts.STATUS).update(number=7)
    found = kept_faults.faults_of_rows(adopted.study(), DatabaseLedger())
    assert [(fault.stream, fault.code) for fault in found] == [(STUDY, "count-differs")]
    assert "status" in found[0].sentence


@pytest.mark.parametrize(
    ("person", "address"),
    [("statistician-1", "/status/"), ("monitor-1", LIST), (DOCTOR, LIST), ("monitor-1", "/today/")],
)
def test_nobody_is_folded_and_nothing_long_is_read_for_a_list(
    trial_here, monkeypatch, person, address
):
    reader = web_trial.signed_in(person)
    assert reader.get(address).status_code == 200
    monkeypatch.setattr(read_model, "decoded", None)
    with CaptureQueriesContext(connection) as asked:
        assert reader.get(address).status_code == 200
    long = [one["sql"] for one in asked if '"state"' in one["sql"].partition("FROM")[0]]
    assert all("LIMIT 5" in sql for sql in long), long  # those whose day has come


def test_a_list_is_of_whom_one_sees_by_the_hospital_asked_for(trial_here):
    one, doctor = someone("on study")
    other, another = someone("on study", without=one.site)
    for row, person, terms in ((one, doctor, "A"), (other, another, "BCDEF")):
        for term in terms:
            write_service.perform(RecordEvent(**{**EVENT, "term": term}), person, None, row.pk)

    def told(person, site=""):
        page = web_trial.signed_in(person).get(LIST, {"site": site}).content.decode()
        return int(re.search(r"(\d+) rows?\b", page)[1])

    def of(site):
        return rows.filter(site=site).count()

    rows = TableRow.objects.filter(table="adverse_events")
    assert told("monitor-1") == rows.count() > of(other.site) > of(one.site) > 0
    assert told("monitor-1", other.site) == told(another) == of(other.site)
    assert told(doctor) == of(one.site) and told(doctor, other.site) == 0


def test_today_counts_those_whom_one_sees_whatever_hospital_is_asked_for(trial_here):
    one, doctor = someone("on study")
    other, _ = someone("on study", without=one.site)

    def figures(person, site):
        page = web_trial.signed_in(person).get("/today/", {"site": site}).content.decode()
        return [int(number) for number in re.findall(r"<dd>(\d+)</dd>", page)]

    assert figures(doctor, other.site) == [0, 0, 0, 0, 0]
    assert figures(doctor, "nowhere") == figures(doctor, "")
    # What presses of an arm alone no list of all hospitals tells: the numbers kept are the same.
    assert figures(doctor, "")[-2:] == figures("monitor-1", one.site)[-2:]
    assert (
        figures(doctor, "")[-1]
        == SubjectRow.objects.filter(site=one.site, status="on study").count()
    )


def test_beyond_a_great_number_today_says_more_and_counts_no_further(trial_here, monkeypatch):
    monkeypatch.setattr(paged, "MOST_COUNTED", 2)
    monkeypatch.setattr(today, "MOST_COUNTED", 2)
    monkeypatch.setattr(today, "MOST", 1)
    page = web_trial.signed_in("monitor-1").get("/today/").content.decode()
    assert "more than 2" in page and "The first 1 of more than 2 participants" in page
    page = web_trial.signed_in("monitor-1", "nl").get("/today/").content.decode()
    assert "meer dan 2" in page


@pytest.mark.parametrize(("column", "days"), [("changes_on", 0), ("looked_on", 1)])
def test_today_says_of_how_many_it_does_not_know_what_the_day_asks(
    trial_here, monkeypatch, column, days
):
    """The day has come on which it changes, or a clock that was ahead worked it out."""
    reader = web_trial.signed_in("monitor-1")
    assert "of an earlier day" not in reader.get("/today/").content.decode()
    SubjectRow.objects.update(**{column: write_service.today() + timedelta(days=days)})
    monkeypatch.setattr(today.looks, "bring_up", lambda *_, **__: 0)
    monkeypatch.setattr(today.looks, "_look", lambda *_: None)
    page = reader.get("/today/").content.decode()
    assert f"Of some participants ({SubjectRow.objects.count()})" in page
