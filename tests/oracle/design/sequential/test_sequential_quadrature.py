"""Our integrals against adaptive quadrature that shares nothing with the recursion."""

import math

from scipy.integrate import dblquad, quad
from scipy.optimize import brentq
from scipy.special import ndtr

from equipoise.design.sequential.plan import equally_spaced, sequential_design
from equipoise.design.sequential.recursion import stops
from equipoise.design.sequential.spending import LanDeMetsPocock, Pocock


def density(score, mean, variance):
    return math.exp(-((score - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)


def second_look(low, high, bound, first, second, drift=0.0):
    """P(low < Z1 < high, Z2 > bound) by adaptive quadrature over the first look."""
    step = math.sqrt(second - first)

    def part(score):
        mean = score + drift * (second - first)
        return density(score, drift * first, first) * ndtr(
            (mean - bound * math.sqrt(second)) / step
        )

    ends = max(low, -12) * math.sqrt(first), high * math.sqrt(first)
    return quad(part, *ends, epsabs=1e-14, epsrel=1e-12, limit=500)[0]


def test_the_second_of_two_lan_demets_bounds_is_exact():
    """1.968595640637 by quadrature to 1e-13; rpact is 6e-9 off, gsDesign 1.1e-7."""
    plan = sequential_design(fractions=(0.5, 1), alpha=0.025, power=0.8)
    first = plan.upper[0]
    left = 0.025 - ndtr(-first)
    bound = brentq(lambda b: second_look(-12, first, b, 0.5, 1) - left, 1, 3, xtol=1e-14)
    assert abs(plan.upper[1] - bound) < 1e-12
    assert abs(plan.upper[1] - 1.968595640637) < 1e-12


def test_two_looks_agree_with_quadrature_at_any_spacing_bound_and_drift():
    for first, second in ((0.01, 1), (0.3, 0.9), (0.5, 1), (0.95, 1), (0.999, 1), (0.999999, 1)):
        for low, high, bound in ((-1, 2.5, 2), (-12, 4, 1), (0.5, 1.5, 1.9)):
            for drift in (-2.0, 0.0, 3.0):
                pairs = stops((first, second), [((low, high),), ((-1, bound),)], drift)
                exact = second_look(low, high, bound, first, second, drift)
                assert abs(pairs[1][1] - exact) < 2e-12, (first, second, low, high, bound, drift)


def test_three_looks_agree_with_quadrature():
    """The bound at the third look turns out the alpha that is left, to 1e-10."""
    plan = sequential_design(
        fractions=(0.4, 0.7, 1), alpha=0.025, power=0.8, efficacy=LanDeMetsPocock()
    )
    one, two, three = plan.upper

    def part(late, early):
        return (
            density(early, 0, 0.4)
            * density(late - early, 0, 0.3)
            * ndtr((late - three) / math.sqrt(0.3))
        )

    ends = -12 * math.sqrt(0.4), one * math.sqrt(0.4)
    later = -8.0, two * math.sqrt(0.7)
    third = dblquad(part, *ends, *later, epsabs=1e-13, epsrel=1e-12)[0]
    second = second_look(-12, one, two, 0.4, 0.7)
    assert abs(ndtr(-one) + second + third - 0.025) < 1e-10


def test_a_strict_early_two_sided_bound_is_ours_not_rpacts():
    """At eight looks rpact 3.3.4 gives 4.33264222 for the second bound: its tolerance is 1e-8."""
    plan = sequential_design(fractions=equally_spaced(8), alpha=0.05, power=0.8, sided=2)
    first, second = plan.upper[:2]
    spent = 2 * 2 * ndtr(-2.2414027276049473 / math.sqrt(0.25))  # z(0.0125) over sqrt(t)
    crossed = 2 * second_look(-first, first, second, 0.125, 0.25)
    assert abs(2 * ndtr(-first) + crossed - spent) < 1e-13
    assert abs(second - 4.33263639) < 1e-7


def test_crossing_the_second_of_three_bounds_is_ours_not_gsdesigns():
    """gsDesign 3.11 gives 0.00594534148 on its grid with r = 18."""
    exact = second_look(-12, 3.7103, 2.5114, 1 / 3, 2 / 3)
    pairs = stops((1 / 3, 2 / 3), [((-20, 3.7103),), ((-20, 2.5114),)], 0.0)
    assert abs(pairs[1][1] - exact) < 1e-14
    assert abs(exact - 0.00594534148) > 5e-9


def test_bounds_that_hardly_anybody_crosses_are_exact_too():
    """Alpha of 1e-20 to 1e-72 for the second look: its crossings come from beyond 10 deviations."""
    for first, second, alpha in ((0.05, 0.06, 1e-5), (0.02, 0.021, 0.025), (0.1, 0.11, 1e-4)):
        plan = sequential_design(fractions=(first, second, 1), alpha=alpha, power=0.9)
        early, late = plan.upper[0] * math.sqrt(first), plan.upper[1] * math.sqrt(second)
        wanted = plan.efficacy.spent(second, alpha) - plan.efficacy.spent(first, alpha)
        step = math.sqrt(second - first)

        def part(back, early=early, late=late, first=first, step=step, wanted=wanted):
            score = early - back
            return density(score, 0, first) / wanted * ndtr((score - late) / step)

        pieces = [quad(part, k * step, (k + 1) * step, epsabs=0, epsrel=1e-12) for k in range(40)]
        crossed = math.fsum(value for value, _ in pieces)
        # A relative error e of the probability moves a bound Z by e/Z.
        assert abs(crossed - 1) / plan.upper[1] < 1e-11, (first, alpha, crossed)


def test_more_panels_change_nothing(monkeypatch):
    """Halving every panel moves no bound by more than 1e-13, ten looks or not."""
    from equipoise.design.sequential import recursion

    def bounds():
        return [
            sequential_design(
                fractions=equally_spaced(looks), alpha=0.025, power=0.9, efficacy=efficacy
            ).upper
            for looks in (3, 10)
            for efficacy in (Pocock(), LanDeMetsPocock(), None)
        ]

    usual = bounds()
    monkeypatch.setattr(recursion, "PANEL", recursion.PANEL / 2)
    for before, after in zip(usual, bounds(), strict=True):
        assert max(abs(a - b) for a, b in zip(before, after, strict=True)) < 1e-12
