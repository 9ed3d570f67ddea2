"""A row of visits stops after a day: no cycle is asked once the treatment is over."""

import pytest

from equipoise.conduct import schedule
from equipoise.conduct.chapters import agenda
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.deviations import deviations
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.not_done import SayNotDone
from equipoise.conduct.queries import AskQuery
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.support import DAY, a_study, a_trial, days


def a_study_that_stops(*after):
    """First steps, whose weeks of cups stop after a day."""
    visits = [visit.model_dump() for visit in a_study().visits]
    visits[-1] |= {"stops_after": after}
    forms = [form.model_dump() for form in a_study().forms]
    over = {"id": "over", "title": {"en": "The tea is over"}, "unplanned": True,
            "items": [{"id": "over_because", "label": {"en": "Why"}, "kind": "text"}],
            "source": "assumed: for tests"}  # fmt: skip
    return a_study(visits=visits, forms=[*forms, over])


@pytest.fixture
def drinking():
    made = a_trial(a_study_that_stops("over_done", "treatment_withdrawn_on", "death_on"))
    return made, made.randomised()


LATER = DAY + days(300)


def weeks(made, someone):
    row = made.study.visits[-1].id
    found = schedule.visits(made.study, made.subject(someone), LATER)
    return [one.key for one in found if one.visit.id == row]


def over(day, **more):
    return SaveForm(form="over", values={"over_because": "no more tea"}, **more), DAY + days(day)


def cups(made, number):
    row = made.study.visits[-1]
    return SaveForm(form="cups", visit=row.keys[number], values={"cups_a_day": "2"})


def test_what_begins_after_the_end_is_planned_and_asked_no_more(drinking):
    made, someone = drinking
    row = made.study.visits[-1]
    before = weeks(made, someone)
    assert len(before) == row.times > 1
    second = row.day + row.every - row.early
    made.do(over(second)[0], someone, on=over(second)[1])
    assert weeks(made, someone) == before[:2]  # the second began on that very day
    on = LATER
    study, subject = made.study, made.subject(someone)
    held = {due.where.visit for due in agenda(study, subject, on) if hasattr(due.where, "visit")}
    assert not held & set(row.keys[2:]) and held & set(row.keys[:2])
    assert not {one.visit for one in deviations(study, subject, on)} & set(row.keys[2:])
    assert made.codes(cups(made, 2), someone, on=on) == ["form.other-arm"]
    not_done = SayNotDone(visit=row.keys[2], why="overlooked")
    assert made.codes(not_done, someone, on=on) == ["not-done.not-planned"]
    asked = AskQuery(form="cups", visit=row.keys[2], text="Where is it?")
    assert "query.no-form" in made.codes(asked, someone, on=on)
    made.do(cups(made, 1), someone, on=DAY + days(row.day + row.every))


def test_what_was_held_stays_and_an_end_that_was_none_brings_the_visits_back(drinking):
    made, someone = drinking
    row = made.study.visits[-1]
    third = DAY + days(row.day + 2 * row.every)
    made.do(cups(made, 2), someone, on=third)
    act, on = over(0)
    ended = made.do(act, someone, on=on)
    assert weeks(made, someone) == [row.keys[2]]
    made.do(VoidEntry(entry=ended.seq, reason="of somebody else"), someone)
    assert len(weeks(made, someone)) == row.times


def test_who_withdrew_from_the_treatment_alone_has_no_cycle_after_it(drinking):
    made, someone = drinking
    row = made.study.visits[-1]
    made.do(WithdrawConsent(scope="treatment"), someone, on=DAY + days(row.day))
    assert weeks(made, someone) == row.keys[:1]


def test_a_day_that_nobody_knows_is_told():
    found = consistency(a_study_that_stops("ovr_done", "today"), Places(), set())
    told = [problem.message for problem in found if "there is no day" in problem.message]
    assert len(told) == 2 and "did you mean 'over_done'" in told[0]
