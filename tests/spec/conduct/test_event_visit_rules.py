"""Visits that count from an event: nobody has one before it, and what follows an end is asked."""

import pytest

from equipoise.conduct import schedule
from equipoise.conduct.chapters import agenda
from equipoise.conduct.deviations import deviations
from equipoise.conduct.follow_up import RecordDeath, RecordResection
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.not_done import SayNotDone
from equipoise.conduct.screening import FailScreening
from equipoise.study.expected import course
from tests.support import DAY, a_study, a_trial, days


def a_study_after(anchor):
    """First steps, whose cups are counted once more after an event."""
    visits = [visit.model_dump() for visit in a_study().visits]
    last = {**visits[-1], "id": "after", "anchor": anchor, "day": 0, "late": 20, "early": 0}
    roles = [role.model_dump() for role in a_study().roles]
    for role in roles:
        role["may"] = (*role["may"], "event.resection")
    return a_study(
        visits=[*visits, last | {"times": 1, "every": 0, "forms": ["cups"]}], roles=roles
    )


def cups(visit="after"):
    return SaveForm(form="cups", visit=visit, values={"cups_a_day": "2"})


def after(made, subject_id, on):
    planned = schedule.visits(made.study, made.subject(subject_id), on)
    return next((one for one in planned if one.key == "after"), None)


EVENTS = {
    "death_on": RecordDeath(cause="disease"),
    "local_treatment_on": RecordResection(residual="R0"),
    "failed_on": FailScreening(note="moved abroad"),
}


@pytest.mark.parametrize("anchor", EVENTS)
def test_a_visit_that_counts_from_an_event_is_there_once_it_happened_and_not_before(anchor):
    made = a_trial(a_study_after(anchor))
    subject_id = made.enter() if anchor == "failed_on" else made.randomised()
    on = DAY + days(30)
    assert after(made, subject_id, on) is None
    assert made.codes(cups(), subject_id, on=on) == ["form.other-arm"]
    said = SayNotDone(visit="after", why="overlooked")
    assert made.codes(said, subject_id, on=on) == ["not-done.not-planned"]
    made.do(EVENTS[anchor], subject_id, on=on)
    held = after(made, subject_id, on)
    assert (held.state, held.on, held.last) == ("due", on, on + days(20))
    made.do(cups(), subject_id, on=on)
    assert after(made, subject_id, on).state == "done"


@pytest.mark.parametrize("anchor", ["death_on", "failed_on"])
def test_what_follows_an_end_is_asked_and_grows_late_while_nothing_else_does(anchor):
    made = a_trial(a_study_after(anchor))
    subject_id = made.enter() if anchor == "failed_on" else made.randomised()
    made.do(EVENTS[anchor], subject_id)
    study, subject = made.study, made.subject(subject_id)
    asked = {
        day: [(due.urgency, due.where.visit) for due in agenda(study, subject, DAY + days(day))]
        for day in (1, 21)
    }
    assert asked == {1: [("open", "after")], 21: [("overdue", "after")]}
    late = [one.visit for one in deviations(study, subject, DAY + days(21))]
    assert late == (["after"] if anchor == "death_on" else [])  # who was not registered has none


def test_nobody_expects_a_visit_after_an_event():
    assert "after" not in [one.visit.id for one in course(a_study_after("death_on"), "tea")]
