"""A cycle is planned, checked by another person, and given; every standing stop refuses a plan."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from equipoise.conduct.cases import run
from equipoise.conduct.chapters import agenda
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.deviations import deviations
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.treatment import (
    Components,
    DelayCycle,
    GiveDose,
    OmitCycle,
    PlanCycle,
    ReleasePreparation,
    components,
    propose,
)
from equipoise.conduct.treatment.plan_table import PLANS
from equipoise.conduct.voiding import VoidEntry
from equipoise.logic.truth import Truth
from equipoise.study.cases import Case
from tests.support import DAY, a_study, days
from tests.treated import before, check_of, in_arm, plan_of, planned, two_schedules

WEEKLY, PART = "weekly", "weekly-velotaxin"


@pytest.fixture
def made():
    return two_schedules()


@pytest.fixture
def someone(made) -> str:
    return in_arm(made, "infusion")


def proposal(made, subject_id: str, on: date = DAY):
    (one,) = propose(
        made.study, made.subject(subject_id), made.study.treatment.regimen_of[WEEKLY], on
    )
    return one


def test_a_dose_is_worked_out_with_its_arithmetic_and_rounded_once(made, someone):
    """70 kg and 170 cm are 1.818… m² by Mosteller; 80 mg/m² of it 145.4… mg, so 145.

    The surface stands there exactly, and beside it as people know it.
    """
    one = proposal(made, someone)
    assert one.exact is not None and one.exact.quantize(Decimal("0.01")) == Decimal("145.45")
    assert one.text == "145" and one.level == 100
    assert one.arithmetic.startswith("80 mg/m² × 1.818")
    assert one.arithmetic.endswith(" m² (≈ 1.82 m²)")
    assert one.rate == 250


@pytest.mark.parametrize(
    ("exact", "rounded"), [("142.5 mg", "145"), ("147.5 mg", "150"), ("152.5 mg", "155")]
)
def test_half_is_rounded_up(exact: str, rounded: str):
    """C.d3: a language's own rounding gives 140, 150 and 150."""
    treatment = a_study("two-schedules").treatment.model_dump()
    treatment["regimens"][0]["parts"][0]["dose"] = exact
    made = two_schedules(treatment=treatment)
    assert proposal(made, in_arm(made, "infusion")).text == rounded


def test_a_dose_is_never_above_its_cap(made):
    one = proposal(made, in_arm(made, "infusion", weight="120", height="190"))
    assert one.capped and one.text == "160"


def test_the_lowest_level_of_the_rules_that_hold_is_proposed(made, someone):
    made.do(before(2, neuropathy="2"), someone)
    one = proposal(made, someone)
    assert [rule.name for rule in one.rules] == ["neuropathy:2"] and one.level == 75
    assert one.text == "110"  # 145.45… × 75 % is 109.09
    assert one.alternatives == ((100, 145),)
    assert one.rules[0].why["en"].startswith("Velotaxin by neuropathy: 75% (row 2: ")


def test_what_a_table_holds_is_a_stop_and_says_what_would_lift_it(made, someone):
    plan = planned(made, someone, WEEKLY)
    made.do(before(2, neuropathy="3"), someone)
    check = made.refusals(check_of(made, someone, plan), someone, by="pharmacist-01")
    new = made.refusals(plan_of(made, someone, WEEKLY), someone, by="doctor-01")
    for (refusal,) in (check, new):
        assert refusal.code == "treatment.stop"
        assert "Velotaxin by neuropathy: hold (row 3: " in refusal.because
        assert "Wait until it is grade 2 or less." in refusal.because


def test_what_is_not_recorded_leaves_a_dose_open_and_refuses_the_plan(made, someone):
    later = DAY + days(8)
    one = proposal(made, someone, later)
    assert one.amount is None and [rule.name for rule in one.open_rules] == ["neuropathy"]
    act = plan_of(made, someone, WEEKLY, day=later, doses={PART: "145"})
    assert made.codes(act, someone, by="doctor-01", on=later) == [
        "treatment.not-worked-out",
        "treatment.stop-unknown",
    ]


