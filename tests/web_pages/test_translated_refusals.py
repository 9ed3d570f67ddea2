"""Refusals in the reader's language, as they come out of the trial."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation

from equipoise.conduct.answers import UNIT
from equipoise.conduct.authorisation import MAY_NOT, MAY_NOT_AT
from equipoise.conduct.eligibility import NOT_CONCLUDED
from equipoise.conduct.follow_up import BEFORE_DRAW, DIED_BEFORE, RecordDeath
from equipoise.conduct.minimisation import FAVOURED
from equipoise.conduct.panel.acts import VOTES_MISSING
from equipoise.conduct.randomisation import UNSOUND
from equipoise.conduct.reasons import WHY_ALL
from equipoise.conduct.told_answers import PARTS
from equipoise.study.reason import OneOf, Refusal, Unit
from equipoise.web import write_service
from equipoise.web.reader import HERE
from tests.web_trial import consented, open_house, signed_in

LAB = "/participants/{}/form/laboratory/screening/1/"
PANEL = {"en": "National Liver Panel", "nl": "Nationaal Leverpanel"}
HB = {"en": "Haemoglobin", "nl": "Hemoglobine"}
CEA = {"en": "CEA", "nl": "CEA"}


@pytest.mark.parametrize(
    ("refusal", "english", "dutch"),
    [
        (DIED_BEFORE(), "the death was recorded before", "het overlijden is al vastgelegd"),
        (
            BEFORE_DRAW(day=date(2026, 3, 3)),
            "the participant was randomised on 3 Mar 2026",
            "de deelnemer is gerandomiseerd op 3 mrt 2026",
        ),
        (
            NOT_CONCLUDED(panel=PANEL),
            "the National Liver Panel has not concluded",
            "Nationaal Leverpanel heeft nog geen conclusie",
        ),
        (
            UNIT(item=HB, units=OneOf((Unit("mmol/L"), Unit("10*9/L"))), unit="mol"),
            "Haemoglobin is given in mmol/L, ×10⁹/L, not in mol",
            "Hemoglobine wordt gegeven in mmol/L, ×10⁹/L, niet in mol",
        ),
        (
            WHY_ALL(items=(HB, PARTS["uln"](item=HB), CEA)),
            "say why Haemoglobin, the upper limit of Haemoglobin and CEA are changed",
            "zeg waarom Hemoglobine, de bovengrens van Hemoglobine en CEA zijn veranderd",
        ),
        (VOTES_MISSING(number=1), "one vote is still missing", "er ontbreekt nog één stem"),
        (VOTES_MISSING(number=2), "2 votes are still missing", "er ontbreken nog 2 stemmen"),
        (MAY_NOT(), "your role does not allow this", "uw rol staat dit niet toe"),
        (
            MAY_NOT_AT(hospital="Noord"),
            "your role does not allow this at Noord",
            "uw rol staat dit niet toe bij Noord",
        ),
        (
            UNSOUND(problem=FAVOURED(p="1/10", lowest="1/3")),
            "the arm cannot be drawn as the study file says: p is 1/10; from 1/3 to 1 would do",
            "er kan niet worden gerandomiseerd zoals het onderzoeksbestand zegt: p is 1/10; "
            "van 1/3 tot en met 1 mag",
        ),
    ],
)
def test_days_units_lists_and_texts_of_the_study_are_the_readers_own(
    refusal: Refusal, english: str, dutch: str
):
    with translation.override("nl"):
        assert refusal.wording(HERE) == dutch
    with translation.override("en"):
        assert refusal.wording(HERE) == english


@pytest.fixture
def nurse() -> tuple[Client, str]:
    open_house()
    return signed_in("nurse-01", "nl"), write_service.enter_screening("nurse-01", "01").subject_id


def on_a_day(year: int) -> dict[str, str]:
    return {"happened.day": "1", "happened.month": "3", "happened.year": str(year)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({**on_a_day(2026), "reason": "x" * 4_001}, "4001 tekens; er kunnen er hoogstens 4000"),
        ({**on_a_day(2026), "reason": "a\x07b"}, "Er staat een onzichtbaar teken (U+0007)"),
        (on_a_day(1500), "1 mrt 1500 kan niet kloppen; het jaar moet tussen 1880 en 2199"),
    ],
)
def test_what_is_too_long_or_invisible_or_of_another_age_is_refused_in_dutch_too(
    nurse, typed: dict[str, str], told: str
):
    client, subject_id = nurse
    answer = client.post(LAB.format(subject_id), {**typed, "hb": "8"})
    assert answer.status_code == 422 and told in answer.content.decode()


@pytest.mark.django_db
def test_what_is_against_the_act_is_told_with_the_answers_that_are_missing():
    open_house()
    subject, today = consented(), write_service.today()
    died = today - timedelta(days=1)
    write_service.perform(RecordDeath(cause="unknown"), "doctor-01", died, subject.subject_id)
    day = {"day": today.day, "month": today.month, "year": today.year}
    posted = {f"happened.{part}": str(number) for part, number in day.items()}
    address = f"/participants/{subject.subject_id}/withdraw/"
    answer = signed_in("doctor-01").post(address, {**posted, "scope": "", "reason": ""})
    text = answer.content.decode()
    assert answer.status_code == 422 and "Choose what is withdrawn" in text
    assert "nothing happens after" in text
    before = {"happened.day": "", "happened.month": "", "happened.year": ""}
    undated = signed_in("doctor-01").post(address, {**before, "scope": "everything"})
    # Of a day that nobody gave nothing is said but that it is missing.
    assert "Give the date" in (told := undated.content.decode())
    assert "nothing happens after" not in told
