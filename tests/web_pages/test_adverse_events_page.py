"""Adverse events on screens: recorded, listed for whom one sees, and updated from the list."""

import re
import shutil

import pytest

from equipoise.conduct.chapter import Due
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.safety import RecordEvent
from equipoise.exchange import meddra
from equipoise.web import home, write_service
from equipoise.web.views.next_act import form_page, next_act
from tests import web_trial
from tests.web_trial import again

pytestmark = pytest.mark.django_db
LIST = "/lists/adverse_events/"


@pytest.fixture(autouse=True)
def _house():
    web_trial.open_house()


def text_of(person, address, language="en"):
    page = web_trial.signed_in(person, language).get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def typed(**other):
    day = write_service.today()
    plain = {"term": "Broken wrist", "grade": "3", "serious": "no", "related": "no"}
    happened = {"happened.day": day.day, "happened.month": day.month, "happened.year": day.year}
    began = {"begin.day": "", "begin.month": day.month, "begin.year": day.year}
    return {**plain, "outcome": "not-recovered", **happened, **began, **other}


def test_an_event_of_which_the_month_is_known_is_recorded_listed_and_updated():
    subject = web_trial.randomised()
    doctor, own = web_trial.signed_in("doctor-01"), f"/participants/{subject.subject_id}/"
    assert doctor.post(f"{own}adverse-event/", typed()).status_code == 302
    listed = text_of("doctor-01", LIST)
    assert "Broken wrist" in listed and "3, severe" in listed
    update = re.search(rf'href="({own}adverse-event/\d+/)"', listed)
    assert update and update[1] in text_of("doctor-01", own)
    page = doctor.get(update[1]).content.decode()
    assert 'value="Broken wrist"' in page and re.search(r'value="3" checked', page)
    changed = doctor.post(update[1], typed(grade="2", reason="read again"))
    assert changed.status_code == 302
    assert "2, matig" in text_of("doctor-01", LIST, "nl")


@pytest.fixture
def copy():
    """Where the copy of this version lies, which is taken away again."""
    folder = home.folder() / "licensed" / "meddra" / "27.1"
    yield folder
    shutil.rmtree(folder)


def test_a_coder_finds_the_term_in_the_loaded_copy_and_it_fills_in_the_coding(copy):
    """Without a copy, or where it is of another version, the codes are typed."""
    subject = web_trial.randomised()
    event = web_trial.event_of(subject.subject_id)
    office, own = web_trial.signed_in("office"), f"/participants/{subject.subject_id}/"
    page = f"{own}meddra/{event}/"
    assert page in text_of("office", own)
    assert "is not loaded here" in office.get(page).content.decode()
    terms = [
        meddra.Term(f"9000000{n}", f"{how} tea wrist", "90000011", "Wrist", "90000091", "Bones")
        for n, how in enumerate(("Broken", "Sore"))
    ]
    meddra.write(terms, copy)
    found = office.get(page, {"q": "wrist sore"}).content.decode()
    (code,) = re.findall(rf'href="({own}adverse-event/{event}/code/[^"]+llt[^"]+)"', found)
    filled = office.get(code.replace("&amp;", "&")).content.decode()
    assert 'value="90000001"' in filled and 'value="27.1"' in filled
    assert "No current term" in office.get(page, {"q": "<moon>"}).content.decode()
    assert web_trial.signed_in("doctor-01").get(page).status_code == 404
    assert office.get(f"{own}meddra/999/").status_code == 404


def test_the_list_is_of_whom_one_sees_and_offers_an_update_to_whom_may_do_one():
    subject = web_trial.randomised()
    web_trial.event_of(subject.subject_id)
    assert subject.subject_id not in text_of("doctor-02", LIST)
    seen = text_of("monitor", LIST)
    assert subject.subject_id in seen and "adverse-event/" not in seen
    assert web_trial.signed_in("statistician").get(LIST).status_code == 404
    assert web_trial.signed_in("doctor-01").get("/lists/values/").status_code == 404


def test_an_event_that_the_study_names_is_read_in_the_readers_language_and_kept_as_written():
    subject = web_trial.randomised()
    event = {"term": "Diarrhoea", "code": "diarrhoea"}
    own = f"/participants/{subject.subject_id}/"
    doctor = web_trial.signed_in("doctor-01")
    assert doctor.post(f"{own}adverse-event/", typed(**event)).status_code == 302
    for address in (LIST, own):
        dutch = text_of("doctor-01", address, "nl")
        assert "Diarree" in dutch and "Diarrhoea" not in dutch
        assert "Diarrhoea" in text_of("doctor-01", address)
    assert again(subject).safety.events[-1].now.term == "Diarrhoea"


def test_a_laboratory_value_shows_its_grade_and_its_event_is_filled_in_beforehand():
    subject = web_trial.randomised()
    own, day = f"/participants/{subject.subject_id}/", write_service.today()
    number = len(subject.forms.of("laboratory")) + 1
    values = {"ast": "400", "ast.uln": "40"}
    act = SaveForm(form="laboratory", visit="", number=number, values=values)
    write_service.perform(act, "doctor-01", day, subject.subject_id)
    form = form_page(subject.subject_id, "laboratory", "", number)
    graded = "Grade 3 by CTCAE 5.0: Aspartate aminotransferase increased"
    assert graded in text_of("doctor-01", form)
    assert "Graad 3 volgens CTCAE 5.0" in text_of("doctor-01", form, "nl")
    filled = (("term", "ALT is raised"), ("grade", "3"), ("begin", "2026-03-04"))
    due = Due(urgency="open", what="", where=RecordEvent, filled=filled)
    page = text_of("doctor-01", next_act(due, subject.subject_id).url)
    assert 'value="ALT is raised"' in page and re.search(r'value="3" checked', page)
    began = re.search(r'name="begin.text"[^>]*value="([^"]*)"', page)
    assert began and began[1] == "4 Mar 2026"
    assert text_of("doctor-01", f"{own}adverse-event/?grade=9&happened=x&begin=x")
