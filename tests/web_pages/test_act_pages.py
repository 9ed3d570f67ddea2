"""Acts on a participant through their pages: refused with every reason, or done once."""

import re

import pytest
from django.http import HttpResponse
from django.utils import translation

from equipoise.conduct.randomisation import Randomise
from equipoise.web import adopted, write_service
from equipoise.web.views.act_forms import PAGES
from equipoise.web.views.audit_words import entry_text
from tests import web_trial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open_trial() -> None:
    web_trial.open_house()


def the_day(name: str, on) -> dict[str, str]:
    return {
        f"{name}.day": str(on.day),
        f"{name}.month": str(on.month),
        f"{name}.year": str(on.year),
    }


def test_a_new_participant_gets_the_next_number_at_the_persons_own_hospital():
    page = web_trial.signed_in("nurse-01").post(
        "/new-participant/", {"site": "01", **the_day("happened", write_service.today())}
    )
    assert page.status_code == 302
    assert page["Location"] == "/participants/PIT-01-0001/"
    assert write_service.folds().subject("PIT-01-0001").entered_on == write_service.today()


def test_nobody_starts_screening_at_another_hospital():
    page = web_trial.signed_in("nurse-01").post(
        "/new-participant/", {"site": "02", **the_day("happened", write_service.today())}
    )
    assert page.status_code == 422
    assert "Choose the hospital" in page.content.decode()


