"""Lists of all hospitals leave out visits of an arm, and say so, that none gives arms in bulk.

Each participant's own page tells their arm; the trial is open label.
"""

import json
from datetime import timedelta
from html import unescape

import pytest

from equipoise.conduct.chapters import agenda
from equipoise.conduct.not_done import SayNotDone
from equipoise.web import adopted, looks, read_model, write_service
from equipoise.web.models import DeviationRow, SubjectRow
from equipoise.web.outlooks import deviation_of
from equipoise.web.reader import HERE
from equipoise.web.views.act_words import due_text
from tests import web_trial

pytestmark = [pytest.mark.database]
EVERYWHERE, NURSE = ("monitor-1", "office-1"), "nurse-01-1"
LEFT_OUT = "Visits that not every arm has are left out of this list"
OF_AN_ARM = ("pump.", "treatment.")
URGENCIES = ("alarm", "overdue", "expiring", "due", "waiting", "open", "coming")


@pytest.fixture(autouse=True)
def months_later(trial_here, monkeypatch):
    """Much is late by now, of visits of one arm and of others."""
    then = write_service.now() + timedelta(days=50)
    monkeypatch.setattr(write_service, "now", lambda: then)
    study, on = adopted.study(), write_service.today()
    looks.bring_up(study, read_model.rows(study, on), on, most=None)


def body(answer):
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def text_of(person, address, language="en"):
    page = web_trial.signed_in(person, language).get(address)
    assert page.status_code == 200
    return unescape(page.content.decode())


def closed():
    visits = adopted.study().visits_of_an_arm
    assert {"surgery", "start", "start-pump", "haip.1", "haip.6"} <= visits
    assert not {"screening", "baseline", "evaluation.1"} & visits
    return visits


def dues_of(row):
    return agenda(adopted.study(), write_service.folds().subject(row.pk), write_service.today())


def visit_of(due):
    return getattr(due.where, "visit", "")


def act_of(due):
    return getattr(getattr(due.where, "act", due.where), "kind", "")


def is_closed(due):
    return visit_of(due) in closed() or act_of(due).startswith(OF_AN_ARM)


@pytest.mark.parametrize("person", EVERYWHERE)
def test_a_program_that_sees_all_hospitals_is_told_of_no_visit_of_an_arm(ask, person):
    found = body(ask(person).get("/api/agenda?limit=500"))
    visits = {item["visit"] for one in found["participants"] for item in one["agenda"]}
    assert visits - {""} and not visits & closed()
    assert found["left_out"].startswith(LEFT_OUT)
    deviations = body(ask(person).get("/api/deviations"))
    assert DeviationRow.objects.filter(visit__in=closed()).exists()
    assert DeviationRow.objects.filter(kind="dose").exists()
    kept = DeviationRow.objects.exclude(visit__in=closed()).exclude(kind="dose")
    assert len(deviations["deviations"]) == kept.count() > 0
    assert not {one["visit"] for one in deviations["deviations"]} & closed()
    assert deviations["left_out"] == found["left_out"]


def test_of_ones_own_hospital_nothing_is_left_out(ask):
    found = body(ask(NURSE).get("/api/agenda?limit=500"))
    visits = {item["visit"] for one in found["participants"] for item in one["agenda"]}
    assert visits & closed() and found["left_out"] == ""
    deviations = body(ask(NURSE).get("/api/deviations"))
    assert len(deviations["deviations"]) == DeviationRow.objects.filter(site="01").count()
    assert deviations["left_out"] == ""
    for address in ("/today/", "/participants/", "/deviations/"):
        assert LEFT_OUT not in text_of(NURSE, address)


@pytest.mark.parametrize("urgency", URGENCIES)
def test_whom_a_choice_brings_tells_nothing_of_what_is_left_out(ask, urgency):
    """Page by page everybody is passed, so that no name stands where something was left out."""
    passed, after = [], ""
    while after is not None:
        page = body(ask("monitor-1").get(f"/api/agenda?limit=5&after={after}&urgency={urgency}"))
        after = page["next"]
        passed.append(after)
        assert all(item["urgency"] == urgency for o in page["participants"] for item in o["agenda"])
    everybody = list(SubjectRow.objects.order_by("pk").values_list("pk", flat=True))
    assert passed == [*everybody[4:-1:5], None]


