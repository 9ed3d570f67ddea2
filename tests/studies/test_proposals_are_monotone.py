"""Through the whole proposal of PUMP-IT: worse tests and more days late are never more of a dose.

More of a person is never less of one, but at the one step that the published rule has itself.
"""

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct import cases
from equipoise.conduct.dose_cases import drawn
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.treatment import propose, standing
from equipoise.study.cases import Case
from equipoise.study.model import Study
from tests.sampled import WHOLE
from tests.studies.carried import carried

BEFORE, EMPTIED, REFILL = date(2026, 7, 12), date(2026, 7, 27), date(2026, 8, 10)
REFERENCE = {"alp": 90, "ast": 40, "bilirubin": 10}
IDEAL = Decimal("67.748")
STEP = IDEAL * Decimal("1.35")
"""Of a man of 172 cm: above it half of the excess counts, by the rule as it is published."""
few = settings(max_examples=300 if WHOLE else 10, deadline=None)
tenths = st.fixed_dictionaries({"alp": st.integers(8, 22), "ast": st.integers(8, 55)}).flatmap(
    lambda found: st.integers(8, 55).map(lambda n: found | {"bilirubin": n})
)
weights = st.integers(480, 1180).map(lambda n: Decimal(n) / 10)


@lru_cache
def opened(place: str, because: str) -> tuple[Study, Case, list]:
    found = carried("pump-it")
    case = next(c for c in found.cases if place in c.place and because in c.because)
    ledger, _ = cases.an_open_trial(found.study, date(2020, 1, 1))
    return found.study, case, list(ledger.everything())


def measured(tests: dict[str, int]) -> dict[str, str]:
    return {name: str(Decimal(REFERENCE[name] * n) / 10) for name, n in tests.items()}


def in_pump(
    at_emptying: dict[str, int],
    at_refill: dict[str, int],
    weight: Decimal = Decimal(70),
    late: int = 0,
) -> Decimal | None:
    """The floxuridine of a second cycle: nought where a test holds it, None where it is open."""
    study, case, entries = opened("19-floxuridine-resumed", "The worse of the two decides")
    on, size = REFILL + timedelta(days=late), {"weight": str(weight)}
    at = {EMPTIED: at_emptying, date(2026, 8, 17): at_refill}
    told = []
    for one in case.given:
        if one.form == "laboratory" and one.on in at:
            day = on if one.on > EMPTIED else one.on
            one = one.model_copy(update={"values": measured(at[one.on]), "on": day})
        elif one.form == "demography":
            one = one.model_copy(update={"values": one.values | size})
        elif one.form == "vital_signs":
            one = one.model_copy(update={"values": {"weight_now": str(weight)}, "on": on})
        told.append(one)
    case = case.model_copy(update={"given": tuple(told), "on": on})
    subject = drawn(cases.subject_of(study, case, entries), case)
    (one,) = propose(study, subject, study.treatment.regimen_of["haip"], on)
    stops = standing(study, SubjectFacts(study, subject, on), ["floxuridine"], on)
    held = any(stop.id.startswith("fudr-") for stop in stops)
    return Decimal(0) if held else one.amount


def by_vein(weight: Decimal) -> dict[str, Decimal | None]:
    """The doses of three regimens in the arm without a pump."""
    study, case, entries = opened("16-doses", "FOLFOX in the systemic arm")
    told = [
        one.model_copy(update={"values": one.values | {"weight": str(weight)}})
        if one.form == "demography"
        else one
        for one in case.given
    ]
    case = case.model_copy(update={"given": tuple(told)})
    subject = drawn(cases.subject_of(study, case, entries), case)
    regimens = [study.treatment.regimen_of[name] for name in ("folfox", "folfiri", "folfoxiri")]
    found = [one for regimen in regimens for one in propose(study, subject, regimen, case.on)]
    return {one.part.id: one.amount for one in found}


def after_diarrhoea(grade: int, *, goes_on: bool) -> dict[str, Decimal | None]:
    """FOLFIRI after diarrhoea of a grade; nought where it holds a drug."""
    study, case, entries = opened("21-more-doses", "Diarrhoea that is still grade 2 holds")
    over = {} if goes_on else {"end": "2026-06-13", "outcome": "recovered"}
    told = [
        one.model_copy(update={"fields": one.fields | {"grade": str(grade)} | over})
        if one.act == "ae.record"
        else one
        for one in case.given
    ]
    case = case.model_copy(update={"given": tuple(told)})
    subject = drawn(cases.subject_of(study, case, entries), case)
    facts = SubjectFacts(study, subject, case.on)
    doses = {}
    for one in propose(study, subject, study.treatment.regimen_of["folfiri"], case.on):
        stops = standing(study, facts, [one.drug.id], case.on)
        held = any(stop.id.endswith("-toxicity") for stop in stops)
        doses[one.part.id] = Decimal(0) if held else one.amount
    return doses


def worse(tests: dict[str, int], name: str, by: int) -> dict[str, int]:
    """Alkaline phosphatase of more than three times the first is asked about: none is made here."""
    return tests | {name: min(tests[name] + by, 30 if name == "alp" else 90)}


names, more = st.sampled_from(sorted(REFERENCE)), st.integers(1, 30)


@few
@given(tenths, tenths, names, more, st.booleans())
def test_floxuridine_never_rises_with_a_liver_test_at_the_emptying_or_at_the_refill(
    then, now, name, by, earlier
):
    best = in_pump(then, now)
    other = in_pump(worse(then, name, by), now) if earlier else in_pump(then, worse(now, name, by))
    assert best is not None
    assert other is not None
    assert other <= best


@few
@given(tenths, tenths, st.integers(1, 25))
def test_floxuridine_never_rises_with_the_days_that_its_refill_is_late(then, now, late):
    """The value of the emptying counts however long ago that was."""
    assert in_pump(then, now, late=late) == in_pump(then, now)


@few
@given(weights, weights)
def test_floxuridine_falls_with_weight_only_where_half_of_the_excess_begins_to_count(w, x):
    well = dict.fromkeys(REFERENCE, 10)
    light, heavy = (in_pump(well, well, weight=one) for one in sorted((w, x)))
    if min(w, x) <= STEP < max(w, x):
        assert heavy >= in_pump(well, well, weight=IDEAL * Decimal("1.17"))
    else:
        assert light <= heavy


@few
@given(weights, weights)
def test_no_dose_of_a_regimen_falls_with_weight(w, x):
    light, heavy = (by_vein(one) for one in sorted((w, x)))
    assert light.keys() == heavy.keys()
    assert all(light[part] <= heavy[part] for part in light), (light, heavy)


def test_no_dose_rises_with_the_grade_of_an_event_nor_with_one_that_goes_on():
    for goes_on in (False, True):
        found = [after_diarrhoea(grade, goes_on=goes_on) for grade in range(1, 5)]
        for part in ("folfiri-irinotecan", "folfiri-infusion"):
            doses = [one[part] for one in found]
            assert doses == sorted(doses, reverse=True), (part, goes_on)
            assert doses[0] > doses[-1]
            over = after_diarrhoea(4, goes_on=False)[part]
            assert not goes_on or max(doses[1:]) <= over
