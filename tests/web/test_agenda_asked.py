"""A program is told what comes next as the pages tell it: no more, no less, in its language."""

import json

import pytest

from equipoise.conduct.chapters import agenda
from equipoise.conduct.follow_up import RecordDeath
from equipoise.web import adopted, write_service
from equipoise.web.models import SubjectRow
from equipoise.web.views.next_act import next_acts

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("trial_here")]
NURSE, URGENCIES = "nurse-01-1", ("overdue", "expiring", "due", "waiting", "open", "coming")


def body(answer):
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def everybody(client, query=""):
    """Every page of the list, two at a time."""
    found, after = [], ""
    while after is not None:
        page = body(client.get(f"/api/agenda?limit=2&after={after}&{query}"))
        assert len(page["participants"]) <= 2
        found, after = [*found, *page["participants"]], page["next"]
    return found


def test_a_program_is_told_what_the_pages_tell_of_everybody_it_sees(ask):
    study, on = adopted.study(), write_service.today()
    told = {one["subject_id"]: one for one in everybody(ask(NURSE))}
    assert len(told) > 2
    for row in SubjectRow.objects.filter(site="01"):
        acts = next_acts(study, write_service.folds().subject(row.pk), on)
        items = told[row.pk]["agenda"] if acts else []
        assert (row.pk in told) is bool(acts)
        assert [(item["urgency"], item["what"]) for item in items] == [
            (act.urgency, act.what) for act in acts
        ]
        assert [item["when"] for item in items] == [act.when and str(act.when) for act in acts]
        one = body(ask(NURSE).get(f"/api/subjects/{row.pk}/agenda"))
        assert one["agenda"] == items and (one["on"], one["seq"]) == (str(on), row.seq)


@pytest.mark.parametrize("person", [NURSE, "monitor-1"])
@pytest.mark.parametrize("urgency", URGENCIES)
def test_what_presses_in_one_way_is_chosen_and_nothing_is_missed(ask, urgency, person):
    chosen = everybody(ask(person), f"urgency={urgency}")
    told = {
        one["subject_id"]: [item for item in one["agenda"] if item["urgency"] == urgency]
        for one in everybody(ask(person))
    }
    assert {one["subject_id"]: one["agenda"] for one in chosen} == {
        subject_id: items for subject_id, items in told.items() if items
    }


def test_an_item_names_its_act_its_form_and_whether_the_role_does_it(ask):
    told = [item for one in everybody(ask(NURSE)) for item in one["agenda"]]
    forms = [item for item in told if item["form"]]
    assert forms and {item["act"] for item in forms} == {"forms.save"}
    assert all(item["allowed"] and item["visit"] and item["number"] for item in forms)
    assert not any(item["allowed"] for one in everybody(ask("monitor-1")) for item in one["agenda"])


def test_it_is_of_ones_own_hospital_and_of_nobody_for_who_sees_no_participants(ask):
    assert {one["site"] for one in everybody(ask(NURSE))} == {"01"}
    assert everybody(ask(NURSE), "site=02") == []
    theirs = SubjectRow.objects.exclude(site="01").first().pk
    assert ask(NURSE).get(f"/api/subjects/{theirs}/agenda").status_code == 404
    assert everybody(ask("statistician-1")) == everybody(ask("panel-surgeon-1")) == []


def test_it_is_told_in_the_language_of_the_request_with_the_same_values(ask):
    person = ask("monitor-1")
    english = body(person.get("/api/agenda"))["participants"]
    dutch = body(person.get("/api/agenda", headers={"Accept-Language": "nl"}))["participants"]

    def without_words(found):
        return [{**item, "what": ""} for one in found for item in one["agenda"]]

    def words(found):
        return [item["what"] for one in found for item in one["agenda"]]

    assert without_words(english) == without_words(dutch) and words(english) != words(dutch)


def test_an_urgency_that_there_is_not_is_told_where(ask):
    answer = ask(NURSE).get("/api/agenda?urgency=soon")
    (problem,) = json.loads(answer.content)["problems"]
    assert answer.status_code == 422 and problem["where"] == "urgency"


def test_after_the_death_nothing_comes_next_but_what_the_study_asks_of_the_dead(ask):
    row = SubjectRow.objects.filter(status="on study").first()
    write_service.perform(RecordDeath(cause="disease"), f"investigator-{row.site}-1", None, row.pk)
    subject = write_service.folds().subject(row.pk)
    told = body(ask("monitor-1").get(f"/api/subjects/{row.pk}/agenda"))
    assert told["status"] == "died"
    assert len(told["agenda"]) == len(agenda(adopted.study(), subject, write_service.today()))
