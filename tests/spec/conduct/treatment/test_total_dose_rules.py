"""What was given in all, and the lowest and highest dose, can be asked of the doses given."""

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.treatment import GiveDose
from equipoise.logic.truth import Truth
from tests.studies.carried import carried
from tests.support import DAY, days
from tests.treated import in_arm, two_schedules

WEEKLY, PART = "weekly", "weekly-velotaxin"


def test_a_rule_asks_what_was_given_in_all_of_one_drug():
    made = two_schedules()
    someone = in_arm(made, "infusion")
    for cycle, amount in enumerate(["145", "120"], start=1):
        on = DAY + days(7 * (cycle - 1))
        given = GiveDose(regimen=WEEKLY, cycle=cycle, doses={PART: amount})
        made.do(given, someone, by="assistant-01", on=on)
    facts = SubjectFacts(made.study, made.subject(someone), DAY + days(7))
    for condition in (
        "sum of doses.amount where drug == 'velotaxin' == 265 mg",
        "(sum of doses.amount where given_on within 6 days before today) == 120 mg",
        "highest of doses.amount == 145 mg and lowest of doses.amount == 120 mg",
        "sum of doses.amount where drug == 'oralutin' == 0 mg",
    ):
        assert facts.holds(condition) is Truth.TRUE, condition


def test_pump_it_totals_its_oxaliplatin():
    (total,) = (one for one in carried("pump-it").study.derived if one.id == "oxaliplatin_total")
    assert total.formula == "sum of doses.amount where drug == 'oxaliplatin'"
    assert total.unit == "mg"


def test_body_surface_has_one_formula_on_the_form_and_in_doses():
    study = carried("pump-it").study
    (bsa,) = (one.formula for one in study.derived if one.id == "bsa")
    assert study.items["body_surface"].formula.replace("weight_now", "current_weight") == bsa