def test_a_dose_that_departs_needs_a_reason_and_so_does_one_that_is_left_out(made, someone):
    other = plan_of(made, someone, WEEKLY, doses={PART: "120"})
    assert made.codes(other, someone, by="doctor-01") == ["treatment.why-otherwise"]
    none = plan_of(made, someone, WEEKLY, doses={})
    assert made.codes(none, someone, by="doctor-01") == [
        "treatment.nothing",
        "treatment.why-dropped",
    ]
    why = plan_of(made, someone, WEEKLY, doses={PART: "120"}, reasons={PART: "frail"})
    made.do(why, someone, by="doctor-01")
    plan = made.subject(someone).treatment.plans[-1]
    assert plan.doses == {PART: "120"} and plan.proposed == {PART: "145"}


def test_the_prescribing_systems_dose_is_typed_in_and_a_difference_is_a_stop(made, someone):
    open_ = plan_of(made, someone, WEEKLY, prescribed={})
    assert made.codes(open_, someone, by="doctor-01") == ["treatment.not-prescribed"]
    other = plan_of(made, someone, WEEKLY, prescribed={PART: "150"})
    assert made.codes(other, someone, by="doctor-01") == ["treatment.prescribed-otherwise"]


def test_a_dose_in_another_unit_is_no_dose(made, someone):
    """Nobody types a unit: grams in the place of milligrams are no amount, or another one."""
    for fields, code in (
        ({"doses": {PART: "0.145 g"}}, "treatment.no-amount"),
        ({"doses": {PART: "145"}, "prescribed": {PART: "0.145 g"}}, "treatment.no-amount"),
        ({"doses": {PART: "145"}, "prescribed": {PART: "0.145"}}, "treatment.prescribed-otherwise"),
    ):
        act = plan_of(made, someone, WEEKLY, **fields)
        assert code in made.codes(act, someone, by="doctor-01"), fields


def test_the_rate_times_the_hours_is_the_volume(made, someone):
    """C.d4: 250 mL in 1 h; a rate per day in the place of one per hour is refused."""
    for rate, codes in (
        ("255", []),
        ("250", []),
        ("256", ["treatment.rate"]),
        ("6000", ["treatment.rate"]),
    ):
        act = plan_of(made, someone, WEEKLY, rates={PART: rate})
        found = [one.code for one in made.tried(act, someone, by="doctor-01")]
        assert found == codes, rate


def test_no_dose_is_planned_above_what_can_be_right(made, someone):
    act = plan_of(made, someone, WEEKLY, doses={PART: "1450"}, reasons={PART: "typed"})
    assert made.codes(act, someone, by="doctor-01") == ["treatment.too-much"]


def test_a_stop_refuses_and_says_what_would_lift_it(made, someone):
    made.do(before(2, platelets="80"), someone)
    (refusal,) = made.refusals(plan_of(made, someone, WEEKLY), someone, by="doctor-01")
    assert refusal.because == (
        "Velotaxin: platelets below 100. It is lifted so: "
        "Record platelets of at least 100 of the last three days."
    )


def test_a_warning_that_was_seen_stops_nothing_and_is_kept_with_the_plan():
    """It is of the drugs that it names, holds while its condition is known to, and nothing else."""
    warning = {"when": "neuropathy != '0'", "because": "Neuropathy", "source": "assumed: for tests"}
    treatment = a_study("two-schedules").treatment.model_dump()
    treatment["warnings"] = [{"id": "tingling", **warning}]
    treatment["warnings"] += [{"id": "tablets", "drugs": ["oralutin"], **warning}]
    made = two_schedules(treatment=treatment)
    someone = in_arm(made, "infusion")
    plain = plan_of(made, someone, WEEKLY)
    made.do(plain, someone, by="doctor-01")
    made.do(before(2, neuropathy="1"), someone)
    (refusal,) = made.refusals(plain, someone, by="doctor-01")
    assert (refusal.code, refusal.where) == ("treatment.warns", "acknowledged")
    assert refusal.values["warning"] == "tingling"
    seen = msgspec.structs.replace(plain, acknowledged=["tingling", "tablets"])
    made.do(seen, someone, by="doctor-01")
    assert made.subject(someone).treatment.plans[-1].acknowledged == ["tingling"]


