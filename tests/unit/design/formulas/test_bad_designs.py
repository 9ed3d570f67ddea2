"""A bad design gets a sentence for everything that is wrong with it, and all of them at once."""

import math
from collections.abc import Callable
from functools import partial

import pytest

from equipoise.design import logrank, nonproportional, two_arms
from equipoise.design.accrual import (
    Accrual,
    Setting,
    calendar_time,
    expected_events,
    proportional,
    uniform,
)
from equipoise.design.exact_shares import exact_power
from equipoise.design.hazards import (
    Cured,
    Piecewise,
    Weibull,
    dropout_of,
    exponential,
    from_median,
    from_survival,
)
from equipoise.design.means import Means
from equipoise.design.milestone import Milestone
from equipoise.design.problems import BadDesign
from equipoise.design.proportions import Proportions
from equipoise.design.rmst import RestrictedMeans
from equipoise.design.two_arms import Comparison, TwoArmTest

CONTROL = from_median(24)
GOOD = proportional(control=CONTROL, hazard_ratio=0.7, accrual=uniform(306, 48))


def places(refused: pytest.ExceptionInfo[BadDesign]) -> set[str]:
    return {problem.place for problem in refused.value.problems}


def test_everything_wrong_with_a_design_is_said_at_once() -> None:
    setting = Setting(
        control=Piecewise((0.03, -0.01), (0, 6)),
        treatment=Weibull(0, -1),
        accrual=Accrual((5, -2), (-3, 6)),
        ratio=0,
        dropout=Piecewise((0.01,), (2,)),
    )
    with pytest.raises(BadDesign) as refused:
        logrank.sample_size(
            setting, duration=-1, test=TwoArmTest(power=0.01, alpha=0.05, sided=1, method="cox")
        )
    assert places(refused) == {
        "control.rates[1]",
        "treatment.rate",
        "treatment.shape",
        "accrual.rates[1]",
        "accrual.lengths[0]",
        "ratio",
        "dropout.starts",
        "power",
        "method",
        "duration",
    }


def test_a_problem_says_where_what_the_value_and_what_would_do() -> None:
    with pytest.raises(BadDesign) as refused:
        logrank.events_needed(hazard_ratio=0.7, test=TwoArmTest(power=0.02, alpha=0.05, sided=1))
    assert str(refused.value) == (
        "power: the power is not above the size of the test (received 0.02). "
        "Ask for a power above alpha, such as 0.8."
    )


def test_a_method_that_a_test_does_not_have_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(BadDesign, match="Choose one of: t, z."):
        two_arms.sample_size(Means(difference=1, spread=1), TwoArmTest(method="pooled"))
    with pytest.raises(BadDesign, match="Choose one of: plain."):
        restricted = RestrictedMeans(setting=GOOD, horizon=36, duration=84)
        two_arms.sample_size(restricted, TwoArmTest(method="log-log"))


def test_the_ratio_of_a_setting_is_not_overruled_by_the_test() -> None:
    restricted = RestrictedMeans(setting=GOOD, horizon=36, duration=84)
    for question in (
        lambda: two_arms.power(restricted, TwoArmTest(ratio=2)),
        lambda: logrank.power(GOOD, duration=84, test=TwoArmTest(ratio=2)),
        lambda: nonproportional.power(GOOD, duration=84, test=TwoArmTest(ratio=2)),
    ):
        with pytest.raises(BadDesign, match="the setting has the allocation ratio 1.0"):
            question()


def test_no_effect_cannot_be_shown_by_any_number() -> None:
    same = Setting(control=CONTROL, treatment=CONTROL, accrual=uniform(306, 48))
    asked = (
        lambda: logrank.events_needed(hazard_ratio=1),
        lambda: logrank.events_needed(hazard_ratio=1.2, null_ratio=1.2),
        lambda: logrank.sample_size(same, duration=84),
        lambda: logrank.duration(same),
        lambda: logrank.accrual_needed(same, follow_up=12),
        lambda: nonproportional.sample_size(same, duration=84),
        lambda: two_arms.sample_size(RestrictedMeans(setting=same, horizon=24, duration=84)),
        lambda: two_arms.sample_size(Milestone(setting=same, milestone=24, duration=84)),
        lambda: two_arms.sample_size(Proportions(control=0.3, treatment=0.3)),
        lambda: two_arms.sample_size(Means(difference=2, margin=2, spread=1)),
    )
    for question in asked:
        with pytest.raises(BadDesign, match="no number|shows it|average hazard ratio is 1"):
            question()


