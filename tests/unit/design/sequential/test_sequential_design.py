"""What any group-sequential design must do, whatever its rules."""

import math

import pytest
from scipy.special import ndtr

from equipoise.design.problems import BadDesign
from equipoise.design.sequential.conditional import (
    Prior,
    conditional_power,
    predictive_power,
    trend,
)
from equipoise.design.sequential.hazard import events_for, ratio_interval, with_events
from equipoise.design.sequential.inference import (
    adjusted,
    overrunning,
    repeated_intervals,
    repeated_p_values,
    sequential_p_value,
)
from equipoise.design.sequential.plan import equally_spaced, sequential_design
from equipoise.design.sequential.replan import replanned
from equipoise.design.sequential.spending import (
    FixedFutility,
    HaybittlePeto,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    OBrienFleming,
    Pocock,
    UserSpending,
    WangTsiatis,
)

TABLE = UserSpending(at=(0.2, 0.6, 1.0), spent_by=(0.0, 0.01, 0.025))
FAMILIES = (
    OBrienFleming(),
    Pocock(),
    WangTsiatis(0.25),
    HaybittlePeto(),
    LanDeMetsOBrienFleming(),
    LanDeMetsPocock(),
    KimDeMets(2),
    HwangShihDeCani(-4),
    TABLE,
)
SPENDING = FAMILIES[4:]


def a_design(**changes):
    settings = {"fractions": (0.5, 0.75, 1), "alpha": 0.025, "power": 0.8}
    return sequential_design(**{**settings, **changes})


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@pytest.mark.parametrize("looks", range(1, 11))
def test_alpha_and_power_are_what_was_asked(family, looks):
    plan = a_design(fractions=equally_spaced(looks), efficacy=family)
    assert plan.under(0.0).significant == pytest.approx(0.025, abs=1e-12)
    assert plan.under(plan.drift).power == pytest.approx(0.8, abs=1e-12)
    assert plan.alpha_spent[-1] == pytest.approx(0.025, abs=1e-12)
    assert plan.inflation >= 1 - 1e-12


@pytest.mark.parametrize("family", FAMILIES[:-1], ids=lambda family: family.name)
def test_the_whole_alpha_of_a_two_sided_design_is_shared_by_both_sides(family):
    plan = a_design(alpha=0.05, sided=2, efficacy=family)
    none = plan.under(0.0)
    assert none.significant == pytest.approx(0.05, abs=1e-12)
    assert none.efficacy == pytest.approx(none.harm, abs=1e-13)


def test_one_look_is_the_fixed_test():
    plan = a_design(fractions=(1,))
    assert plan.upper[0] == pytest.approx(1.959963984540054, abs=1e-12)
    assert plan.inflation == pytest.approx(1, abs=1e-12)


def test_ending_somewhere_is_certain():
    plan = a_design(futility=KimDeMets(2))
    for drift in (-1.0, 0.0, 2.0, 5.0):
        assert math.fsum(plan.under(drift).stopped) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("binding", [False, True])
@pytest.mark.parametrize("family", [OBrienFleming(), LanDeMetsPocock(), HaybittlePeto()])
def test_beta_is_spent_as_asked_and_bounds_meet_at_the_end(family, binding):
    plan = a_design(efficacy=family, futility=HwangShihDeCani(-2), binding=binding)
    lost = plan.under(plan.drift).futility
    assert math.fsum(lost) == pytest.approx(0.2, abs=1e-10)
    assert lost[0] == pytest.approx(HwangShihDeCani(-2).spent(0.5, 0.2), abs=1e-12)
    error = plan.under(0.0, heed_futility=binding).significant
    assert error == pytest.approx(0.025, abs=1e-11)


def test_binding_futility_lowers_the_efficacy_bounds_and_passing_it_over_costs_alpha():
    bound, free = (a_design(futility=KimDeMets(1), binding=flag) for flag in (True, False))
    assert bound.upper[-1] < free.upper[-1]
    assert bound.under(0.0, heed_futility=False).significant > 0.025 + 1e-4
    assert free.under(0.0, heed_futility=False).significant == pytest.approx(0.025, abs=1e-12)


def test_a_two_sided_design_may_stop_for_futility_in_the_middle():
    plan = a_design(alpha=0.05, sided=2, futility=LanDeMetsPocock())
    assert all(0 < low < high for low, high in zip(plan.lower, plan.upper, strict=False))
    assert plan.under(plan.drift).power == pytest.approx(0.8, abs=1e-12)


def test_looks_that_fall_as_planned_change_nothing():
    for family in FAMILIES:
        plan = a_design(efficacy=family)
        assert replanned(plan, plan.fractions).upper == pytest.approx(plan.upper, abs=1e-9)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@pytest.mark.parametrize("ending", [0.9, 1.0, 1.15])
def test_the_type_one_error_holds_wherever_the_looks_fall(family, ending):
    """The first bound stays as it was used; the last look takes what is left."""
    plan = a_design(efficacy=family)
    early = replanned(plan, (0.42, 1))
    now = replanned(plan, (0.42, 0.6, 0.81, ending), used=early.upper[:1])
    assert now.upper[0] == early.upper[0]
    assert now.under(0.0).significant == pytest.approx(0.025, abs=1e-12)