def test_a_plan_is_checked_by_another_person_over_what_was_shown(made, someone):
    plan = planned(made, someone, WEEKLY)
    check = check_of(made, someone, plan)
    assert made.codes(check, someone, by="doctor-01") == ["role.may-not", "treatment.same-person"]
    other = check_of(made, someone, 999)
    assert made.codes(other, someone, by="pharmacist-01") == ["treatment.no-plan"]
    assert made.codes(type(check)(plan=plan, digest="0" * 64), someone, by="pharmacist-01") == [
        "treatment.changed-meanwhile"
    ]
    made.do(check, someone, by="pharmacist-01")
    assert made.codes(check, someone, by="pharmacist-01") == ["treatment.checked-before"]
    void = VoidEntry(entry=plan, reason="wrong")
    assert made.codes(void, someone, by="doctor-01") == ["void.check-rests"]


def test_what_stands_is_judged_again_at_the_check(made, someone):
    plan = planned(made, someone, WEEKLY)
    made.do(before(2, platelets="80", neuropathy="2"), someone)
    assert made.codes(check_of(made, someone, plan), someone, by="pharmacist-01") == [
        "treatment.proposed-otherwise",
        "treatment.stop",
    ]


def test_a_cycle_that_is_planned_anew_or_put_off_is_not_checked_by_its_old_plan(made, someone):
    first = planned(made, someone, WEEKLY)
    second = planned(made, someone, WEEKLY)
    assert made.codes(check_of(made, someone, first), someone, by="pharmacist-01") == [
        "treatment.lapsed"
    ]
    off = DelayCycle(regimen=WEEKLY, cycle=1, until=DAY + days(7), why="blood")
    made.do(off, someone, by="doctor-01")
    assert made.codes(check_of(made, someone, second), someone, by="pharmacist-01") == [
        "treatment.lapsed"
    ]


def test_a_dose_that_was_given_is_always_recordable_and_is_a_deviation(made, someone):
    made.do(before(2, platelets="80"), someone)
    made.do(GiveDose(regimen=WEEKLY, cycle=1, doses={PART: "145"}), someone, by="assistant-01")
    found = [one.what for one in deviations(made.study, made.subject(someone), DAY)]
    assert [one.phrase.sentence for one in found] == [
        "{regimen}, cycle {cycle}: given without a plan",
        "{drug} given against a stop: {because}",
    ]


def test_as_it_was_planned_and_checked_a_dose_is_no_deviation(made, someone):
    plan = planned(made, someone, WEEKLY)
    made.do(check_of(made, someone, plan), someone, by="pharmacist-01")
    given = GiveDose(regimen=WEEKLY, cycle=1, doses={PART: "145"}, starts={PART: "9.05"})
    made.do(given, someone, by="assistant-01")
    assert deviations(made.study, made.subject(someone), DAY) == []
    assert made.subject(someone).treatment.given[0].starts == {PART: "09:05"}
    again = plan_of(made, someone, WEEKLY, cycle=1)
    assert made.codes(again, someone, by="doctor-01") == [
        "treatment.given-before",
        "treatment.stop",
    ]


def test_what_cannot_be_read_is_refused_of_what_was_given(made, someone):
    wrong = GiveDose(
        regimen=WEEKLY,
        cycle=13,
        doses={PART: "<5", "other": "3"},
        starts={PART: "later"},
        partly=[PART],
    )
    assert made.codes(wrong, someone, by="assistant-01") == [
        "treatment.no-cycle",
        "treatment.no-part",
        "treatment.no-amount",
        "treatment.no-time",
        "treatment.why-partly",
    ]
    nothing = GiveDose(regimen="other", cycle=1, doses={})
    assert made.codes(nothing, someone, by="assistant-01") == ["treatment.no-regimen"]


