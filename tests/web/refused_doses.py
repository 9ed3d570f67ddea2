"""Plans, checks and doses that the trial refuses."""

from collections.abc import Iterator
from datetime import timedelta

from equipoise.web import write_service
from tests.web.one_law import CANNOT, Tried, tried

__all__ = ["BY_DOSES", "refused_doses"]

_RULES = "tests/spec/conduct/treatment/test_treatment_rules.py::"
_TABLETS = "tests/spec/conduct/treatment/test_tablet_rules.py::"
BY_DOSES = {
    f"treatment.{code}": _RULES + name
    for code, name in {
        "none": "test_a_study_that_says_nothing_of_its_treatment_plans_none",
        "other-arm": "test_only_who_is_treated_so_is_planned_for",
        "withdrawn": "test_who_agrees_to_no_more_treatment_is_planned_none",
        "given-before": "test_as_it_was_planned_and_checked_a_dose_is_no_deviation",
        "lapsed": "test_a_cycle_that_is_planned_anew_or_put_off_is_not_checked_by_its_old_plan",
        "same-person": "test_a_plan_is_checked_by_another_person_over_what_was_shown",
        "checked-before": "test_a_plan_is_checked_by_another_person_over_what_was_shown",
        "changed-meanwhile": "test_a_plan_is_checked_by_another_person_over_what_was_shown",
        "proposed-otherwise": "test_what_stands_is_judged_again_at_the_check",
        "not-worked-out": "test_what_is_not_recorded_leaves_a_dose_open_and_refuses_the_plan",
        "not-checked": "test_nothing_is_released_that_nobody_checked_or_of_no_lot",
        "released-before": "test_nothing_is_released_that_nobody_checked_or_of_no_lot",
        "no-lot": "test_nothing_is_released_that_nobody_checked_or_of_no_lot",
        "no-expiry": "test_nothing_is_released_that_nobody_checked_or_of_no_lot",
        "expired": "test_nothing_is_released_that_nobody_checked_or_of_no_lot",
        "too-weak": "test_nothing_is_released_that_nobody_checked_or_of_no_lot",
        "stop": "test_a_stop_refuses_and_says_what_would_lift_it",
        "warns": "test_a_warning_that_was_seen_stops_nothing_and_is_kept_with_the_plan",
    }.items()
} | {
    "treatment.too-near": "tests/spec/conduct/treatment/test_apart_rules.py::"
    "test_a_cycle_is_planned_no_sooner_after_another_whatever_regimen_that_is_of",
    "void.tablets-returned": _TABLETS + "test_what_is_counted_is_voided_from_the_end",
    "void.check-rests": _RULES + "test_a_plan_is_checked_by_another_person_over_what_was_shown",
    "void.release-rests": "tests/spec/conduct/treatment/test_given_otherwise_rules.py::"
    "test_a_check_is_not_voided_under_what_was_released_by_it",
    "treatment.stop-in-pump": "tests/spec/conduct/treatment/test_into_pump_rules.py::"
    "test_a_stop_of_what_goes_into_the_pump_says_what_goes_in_meanwhile",
}
INFUSION = "folfox-infusion"


def refused_doses() -> Iterator[Tried]:
    """Of somebody who was randomised, and who was not."""
    today = write_service.today()
    plain = {"regimen": "folfox", "cycle": 1, "day": today.isoformat()}
    amounts = {INFUSION: "9500", "folfox-oxaliplatin": "some"}
    wrong = {"doses": amounts, "prescribed": {INFUSION: "950"}, "rates": {INFUSION: "52.2"}}
    for fields in (
        {"doses": {}},
        {"doses": {"other": "5"}},
        {"regimen": "none", "doses": {}},
        {"cycle": 13, "doses": {}},
        {"day": (today - timedelta(days=99)).isoformat(), "doses": {}},
        wrong,
    ):
        yield tried("treatment.plan", "randomised", page=CANNOT, **plain | fields)
    yield tried("treatment.plan", "registered", page=CANNOT, **plain, doses={})
    yield tried("treatment.check", "randomised", page=CANNOT, plan=1, digest="0" * 64)
    yield tried("treatment.release", "randomised", page=CANNOT, plan=1, lots={}, expiries={})
    for given in (
        {"doses": {}},
        {
            "doses": {INFUSION: "none"},
            "starts": {INFUSION: "noon"},
            "partly": [INFUSION],
        },
    ):
        cycle = {"regimen": "folfox", "cycle": 1}
        yield tried("treatment.give", "randomised", page=CANNOT, **cycle, **given)
    filled = {"regimen": "haip", "cycle": 1, "doses": {"haip-floxuridine": "195"}}
    yield tried("treatment.give", "randomised", page=CANNOT, **filled)
    for product, what, number in (
        ("tea", "dispensed", 1),
        ("capecitabine-150", "dispensed", 0),
        ("capecitabine-150", "returned", 1),
    ):
        count = {"product": product, "what": what, "number": number}
        page = CANNOT if product == "tea" else ""
        yield tried("treatment.count", "randomised", page=page, regimen="capox", cycle=1, **count)
    later = {"regimen": "folfox", "cycle": 1, "why": "other"}
    yield tried("treatment.omit", "randomised", **later)
    yield tried("treatment.delay", "randomised", **later, until=today.isoformat())
