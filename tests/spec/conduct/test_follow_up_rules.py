"""Follow-up: visits from the participant's own days, events, death, and where someone stands."""

from datetime import UTC, datetime

from equipoise.conduct import schedule
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.follow_up import (
    RecordAlive,
    RecordDeath,
    RecordProgression,
    RecordResection,
)
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.screening import FailScreening, Register
from equipoise.conduct.status import status
from tests.support import DAY, a_panel_study, a_study, a_trial, days, pressure, rows


def states(made, subject_id, count):
    planned = schedule.visits(made.study, made.subject(subject_id), DAY + days(count))
    return {visit.key: visit.state for visit in planned}


def test_a_visit_is_due_in_its_window_and_overdue_after_it():
    """Week four is day 28, three days early or late."""
    table = """
        day | state
        ----+--------
        24  | coming
        25  | due
        28  | due
        31  | due
        32  | overdue
    """
    made = a_trial()
    subject_id = made.randomised()
    for row in rows(table):
        assert states(made, subject_id, int(row["day"]))["weeks.1"] == row["state"], row


def test_visits_that_come_several_times_count_on_from_the_first():
    made = a_trial()
    subject_id = made.randomised()
    planned = schedule.visits(made.study, made.subject(subject_id), DAY)
    assert [(p.key, (p.on - DAY).days) for p in planned] == [
        ("screening", 0),
        ("weeks.1", 28),
        ("weeks.2", 56),
        ("weeks.3", 84),
    ]


def test_a_visit_waits_for_its_anchor():
    made = a_trial()
    subject_id = made.registered()
    assert states(made, subject_id, 100)["weeks.1"] == "waiting"


def test_a_visit_is_done_when_all_its_forms_are_filled_and_begun_when_some_are():
    made = a_trial()
    subject_id = made.randomised()
    made.do(pressure("weeks.1"), subject_id, on=DAY + days(28))
    assert states(made, subject_id, 28)["weeks.1"] == "begun"
    cups = SaveForm(form="cups", visit="weeks.1", values={"cups_a_day": "3"})
    made.do(cups, subject_id, on=DAY + days(28))
    assert states(made, subject_id, 28)["weeks.1"] == "done"
    assert states(made, subject_id, 28)["weeks.2"] == "coming"


def test_whoever_died_or_left_is_not_waited_for():
    table = """
        end        | ends on | asked on | state
        -----------+---------+----------+--------
        death      | 20      | 40       | missed
        death      | 25      | 26       | missed
        death      | 28      | 30       | due
        death      | 28      | 40       | missed
        death      | 40      | 50       | overdue
        everything | 20      | 40       | missed
        follow-up  | 28      | 40       | missed
        treatment  | 20      | 40       | overdue
    """
    for row in rows(table):
        made = a_trial()
        subject_id = made.randomised()
        act = RecordDeath(cause="other")
        if row["end"] != "death":
            act = WithdrawConsent(scope=row["end"])
        made.do(act, subject_id, on=DAY + days(int(row["ends on"])))
        assert states(made, subject_id, int(row["asked on"]))["weeks.1"] == row["state"], row


def test_a_visit_of_one_arm_is_planned_for_that_arm_only():
    visits = [visit.model_dump() for visit in a_study().visits]
    visits[1]["arms"] = ("hibiscus",)
    made = a_trial(a_study(visits=visits))
    for _ in range(8):
        subject_id = made.randomised()
        hibiscus = made.subject(subject_id).randomisation.allocation.arm == "hibiscus"
        assert ("weeks.1" in states(made, subject_id, 0)) is hibiscus


def test_death_is_recorded_once_and_not_before_someone_was_seen_alive():
    made = a_trial()
    subject_id = made.randomised()
    made.do(RecordAlive(), subject_id, on=DAY + days(10))
    early = made.refusals(RecordDeath(cause="other"), subject_id, on=DAY + days(9))
    assert [(r.code, r.where) for r in early] == [("event.alive-later", "happened")]
    assert early[0].because == "the participant was known alive on 12 Mar 2026"
    made.do(RecordDeath(cause="other"), subject_id, on=DAY + days(10))
    assert made.codes(RecordDeath(cause="other"), subject_id, on=DAY + days(10)) == [
        "event.died-before"
    ]


def test_after_a_death_what_happened_before_may_still_be_recorded_and_nothing_later():
    made = a_trial(a_panel_study())
    subject_id = made.randomised()
    made.do(RecordDeath(cause="disease"), subject_id, on=DAY + days(50))
    recorded = datetime(2026, 6, 1, 12, tzinfo=UTC)
    for act in (pressure("weeks.1"), RecordProgression(place="both"), RecordAlive()):
        made.do(act, subject_id, on=DAY + days(50), at=recorded)
        refusals = made.refusals(act, subject_id, on=DAY + days(51), at=recorded)
        assert "subject.died" in {r.code for r in refusals}
    assert made.subject(subject_id).last_known_alive(made.study) == DAY + days(50)


def test_progression_and_resection_follow_the_draw():
    made = a_trial(a_panel_study())
    subject_id = made.registered()
    for act in (RecordProgression(place="liver"), RecordResection(residual="R0")):
        assert made.codes(act, subject_id) == ["event.not-randomised"]
    made.do(made.draw(subject_id), subject_id)
    for act in (RecordProgression(place="liver"), RecordResection(residual="R0")):
        assert made.codes(act, subject_id, on=DAY - days(1)) == ["event.before-randomisation"]
        made.do(act, subject_id, on=DAY + days(30))


def test_the_last_day_alive_is_the_latest_that_any_record_shows():
    made = a_trial()
    subject_id = made.enter()
    assert made.subject(subject_id).last_known_alive(made.study) is None
    for act, count in (
        (GiveConsent(version="1"), 1),
        (pressure(), 3),
        (RecordAlive(), 2),
        (pressure(number=2), 9),
    ):
        made.do(act, subject_id, on=DAY + days(count))
    assert made.subject(subject_id).last_known_alive(made.study) == DAY + days(9)


def test_the_day_of_a_form_that_tells_of_a_death_shows_nobody_alive():
    """So that a death that was recorded with a wrong day can be recorded with an earlier one."""
    forms = [form.model_dump() for form in a_study().forms]
    next(form for form in forms if form["id"] == "cups")["alive"] = False
    made = a_trial(a_study(forms=forms))
    subject_id = made.randomised()
    report = SaveForm(form="cups", visit="weeks.1", values={"cups_a_day": "0"})
    made.do(report, subject_id, on=DAY + days(28))
    assert made.subject(subject_id).last_known_alive(made.study) == DAY
    made.do(RecordDeath(cause="other"), subject_id, on=DAY + days(27))


def test_where_someone_stands_follows_from_what_happened():
    made = a_trial()
    assert status(made.subject(made.enter())) == "in screening"
    failed = made.enter()
    made.do(FailScreening(note="moved"), failed)
    assert status(made.subject(failed)) == "screen failure"
    subject_id = made.eligible()
    said = ["in screening"]
    for act, on in (
        (Register(), DAY),
        (None, DAY),
        (WithdrawConsent(scope="treatment"), DAY + days(1)),
        (WithdrawConsent(scope="follow-up"), DAY + days(2)),
        (WithdrawConsent(scope="everything"), DAY + days(3)),
        (RecordDeath(cause="other"), DAY + days(4)),
    ):
        made.do(act or made.draw(subject_id), subject_id, on=on)
        said.append(status(made.subject(subject_id)))
    assert said == [
        "in screening",
        "registered",
        "on study",
        "on study",
        "off study",
        "withdrawn",
        "died",
    ]
