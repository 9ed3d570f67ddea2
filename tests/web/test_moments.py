"""What is a matter of hours turns at its moment: on lists, and in the mail of the runner."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils.translation import override

from equipoise.conduct import chapters
from equipoise.conduct.chapter import Chapter, Due
from equipoise.conduct.message import Message, staff
from equipoise.conduct.moments import after_hours, day_of, moment_of, turn_at
from equipoise.conduct.safety import RecordEvent, ReportEvent
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.reason import Phrase
from equipoise.web import adopted, looks, people, read_model, write_service
from equipoise.web.jobs import by_night
from equipoise.web.jobs.runner import run_due
from equipoise.web.mail import letters
from equipoise.web.models import Account, Job, SubjectRow
from tests import web_trial

pytestmark = [pytest.mark.django_db, pytest.mark.database]

REPORT = Phrase("Report it")


def _agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """Within a day of noon of the day on which they entered; four hours before it is pressing."""
    if subject.entered_on:
        ends = after_hours(moment_of(study, subject.entered_on, time(12)), 24)
        soon, late = (
            turn_at(study, ends - timedelta(hours=4), "expiring"),
            turn_at(study, ends, "overdue"),
        )
        last = day_of(study, ends)
        turns = tuple(replace_when(turn, last) for turn in (soon, late))
        yield Due(urgency="due", what=REPORT(), when=last, at=ends, later=turns)


def replace_when(turn, when):
    return type(turn)(turn.on, turn.urgency, when, turn.at)


LATE = Message(
    name="hours.late",
    title=Phrase("Late"),
    heading=Phrase("{trial}: late, {subject}"),
    text=Phrase("Participant {subject}"),
    presses="overdue",
    to=staff,
    urgent=True,
)
HOURS = Chapter(name="hours", acts=(), agenda=_agenda, tells=(LATE,))


@pytest.fixture
def at(monkeypatch, clock):
    """The same, and a chapter with a matter of hours is there."""
    monkeypatch.setattr(chapters, "CHAPTERS", (HOURS,))
    monkeypatch.setitem(letters.LETTERS, LATE.name, letters._of_message(LATE))
    return clock


@pytest.fixture
def clock(monkeypatch):
    """Set the clock; everyone has an address."""

    def set_to(text: str) -> datetime:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        monkeypatch.setattr(write_service, "now", lambda: moment)
        return moment

    set_to("2026-11-27 09:00:00")
    web_trial.open_house()
    for account in Account.objects.all():
        name = people.Name(name=account.person_id, email=f"{account.person_id}@example.org")
        Account.objects.filter(pk=account.pk).update(sealed=people._sealed(name))
    with override("en"):
        yield set_to


def told(subject: Subject, now: datetime) -> tuple[str, bool]:
    """What lists tell, worked out by whoever looks, and whether it stands among what is overdue."""
    study, on = adopted.study(), write_service.today()
    rows = read_model.rows(study, on).filter(subject_id=subject.subject_id)
    looks.bring_up(study, rows, on, now=now)
    ((due,),) = looks.agendas(study, rows, on, (), now)
    return due.urgency, rows.filter(overdue_on__lte=on).exists()


def letters_written() -> list[Job]:
    return list(Job.objects.filter(kind="mail.send", key__startswith="hours.late:"))


def test_it_is_overdue_on_every_list_from_its_moment_and_told_at_it_once(at, post_office):
    someone = write_service.enter_screening("nurse-01", "01")
    row = SubjectRow.objects.get(pk=someone.subject_id)
    assert row.turns_at == datetime(2026, 11, 28, 7, tzinfo=UTC)  # 08:00 there, four hours before
    for clock, urgency in (
        ("2026-11-28 06:59:59", "due"),
        ("2026-11-28 07:00:00", "expiring"),
        ("2026-11-28 10:59:59", "expiring"),
    ):
        assert told(someone, at(clock)) == (urgency, False)
        run_due()
        assert not letters_written()
    now = at("2026-11-28 11:00:00")
    assert told(someone, now) == ("overdue", True)  # whoever looks before the runner
    run_due()
    written = letters_written()
    assert written and all(job.due == now and job.done_at for job in written)
    assert len(post_office.arrived) == len(written)
    assert SubjectRow.objects.get(pk=someone.subject_id).turns_at is None
    at("2026-11-29 07:00:00")
    by_night.tell(None, write_service.now())
    run_due()
    assert letters_written() == written  # the morning says it no second time


def test_a_runner_that_was_away_tells_it_when_it_is_back_also_after_an_act(at, post_office):
    """And of an earlier moment that is recorded while a later one is awaited."""
    at("2026-11-28 12:00:00")
    write_service.enter_screening("nurse-01", "01")
    run_due()
    (job,) = Job.objects.filter(kind="outlooks.moment")
    assert job.due == datetime(2026, 11, 29, 7, tzinfo=UTC)
    earlier = write_service.enter_screening("nurse-01", "01", happened=date(2026, 11, 27))
    at("2026-11-28 12:30:00")
    run_due()
    assert all(earlier.subject_id in job.key for job in letters_written()) and letters_written()
    assert Job.objects.filter(kind="outlooks.moment", done_at=None).get() == job


def test_a_serious_event_on_friday_evening_is_told_at_once_and_when_time_is_short_and_late(
    clock, post_office
):
    """To whom the study file names, each once; what was reported meanwhile is told no more."""
    clock("2026-11-27 17:45:00")
    subject = web_trial.consented()

    def told(name: str) -> list[str]:
        rows = Job.objects.filter(kind="mail.send", key__startswith=f"{name}:")
        return sorted(row.key.rpartition(":")[2] for row in rows)

    def serious(term: str) -> int:
        act = RecordEvent(
            term=term,
            grade="3",
            serious="yes",
            criteria=["hospital"],
            related="no",
            begin="2026-11-27",
            outcome="unknown",
            known_at="18:40",
        )
        return write_service.perform(act, "nurse-01", None, subject.subject_id).seq

    first = serious("Bleeding")
    assert told("event.serious") == ["doctor-01", "monitor", "office"]
    report = ReportEvent(event=first, narrative="bled", action="unknown", qualification="physician")
    write_service.perform(report, "doctor-01", None, subject.subject_id)
    assert told("event.reported") == ["office"]
    clock("2026-11-28 13:40:00")  # 14:40 there: four hours are left, and nobody has to be told
    run_due()
    assert not told("report.soon")
    clock("2026-11-27 17:50:00")
    serious("Fever")
    clock("2026-11-28 13:40:00")
    run_due()
    assert told("report.soon") == ["doctor-01"] and not told("report.late")
    clock("2026-11-28 17:40:00")
    run_due()
    run_due()
    assert told("report.late") == ["doctor-01", "office"]
    assert "Fever" not in "".join(mail.get_content() for mail in post_office.arrived)
