"""What is prepared carries the fields of Annex VI of the clinical trials regulation, in Dutch."""

from datetime import UTC, date, datetime

from equipoise.conduct.state.treatment import Plan, Released
from equipoise.conduct.subject import Subject
from equipoise.web.treatment.label import labels
from equipoise.web.treatment.sheet import _level
from tests.support import carried_study

DAY = date(2026, 6, 16)
DOSES = {"capox-oxaliplatin": "230", "capox-capecitabine": "1800"}


def fields() -> dict[str, dict[str, str]]:
    """The labels of a cycle of CAPOX that was released, by the drug."""
    study, done = carried_study("pump-it"), {"by": "a", "at": datetime(2026, 6, 15, tzinfo=UTC)}
    plan = Plan(regimen="capox", cycle=3, day=DAY, doses=DOSES, on=DAY, seq=9, **done)
    until = {"capox-oxaliplatin": "2027-03-31"}
    lots = {"capox-oxaliplatin": "OX-771"}
    made = Released(plan=9, lots=lots, expiries=until, on=DAY, seq=10, **done)
    parts = [study.treatment.part_of[name] for name in DOSES]
    subject = Subject(subject_id="PIT-01-0002")
    found = labels(study, subject, plan, parts, made)
    return {one["name"]: dict(one["rows"]) for one in found}


def test_a_label_says_what_it_is_how_much_whose_and_of_which_trial():
    oxaliplatin = fields()["Oxaliplatine"]
    assert oxaliplatin["Werkzame stof en sterkte"] == "Oxaliplatine 5 mg/mL"
    assert oxaliplatin["Vorm en toedieningsweg"] == "oplossing voor infusie, intraveneus"
    assert oxaliplatin["Hoeveelheid"] == "230 mg in 500 mL"
    assert oxaliplatin["Lotnummer"] == "OX-771"
    assert oxaliplatin["Te gebruiken tot"] == "31 mrt 2027"
    assert oxaliplatin["Deelnemer"] == "PIT-01-0002, kuur 3"
    assert oxaliplatin["Opdrachtgever"] and oxaliplatin["Onderzoek"].startswith("PUMP-IT · NCT")
    assert oxaliplatin["Bestemming"] == "Uitsluitend voor klinisch onderzoek"
    assert "Kinderen" not in oxaliplatin


def test_what_is_taken_home_says_how_it_is_taken_and_is_kept_from_children():
    capecitabine = fields()["Capecitabine"]
    assert capecitabine["Werkzame stof en sterkte"] == "Capecitabine 150 mg, 500 mg"
    assert capecitabine["Vorm en toedieningsweg"] == "tabletten, oraal"
    assert capecitabine["Gebruik"] == "1800 mg: dag 1–14 · 2 maal per dag"
    assert capecitabine["Kinderen"] == "Buiten bereik van kinderen houden"


def test_the_sheet_names_the_rule_by_which_a_dose_was_lowered():
    study, done = carried_study("pump-it"), {"by": "a", "at": datetime(2026, 6, 15, tzinfo=UTC)}
    name = "capox-capecitabine"
    lowered = {"rules": {name: "dpyd-reduced"}, "levels": {name: "50"}}
    plan = Plan(regimen="capox", cycle=3, day=DAY, doses=DOSES, on=DAY, seq=9, **lowered, **done)
    oxaliplatin, capecitabine = (_level(study, plan, study.treatment.part_of[n]) for n in DOSES)
    assert oxaliplatin == []
    rule = next(one for one in study.treatment.modifications if one.id == "dpyd-reduced")
    assert capecitabine == [("Dose level", f"50 %: {rule.because['en']}")]
