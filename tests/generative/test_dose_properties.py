"""What holds of every dose of PUMP-IT, for anybody: more of a person is never less of a dose."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.dosing.dosing import ON, a_person, formulas, worked_out
from tests.sampled import examples

SURFACE = ("bsa", "body_surface")
BY_SURFACE = [n for n, (dose, _) in formulas().items() if any(s in dose for s in SURFACE)]
PUMP = {"pump_reservoir": "30", "pump_flow": "1.3"}
FEW = settings(max_examples=examples(60))
heights = st.integers(140, 210)
weights = st.integers(400, 1500).map(lambda n: Decimal(n) / 10)
sexes = st.sampled_from(["male", "female"])
creatinines = st.integers(40, 300)


def asked(weight, height, sex, creatinine=80, age=60, rate="0.12"):
    return a_person(
        str(weight),
        str(height),
        sex,
        creatinine=str(creatinine),
        birth_date=date(ON.year - age, 1, 1),
        pump_rate=rate,
        **PUMP,
    )


@FEW
@given(weights, weights, heights, heights, sexes, creatinines)
def test_a_dose_by_surface_never_falls_with_weight_or_height(w, x, h, k, sex, creatinine):
    light, heavy = (
        asked(min(w, x), min(h, k), sex, creatinine),
        asked(max(w, x), max(h, k), sex, creatinine),
    )
    for name in (*BY_SURFACE, "bevacizumab_5", "bevacizumab_7_5", "du_bois"):
        assert worked_out(name, light) <= worked_out(name, heavy), name
    capped = worked_out("oxaliplatin_85_capped", heavy)
    assert capped <= 170
    assert capped == min(worked_out("oxaliplatin_85", heavy), Decimal(170))


@FEW
@given(weights, weights, heights, sexes)
def test_the_load_of_a_pump_falls_with_weight_only_where_the_ideal_weight_begins_to_count(
    w, x, height, sex
):
    """At 1.35 times the ideal weight the rule itself steps down, to 1.175 times; nowhere else."""
    light, heavy = asked(min(w, x), height, sex), asked(max(w, x), height, sex)
    ideal = worked_out("ideal_weight", light)
    over = [worked_out("current_weight", one) > ideal * Decimal("1.35") for one in (light, heavy)]
    if over[0] == over[1]:
        assert worked_out("load_rounded", light) <= worked_out("load_rounded", heavy)
    assert worked_out("dosing_weight", heavy) <= worked_out("current_weight", heavy)


@FEW
@given(weights, heights, sexes, creatinines, creatinines, st.integers(30, 89), st.integers(30, 89))
def test_a_dose_by_clearance_never_rises_with_creatinine_or_age(w, h, sex, c, d, age, years):
    young = asked(w, h, sex, min(c, d), min(age, years))
    old = asked(w, h, sex, max(c, d), max(age, years))
    for name in ("creatinine_clearance", "capecitabine"):
        assert worked_out(name, young) >= worked_out(name, old)
