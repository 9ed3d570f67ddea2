"""Survival designs by numbers from rpact 3.3.4, and by what must hold between the questions.

Lambda of control 0.0288811325233311 is a median of 24 months; 306 participants in 48 months.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from equipoise.design import logrank, nonproportional, two_arms
from equipoise.design.accrual import (
    Accrual,
    Setting,
    calendar_time,
    events_by_arm,
    expected_events,
    most_events,
    proportional,
    uniform,
)
from equipoise.design.hazards import (
    Cured,
    Piecewise,
    Weibull,
    dropout_of,
    exponential,
    from_median,
    from_survival,
    weibull_from_median,
)
from equipoise.design.incidence import NEVER, area_seen, seen_by
from equipoise.design.milestone import Milestone
from equipoise.design.rmst import RestrictedMeans
from equipoise.design.two_arms import TwoArmTest

MEDIAN_24 = from_median(24)
METHODS = ("schoenfeld", "freedman", "hsieh-freedman", "lachin-foulkes")


def pump(hazard_ratio: float, ratio: float = 1.0) -> Setting:
    return proportional(
        control=MEDIAN_24, hazard_ratio=hazard_ratio, accrual=uniform(306, 48), ratio=ratio
    )


def test_participants_agree_with_rpact_over_medians_and_hazard_ratios() -> None:
    """getSampleSizeSurvival(alpha=.05, beta=.2, sided=2, accrualTime=c(0,48), followUpTime=36)."""
    wanted = {
        (0.65, 20): 213.011010083403,
        (0.65, 24): 229.641401865119,
        (0.7, 20): 305.918625006065,
        (0.7, 24): 329.133124873609,
        (0.75, 20): 463.768710403035,
        (0.75, 24): 497.951233598969,
    }
    for (hazard_ratio, median), subjects in wanted.items():
        setting = proportional(
            control=from_median(median), hazard_ratio=hazard_ratio, accrual=uniform(1, 48)
        )
        ours = logrank.sample_size(setting, duration=84)
        assert ours.subjects == pytest.approx(subjects, rel=1e-9)


def test_drop_out_ramps_pieces_and_weibull_agree_with_rpact() -> None:
    """The same call with drop-out 5 % a year; a ramped accrual; pieces; kappa = 1.3."""
    accrual = uniform(1, 48)
    lost = dropout_of(0.05, by=12)
    ramp = Accrual((0.25, 0.6, 1), (6, 6, 36))
    pieces = Piecewise((0.01, 0.03, 0.04), (0, 6, 18))
    weibull = weibull_from_median(24, 1.3)
    with_loss = proportional(control=MEDIAN_24, hazard_ratio=0.7, accrual=accrual, dropout=lost)
    settings = {
        362.017778969318: with_loss,
        336.448537721271: pump(0.7).with_accrual(ramp),
        306.525430840615: proportional(control=pieces, hazard_ratio=0.7, accrual=accrual),
        298.52053589026: proportional(control=weibull, hazard_ratio=0.7, accrual=accrual),
    }
    for subjects, setting in settings.items():
        assert logrank.sample_size(setting, duration=84).subjects == pytest.approx(
            subjects, rel=1e-6
        )


def test_power_time_and_follow_up_of_306_agree_with_rpact() -> None:
    """getPowerSurvival(maxNumberOfSubjects=306, maxNumberOfEvents=210, alpha=.025, sided=1)."""
    wanted = {
        0.68: (0.797979561977225, 75.1126101329126),
        0.7: (0.733814750232476, 74.4170251232218),
        1.0: (0.025, 66.8677010738565),
    }
    for hazard_ratio, (power, time) in wanted.items():
        ours = logrank.power(pump(hazard_ratio), events=210, test=TwoArmTest(alpha=0.025, sided=1))
        assert ours.power == pytest.approx(power, rel=1e-9)
        assert ours.duration == pytest.approx(time, rel=1e-7)
    assert logrank.power(pump(0.68), events=210).critical_ratio == pytest.approx(
        0.762997344033043, rel=1e-9
    )
    assert logrank.duration(pump(0.68)).follow_up == pytest.approx(27.5999551425607, rel=1e-6)


def test_event_probabilities_agree_with_rpact_to_twelve_digits() -> None:
    """getEventProbabilities(time, accrualTime = c(0, 48), lambda2, hazardRatio = 0.68)."""
    seen = expected_events(pump(0.68), (12, 48, 84))
    treatment = [0.0272747366424572, 0.352465732843607, 0.680690264225112]
    control = [0.038722202853913, 0.458989359666639, 0.808723853763102]
    assert np.array(seen.treatment) / 153 == pytest.approx(treatment, rel=1e-12)
    assert np.array(seen.control) / 153 == pytest.approx(control, rel=1e-12)


def test_a_two_sided_test_without_effect_rejects_with_chance_alpha() -> None:
    for method in METHODS:
        assert logrank.power(
            pump(1.0), duration=84, test=TwoArmTest(method=method)
        ).power == pytest.approx(0.05)


def test_the_questions_undo_one_another_for_every_method_and_ratio() -> None:
    for method in METHODS:
        for ratio in (0.5, 1, 2):
            sized = logrank.sample_size(
                pump(0.7, ratio), duration=84, test=TwoArmTest(method=method, power=0.9)
            )
            setting = pump(0.7, ratio).with_accrual(Accrual(sized.accrual_rates, (48,)))
            run = logrank.duration(setting, test=TwoArmTest(method=method, power=0.9))
            assert run.duration == pytest.approx(84, rel=1e-9)
            needed = logrank.accrual_needed(
                setting, follow_up=36, test=TwoArmTest(method=method, power=0.9)
            )
            assert needed.accrual_length == pytest.approx(48, rel=1e-9)
            reached = logrank.power(
                setting, duration=84, test=TwoArmTest(method=method, sided=1, alpha=0.025)
            )
            assert reached.power == pytest.approx(0.9, rel=1e-9)
            asked = TwoArmTest(method=method, power=0.9)
            shown = logrank.detectable_ratio(setting, duration=84, test=asked)
            assert shown.hazard_ratio == pytest.approx(0.7, rel=1e-9)


def test_events_power_and_detectable_ratio_undo_one_another() -> None:
    for method in METHODS[:3]:
        for ratio in (0.5, 1, 3):
            test = TwoArmTest(ratio=ratio, method=method, alpha=0.025, sided=1)
            events = logrank.events_needed(hazard_ratio=0.7, test=test).events
            reached = logrank.power_of_events(events=events, hazard_ratio=0.7, test=test)
            assert reached.power == pytest.approx(0.8, rel=1e-12)
            shown = logrank.detectable_with_events(events=events, test=test)
            assert shown.hazard_ratio == pytest.approx(0.7, rel=1e-12)


def test_unbalanced_freedman_weighs_treatment_by_its_hazard() -> None:
    """Hand sum, 2:1 and HR 0.5: (1 + 2 * 0.5)^2 / (2 * 0.5^2) * 7.848880 = 8 * 7.848880."""
    ours = logrank.events_needed(hazard_ratio=0.5, test=TwoArmTest(ratio=2, method="freedman"))
    assert ours.events == pytest.approx(8 * 7.84887973434909, rel=1e-12)


def test_the_closed_form_of_events_holds_at_all_rates_even_the_smallest() -> None:
    """Quadrature of the definition; (1 - exp(-z)) / z and its like must not cancel near 0."""
    for rate in (1e-12, 1e-6, 0.03, 2.0):
        for lost in (0.0, 1e-9, 0.05):
            law, dropout = exponential(rate), exponential(lost)
            both = rate + lost
            for x in (0.01, 7.0, 90.0):
                chance = rate * -math.expm1(-both * x) / both
                area = quad(lambda u, b=both, r=rate: r * -math.expm1(-b * u) / b, 0, x)[0]
                assert float(seen_by(law, dropout, x)) == pytest.approx(chance, rel=1e-12)
                assert float(area_seen(law, dropout, x)) == pytest.approx(area, rel=1e-11)


def test_events_by_an_independent_sum_at_a_bend() -> None:
    """Time 11 falls after one change of hazard and one of accrual; summed to 30 digits apart."""
    treatment = Piecewise((0.008, 0.024, 0.032), (0, 6, 18))
    setting = Setting(
        control=treatment,
        treatment=treatment,
        accrual=Accrual((2, 5, 9), (6, 6, 24)),
        dropout=dropout_of(0.1, by=12),
    )
    both = sum(float(arm) for arm in events_by_arm(setting, 11.0))
    assert both == pytest.approx(258 * 0.00597307149824996958693, rel=1e-13)


def test_piecewise_probabilities_and_quantiles_undo_one_another() -> None:
    law = Piecewise((0.01, 0.03, 0.04), (0, 6, 18))
    shares = np.array([0.01, 0.0582354664157513, 0.3, 0.342953180184943, 0.9])
    assert 1 - law.survival(law.quantile(shares)) == pytest.approx(shares, rel=1e-13)
    assert float(law.survival(6)) == pytest.approx(math.exp(-0.06), rel=1e-14)
    assert float(Piecewise((0.1, 0.0), (0, 5)).quantile(0.9)) == math.inf
    assert float(from_survival(0.4, at=30).survival(30)) == pytest.approx(0.4)


def test_a_weibull_of_shape_one_and_an_empty_cure_are_exponential() -> None:
    times = [3.0, 40.0, 80.0]
    plain = area_seen(exponential(0.03), dropout_of(0.1, by=12), times)
    for law in (Weibull(0.03, 1.0), Cured(0.0, exponential(0.03)), Cured(0.0, Weibull(0.03, 1.0))):
        assert area_seen(law, dropout_of(0.1, by=12), times) == pytest.approx(plain, rel=1e-12)
        assert law.lived_between(0.0, 40.0) == pytest.approx(
            exponential(0.03).lived_between(0.0, 40.0), rel=1e-12
        )


def test_the_true_hazard_ratio_scales_a_weibull_at_every_time() -> None:
    law = Weibull(0.03, 1.7)
    times = np.array([1.0, 10.0, 100.0])
    assert law.scaled(0.7).hazard(times) / law.hazard(times) == pytest.approx([0.7] * 3)


def test_no_more_events_are_promised_than_will_ever_be_seen() -> None:
    setting = Setting(
        control=Cured(0.2, MEDIAN_24), treatment=Cured(0.4, MEDIAN_24), accrual=uniform(100, 12)
    )
    assert most_events(setting) == pytest.approx(70)
    assert calendar_time(setting, 69.9) > calendar_time(setting, 60) > 12


def test_constant_effects_give_the_same_events_by_either_road() -> None:
    ours = nonproportional.power(pump(0.7), duration=84, test=TwoArmTest(method="null"))
    assert ours.average_ratio == pytest.approx(0.7, rel=1e-12)
    assert ours.power == pytest.approx(logrank.power(pump(0.7), duration=84).power, rel=1e-12)


def test_the_average_hazard_ratio_questions_undo_one_another() -> None:
    delayed = nonproportional.delayed_effect(MEDIAN_24, delay=6, hazard_ratio=0.6)
    crossing = nonproportional.crossing_effect(MEDIAN_24, at=6, before=1.3, after=0.5)
    cured = Cured(0.3, MEDIAN_24)
    for treatment in (delayed, crossing, cured):
        setting = Setting(control=MEDIAN_24, treatment=treatment, accrual=uniform(1, 48), ratio=2)
        for variance in ("both", "null", "alternative"):
            sized = nonproportional.sample_size(
                setting, duration=84, test=TwoArmTest(method=variance)
            )
            full = setting.with_accrual(Accrual(sized.accrual_rates, (48,)))
            one_side = TwoArmTest(alpha=0.025, sided=1, method=variance)
            reached = nonproportional.power(full, duration=84, test=one_side)
            assert reached.power == pytest.approx(0.8)
            run = nonproportional.duration(full, test=TwoArmTest(method=variance))
            assert run.duration == pytest.approx(84, rel=1e-7)


def test_restricted_mean_and_milestone_sizes_have_the_power_asked() -> None:
    setting = pump(0.7, ratio=2)
    test = TwoArmTest(alpha=0.025, sided=1, power=0.9)
    for what in (
        (RestrictedMeans(setting=setting, horizon=36, duration=84), ""),
        (Milestone(setting=setting, milestone=36, duration=84), "difference"),
        (Milestone(setting=setting, milestone=36, duration=84), "log-log"),
    ):
        compared, by = what[0], replace(test, method=what[1])
        sized = two_arms.sample_size(compared, by)
        full = setting.with_accrual(setting.accrual.scaled(sized.subjects / 306))
        reached = two_arms.power(replace(compared, setting=full), by)
        assert reached.power == pytest.approx(0.9, rel=1e-10)
        again = two_arms.power(compared, by, subjects=sized.subjects)
        assert again.power == pytest.approx(0.9, rel=1e-10)


def test_without_censoring_a_milestone_is_a_plain_share() -> None:
    """All entered long before the analysis: Greenwood's variance is then p (1 - p) / n."""
    setting = pump(0.7)
    ours = two_arms.power(
        Milestone(setting=setting, milestone=12, duration=200), TwoArmTest(method="difference")
    )
    below, above = ours.compared.alive
    plain = math.sqrt((below * (1 - below) + above * (1 - above)) / 153)
    assert ours.standard_error == pytest.approx(plain, rel=1e-10)
    assert NEVER.rates == (0.0,)