def test_running_over_adds_power_and_running_short_costs_it():
    plan = a_design()
    short, over = (replanned(plan, (0.5, 0.75, end)) for end in (0.85, 1.2))
    assert short.power < plan.power < over.power


def test_conditional_power_with_one_look_left_is_the_textbook_formula():
    plan = a_design(fractions=(0.5, 1))
    for drift in (0.0, plan.drift, trend(plan, 1, 1.5)):
        reach = (plan.upper[1] - 1.5 * math.sqrt(0.5) - drift * 0.5) / math.sqrt(0.5)
        got = conditional_power(plan, 1, 1.5, drift).power
        assert got == pytest.approx(float(ndtr(-reach)), abs=1e-13)


def test_the_conditional_error_of_a_two_sided_test_counts_each_side_for_itself():
    plan = a_design(fractions=(0.5, 1), alpha=0.05, sided=2)
    seen, bound = 0.8 * math.sqrt(0.5), plan.upper[1]
    expected = ndtr((seen - bound) / math.sqrt(0.5)) + ndtr((-seen - bound) / math.sqrt(0.5))
    assert conditional_power(plan, 1, 0.8, 0.0).significant == pytest.approx(expected, abs=1e-13)


def test_predictive_power_with_one_look_left_is_the_textbook_formula():
    """Flat prior: the final Z given z at t has mean z/sqrt(t) and variance (1 - t)/t."""
    plan = a_design(fractions=(0.4, 1))
    expected = ndtr((1.5 / math.sqrt(0.4) - plan.upper[1]) / math.sqrt(0.6 / 0.4))
    assert predictive_power(plan, 1, 1.5).power == pytest.approx(float(expected), abs=1e-12)


def test_a_prior_that_is_sure_gives_conditional_power_and_one_that_knows_nothing_the_flat_one():
    plan = a_design()
    sure = predictive_power(plan, 1, 1.2, Prior(mean=plan.drift, sd=1e-4)).power
    assert sure == pytest.approx(conditional_power(plan, 1, 1.2).power, abs=1e-7)
    vague = predictive_power(plan, 1, 1.2, Prior(mean=0, sd=1e6)).power
    assert vague == pytest.approx(predictive_power(plan, 1, 1.2).power, abs=1e-9)


def test_average_conditional_power_is_power():
    """Averaged over what the first look may show, conditional power gives the design's power."""
    from scipy.integrate import quad

    plan = a_design()
    first, drift = plan.upper[0], plan.drift

    def part(z):
        seen = math.exp(-0.5 * (z - drift * math.sqrt(0.5)) ** 2) / math.sqrt(2 * math.pi)
        return seen * conditional_power(plan, 1, z).power

    later = quad(part, -8, first, epsabs=1e-12)[0]
    assert later + plan.under(drift).efficacy[0] == pytest.approx(0.8, abs=1e-10)


def test_the_adjusted_p_value_is_alpha_on_the_last_bound():
    """At any bound it is the alpha spent so far."""
    plan = a_design()
    for look, bound in enumerate(plan.upper, start=1):
        got = adjusted(plan, look, bound).p_value
        assert got == pytest.approx(plan.alpha_spent[look - 1], abs=1e-13)


def test_the_adjusted_interval_excludes_no_effect_just_when_the_p_value_says_so():
    plan = a_design()
    assert adjusted(plan, 3, plan.upper[2] + 1e-6).interval.low > 0
    assert adjusted(plan, 3, plan.upper[2] - 1e-6).interval.low < 0


def test_stopping_at_the_first_look_needs_no_adjustment():
    found = adjusted(a_design(), 1, 3.2)
    assert found.estimate == pytest.approx(3.2 / math.sqrt(0.5), abs=1e-9)
    assert found.p_value == pytest.approx(float(ndtr(-3.2)), abs=1e-15)


def test_the_median_unbiased_estimate_lies_too_low_as_often_as_too_high():
    """Under any effect half of the results give an estimate below it."""
    plan = a_design()
    found = adjusted(plan, 3, 2.3)
    again = adjusted(plan, 3, 2.3, information=50.0)
    assert again.estimate == pytest.approx(found.estimate / math.sqrt(50), abs=1e-10)
    from equipoise.design.sequential.inference import more_extreme

    assert more_extreme(plan, 3, 2.3, found.estimate, False) == pytest.approx(0.5, abs=1e-10)


def test_stopping_for_futility_is_worse_the_earlier_it_comes():
    plan = a_design(futility=KimDeMets(2), binding=True)
    early = adjusted(plan, 1, plan.lower[0]).p_value
    late = adjusted(plan, 2, plan.lower[1]).p_value
    assert early > late > plan.alpha


def test_two_sided_inference_does_not_care_which_arm_is_called_experimental():
    plan = a_design(alpha=0.05, sided=2)
    good, bad = adjusted(plan, 2, 2.5), adjusted(plan, 2, -2.5)
    assert good.p_value == pytest.approx(bad.p_value, abs=1e-12)
    assert good.estimate == pytest.approx(-bad.estimate, abs=1e-9)
    assert good.interval.low == pytest.approx(-bad.interval.high, abs=1e-9)


