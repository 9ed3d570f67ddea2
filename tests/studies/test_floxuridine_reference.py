"""With which day floxuridine compares liver tests is one line: the baseline or the last dose."""

from datetime import date

import pytest

from equipoise.conduct import cases
from equipoise.conduct.dose_cases import drawn
from equipoise.conduct.treatment import propose
from equipoise.study.model import Study
from tests.studies.carried import carried

PLACE, WHOSE = "19-floxuridine-resumed.yaml", "A cycle later every value is right"
REFERENCE, LAST, NOW = date(2026, 7, 12), date(2026, 8, 17), date(2026, 9, 14)
LINE = ("floxuridine_compared_with", "pump_drug_from", "pump_drug_last_on")
"""Which formula it is, what it is, and what it is for the other reading."""


def compared_with(formula: str) -> Study:
    study = carried("pump-it").study
    (own,) = (one for one in study.derived if one.id == LINE[0])
    assert own.formula == LINE[1]
    other = own.model_copy(update={"formula": formula})
    derived = [other if one is own else one for one in study.derived]
    return Study.model_validate(study.model_dump() | {"derived": [o.model_dump() for o in derived]})


def proposed(formula: str, baseline: int, at_last_dose: int, now: int) -> str:
    """What is proposed for a third cycle by alkaline phosphatases of three days."""
    study = compared_with(formula)
    case = next(
        one for one in carried("pump-it").cases if PLACE in one.place and WHOSE in one.because
    )
    alps = {REFERENCE: baseline, LAST: at_last_dose, NOW: now}
    measured = [
        one.model_copy(update={"values": one.values | {"alp": str(alps[one.on])}})
        for one in case.given
        if one.form == "laboratory" and one.on in alps
    ]
    others = [
        one for one in case.given if one.form != "laboratory" and "delay" not in (one.act or "")
    ]
    case = case.model_copy(update={"given": (*others, *measured)})
    ledger, _ = cases.an_open_trial(study, date(2020, 1, 1))
    subject = drawn(cases.subject_of(study, case, list(ledger.everything())), case)
    (one,) = propose(study, subject, study.treatment.regimen_of["haip"], NOW)
    levels = [rule.level for rule in one.rules if rule.rule.id == "fudr-alp"]
    return f"{levels[0]:f}" if levels and levels[0] is not None else one.text and "hold"


@pytest.mark.parametrize(
    ("baseline", "at_last_dose", "now", "by_baseline", "by_last_dose"),
    [
        (60, 90, 90, "50", "100"),  # one and a half times the baseline, and once the last
        (60, 90, 134, "hold", "100"),  # 2.23 times, and 1.49 times
        (60, 90, 135, "hold", "50"),  # 2.25 times, and 1.5 times
        (90, 60, 119, "100", "50"),  # 1.32 times, and 1.98 times
        (90, 60, 120, "100", "hold"),  # 1.33 times, and twice
    ],
)
def test_one_line_says_whether_the_baseline_or_the_last_dose_is_the_reference(
    baseline, at_last_dose, now, by_baseline, by_last_dose
):
    """A slow rise is seen by the baseline alone, a new one from below it by the last dose alone."""
    values = (baseline, at_last_dose, now)
    assert proposed("pump_drug_from", *values) == by_baseline
    assert proposed("pump_drug_last_on", *values) == by_last_dose