def test_zero_or_unreachable_events_are_refused() -> None:
    with pytest.raises(BadDesign, match="events must be above 0"):
        logrank.power_of_events(events=0, hazard_ratio=0.7)
    with pytest.raises(BadDesign, match=r"only 306\.0 events would ever be seen"):
        calendar_time(GOOD, 400)
    nobody = Setting(control=exponential(0), treatment=exponential(0), accrual=uniform(306, 48))
    with pytest.raises(BadDesign):
        logrank.power(nobody, duration=84)
    with pytest.raises(BadDesign, match="no events are expected"):
        nonproportional.power(nobody, duration=84)
    with pytest.raises(BadDesign, match="so few events"):
        logrank.detectable_with_events(events=5, test=TwoArmTest(method="freedman"))
    few = uniform(8, 10)
    with pytest.raises(BadDesign, match="no hazard ratio"):
        logrank.detectable_ratio(
            GOOD.with_accrual(few), duration=12, test=TwoArmTest(method="lachin-foulkes")
        )
    for method in ("schoenfeld", "lachin-foulkes"):
        with pytest.raises(BadDesign, match="ever be seen|never pass"):
            logrank.duration(GOOD.with_accrual(few), test=TwoArmTest(method=method))
    with pytest.raises(BadDesign, match="not reached by"):
        nonproportional.duration(GOOD.with_accrual(few))


def test_values_that_are_no_numbers_are_refused_with_a_sentence() -> None:
    for value in (math.nan, math.inf, -math.inf, True, None, "0.7"):
        with pytest.raises(BadDesign, match="hazard_ratio"):
            logrank.events_needed(hazard_ratio=value)  # type: ignore[arg-type]
        with pytest.raises(BadDesign, match="alpha"):
            logrank.events_needed(hazard_ratio=0.7, test=TwoArmTest(alpha=value))  # type: ignore[arg-type]
        with pytest.raises(BadDesign, match="ratio"):
            two_arms.sample_size(Means(difference=1, spread=1), TwoArmTest(ratio=value))  # type: ignore[arg-type]


def test_a_ratio_of_hazards_that_changes_belongs_to_the_other_module() -> None:
    delayed = nonproportional.delayed_effect(CONTROL, delay=6, hazard_ratio=0.6)
    setting = Setting(control=CONTROL, treatment=delayed, accrual=uniform(306, 48))
    for treatment in (delayed, Cured(0.2, CONTROL), Weibull(0.03, 1.2)):
        with pytest.raises(BadDesign, match="nonproportional"):
            logrank.sample_size(
                Setting(control=CONTROL, treatment=treatment, accrual=setting.accrual), duration=84
            )


def test_one_of_time_and_events_is_asked_for() -> None:
    for module in (logrank, nonproportional):
        for given in ({}, {"duration": 84, "events": 100}):
            with pytest.raises(BadDesign, match="one of duration and events"):
                module.power(GOOD, **given)


def test_a_horizon_beyond_all_follow_up_is_refused() -> None:
    with pytest.raises(BadDesign, match="nobody will have been followed"):
        two_arms.power(RestrictedMeans(setting=GOOD, horizon=84, duration=84))
    with pytest.raises(BadDesign, match="nobody will have been followed"):
        two_arms.power(Milestone(setting=GOOD, milestone=90, duration=84))
    with pytest.raises(BadDesign, match="nobody dies by then"):
        later = Piecewise((0.0, 0.1), (0, 20))
        two_arms.power(
            Milestone(
                setting=Setting(control=later, treatment=CONTROL, accrual=uniform(10, 10)),
                milestone=12,
                duration=60,
            )
        )


def test_makers_of_laws_and_accruals_refuse_what_they_cannot_make() -> None:
    makers = (
        lambda: from_median(0),
        lambda: from_survival(1.0, at=3),
        lambda: dropout_of(1.0, by=12),
        lambda: uniform(306, -1),
        lambda: proportional(control=CONTROL, hazard_ratio=-1, accrual=uniform(1, 1)),
        lambda: CONTROL.with_ratios((1.0, 0.5), (0.0,)),
        lambda: nonproportional.delayed_effect(CONTROL, delay=-2, hazard_ratio=0.5),
        lambda: expected_events(GOOD, (-1.0,)),
        lambda: logrank.sample_size(
            Setting(control=Cured(1.2, CONTROL), treatment=CONTROL, accrual=Accrual((), ())),
            duration=3,
        ),
        lambda: exact_power(
            subjects_control=10**6, subjects_treatment=0, control=0.2, treatment=0.4
        ),
        lambda: two_arms.power(Means(difference=1, spread=1), subjects=2),
        lambda: two_arms.power(Proportions(control=1.2, treatment=0.3, margin=2), subjects=100),
        lambda: logrank.events_needed(
            hazard_ratio=0.9, null_ratio=1.3, test=TwoArmTest(method="freedman")
        ),
        lambda: logrank.accrual_needed(GOOD.with_accrual(Accrual((3, 0), (10, 10))), follow_up=12),
    )
    for make in makers:
        with pytest.raises(BadDesign):
            make()


