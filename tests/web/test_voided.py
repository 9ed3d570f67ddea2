"""What was recorded in error is voided on a page or by a program, and replaced in one step."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.panel import CastVote
from equipoise.conduct.randomisation import MarkDraw
from equipoise.conduct.voiding import VoidEntry
from equipoise.web import adopted, kept_faults, read_model, write_service
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger
from tests import web_trial

pytestmark = [pytest.mark.database]
DOCTOR = "doctor-01"


@pytest.fixture
def dead(db, fresh_home) -> str:
    """A randomised participant whose death is recorded, by mistake."""
    web_trial.open_house()
    number = web_trial.randomised().subject_id
    write_service.perform(RecordDeath(cause="other"), DOCTOR, write_service.today(), number)
    return number


def death_of(number: str) -> int:
    return write_service.folds().subject(number).follow_up.death.seq


def day_fields(on):
    return {"happened.day": on.day, "happened.month": on.month, "happened.year": on.year}


def test_a_death_in_error_is_voided_from_the_participants_page(dead):
    doctor, entry = web_trial.signed_in(DOCTOR), death_of(dead)
    address = reverse("entry.void", args=[dead, entry])
    assert address in doctor.get(reverse("participant", args=[dead])).content.decode()
    asked = doctor.get(address).content.decode()
    assert "This was recorded in error" in asked and "Death: Another cause" in asked
    blank = doctor.post(address, day_fields(write_service.today()))
    assert blank.status_code == 422 and "Say what was wrong with it" in blank.content.decode()
    done = doctor.post(address, {"reason": "another woman", **day_fields(write_service.today())})
    assert done.status_code == 302
    page = doctor.get(reverse("participant", args=[dead])).content.decode()
    assert "Recorded in error: Death, entry" in page and "another woman" in page
    row = SubjectRow.objects.get(subject_id=dead)
    assert row.status == "on study" and read_model.decoded(row).follow_up.death is None
    assert kept_faults.faults_of_rows(adopted.study(), DatabaseLedger()) == []
    assert (
        doctor.post(address, {"reason": "x", **day_fields(write_service.today())}).status_code
        == 422
    )


def test_the_audit_marks_what_was_voided_and_offers_the_rest(dead):
    entry = death_of(dead)
    write_service.perform(VoidEntry(entry=entry, reason="another woman"), DOCTOR, None, dead)
    told = web_trial.signed_in(DOCTOR).get(f"/audit/?subject={dead}").content.decode()
    assert "<s>Death: Another cause</s>" in told
    assert reverse("entry.void", args=[dead, entry]) not in told
    assert reverse("entry.void", args=[dead, entry - 1]) in told
    assert "Recorded in error: Death, entry" in told
    monitor = web_trial.signed_in("monitor").get(f"/audit/?subject={dead}").content.decode()
    assert "<s>Death: Another cause</s>" in monitor and "/void/" not in monitor


def test_who_may_not_void_finds_no_page_for_it(dead):
    """Nor does who may void, but not do what is voided: a nurse records no death."""
    address = reverse("entry.void", args=[dead, death_of(dead)])
    page = web_trial.signed_in("nurse-01").get(reverse("participant", args=[dead]))
    assert address not in page.content.decode()
    for person in ("nurse-01", "monitor"):
        someone = web_trial.signed_in(person)
        assert someone.get(address).status_code == 404
        typed = {"reason": "x", **day_fields(write_service.today())}
        assert someone.post(address, typed).status_code == 404
    assert write_service.folds().subject(dead).follow_up.death


def test_the_page_on_which_a_sealed_vote_is_voided_is_not_there_for_others(db, fresh_home):
    web_trial.open_house()
    number = web_trial.asked().subject_id
    reader = write_service.folds().subject(number).panel.reviews[-1].drawn[0]
    unresectable = adopted.study().panel.categories[0].id
    vote = write_service.perform(CastVote(category=unresectable), reader, None, number).seq
    for person in ("nurse-01", "doctor-01", "chair"):
        address = reverse("entry.void", args=[number, vote])
        assert web_trial.signed_in(person).get(address).status_code == 404, person


@pytest.mark.parametrize(
    ("language", "asks"),
    [("en", "whole save in error"), ("nl", "alles wat toen is opgeslagen fout")],
)
def test_a_whole_save_is_voided_from_the_history_of_its_form(dead, language, asks):
    record = next(iter(write_service.folds().subject(dead).forms.records.values()))
    save = max(version.seq for versions in record.values.values() for version in versions)
    address = reverse("entry.void", args=[dead, save])
    pages = [
        reverse("history", args=[dead]),
        reverse("form", args=[dead, record.form, record.visit or "-", record.number]),
    ]
    for page in pages:
        told = web_trial.signed_in(DOCTOR, language).get(page).content.decode()
        assert told.count(f'"{address}"') == 1 and asks in told
        assert address not in web_trial.signed_in("monitor").get(page).content.decode()
    assert web_trial.signed_in(DOCTOR).get(address).status_code == 200


def test_that_an_act_of_the_whole_trial_is_not_voided_is_said_where_it_is_listed(dead):
    said = "An act of the whole trial is not voided: a role is ended"
    assert said in web_trial.signed_in("office").get("/audit/?kind=role.give").content.decode()
    assert said not in web_trial.signed_in(DOCTOR).get("/audit/").content.decode()


def test_another_is_put_in_its_place_in_one_step_or_nothing_happens(dead):
    doctor, entry, ledger = web_trial.signed_in(DOCTOR), death_of(dead), DatabaseLedger()
    void_page = doctor.get(reverse("entry.void", args=[dead, entry])).content.decode()
    address = f"{reverse('event.death', args=[dead])}?replaces={entry}"
    assert address in void_page
    before = len(list(ledger.everything()))
    future = write_service.today() + timedelta(days=3)
    typed = {"cause": "disease", "because": "the wrong cause"}
    refused = doctor.post(address, {**typed, **day_fields(future)})
    assert refused.status_code == 422 and len(list(ledger.everything())) == before
    unsaid = doctor.post(address, {"cause": "disease", **day_fields(write_service.today())})
    assert unsaid.status_code == 422 and "Say what was wrong with it" in unsaid.content.decode()
    done = doctor.post(address, {**typed, **day_fields(write_service.today())})
    assert done.status_code == 302
    subject = write_service.folds().subject(dead)
    assert (
        subject.follow_up.death.cause == "disease"
        and subject.voiding.voided[-1].reason == "the wrong cause"
    )
    assert len(list(ledger.everything())) == before + 2
    assert kept_faults.faults_of_rows(adopted.study(), ledger) == []
    assert doctor.get(f"{reverse('event.death', args=[dead])}?replaces=1").status_code == 404


def test_a_program_voids_and_replaces_and_is_refused_alike(dead, ask):
    program, entry = ask(DOCTOR), death_of(dead)

    def post(kind, **body):
        body = json.dumps({"subject_id": dead, **body})
        return program.post(f"/api/acts/{kind}", body, content_type="application/json")

    refused = post("entry.void", fields={"entry": entry, "reason": " "})
    assert refused.status_code == 409
    assert [r["code"] for r in refused.json()["refusals"]] == ["void.no-reason"]
    draw = post("entry.void", fields={"entry": 1, "reason": "x", "named_stream": "allocation"})
    assert [r["code"] for r in draw.json()["refusals"]] == ["void.draw"]
    told = post(
        "event.death",
        fields={"cause": "disease"},
        replaces={"entry": entry, "reason": "the wrong cause"},
    )
    assert told.status_code == 200, told.content
    entries = {e["seq"]: e for e in program.get(f"/api/subjects/{dead}/entries").json()}
    assert entries[entry]["voided_by"] == entry + 1
    assert post("entry.void", fields={"entry": entry + 2, "reason": "alive"}).status_code == 200
    assert write_service.folds().subject(dead).follow_up.death is None


def test_a_draw_in_error_is_told_on_every_page_of_the_participant(dead):
    write_service.perform(MarkDraw(reason="was never eligible"), DOCTOR, None, dead)
    page = web_trial.signed_in(DOCTOR).get(reverse("participant", args=[dead])).content.decode()
    assert page.count("was never eligible") == 3  # in the course, at the draw, as a deviation
    assert write_service.folds().subject(dead).randomisation.allocation