def test_data_that_come_in_after_stopping_take_the_place_of_the_look_that_stopped():
    plan = a_design()
    found = overrunning(plan, 1, 2.9, 0.6)
    assert found.p_value == pytest.approx(float(ndtr(-2.9)), abs=1e-14)
    assert found.estimate == pytest.approx(2.9 / math.sqrt(0.6), abs=1e-9)


def test_a_repeated_p_value_is_alpha_on_the_bound():
    for family in (*SPENDING, OBrienFleming(), Pocock()):
        plan = a_design(efficacy=family, fractions=(0.6, 0.8, 1))
        assert repeated_p_values(plan, plan.upper) == pytest.approx([0.025] * 3, abs=1e-9)


def test_the_sequential_p_value_is_the_smallest_so_far():
    plan = a_design()
    values = repeated_p_values(plan, [2.9, 1.0])
    assert sequential_p_value(plan, [2.9, 1.0]) == min(values) == values[0]


def test_a_repeated_interval_excludes_no_effect_beyond_the_bound():
    plan = a_design()
    touching = repeated_intervals(plan, plan.upper)
    assert [interval.low for interval in touching] == pytest.approx([0, 0, 0], abs=1e-12)


def test_events_follow_from_schoenfeld_and_the_inflation():
    plan = events_for(a_design(), 0.68, ratio=2)
    fixed = (1.959963984540054 + 0.8416212335729143) ** 2 / math.log(0.68) ** 2 * 9 / 2
    assert plan.max_events == pytest.approx(fixed * plan.design.inflation, rel=1e-12)
    assert plan.under(0.68).power == pytest.approx(0.8, abs=1e-12)
    back = with_events(plan.design, plan.max_events, ratio=2)
    assert back.hazard_ratio == pytest.approx(0.68, abs=1e-12)


def test_an_interval_of_the_hazard_ratio_turns_the_ends_round():
    interval = ratio_interval(adjusted(a_design(), 2, 2.6, information=50))
    assert interval.low < interval.high < 1


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(BadDesign) as refused:
        sequential_design(fractions=(0.5, 0.4, 0.9), alpha=0.6, power=1.2, efficacy=KimDeMets(-1))
    places = [problem.place for problem in refused.value.problems]
    assert places == ["fractions", "fractions", "alpha", "power", "spending.rho"]
    assert "look 2 at 0.4 does not come after look 1 at 0.5" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fractions": ()}, "no look is named"),
        ({"fractions": tuple(k / 11 for k in range(1, 12))}, "11 looks"),
        ({"fractions": (0.5, 0.50000001, 1)}, "are one look"),
        ({"fractions": (0.5, math.nan, 1)}, "must all be numbers above 0"),
        ({"alpha": 0.5}, "Give a size below 0.5, such as 0.025"),
        ({"alpha": 0.0}, "alpha"),
        ({"alpha": math.nan}, "alpha"),
        ({"power": 0.01}, "not above the size of the test .received 0.01"),
        ({"sided": 3}, "one side or two"),
        ({"efficacy": HaybittlePeto(1.5)}, "nothing is left for the last one"),
        ({"efficacy": TABLE, "alpha": 0.05}, "the table ends at 0.025"),
        ({"efficacy": UserSpending(at=(0.5, 1.0), spent_by=(0.02, 0.01))}, "never fall"),
        ({"efficacy": WangTsiatis(2)}, "between -0.5 and 1"),
        ({"efficacy": HwangShihDeCani(math.nan)}, "gamma lies from -40 to 40"),
        ({"futility": FixedFutility((0.0,))}, "the last look has none"),
    ],
)
def test_an_impossible_design_gets_a_sentence(changes, words):
    with pytest.raises(BadDesign, match=words.replace("(", r"\(")):
        a_design(**changes)


def test_a_question_out_of_place_gets_a_sentence():
    plan = a_design()
    for question in (
        lambda: conditional_power(plan, 3, 1.0),
        lambda: adjusted(plan, 4, 1.0),
        lambda: adjusted(plan, 1, math.nan),
        lambda: overrunning(plan, 2, 2.0, 0.6),
        lambda: repeated_p_values(plan, []),
        lambda: events_for(plan, 1.0),
        lambda: with_events(plan, 0),
        lambda: replanned(plan, (0.5, 1.1, 1.2)),
        lambda: predictive_power(plan, 1, 1.0, Prior(mean=0, sd=0)),
    ):
        with pytest.raises(BadDesign):
            question()


def test_a_design_prints_as_a_table_with_a_cell_for_each_look():
    plan = a_design(futility=KimDeMets(2))
    assert "not binding" in plan.text()
    assert "2.9626" in plan.text()
    cells = dict(plan.rows())
    assert len(cells["Efficacy bound, Z"]) == 3
    assert len(cells["Futility bound, Z"]) == 2 + (len(plan.lower) == 3)
