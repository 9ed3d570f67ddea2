"""Fixed designs against gsDesign 3.11 and gsDesign2 1.1.8, by numbers printed with their calls."""

import pytest

from equipoise.design import logrank, nonproportional
from equipoise.design.accrual import Accrual, Setting, calendar_time, proportional, uniform
from equipoise.design.hazards import exponential
from equipoise.design.two_arms import TwoArmTest

CONTROL = exponential(0.0288811325233311)
ACCRUAL = Accrual((6.375,), (48.0,))
TIMES = (24, 36, 48, 60, 72, 84)


def test_events_needed_agree_over_hazard_ratios() -> None:
    """nEvents(hr = c(.6,.65,.68,.7,.75,.8), alpha = .025, beta = .2, sided = 1)."""
    wanted = {
        0.6: 120.315704377499,
        0.65: 169.180662899934,
        0.68: 211.082818640822,
        0.7: 246.787104547358,
        0.75: 379.351729597381,
        0.8: 630.520171180455,
    }
    for hazard_ratio, events in wanted.items():
        ours = logrank.events_needed(
            hazard_ratio=hazard_ratio, test=TwoArmTest(alpha=0.025, sided=1)
        )
        assert ours.events == pytest.approx(events, rel=1e-12)


def test_n_surv_agrees_for_both_formulas() -> None:
    """nSurv(lambdaC, hr = 0.7, eta = 0, R = 48, T = 84, minfup = 36, alpha = .025, beta = .2)."""
    wanted = {
        "lachin-foulkes": (327.479287884123, 132.420155862622, 113.12688619578),
        "schoenfeld": (329.13312487361, 133.088904574439, 113.69819997292),
    }
    setting = proportional(control=CONTROL, hazard_ratio=0.7, accrual=uniform(1, 48))
    for method, figures in wanted.items():
        ours = logrank.sample_size(
            setting, duration=84, test=TwoArmTest(alpha=0.025, sided=1, method=method)
        )
        got = (ours.subjects, ours.events_control, ours.events_treatment)
        assert got == pytest.approx(figures, rel=1e-12), method


def settings() -> tuple[Setting, Setting]:
    delayed = nonproportional.delayed_effect(CONTROL, delay=6, hazard_ratio=0.6)
    proportional_ = proportional(control=CONTROL, hazard_ratio=0.68, accrual=ACCRUAL)
    return proportional_, Setting(control=CONTROL, treatment=delayed, accrual=ACCRUAL)


def test_the_average_hazard_ratio_agrees_for_constant_and_delayed_effects() -> None:
    """ahr(enroll_rate, fail_rate, total_duration = c(24,36,48,60,72,84)), 306 over 48 months."""
    steady, delayed = settings()
    ours = nonproportional.average_hazard_ratio(steady, TIMES)
    assert ours.average_ratio == pytest.approx([0.68] * 6, rel=1e-12)
    assert ours.events[-1] == pytest.approx(227.880360052197, rel=1e-12)
    assert ours.information[-1] == pytest.approx(56.5491077326081, rel=1e-12)
    assert ours.null_information[0] == pytest.approx(9.20443475683309, rel=1e-12)
    ours = nonproportional.average_hazard_ratio(delayed, TIMES)
    assert ours.average_ratio == pytest.approx(
        [
            0.795076742969858,
            0.747717006129469,
            0.722547546162931,
            0.695277575745981,
            0.679165514584614,
            0.670191076348997,
        ],
        rel=1e-12,
    )
    assert ours.events[2] == pytest.approx(125.692512044459, rel=1e-12)
    assert ours.information[2] == pytest.approx(30.7421612258004, rel=1e-12)
    assert ours.null_information[5] == pytest.approx(56.1989989432131, rel=1e-12)


def test_the_day_of_the_190th_event_agrees() -> None:
    """expected_time(enroll_rate, fail_rate, target_event = 190): its search stops at 1e-8."""
    for setting, time in zip(settings(), (67.0128861790655, 67.6022564207111), strict=True):
        assert calendar_time(setting, 190) == pytest.approx(time, rel=1e-7)


def test_the_fixed_design_by_average_hazard_ratio_agrees() -> None:
    """fixed_design_ahr(alpha = .025, power = .8, enroll_rate, fail_rate, study_duration = 84)."""
    wanted = ((284.077169509245, 211.554273432601), (267.89955446507, 196.806363114637))
    for setting, figures in zip(settings(), wanted, strict=True):
        ours = nonproportional.sample_size(
            setting, duration=84, test=TwoArmTest(alpha=0.025, sided=1)
        )
        assert (ours.subjects, ours.events) == pytest.approx(figures, rel=1e-12)
