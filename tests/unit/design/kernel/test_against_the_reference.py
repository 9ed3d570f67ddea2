"""The compiled kernel against its reference in plain NumPy: the same trials, the same numbers."""

import math

import numpy as np
import pytest

from equipoise.design.kernel.plan import plan_of
from equipoise.design.kernel.scenario import MaxCombo
from equipoise.design.kernel.simulate import redo
from tests.oracle.design.kernel import reference
from tests.unit.design.kernel.scenarios import scenarios

SEED = 20261123


def close(got: float, expected: float, tolerance: float) -> bool:
    if math.isnan(expected) or math.isinf(expected):
        return math.isnan(got) if math.isnan(expected) else got == expected
    return abs(got - expected) <= tolerance * max(1.0, abs(expected))


@pytest.mark.parametrize("name", scenarios())
def test_the_kernel_and_its_reference_draw_the_same_subjects(name):
    plan = plan_of(scenarios()[name])
    for trial in (0, 1, 2, 7, 2**32 + 5):
        ours, theirs = (
            redo(scenarios()[name], SEED, trial),
            reference.subjects_of(plan, SEED, trial),
        )
        seen = theirs.days <= plan.last_day  # past it the reference does not say on which day
        assert np.array_equal(ours.entry_day, theirs.entry)
        assert np.array_equal(ours.stratum, theirs.stratum)
        assert np.array_equal(ours.experimental, theirs.arm)
        assert np.array_equal(ours.days, theirs.days)
        assert np.array_equal(ours.event[seen], theirs.event[seen])


@pytest.mark.parametrize("name", scenarios())
def test_the_kernel_and_its_reference_find_the_same_at_every_look(name):
    """Cuts, events and entries exactly; statistics and hazard ratios to 1e-12."""
    scenario = scenarios()[name]
    plan = plan_of(scenario)
    for trial in range(20):
        ours = redo(scenario, SEED, trial).looks
        theirs = reference.looks_of(plan, reference.subjects_of(plan, SEED, trial))
        for look, expected in enumerate(theirs):
            where = f"{name}, trial {trial}, look {look}"
            assert ours.day[look] == expected.day, where
            assert ours.entered[look] == expected.entered, where
            assert ours.events[look] == expected.events, where
            assert close(ours.statistic[look], expected.z, 1e-12), where
            assert close(ours.hazard_ratio[look], expected.hazard_ratio, 1e-12), where
            assert close(ours.information[look], expected.information, 1e-11), where
            if isinstance(scenario.test, MaxCombo):
                assert close(ours.p[look], expected.p, 1e-12), where