BEYOND = (
    math.nan,
    math.inf,
    -math.inf,
    -1,
    1e-300,
    1e300,
    10**400,
    "x",
    "",
    None,
    [],
    (1, 2),
    {},
    1j,
)


@pytest.mark.parametrize("value", BEYOND, ids=repr)
def test_nothing_given_in_place_of_a_number_gets_a_traceback_or_a_figure_that_is_none(
    value,
) -> None:
    """Each argument in turn is spoiled; every refusal names the place."""
    trial, test = {"duration": 84}, {"alpha": 0.05, "sided": 2, "power": 0.8}
    shares, test_of_shares = {"control": 0.3, "treatment": 0.45}, {**test, "ratio": 1}
    asked = (
        (logrank.events_needed, {"hazard_ratio": 0.7, "null_ratio": 1}, test_of_shares),
        (of(logrank.sample_size), {**trial, "null_ratio": 1}, {**test, "method": "lachin-foulkes"}),
        (of(logrank.accrual_needed), {"follow_up": 12}, {**test, "method": "schoenfeld"}),
        (of(nonproportional.sample_size), trial, {**test, "method": "both"}),
        (sized(RestrictedMeans, setting=GOOD), {**trial, "horizon": 36}, test),
        (
            sized(Milestone, setting=GOOD),
            {**trial, "milestone": 36},
            {**test, "method": "log-log"},
        ),
        (sized(Proportions), shares, test_of_shares),
        (sized(Means), {"difference": 5, "spread": 10}, {**test_of_shares, "method": "t"}),
    )
    for question, right, right_test in asked:
        for name in right:
            if name == "difference" and value == -1:
                continue
            with pytest.raises(BadDesign):
                question(**{**right, name: value}, test=TwoArmTest(**right_test))
        for name in right_test:
            if name == "method" and value == "":
                continue  # the usual one
            with pytest.raises(BadDesign):
                question(**right, test=TwoArmTest(**{**right_test, name: value}))


def of(question: Callable[..., object]) -> Callable[..., object]:
    return partial(question, GOOD)


def sized(kind: Callable[..., Comparison], **known: object) -> Callable[..., object]:
    return lambda test, **given: two_arms.sample_size(kind(**known, **given), test)


def test_what_is_no_number_in_a_law_or_an_accrual_is_named_with_its_place() -> None:
    for spoiled in ("x", None, [], (1, 2), 1j, 10**400, 1e300):
        law, steep = Piecewise((0.03, spoiled), (0, 6)), Weibull(0.1, spoiled)
        settings = {
            "control": Setting(control=law, treatment=CONTROL, accrual=uniform(9, 9)),
            "treatment": Setting(control=CONTROL, treatment=steep, accrual=uniform(9, 9)),
            "accrual": GOOD.with_accrual(Accrual((5, spoiled), (3, 6))),
        }
        for place, setting in settings.items():
            with pytest.raises(BadDesign, match=place):
                nonproportional.power(setting, duration=84)


def test_a_one_sided_test_has_a_size_below_a_half() -> None:
    for size in (0.5, 0.7):
        with pytest.raises(BadDesign, match="one-sided test of this size"):
            logrank.events_needed(hazard_ratio=0.7, test=TwoArmTest(alpha=size, sided=1, power=0.9))


def test_a_power_that_a_formula_finds_with_nobody_is_refused() -> None:
    """rpact 3.3.4 gives 0.047 participants; a squared negative number is no trial."""
    with pytest.raises(BadDesign, match="without any participants"):
        two_arms.sample_size(
            Proportions(control=0.0114, treatment=0.123), TwoArmTest(power=0.16, ratio=0.13)
        )
    with pytest.raises(BadDesign, match="hardly more than two participants"):
        two_arms.sample_size(
            Means(difference=-2.2, spread=1), TwoArmTest(power=0.09, alpha=0.05, sided=1)
        )


def test_a_milestone_that_nobody_lives_to_see_is_refused() -> None:
    soon = proportional(control=exponential(3.0), hazard_ratio=0.9, accrual=uniform(100, 10))
    with pytest.raises(BadDesign, match="nobody is alive at the milestone"):
        two_arms.power(Milestone(setting=soon, milestone=300, duration=900))