def test_a_refused_registration_says_everything_at_once_and_where_to_mend_it():
    subject = web_trial.screened()
    client = web_trial.signed_in("doctor-01")
    page = client.post(
        f"/participants/{subject.subject_id}/register/", the_day("happened", write_service.today())
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "There are 39 problems" in text  # consent, the panel, and 37 criteria
    assert "Record the consent" in text and "Ask the panel" in text
    assert "each stands in the list below" in text and 'id="I13a"' in text
    assert f"/participants/{subject.subject_id}/form/laboratory/screening/1/" in text


def test_nothing_typed_is_lost_when_the_trial_refuses():
    subject = web_trial.consented()
    page = web_trial.signed_in("doctor-01").post(
        f"/participants/{subject.subject_id}/ask-panel/",
        {"scan_on.day": "31", "scan_on.month": "2", "scan_on.year": "2026", "question": "Left?"}
        | the_day("happened", write_service.today()),
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "Day on which the scan was made: give a date that exists" in text
    assert 'value="31 2 2026"' in text and ">Left?</textarea>" in text


def test_the_criteria_that_are_not_met_are_ticked_when_screening_fails():
    subject = web_trial.filled()
    web_trial.write_service.perform(
        web_trial.SaveForm(
            form="fitness", visit="screening", values={"fit_for_surgery": "no"}, reason="seen again"
        ),
        "doctor-01",
        subject_id=subject.subject_id,
    )
    page = web_trial.signed_in("doctor-01").get(
        f"/participants/{subject.subject_id}/screening-failed/"
    )
    ticked = re.findall(r'value="([IE]\d+\w*)" checked', page.content.decode())
    assert ticked == ["I11"]


def test_every_act_of_a_page_is_done_and_then_stands_in_the_ledger():
    subject = web_trial.randomised()
    today = the_day("happened", write_service.today())
    client = web_trial.signed_in("doctor-01")
    posts = {
        "progression": {"place": "liver", "basis": "CT"},
        "local-treatment": {"what": "both", "residual": "R0"},
        "alive": {},
        "withdraw": {"scope": "treatment", "reason": ""},
        "death": {"cause": "disease"},
    }
    for address, answers in posts.items():
        page = client.post(f"/participants/{subject.subject_id}/{address}/", {**answers, **today})
        assert page.status_code == 302, address
    after = web_trial.again(subject)
    assert (after.follow_up.death.cause, after.follow_up.progressions[0].place) == (
        "disease",
        "liver",
    )
    assert (after.follow_up.resections[0].residual, after.consent.withdrawals[0].scope) == (
        "R0",
        "treatment",
    )


OF_A_SERIOUS_EVENT = ("sae.report", "sae.assess", "sae.submitted")


def test_the_page_of_every_act_says_what_is_missing_before_it_asks_the_trial(amended):
    subject = web_trial.randomised()
    for kind in PAGES:
        address = web_trial.address_of(kind, subject.subject_id)
        if (who := web_trial.somebody_who(kind)) is None:
            continue  # no role at this hospital is given to anybody here
        if kind in OF_A_SERIOUS_EVENT:
            continue  # nobody has one here: `test_serious_event` fills in their pages
        page = web_trial.signed_in(who).post(address, {})
        assert page.status_code == 422, kind
        assert "give the date" in page.content.decode().lower(), kind


def test_the_draw_is_confirmed_by_typing_the_participants_number():
    subject = web_trial.registered()
    client = web_trial.signed_in("doctor-01")
    address = f"/participants/{subject.subject_id}/randomise/"
    text = client.get(address).content.decode()
    assert "all 37 criteria stand" in text and "Potentially resectable" in text
    page = client.post(address, {"number": "PIT-01-0099", **_factors(text)})
    assert page.status_code == 422 and "is it the right one?" in page.content.decode()
    assert web_trial.again(subject).randomisation.allocation is None


def test_a_second_click_shows_the_same_result_and_draws_nothing():
    subject = web_trial.registered()
    client = web_trial.signed_in("doctor-01")
    address = f"/participants/{subject.subject_id}/randomise/"
    typed = {"number": subject.subject_id.lower(), **_read(client.get(address))}
    first, second = client.post(address, typed), client.post(address, typed)
    assert first["Location"] == second["Location"]
    assert [draw.number for draw in write_service.folds().trial_state().draws] == [1]
    result = client.get(first["Location"]).content.decode()
    arm = adopted.study().arm_of[web_trial.again(subject).randomisation.allocation.arm]
    assert arm.label["en"] in result and "Doctor-01 Testduin" in result


def test_factors_that_changed_since_they_were_read_back_stop_the_draw():
    subject = web_trial.registered()
    client = web_trial.signed_in("doctor-01")
    address = f"/participants/{subject.subject_id}/randomise/"
    typed = _read(client.get(address)) | {"factor.molecular-side": "other"}
    page = client.post(address, {"number": subject.subject_id, **typed})
    assert page.status_code == 422
    assert "is not what was read back" in page.content.decode()


def test_the_page_of_the_draw_says_what_still_keeps_someone_out():
    subject = web_trial.filled()
    text = (
        web_trial.signed_in("doctor-01")
        .get(f"/participants/{subject.subject_id}/randomise/")
        .content.decode()
    )
    assert "The National Liver Panel has not concluded" in text
    assert "has to be registered before randomisation" in text and "Randomise now" not in text


def test_a_nurse_of_this_study_has_no_page_to_draw_on():
    assert Randomise.kind not in adopted.study().role_of["nurse"].may
    subject = web_trial.registered()
    page = web_trial.signed_in("nurse-01").get(f"/participants/{subject.subject_id}/randomise/")
    assert page.status_code == 404


def _read(page: HttpResponse) -> dict[str, str]:
    return _factors(page.content.decode()) | web_trial.proof_on(page)


def _factors(text: str) -> dict[str, str]:
    return dict(re.findall(r'name="(factor\.[^"]+)" value="([^"]*)"', text))


def test_a_choice_that_was_not_made_is_asked_by_its_question():
    page = web_trial.signed_in("doctor-01").post(
        "/trial/limits/01/", the_day("happened", write_service.today())
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "Laboratory test: choose one of these" in text and "Unit: choose one of these" in text


def test_limits_of_normal_are_typed_and_read_with_a_comma_in_dutch():
    answered = web_trial.signed_in("doctor-01", "nl").post(
        "/trial/limits/01/",
        {
            **the_day("happened", write_service.today()),
            "item": "creatinine",
            "unit": "mg/dL",
            "uln": "1,2",
            "sex": "-",
        },
    )
    assert answered.status_code == 302
    entry = list(write_service.LEDGER.entries("study"))[-1]
    assert '"uln":"1.2"' in entry.payload
    with translation.override("nl"):
        assert "1,2 mg/dL" in entry_text(adopted.study(), entry, {}).line
    again = web_trial.signed_in("doctor-01").post(
        "/trial/limits/01/",
        {
            **the_day("happened", write_service.today()),
            "item": "platelets",
            "unit": "/uL",
            "uln": "1,500",
        },
    )
    assert again.status_code == 422


def test_an_event_is_asked_with_nothing_ticked_and_its_hour_right_after_its_day():
    subject = web_trial.randomised()
    page = web_trial.signed_in("doctor-01").get(
        f"/participants/{subject.subject_id}/adverse-event/"
    )
    text = page.content.decode()
    assert "Not related to an operation" in text and " checked" not in text
    assert re.findall(r'id="([a-z_]+)-group"', text.partition('id="happened-group"')[2])[0] == (
        "known_at"
    )
    assert text.count('id="happened-group"') == 1