def test_only_who_is_treated_so_is_planned_for(made, someone):
    tablets = in_arm(made, "tablet")
    assert made.codes(
        plan_of(made, someone, "daily", doses={"daily-oralutin": "200"}), someone, by="doctor-01"
    ) == ["treatment.other-arm"]
    early = plan_of(made, tablets, "daily", day=DAY - days(1))
    assert "treatment.before-draw" in made.codes(early, tablets, by="doctor-01")


def test_who_agrees_to_no_more_treatment_is_planned_none(made, someone):
    act = plan_of(made, someone, WEEKLY)
    made.do(WithdrawConsent(scope="treatment"), someone, by="doctor-01")
    assert made.codes(act, someone, by="doctor-01") == ["treatment.withdrawn"]


def test_a_study_that_says_nothing_of_its_treatment_plans_none():
    made = two_schedules(treatment=None)
    subject_id = in_arm(made, "infusion")
    act = PlanCycle(regimen=WEEKLY, cycle=1, day=DAY, doses={})
    assert made.codes(act, subject_id, by="doctor-01") == ["treatment.none"]


def test_what_comes_next_is_to_check_to_release_to_give_and_to_plan_again(made, someone):
    def next_(on: date) -> list[str]:
        return [
            f"{due.urgency} {due.what.phrase.sentence.partition(' ')[0]} {due.when}"
            for due in agenda(made.study, made.subject(someone), on)
            if getattr(due.what, "values", {}).get("regimen")
        ]

    assert next_(DAY) == []
    plan = planned(made, someone, WEEKLY)
    assert next_(DAY) == [f"due Check {DAY}"]
    made.do(check_of(made, someone, plan), someone, by="pharmacist-01")
    assert next_(DAY) == [f"due Release {DAY}", f"due Give {DAY}"]
    lots, until = {PART: "A1"}, {PART: "2027-03-31"}
    release = ReleasePreparation(plan=plan, lots=lots, expiries=until)
    made.do(release, someone, by="pharmacist-01")
    assert next_(DAY + days(1)) == [f"overdue Give {DAY}"]
    made.do(GiveDose(regimen=WEEKLY, cycle=1, doses={PART: "145"}), someone, by="assistant-01")
    assert next_(DAY) == [f"due Plan {DAY + days(7)}"]
    off = DelayCycle(regimen=WEEKLY, cycle=2, until=DAY + days(14), why="wish")
    made.do(off, someone, by="doctor-01", on=DAY + days(1))
    assert next_(DAY + days(1)) == [f"coming Plan {DAY + days(14)}"]
    end = OmitCycle(regimen=WEEKLY, cycle=2, why="wish", ended="yes")
    made.do(end, someone, by="doctor-01", on=DAY + days(2))
    assert next_(DAY + days(14)) == []


def test_a_first_cycle_that_is_put_off_before_it_was_planned_comes_on_its_day(made, someone):
    off = DelayCycle(regimen=WEEKLY, cycle=1, until=DAY + days(7), why="blood")
    made.do(off, someone, by="doctor-01")
    (due,) = (
        one for one in agenda(made.study, made.subject(someone), DAY) if one.where is PlanCycle
    )
    assert (due.when, dict(due.filled)) == (DAY + days(7), {"regimen": WEEKLY, "cycle": "1"})


def test_expressions_of_the_study_read_the_doses_that_were_given(made, someone):
    made.do(GiveDose(regimen=WEEKLY, cycle=1, doses={PART: "145"}), someone, by="assistant-01")
    facts = SubjectFacts(made.study, made.subject(someone), DAY)
    for condition in (
        "any doses where drug == 'velotaxin' and given_on == today and amount == 145 mg",
        "(count of doses where cycle == 1 and regimen == 'weekly') == 1",
        "first_dose_on == today and last_dose_on == today",
    ):
        assert facts.holds(condition) is Truth.TRUE, condition


