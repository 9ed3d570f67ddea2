"""What the screens say: today, the list, one participant, the checklist, the public page."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from equipoise.conduct import schedule
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.not_done import SayNotDone
from equipoise.conduct.pump import ImplantPump, RefillPump
from equipoise.conduct.screening import FailScreening
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.parts import say
from equipoise.web import adopted, write_service
from tests.web.refused_pumps import FILLING, IMPLANT
from tests.web_trial import (
    asked,
    consented,
    eligible,
    open_house,
    randomised,
    screened,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house() -> None:
    open_house()


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_today_asks_for_consent_before_anything_else():
    subject = screened()
    text = text_of(signed_in("nurse-01"), "/today/")
    assert subject.subject_id in text and "Record the signed consent" in text
    assert f"/participants/{subject.subject_id}/consent/" in text


def test_today_shows_nothing_of_another_hospital():
    subject = consented()
    assert subject.subject_id not in text_of(signed_in("doctor-02"), "/today/")


def test_today_waits_for_the_panel():
    asked()
    assert "3 votes awaited" in text_of(signed_in("nurse-01"), "/today/")


def test_a_start_whose_day_was_left_open_is_asked_for_on_every_screen():
    subject = randomised()
    visit = {"A": "start", "B": "start-pump"}[subject.randomisation.allocation.arm]
    act = SaveForm(form="treatment_start", visit=visit, values={"regimen": "folfox"})
    write_service.perform(act, "doctor-01", write_service.today(), subject.subject_id)
    client, said = signed_in("nurse-01"), "Not recorded: First systemic cycle on; 12 visits wait"
    assert said in text_of(client, "/today/")
    overview = text_of(client, f"/participants/{subject.subject_id}/")
    assert said in overview and "waits for: first systemic cycle on" in overview
    assert "<dt>Not recorded</dt>" in text_of(
        client, f"/participants/{subject.subject_id}/history/"
    )


def test_a_flow_off_its_card_is_told_in_words_with_its_next_step():
    subject = next(one for one in iter(randomised, None) if one.arm == "B")
    today, filling = write_service.today(), FILLING | {"accepted": "28.6", "withdrawn": "9.5"}
    number = subject.subject_id
    write_service.perform(ImplantPump(**IMPLANT), "doctor-01", today - timedelta(days=14), number)
    write_service.perform(RefillPump(**filling), "doctor-01", today, number)
    for language, infused, step in (
        ("en", "over-infusion", "measure the flow at the next emptying"),
        ("nl", "te veel ingelopen", "meet de flow bij de volgende lediging"),
    ):
        text = text_of(signed_in("nurse-01", language), f"/participants/{number}/")
        assert "\N{MINUS SIGN}2" in text and "+12" in text
        assert infused in text and step in text and "assumed" in text


def test_a_late_visit_is_cleared_by_saying_why_it_was_not_done_and_may_be_filled_in_after_all():
    subject = screened()
    client, at = signed_in("nurse-01"), f"/participants/{subject.subject_id}/"
    page = f"{at}not-done/screening/-/"
    assert page in text_of(client, at) and "Screening" in text_of(client, page)
    today = {
        f"happened.{part}": getattr(write_service.today(), part)
        for part in ("day", "month", "year")
    }
    assert client.post(page, today).status_code == 422
    assert client.post(page, today | {"why": "unwell"}).status_code == 302
    told = text_of(client, at)
    assert page not in told and "the participant was too unwell" in told
    assert "Demography: not done" in told
    one = f"{at}not-done/baseline/quality_of_life/"
    assert one in text_of(client, f"{at}form/quality_of_life/baseline/1/")
    assert client.get(f"{at}not-done/nowhere/-/").status_code == 404
    assert page not in text_of(signed_in("monitor"), at)


def test_what_has_more_than_a_week_left_stands_apart_from_what_is_to_be_done_now():
    subject = randomised()  # a start or an operation within six weeks
    text = text_of(signed_in("nurse-01"), "/today/")
    groups = dict(zip(*[iter(re.split(r'<h2[^>]* id="(\w+)"', text)[1:])] * 2, strict=False))
    assert subject.subject_id in groups["open"]
    assert subject.subject_id not in groups["due"] and "overdue" not in groups


def test_whoever_sees_no_participants_is_led_to_their_own_first_page():
    for person, first in (("reader-1", "/panel/"), ("statistician", "/status/")):
        assert signed_in(person).get("/today/")["Location"] == first


def test_the_list_finds_by_number_and_status_and_gives_htmx_the_table_alone():
    one, other = screened(), consented()
    client = signed_in("nurse-01")
    text = text_of(client, f"/participants/?q={one.subject_id[-4:]}")
    assert one.subject_id in text and other.subject_id not in text
    assert "0 participants" in text_of(client, "/participants/?status=died")
    part = client.get("/participants/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="list">') and "<html" not in part


def test_a_page_of_the_list_holds_25_and_leads_to_the_next():
    for _ in range(27):
        screened()
    client = signed_in("nurse-01")
    first, second = (text_of(client, f"/participants/?page={n}") for n in (1, 2))
    assert first.count('<th scope="row"') == 25 and second.count('<th scope="row"') == 2
    assert "page=2" in first and 'aria-current="page">2' in second
    assert text_of(client, "/participants/?page=99").count('<th scope="row"') == 2


def test_a_participant_of_another_hospital_does_not_exist():
    address = f"/participants/{consented().subject_id}/"
    for page in ("", "checklist/", "history/"):
        assert signed_in("doctor-02").get(address + page).status_code == 404
        assert signed_in("statistician").get(address + page).status_code == 404


def test_one_participant_shows_what_happened_by_whom_and_the_arm():
    subject = randomised()
    text = text_of(signed_in("doctor-01"), f"/participants/{subject.subject_id}/")
    arm = say(adopted.study().arm_of[subject.randomisation.allocation.arm].label)
    for said in ("Consent signed, version 1.0", "Registered", "Randomised as number 1", arm):
        assert said in text
    assert "Doctor-01 Testduin" in text and "1966" in text


def test_votes_are_not_in_what_happened():
    subject = asked()
    text = text_of(signed_in("doctor-01"), f"/participants/{subject.subject_id}/")
    assert "Reader" not in text and "0 of 3 votes in" in text


def test_acts_are_offered_to_those_who_may_do_them():
    subject = randomised()
    address = f"/participants/{subject.subject_id}/"
    assert "Record a death" in text_of(signed_in("doctor-01"), address)
    assert "Record a death" not in text_of(signed_in("nurse-01"), address)
    assert "Record progression" not in text_of(signed_in("monitor"), address)


def test_a_form_at_no_visit_is_offered_and_its_copies_are_found_by_their_day():
    subject = randomised()
    at = f"/participants/{subject.subject_id}/"
    first, second = (f'href="{at}form/pregnancy/-/{number}/"' for number in (1, 2))
    assert first in text_of(signed_in("nurse-01"), at)
    assert first not in text_of(signed_in("monitor"), at)
    act = SaveForm(form="pregnancy", values={"pregnancy_of": "partner"})
    write_service.perform(act, "doctor-01", write_service.today(), subject.subject_id)
    nurse, monitor = (text_of(signed_in(who), at) for who in ("nurse-01", "monitor"))
    assert first in nurse and second in nurse
    assert first in monitor and second not in monitor


def test_the_checklist_counts_and_says_what_to_do_and_until_when():
    text = text_of(signed_in("nurse-01"), f"/participants/{consented().subject_id}/checklist/")
    assert re.search(r"\d+ of 37 stand", text) and "not known" in text
    assert "Record the year of birth and the signed consent, and in the year of the 18th" in text
    assert "/form/demography/screening/1/#birth_date" in text
    ready = text_of(signed_in("nurse-01"), f"/participants/{eligible().subject_id}/checklist/")
    assert "37 of 37 stand" in ready and "Counts until" in ready and "May be registered" in ready


def test_history_shows_every_version_with_who_and_why():
    subject = randomised()
    text = text_of(signed_in("doctor-01"), f"/participants/{subject.subject_id}/history/")
    assert "Doctor-01 Testduin" in text and "Haemoglobin" in text


def test_no_internal_name_is_shown_to_people():
    subject = randomised()
    client, study = signed_in("doctor-01"), adopted.study()
    inner = [item for item in study.items if "_" in item] + [
        f.id for f in study.forms if "_" in f.id
    ]
    for page in ("", "checklist/", "history/", "form/history/screening/1/"):
        text = text_of(client, f"/participants/{subject.subject_id}/{page}")
        shown = re.sub(r"<[^>]+>", " ", text)
        assert [name for name in inner if re.search(rf"\b{name}\b", shown)] == []


def test_the_public_page_tells_the_trial_without_sign_in_in_both_languages():
    study = adopted.study()
    for language in ("en", "nl"):
        client = Client(headers={"Accept-Language": language})
        text, to_doctors = text_of(client, "/"), text_of(client, "/for-doctors/")
        assert say(study.identity.question, language) in text
        for arm in study.arms:
            assert say(arm.label, language) in text
        for _, leaf in study.criteria.leaves():
            said = say(leaf.text, language)
            assert said.replace("'", "&#39;") in to_doctors, leaf.id
        assert "PIT-0" not in text + to_doctors


def test_the_public_page_marks_what_is_unverified_and_carries_data_for_machines():
    text = text_of(Client(), "/")
    assert "unverified" in text
    found = re.search(r'<script type="application/ld\+json">(.+?)</script>', text, re.DOTALL)
    data = json.loads(found[1])
    assert data["@type"] == "MedicalTrial" and data["identifier"][0]["value"] == "NCT06857773"


def test_the_public_page_says_nothing_of_participants():
    write_service.enter_screening("nurse-01", "01")
    assert "PIT-01-0001" not in text_of(Client(), "/")


def test_the_sign_in_page_gives_no_passwords_away_outside_a_demonstration(settings):
    settings.DEMO = False
    assert "Look around as" not in text_of(Client(), "/accounts/login/")
    settings.DEMO = True
    assert "Look around as" in text_of(Client(), "/accounts/login/")


def test_a_wrong_password_is_told_in_the_summary():
    answer = Client().post("/accounts/login/", {"login": "nurse-01", "password": "wrong"})
    assert "govuk-error-summary" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "says"), [("en", "the participant was too unwell"), ("nl", "was te ziek")]
)
def test_a_visit_that_was_not_done_stands_in_the_grid_with_its_reason(language, says):
    subject = screened()
    at = f"/participants/{subject.subject_id}/"
    write_service.perform(
        SayNotDone(visit="screening", why="unwell"), "nurse-01", None, subject.subject_id
    )
    grid = text_of(signed_in("nurse-01", language), at).partition("eq-matrix")[2]
    cell = re.search(r'<a class="eq-cell eq-cell--not-done" href="#visit-screening" ([^>]*)>', grid)
    assert cell and says in cell[1]
    assert "eq-tag--not-done" in grid and "eq-form--not-done" in grid


def not_done_of(subject_id):
    return [
        (told.visit, told.form) for told in write_service.folds().subject(subject_id).forms.not_done
    ]


@pytest.mark.parametrize(
    ("language", "says"), [("en", "What was not done?"), ("nl", "Wat is niet gedaan?")]
)
def test_several_visits_and_forms_are_said_not_to_be_done_in_one_step(language, says):
    """After a stay in hospital: one reason, an act for each; sent twice, recorded once."""
    number = consented().subject_id
    client, at = signed_in("nurse-01", language), f"/participants/{number}/"
    page = f"{at}not-done/"
    assert f'"{page}"' in text_of(client, at) and says in text_of(client, page)
    today = {
        f"happened.{part}": getattr(write_service.today(), part)
        for part in ("day", "month", "year")
    }
    typed = today | {"why": "unwell", "what": ["screening|demography", "baseline|-"], "once": "k1"}
    assert client.post(page, today | {"why": "unwell"}).status_code == 422
    for _ in range(2):
        assert client.post(page, typed).status_code == 302
        assert not_done_of(number) == [("screening", "demography"), ("baseline", "")]
    whole = {**typed, "what": ["screening|-", "screening|tumour"], "once": "k2"}
    assert client.post(page, whole).status_code == 302
    assert not_done_of(number)[2:] == [("screening", "")]


def test_what_may_be_said_of_one_may_be_said_of_several_also_after_a_death():
    number = randomised().subject_id
    write_service.perform(RecordDeath(cause="other"), "doctor-01", None, number)
    client, at = signed_in("nurse-01"), f"/participants/{number}/"
    offered = set(re.findall(rf'"{at}not-done/([^/"]+)/-/"', text_of(client, at)))
    ticked = set(re.findall(r'value="([^|"]+)\|', text_of(client, f"{at}not-done/")))
    later = {
        one.key
        for one in schedule.visits(
            adopted.study(), write_service.folds().subject(number), write_service.today()
        )
        if one.state in ("coming", "waiting")
    }
    assert offered - later == ticked


def test_of_several_that_were_not_done_all_are_recorded_or_none():
    number = consented().subject_id
    client, page = signed_in("nurse-01"), f"/participants/{number}/not-done/"
    today = {
        f"happened.{part}": getattr(write_service.today(), part)
        for part in ("day", "month", "year")
    }
    typed = today | {"why": "unwell", "what": ["screening|-", "nowhere|-"]}
    refused = client.post(page, typed)
    assert refused.status_code == 422 and "no visit" in refused.content.decode()
    assert not_done_of(number) == []
    assert signed_in("monitor").get(page).status_code == 404


@pytest.mark.parametrize("site", ["01", "02"])
def test_an_earlier_screening_is_told_and_leads_there_only_within_the_viewers_hospital(site):
    on, doctor = write_service.today(), f"doctor-{site}"
    earlier = screened(by=doctor, site=site).subject_id
    write_service.perform(FailScreening(note="moved away"), doctor, on, earlier)
    again = screened().subject_id
    beginning = text_of(signed_in("doctor-01"), f"/participants/{again}/")
    assert f'href="/participants/{again}/screened-before/"' in beginning
    page = signed_in("doctor-01").post(
        f"/participants/{again}/screened-before/",
        {
            "earlier": earlier,
            "happened.day": str(on.day),
            "happened.month": str(on.month),
            "happened.year": str(on.year),
        },
    )
    assert page.status_code == 302
    text = text_of(signed_in("doctor-01"), f"/participants/{again}/")
    assert f"Screened before as {earlier}" in text
    assert (f'href="/participants/{earlier}/"' in text) is (site == "01")
    # The earlier number tells it too, and which it is to whom the new one is open.
    for reader, told in (("monitor", True), (doctor, site == "01")):
        text = text_of(signed_in(reader), f"/participants/{earlier}/")
        assert "Screened again" in text and (again in text) is told
    (_, link), *_ = write_service.LEDGER.recent(1)
    void = VoidEntry(entry=link.seq, reason="another person")
    write_service.perform(void, "doctor-01", on, again)
    assert "Screened again" not in text_of(signed_in("monitor"), f"/participants/{earlier}/")
