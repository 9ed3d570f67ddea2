"""What people stumbled over when the screens were walked through, and should not again."""

import pytest
from django.test import Client

from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.panel import AskPanel
from equipoise.web import write_service
from tests import web_trial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house() -> None:
    web_trial.open_house()


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_an_exclusion_criterion_is_absent_or_present_wherever_it_is_shown():
    subject = web_trial.filled()
    one = f"/participants/{subject.subject_id}/"
    client = web_trial.signed_in("doctor-01")
    side = text_of(client, f"{one}form/history/screening/1/").partition('id="eligibility"')[2]
    assert "Absent" in side and "Met</span>" not in side.partition("</section>")[0]
    act = SaveForm(
        form="history", visit="screening", values={"serious_infection": "yes"}, reason="a new fever"
    )
    write_service.perform(act, "doctor-01", write_service.today(), subject.subject_id)
    for page in ("form/history/screening/1/", "checklist/", "register/"):
        assert "Present</span>" in text_of(client, one + page), page
    left = text_of(client, f"{one}checklist/").partition("What is left")[2]
    assert "Present</span>" in left and "Not met" not in left


def test_signing_in_shows_the_first_page_and_no_internal_identifier():
    client = Client()
    credentials = {"login": "nurse-01", "password": web_trial.PASSWORD}
    page = client.post("/accounts/login/", credentials, follow=True)
    text = page.content.decode()
    assert page.request["PATH_INFO"] == "/today/"
    assert "nurse-01" not in text and "notification-banner" not in text


def test_one_vote_is_one_vote():
    web_trial.voted(votes=2)
    text = text_of(web_trial.signed_in("nurse-01"), "/today/")
    assert "1 vote awaited" in text and "1 votes" not in text


def test_a_choice_that_narrows_nothing_says_so():
    client = web_trial.signed_in("monitor")
    assert '<option value="">All sites</option>' in text_of(client, "/today/")
    assert '<option value="">All</option>' in text_of(client, "/participants/")


def test_the_sponsors_number_is_not_taken_for_the_sponsor():
    text = text_of(Client(), "/")
    assert "Sponsor&#39;s number" in text and "<dt>Sponsor</dt><dd>M23PIT" not in text


def test_what_happened_on_one_day_stands_in_the_order_in_which_it_was_recorded():
    subject = write_service.enter_screening("doctor-01", "01", write_service.today())
    one = subject.subject_id
    write_service.perform(GiveConsent(version="1.0"), "doctor-01", write_service.today(), one)
    write_service.perform(
        AskPanel(scan_on=write_service.today()), "doctor-01", write_service.today(), one
    )
    text = text_of(web_trial.signed_in("doctor-01"), f"/participants/{one}/")
    told = text.partition("What happened")[2]
    places = [told.index(word) for word in ("Panel asked", "Consent signed", "Screening started")]
    assert places == sorted(places)


def test_while_the_panel_reads_it_is_not_asked_again():
    subject = web_trial.asked()
    text = text_of(web_trial.signed_in("nurse-01"), f"/participants/{subject.subject_id}/")
    assert f"/participants/{subject.subject_id}/ask-panel/" not in text


def test_whoever_waits_for_an_act_is_told_whose_it_is():
    subject = web_trial.registered()
    text = text_of(web_trial.signed_in("nurse-01"), f"/participants/{subject.subject_id}/")
    assert "by: Investigator" in text
    text = text_of(web_trial.signed_in("doctor-01"), f"/participants/{subject.subject_id}/")
    assert "by: Investigator" not in text


def test_another_copy_of_a_form_is_offered_to_those_who_fill_it():
    subject = web_trial.filled()
    address = f"/participants/{subject.subject_id}/form/laboratory/screening/1/"
    assert "Another copy" in text_of(web_trial.signed_in("nurse-01"), address)
    assert "Another copy" not in text_of(web_trial.signed_in("monitor"), address)


def test_where_two_days_are_asked_the_error_says_which_is_missing():
    subject = web_trial.consented()
    answer = web_trial.signed_in("doctor-01").post(
        f"/participants/{subject.subject_id}/ask-panel/", {"question": "both?"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Day on which the scan was made: give the date" in text
    assert "Day on which you ask: give the date" in text


def test_whoever_asks_the_panel_is_told_when_its_readers_would_see_no_form():
    client = web_trial.signed_in("nurse-01")
    empty, full = web_trial.consented(), web_trial.filled()
    said = "No form is filled yet"
    assert said in text_of(client, f"/participants/{empty.subject_id}/ask-panel/")
    assert said not in text_of(client, f"/participants/{full.subject_id}/ask-panel/")


def test_a_recorded_number_is_read_back_with_the_readers_own_decimal_sign_and_units():
    subject = web_trial.filled()
    history = f"/participants/{subject.subject_id}/history/"
    dutch = text_of(web_trial.signed_in("doctor-01", "nl"), history)
    english = text_of(web_trial.signed_in("doctor-01"), history)
    assert "7,2 mmol/L" in dutch and "7.2 mmol/L" in english
    assert "10*9/L" not in dutch + english and "×10⁹/L" in dutch