@pytest.mark.parametrize("person", EVERYWHERE)
def test_no_page_of_all_hospitals_tells_of_a_visit_of_an_arm(person):
    words = {
        due_text(due) for row in SubjectRow.objects.all() for due in dues_of(row) if is_closed(due)
    }
    words |= {HERE.written(deviation_of(one).what) for one in of_doses()}
    assert len(words) > 2
    site = DeviationRow.objects.filter(visit__in=closed()).first().site
    pages = 1 + SubjectRow.objects.count() // 25
    for address in (
        "/today/",
        f"/today/?site={site}",
        *(f"/participants/?page={number}" for number in range(1, pages + 1)),
        "/deviations/",
        f"/deviations/?site={site}&kind=late",
    ):
        text = text_of(person, address)
        assert LEFT_OUT in text, address
        assert [one for one in words if one in text] == [], address
        assert not [v for v in closed() if f"/{v}/" in text], address
    assert "staan niet in deze lijst" in text_of(person, "/today/", "nl")


def only_an_arm_is_late():
    """Of one participant nothing is late but a visit of their arm: of the others it is said why."""
    late = [
        (row.pk, visits)
        for row in SubjectRow.objects.filter(pk__startswith="PIT-01-")
        if (visits := {visit_of(due) for due in dues_of(row) if due.urgency == "overdue"})
    ]
    subject_id, visits = next((pk, visits) for pk, visits in late if visits & closed())
    for visit in visits - closed():
        act = SayNotDone(visit=visit, why="overlooked")
        write_service.perform(act, NURSE, write_service.today(), subject_id)


def test_today_puts_everybody_where_what_is_told_of_them_belongs():
    """One whose visit of an arm is late, and of whom something else is due, stands with the due."""
    only_an_arm_is_late()
    told = {
        row.pk: next((d.urgency for d in dues_of(row) if not is_closed(d)), "")
        for row in SubjectRow.objects.filter(overdue_on__lte=write_service.today())
    }
    moved = {pk for pk, urgency in told.items() if urgency != "overdue"}
    stay = set(told) - moved
    assert moved and stay
    text = text_of("monitor-1", "/today/")
    overdue = text.partition('id="overdue"')[2].partition("<h2")[0]
    assert all(pk in overdue for pk in stay)
    assert not any(pk in overdue for pk in moved)
    due = text.partition('id="due"')[2].partition("<h2")[0]
    assert all(pk in due for pk, urgency in told.items() if urgency in ("due", "expiring"))
    assert f"<dt>overdue</dt><dd>{len(stay)}</dd>" in text


def of_doses():
    return DeviationRow.objects.filter(kind="dose")


@pytest.mark.parametrize("person", EVERYWHERE)
def test_no_list_of_all_hospitals_tells_who_has_a_pump_or_which_doses(ask, person):
    """The pump is for one arm, and so are regimens; their acts are of no visit."""
    acts = {act_of(due) for row in SubjectRow.objects.all() for due in dues_of(row)}
    assert any(act.startswith("pump.") for act in acts)
    found = body(ask(person).get("/api/agenda?limit=500"))
    told = {item["act"] for one in found["participants"] for item in one["agenda"]}
    assert told - {""} and not [act for act in told if act.startswith(OF_AN_ARM)]
    own = body(ask(NURSE).get("/api/agenda?limit=500"))
    told = {item["act"] for one in own["participants"] for item in one["agenda"]}
    assert any(act.startswith("pump.") for act in told)


def test_the_page_of_a_participant_tells_all_of_them(ask):
    row = next(
        row
        for row in SubjectRow.objects.order_by("pk")
        if any(visit_of(due) in closed() for due in dues_of(row))
    )
    one = body(ask("monitor-1").get(f"/api/subjects/{row.pk}/agenda"))
    assert {item["visit"] for item in one["agenda"]} & closed()
