"""Lists tell what comes next as of the day on which somebody looks, though it was kept before."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError

from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.chapters import agenda
from equipoise.conduct.deviations import deviations
from equipoise.conduct.follow_up import RecordAlive, RecordDeath
from equipoise.conduct.voiding import VoidEntry
from equipoise.web import adopted, home, looks, outlooks, read_model, write_service
from equipoise.web.jobs import by_night
from equipoise.web.models import DeviationRow, SubjectRow
from tests import web_trial
from tests.before import edited

pytestmark = [pytest.mark.database]
NURSE, DOCTOR = "nurse-01-1", "investigator-01-1"


@pytest.fixture
def days_pass(monkeypatch):
    """Let the clock go on from where it stands."""

    def pass_by(**told):
        then = write_service.now() + timedelta(**told)
        monkeypatch.setattr(write_service, "now", lambda: then)

    return pass_by


@pytest.fixture
def worked_out(monkeypatch):
    """Of whom it was worked out what comes next."""
    told, before = [], outlooks.outlook

    def counted(study, subject, on):
        told.append(subject.subject_id)
        return before(study, subject, on)

    monkeypatch.setattr(outlooks, "outlook", counted)
    return told


def is_as_of_today():
    """Every list tells the same as if it were worked out anew, for everybody."""
    study, on = adopted.study(), write_service.today()
    rows = list(read_model.rows(study, on).order_by("subject_id"))
    looks.bring_up(study, read_model.rows(study, on), on, most=None)
    for row, told in zip(rows, looks.agendas(study, rows, on), strict=True):
        subject = write_service.folds().subject(row.subject_id)
        assert told == agenda(study, subject, on), (row.subject_id, on)
        kept = DeviationRow.objects.filter(subject_id=row.subject_id).order_by("id")
        assert [outlooks.deviation_of(one) for one in kept] == deviations(study, subject, on)
    for row in SubjectRow.objects.all():
        urgencies = [
            due.urgency for due in agenda(study, write_service.folds().subject(row.pk), on)
        ]
        most = urgencies[0] if urgencies else ""
        assert (row.alarm_on is not None and row.alarm_on <= on) is (most == "alarm")
        is_overdue = row.overdue_on is not None and row.overdue_on <= on
        assert is_overdue is ("overdue" in urgencies)
        assert row.waits is ("waiting" in urgencies)
    return rows


def test_what_is_kept_tells_of_every_later_day_what_is_worked_out_anew_on_it(trial_here, days_pass):
    assert any(is_as_of_today())
    for days in (1, 1, 5, 9, 60, 2000):
        days_pass(days=days)
        is_as_of_today()


def test_a_clock_that_was_ahead_is_not_believed(trial_here, days_pass):
    days_pass(days=2200)
    is_as_of_today()
    days_pass(days=-2100)
    is_as_of_today()


def test_a_night_makes_good_all_that_a_clock_that_was_ahead_worked_out(trial_here, monkeypatch):
    on = write_service.today()
    SubjectRow.objects.update(looked_on=on + timedelta(days=9))
    monkeypatch.setattr(by_night, "MANY", 3)
    by_night.look_ahead(None, write_service.now())
    assert not SubjectRow.objects.exclude(looked_on=on).exists()


def test_the_day_is_that_where_the_trial_is_run(trial_here, monkeypatch):
    """Just after midnight in Amsterdam it is still the day before in UTC."""
    monkeypatch.setattr(write_service, "now", lambda: datetime(2025, 7, 1, 22, 1, tzinfo=UTC))
    is_as_of_today()
    assert write_service.today().day == 2
    row = SubjectRow.objects.filter(status="on study").first()
    write_service.perform(RecordAlive(), f"nurse-{row.site}-1", None, row.subject_id)
    row.refresh_from_db()
    assert row.looked_on == write_service.today()


def test_the_first_look_of_a_day_works_out_anew_only_those_of_whom_it_must(
    trial_here, days_pass, worked_out
):
    people = web_trial.signed_in("monitor-1")
    days_pass(days=3)
    on = write_service.today()
    asked = SubjectRow.objects.order_by("pk")[:25]
    must = [row.pk for row in asked if not row.looked_on <= on < row.changes_on]
    assert people.get("/participants/").status_code == 200
    assert worked_out == must and 0 < len(must) < 12
    worked_out.clear()
    assert people.get("/participants/").status_code == 200
    assert worked_out == []


def test_the_night_works_it_out_so_that_no_look_of_the_day_has_to(
    trial_here, days_pass, worked_out, settings
):
    people = web_trial.signed_in(NURSE)
    days_pass(days=3)
    by_night.look_ahead(None, write_service.now())
    assert worked_out and len(worked_out) < SubjectRow.objects.count() / 2
    worked_out.clear()
    for address in ("/participants/", "/today/", "/deviations/"):
        assert people.get(address).status_code == 200
    assert worked_out == []
    is_as_of_today()


def test_what_somebody_recorded_meanwhile_is_not_written_over(trial_here, days_pass):
    study, row = adopted.study(), SubjectRow.objects.filter(status="on study").first()
    days_pass(days=2000)
    before = SubjectRow.objects.get(pk=row.pk)
    write_service.perform(RecordAlive(), f"nurse-{row.site}-1", None, row.pk)
    looks.agendas(study, [before], write_service.today())
    after = SubjectRow.objects.get(pk=row.pk)
    assert after.seq == before.seq + 1 and after.looked_on == write_service.today()
    is_as_of_today()


def test_what_newer_code_has_kept_meanwhile_is_not_written_over(trial_here, days_pass):
    """As when a server of before an upgrade still answers."""
    row = SubjectRow.objects.filter(status="on study").first()
    looked = row.looked_on
    SubjectRow.objects.filter(pk=row.pk).update(fold=row.fold + 1)
    days_pass(days=2000)
    looks.agendas(adopted.study(), [row], write_service.today())
    row.refresh_from_db()
    assert row.looked_on == looked


def test_a_list_is_shown_though_nothing_can_be_written(trial_here, days_pass, monkeypatch):
    people = web_trial.signed_in(NURSE)
    days_pass(days=1)

    def full(*_):
        raise DatabaseError("disk full")

    monkeypatch.setattr(read_model, "keep_deviations", full)
    assert people.get("/participants/").status_code == 200


def test_after_a_void_what_comes_next_is_as_if_it_had_never_been_recorded(trial_here):
    row = SubjectRow.objects.filter(site="01", status="on study").first()
    before = outlooks.agenda_of(row, write_service.today())
    assert before
    entry = write_service.perform(RecordDeath(cause="other"), DOCTOR, None, row.pk)
    row.refresh_from_db()
    assert outlooks.agenda_of(row, write_service.today()) != before
    void = VoidEntry(entry=entry.seq, reason="another participant")
    write_service.perform(void, DOCTOR, None, row.pk)
    row.refresh_from_db()
    assert outlooks.agenda_of(row, write_service.today()) == before
    is_as_of_today()


def test_after_an_amendment_it_is_what_the_new_text_asks(db, fresh_home, monkeypatch, tmp_path):
    web_trial.open_house()
    subject_id = web_trial.randomised().subject_id
    folder = Path(shutil.copytree(home.study_folder(), tmp_path / "study"))
    monkeypatch.setenv("EQUIPOISE_STUDY", str(folder))
    edited(folder, "study.yaml", 'version: "1.0"', 'version: "9"')
    text = (folder / "study.yaml").read_text()
    (folder / "study.yaml").write_text(text.replace("late: 28", "late: 30"))
    amended = home.proposal()
    monkeypatch.setattr(adopted, "fit", lambda text: text)  # its worked cases are not in question
    write_service.perform(
        AdoptAmendment(version="9", digest=amended.digest, because="wider"), "office"
    )
    (row,) = is_as_of_today()
    assert (row.pk, row.study) == (subject_id, amended.digest)
