"""What a nurse reads, in English and in Dutch."""

from decimal import Decimal

import pytest

from equipoise.logic.figures import number_text, unit_text
from equipoise.study.catalogue import translator
from tests.unit.logic.a_subject import Known, asked, number, said

HB = "hb within 15 days before registration >= 5.5 mmol/L"
CASES = [
    (HB, {"hb": number("7.5", "mmol/L", ago=11)}, None,
     "Haemoglobin 7.5 mmol/L on 12 Nov 2026 is at least 5.5 mmol/L",
     "Hemoglobine 7,5 mmol/L op 12 nov 2026 is minstens 5,5 mmol/L"),
    (HB, {"hb": number("5.4", "mmol/L", ago=11)}, True,
     "Haemoglobin 5.4 mmol/L on 12 Nov 2026: at least 5.5 mmol/L is needed",
     "Hemoglobine 5,4 mmol/L op 12 nov 2026: minstens 5,5 mmol/L is nodig"),
    (HB, {"hb": number("7.5", "mmol/L", ago=34)}, None,
     "No haemoglobin within 15 days before registration "
     "(the last one, of 20 Oct 2026, is 34 days old)",
     "Geen hemoglobine binnen 15 dagen vóór registratie "
     "(de laatste, van 20 okt 2026, is 34 dagen oud)"),
    (HB, {}, None,
     "No haemoglobin within 15 days before registration",
     "Geen hemoglobine binnen 15 dagen vóór registratie"),
    ("not hb < 5.5 mmol/L", {"hb": number("5.4", "mmol/L")}, True,
     "Haemoglobin 5.4 mmol/L on 23 Nov 2026: at least 5.5 mmol/L is needed",
     "Hemoglobine 5,4 mmol/L op 23 nov 2026: minstens 5,5 mmol/L is nodig"),
    ("bili <= 1.5 ULN", {"bili": number("30", "umol/L", uln=17)}, None,
     "Bilirubin 30 µmol/L on 23 Nov 2026 is more than 1.5 × ULN (25.5 µmol/L)",
     "Bilirubin 30 µmol/L op 23 nov 2026 is hoger dan 1,5 × ULN (25,5 µmol/L)"),
    ("bili <= 1.5 ULN", {"bili": number("30", "umol/L")}, None,
     "The laboratory's upper limit of normal for bilirubin is not recorded",
     "De bovengrens van normaal van het laboratorium voor bilirubin is niet vastgelegd"),
    ("fit", {}, None,
     "Not yet judged by the surgeon: fit for surgery",
     "Nog niet beoordeeld door de chirurg: geschikt voor operatie"),
    ("coumarin", {"coumarin": said(False, ago=None)}, None,
     "Uses a coumarin derivative: no", "Gebruikt een coumarinederivaat: nee"),
    ("sex == 'male'", {"sex": said("female")}, None,
     "Sex: female; is not male", "Geslacht: vrouw; is niet man"),
    ("none of lesions where clear", {"lesions": []}, None,
     "Extrahepatic lesions: there are none", "Extrahepatische laesies: er zijn er geen"),
    ("none of lesions where clear", {}, None,
     "It is not recorded whether there are any extrahepatic lesions",
     "Niet vastgelegd of er extrahepatische laesies zijn"),
    ("hb >= 5.5 mmol/L", {"hb": number("7.5", "furlong")}, None,
     "Haemoglobin 7.5 furlong on 23 Nov 2026 cannot be converted to mmol/L",
     "Hemoglobine 7,5 furlong op 23 nov 2026 kan niet naar mmol/L worden omgerekend"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "values", "wanted", "english", "dutch"), CASES)
def test_an_answer_is_told_in_a_sentence(rule, values, wanted, english, dutch):
    assert asked(rule, wanted=wanted, **values).sentence == english
    assert asked(rule, wanted=wanted, language="nl", **values).sentence == dutch


def test_a_value_just_short_of_its_limit_does_not_look_equal_to_it():
    outcome = asked("hb >= 5.5 mmol/L", hb=number("5.499999", "mmol/L", ago=None))
    assert outcome.sentence == "Haemoglobin 5.499999 mmol/L is less than 5.5 mmol/L"


def test_an_anchor_that_has_not_come_is_named():
    outcome = asked("ct within 3 days after surgery", Known(), ct=said(True))
    assert outcome.sentence == "The date of surgery is not known yet"


@pytest.mark.parametrize(
    ("code", "en", "nl"),
    [
        ("mL/min/{1.73_m2}", "mL/min/1.73 m²", "mL/min/1,73 m²"),
        ("10*-3", "×10⁻³", "×10⁻³"),
        ("10*9/L", "×10⁹/L", "×10⁹/L"),
        ("mg/m2/d", "mg/m²/d", "mg/m²/d"),
        ("um3", "µm³", "µm³"),
        ("{INR}", "", ""),
    ],
)
def test_a_unit_is_written_as_the_reader_writes_it(code, en, nl):
    assert (unit_text(code), unit_text(code, translator("nl"))) == (en, nl)


def test_a_very_small_number_is_not_shown_as_nothing():
    assert number_text(Decimal("0.000000000000012345"), translator("nl")) == "0,00000000000001235"
