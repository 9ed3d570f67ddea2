"""Votes stay sealed in every answer, and nothing in the chain betrays them."""

import json

import pytest

from equipoise.conduct import panel
from equipoise.web import adopted, write_service
from equipoise.web.models import SubjectRow
from tests import web_trial
from tests.web_trial import PROVED

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("trial_here")]


@pytest.fixture
def asked(trial_here):
    """A participant of site 01 whose scan three surgeons read, and the first has voted."""
    study = adopted.study()
    row = SubjectRow.objects.filter(site="01", status="on study", panel_open=False).first()
    write_service.perform(
        panel.AskPanel(scan_on=write_service.today()), "nurse-01-1", None, row.subject_id
    )
    subject = write_service.folds().subject(row.subject_id)
    readers = panel.readers(study.panel, panel.open_review(subject))
    vote = panel.CastVote(category=study.panel.categories[0].id, remark="a sealed remark")
    write_service.perform(vote, readers[0], None, row.subject_id)
    return row.subject_id, readers


def get(client, address):
    return json.loads(client.get(address).content)


def test_nobody_reads_a_vote_before_all_are_in(ask, asked):
    subject_id, _ = asked
    for person in ("nurse-01-1", "investigator-01-1", "office-1", "monitor-1"):
        client = ask(person)
        for address in (f"/api/subjects/{subject_id}", f"/api/subjects/{subject_id}/entries"):
            assert "a sealed remark" not in client.get(address).content.decode()
        review = get(client, f"/api/subjects/{subject_id}")["subject"]["panel"]["reviews"][-1]
        assert review["votes"] == []


def test_a_digest_from_which_a_sealed_vote_could_be_tried_out_is_kept_back(ask, asked):
    subject_id, _ = asked
    alive = {"subject_id": subject_id, "fields": {}}
    nurse = ask("nurse-01-1")
    told = nurse.post("/api/acts/contact.alive", json.dumps(alive), content_type="application/json")
    assert told.status_code == 200 and json.loads(told.content)["digest"] is None
    entries = get(nurse, f"/api/subjects/{subject_id}/entries")
    own = [entry for entry in entries if entry["stream"] == subject_id]
    at = max(n for n, entry in enumerate(own) if entry["kind"] == "panel.vote")
    assert own[at]["fields"] is None and own[at]["digest"] is None
    assert all(entry["digest"] is entry["previous"] is None for entry in own[at + 1 :])
    question = max(n for n, entry in enumerate(own) if entry["kind"] == "panel.ask")
    assert all(entry["digest"] is None for entry in own[question:])
    assert len(own) > at + 1 and all(entry["digest"] for entry in own[:question])


def test_nobody_is_told_who_was_drawn_to_read_before_the_conclusion(ask, asked):
    subject_id, _ = asked
    drawn = panel.open_review(write_service.folds().subject(subject_id)).drawn
    row = SubjectRow.objects.filter(site="01", status="on study", panel_open=False).first()
    body = {"subject_id": row.subject_id, "fields": {"scan_on": write_service.today().isoformat()}}
    nurse = ask("nurse-01-1")
    told = nurse.post("/api/acts/panel.ask", json.dumps(body), content_type="application/json")
    answer = json.loads(told.content)
    assert told.status_code == 200 and answer["fields"]["drawn"] is answer["digest"] is None
    for person in ("nurse-01-1", "investigator-01-1", "office-1", "monitor-1"):
        subject = get(ask(person), f"/api/subjects/{subject_id}")["subject"]
        assert subject["panel"]["reviews"][-1]["drawn"] == []
        entries = get(ask(person), f"/api/subjects/{subject_id}/entries")
        asking = [entry for entry in entries if entry["kind"] == "panel.ask"][-1]
        assert asking["fields"]["drawn"] is None and drawn[-1] not in json.dumps(asking)


def test_the_next_reader_votes_without_being_told_of_the_first(ask, asked):
    subject_id, readers = asked
    reader = ask(readers[1])
    category = adopted.study().panel.categories[1].id
    vote = {"subject_id": subject_id, "fields": {"category": category}}
    told = reader.post("/api/acts/panel.vote", json.dumps(vote), content_type="application/json")
    assert told.status_code == 200 and json.loads(told.content)["digest"] is None
    assert reader.get(f"/api/subjects/{subject_id}").status_code == 404


def test_a_reader_is_not_told_how_the_participant_stands_by_other_refusals(ask, asked):
    subject_id, readers = asked
    body = json.dumps({"subject_id": subject_id, "fields": {"strata": {}}})
    told = ask(readers[1]).post(
        "/api/acts/randomisation.randomise", body, content_type="application/json"
    )
    assert {r["code"] for r in json.loads(told.content)["refusals"]} == {"role.may-not"}


def test_a_surgeon_who_was_not_drawn_does_not_find_the_participant(ask, asked):
    subject_id, _ = asked
    drawn = panel.open_review(write_service.folds().subject(subject_id)).drawn
    other = next(
        p
        for p in write_service.folds().trial_state().holders("panel-surgeon")
        if p.person_id not in drawn
    )
    vote = {"subject_id": subject_id, "fields": {"category": "resectable"}}
    told = ask(other.person_id).post(
        "/api/acts/panel.vote", json.dumps(vote), content_type="application/json"
    )
    assert told.status_code == 404


def test_once_concluded_the_votes_and_digests_are_open(ask, asked):
    subject_id, readers = asked
    category = adopted.study().panel.categories[0].id
    for reader in readers[1:]:
        write_service.perform(panel.CastVote(category=category), reader, None, subject_id)
    write_service.perform(
        panel.Conclude(category=category), "panel-chair-1", None, subject_id, how=PROVED
    )
    nurse = ask("nurse-01-1")
    review = get(nurse, f"/api/subjects/{subject_id}")["subject"]["panel"]["reviews"][-1]
    assert len(review["votes"]) == len(readers)
    assert all(entry["digest"] for entry in get(nurse, f"/api/subjects/{subject_id}/entries"))


def test_what_is_sealed_is_told_by_its_entry_and_not_by_its_moment(ask, asked):
    """A second question at the very moment of the first, which was answered, stays closed."""
    subject_id, readers = asked
    category = adopted.study().panel.categories[0].id
    for reader in readers[1:]:
        write_service.perform(panel.CastVote(category=category), reader, None, subject_id)
    write_service.perform(
        panel.Conclude(category=category), "panel-chair-1", None, subject_id, how=PROVED
    )
    write_service.perform(
        panel.AskPanel(scan_on=write_service.today()), "nurse-01-1", None, subject_id
    )
    reader = panel.open_review(write_service.folds().subject(subject_id)).drawn[0]
    write_service.perform(
        panel.CastVote(category=category, remark="mint"), reader, None, subject_id
    )
    nurse = ask("nurse-01-1")
    entries = get(nurse, f"/api/subjects/{subject_id}/entries")
    told = {entry["seq"]: entry for entry in entries if entry["kind"].startswith("panel.")}
    *_, question, vote = sorted(told)
    assert told[question]["fields"]["drawn"] is told[question]["digest"] is None
    assert told[vote]["fields"] is told[vote]["digest"] is None
    office = web_trial.signed_in("office-1")
    said = office.get(f"/audit/?subject={subject_id}").content.decode()
    assert "mint" not in said and "a sealed remark" in said
