"""What visits wait for is itself due, once the form that asks it was filled without it."""

import pytest

from equipoise.conduct import schedule
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.missing_days import missing_days, waits_for
from tests.support import DAY, a_study, a_trial, days

AT_START = DAY + days(28)


def a_tea_study(**after):
    """First a visit at which the first cup is noted; then two that count from that cup."""
    study = a_study()
    asked = {"id": "first_cup_on", "label": "First cup on", "kind": "date", "planned": True}
    asked |= after.pop("item", {})
    forms = [form.model_dump() for form in study.forms]
    for form in forms:
        if form["id"] == "cups":
            form["items"] = [*form["items"], asked]
    weeks = {"epoch": "drinking", "source": "assumed: for tests", "label": "Weeks"}
    start = {"id": "start", "anchor": "randomisation", "day": 28, "late": 7, "forms": ["cups"]}
    later = {"id": "later", "anchor": "first_cup_on", "every": 14, "times": 2}
    visits = [visit.model_dump() for visit in study.visits if visit.id == "screening"]
    return a_study(
        forms=forms,
        visits=[*visits, weeks | start, weeks | later | {"forms": ["pressure"]} | after],
    )


def missing(made, subject_id, on):
    subject = made.subject(subject_id)
    planned = schedule.visits(made.study, subject, on)
    return [
        (one.name, one.record.visit, one.since, one.is_late(on), [v.id for v in one.holds])
        for one in missing_days(made.study, subject, planned, on)
    ]


def begun(study, **values):
    made = a_trial(study)
    subject_id = made.randomised()
    values = {"cups_a_day": "3"} | values
    made.do(SaveForm(form="cups", visit="start", values=values), subject_id, on=AT_START)
    return made, subject_id


def test_a_day_that_was_left_open_is_due_from_the_day_of_its_form_and_late_after_its_window():
    made, subject_id = begun(a_tea_study())
    found = ("first_cup_on", "start", AT_START, False, ["later"])
    assert missing(made, subject_id, AT_START) == [found]
    assert missing(made, subject_id, AT_START + days(7))[0][3] is False
    assert missing(made, subject_id, AT_START + days(8))[0][3] is True


def test_once_the_day_is_recorded_nothing_is_missing_and_the_visits_have_days():
    made, subject_id = begun(a_tea_study(), first_cup_on=str(AT_START))
    assert missing(made, subject_id, AT_START) == []
    planned = schedule.visits(made.study, made.subject(subject_id), AT_START)
    assert [p.on for p in planned if p.visit.id == "later"] == [AT_START, AT_START + days(14)]


def test_until_the_form_is_filled_that_is_what_is_due_and_the_visits_say_what_they_wait_for():
    made = a_trial(a_tea_study())
    subject_id = made.randomised()
    subject, on = made.subject(subject_id), AT_START + days(8)
    states = {p.key: p.state for p in schedule.visits(made.study, subject, on)}
    assert (states["start"], states["later.1"]) == ("overdue", "waiting")
    assert missing(made, subject_id, on) == []
    assert waits_for(made.study, subject, made.study.visit_of["later"], on) == ("first_cup_on",)


def test_what_says_whether_there_are_such_visits_is_due_too():
    study = a_tea_study(anchor="randomisation", when="first_cup_on > consent_on")
    made, subject_id = begun(study)
    assert missing(made, subject_id, AT_START)[0][0] == "first_cup_on"


@pytest.mark.parametrize("cups", ["0", "3"])
def test_what_is_not_asked_is_not_missing(cups):
    made, subject_id = begun(a_tea_study(item={"shown_when": "cups_a_day > 0"}), cups_a_day=cups)
    assert bool(missing(made, subject_id, AT_START)) is (cups == "3")


def test_who_died_before_the_window_closed_is_asked_for_no_day():
    made, subject_id = begun(a_tea_study())
    made.do(RecordDeath(cause="other"), subject_id, on=AT_START + days(2))
    assert missing(made, subject_id, AT_START + days(30)) == []


def test_a_visit_before_registration_or_the_draw_waits_for_these():
    made = a_trial()
    subject = made.subject(made.registered())
    assert waits_for(made.study, subject, made.study.visit_of["weeks"], DAY) == ("randomisation",)
