"""Deviations on screens and for programs: who sees which, and where they lead."""

import json

import pytest

from equipoise.conduct.forms import SaveForm
from equipoise.web import tokens, write_service
from equipoise.web.models import Account
from tests import web_trial

pytestmark = pytest.mark.django_db

SAID = "not met on the day of registration, by what was recorded since"


@pytest.fixture(autouse=True)
def _house():
    web_trial.open_house()


def too_little_haemoglobin(site="01", by="doctor-01"):
    """Someone who was drawn, and whose haemoglobin before it turns out to have been 4.0."""
    subject = web_trial.randomised(by, site)
    record = subject.forms.of("laboratory")[0]
    act = SaveForm(
        form="laboratory",
        visit=record.visit,
        values={"hb": "4.0"},
        reason="the laboratory corrected it",
    )
    write_service.perform(act, by, record.on, subject.subject_id)
    return subject.subject_id


def text_of(person, address, language="en"):
    page = web_trial.signed_in(person, language).get(address)
    assert page.status_code == 200, address
    return page.content.decode().replace("&#39;", "'")


def test_who_turns_out_ineligible_after_the_draw_is_told_on_every_screen():
    subject_id = too_little_haemoglobin()
    at = f"/participants/{subject_id}/"
    for person, address in (
        ("nurse-01", "/today/"),
        ("nurse-01", at),
        ("monitor", "/deviations/"),
        ("office", "/deviations/?site=01&kind=ineligible"),
    ):
        text = text_of(person, address)
        assert SAID in text and f"{at}checklist/" in text, (person, address)
    assert f'<a href="{at}#deviations">1</a>' in text_of("nurse-01", f"{at}history/")
    text = text_of("monitor", "/deviations/", "nl")
    assert "op de dag van registratie niet vervuld" in text


def test_the_list_is_of_what_the_viewer_sees_by_hospital_and_kind():
    subject_id = too_little_haemoglobin()
    assert subject_id not in text_of("doctor-02", "/deviations/")
    assert "0 deviations" in text_of("monitor", "/deviations/?site=02")
    assert "0 deviations" in text_of("monitor", "/deviations/?kind=late")
    assert subject_id in text_of("monitor", "/deviations/?kind=nonsense&page=99")
    for person in ("reader-1", "statistician", "board"):
        assert web_trial.signed_in(person).get("/deviations/").status_code == 404


def test_a_program_gets_the_same():
    subject_id = too_little_haemoglobin()

    def told(person, query=""):
        key = tokens.make_token(Account.objects.get(person_id=person), "a test")
        client = web_trial.Client(headers={"Authorization": f"Bearer {key}"})
        found = json.loads(client.get(f"/api/deviations{query}").content)
        assert found["on"] == str(write_service.today())
        return found["deviations"]

    (one,) = told("monitor")
    assert (one["subject_id"], one["kind"], one["by"]) == (subject_id, "ineligible", "doctor-01")
    assert one["known_on"] == str(write_service.today()) and SAID in one["what"]
    assert told("doctor-02") == told("monitor", "?kind=late") == []