def test_nothing_is_released_that_nobody_checked_or_of_no_lot(made, someone):
    plan = planned(made, someone, WEEKLY)
    empty = ReleasePreparation(plan=plan, lots={}, expiries={})
    assert made.codes(empty, someone, by="pharmacist-01") == [
        "treatment.not-checked",
        "treatment.no-lot",
        "treatment.no-expiry",
    ]
    made.do(check_of(made, someone, plan), someone, by="pharmacist-01")
    lots, until = {PART: "A1"}, {PART: "2027-03-31"}
    for fields, code in (
        ({"lots": lots, "expiries": {PART: "2026-03-01"}}, "treatment.expired"),
        # 145 mg of 0.5 mg/mL are 290 mL, and the bag holds 250.
        ({"lots": lots, "expiries": until, "strengths": {PART: "0.5"}}, "treatment.too-weak"),
    ):
        act = ReleasePreparation(plan=plan, **fields)
        assert made.codes(act, someone, by="pharmacist-01") == [code]
    right = ReleasePreparation(plan=plan, lots=lots, expiries=until)
    made.do(before(2, platelets="80"), someone)
    assert made.codes(right, someone, by="pharmacist-01") == ["treatment.stop"]
    made.do(before(3), someone)
    made.do(right, someone, by="pharmacist-01")
    assert made.codes(right, someone, by="pharmacist-01") == ["treatment.released-before"]


def test_each_plan_is_a_row_with_what_became_of_it(made, someone):
    """By it whoever prepares finds the plan again; one that was planned anew no longer stands."""
    old, plan = planned(made, someone, WEEKLY), planned(made, someone, WEEKLY)
    made.do(check_of(made, someone, plan), someone, by="pharmacist-01")
    made.do(GiveDose(regimen=WEEKLY, cycle=1, doses={PART: "145"}), someone, by="assistant-01")
    rows = [row[1:] for row in PLANS.rows(made.study, made.subject(someone), DAY)]
    assert rows == [
        (old, DAY, WEEKLY, 1, False, None, None, None),
        (plan, DAY, WEEKLY, 1, True, DAY, None, DAY),
    ]


def test_the_volumes_of_a_preparation_add_up_to_its_fill(made):
    """145 mg of 6 mg/mL are 24.17 mL; with 225.83 mL of fluid that is 250 mL."""
    treatment = made.study.treatment
    part = treatment.part_of[PART]
    made_up = Components(Decimal("24.17"), (), Decimal("225.83"))
    assert components(treatment, part, Decimal(250), "145") == made_up
    assert components(treatment, treatment.part_of["daily-oralutin"], None, "200") is None


def test_a_worked_case_says_which_doses_and_stops_are_otherwise():
    study = a_study("two-schedules")
    case = {"because": "An adult.", "on": DAY, "arm": "infusion"}
    wrong = {"weekly-velotaxin": "5 mg", "daily-oralutin": "none", "other": "5 mg"}
    stops = {"velotaxin": ("platelets",), "oralutin": ("rash",), "other": ()}
    (found,) = [[one.found for one in run(study, [Case(**case, doses=wrong, stops=stops)])]]
    assert found == [
        "weekly-velotaxin is unknown, not 5 mg",
        "daily-oralutin is unknown, not none, as 200 mg",
        "there is no dose other",
        "of oralutin stands none, not rash",
        "there is no drug other",
    ]


def test_expressions_of_the_study_read_the_cycles_that_were_not_given(made, someone):
    off = DelayCycle(regimen="weekly", cycle=1, until=DAY + days(7), why="blood")
    made.do(off, someone, by="doctor-01")
    made.do(OmitCycle(regimen="weekly", cycle=1, why="wish"), someone, on=DAY + days(7))
    asked = {
        "any cycles_not_given where why == 'blood' and decided_on == today": (
            Truth.TRUE,
            Truth.FALSE,
        ),
        "(count of cycles_not_given where regimen == 'weekly') >= 2": (Truth.FALSE, Truth.TRUE),
        "any cycles_not_given where put_off_until > today": (Truth.TRUE, Truth.UNKNOWN),
        "any cycles_not_given where why == 'wish' and put_off_until is unknown": (
            Truth.FALSE,
            Truth.TRUE,
        ),
    }
    for n, day in enumerate((DAY, DAY + days(7))):
        facts = SubjectFacts(made.study, made.subject(someone), day)
        assert {rule: facts.holds(rule) for rule in asked} == {r: t[n] for r, t in asked.items()}
