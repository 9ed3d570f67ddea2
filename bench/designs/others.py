"""The same trials by others: rpact, lifelines, and the kernel's reference in NumPy."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.designs import scenarios
from bench.designs.rates import UNIT, best_rate
from bench.figure import Figure
from equipoise.design.kernel.plan import plan_of
from equipoise.design.kernel.simulate import redo, simulate
from tests.oracle.design.kernel import reference

__all__ = ["lifelines", "numpy_reference", "rpact"]


def rpact(trials: int) -> Iterator[Figure]:
    """rpact's getSimulationSurvival on the same designs; left out where R or rpact is missing.

    Both are measured again beside each other, since a machine that is shared changes its pace.
    """
    script = Path(__file__).with_name("rpact_rates.R")
    found = shutil.which("Rscript")
    done = None
    if found:
        done = subprocess.run([found, str(script), str(trials)], stdout=subprocess.PIPE)
    if done is None or done.returncode != 0:
        print("rpact is not here: its figures are left out. On Debian it comes with")
        print("    apt-get install r-base-core r-cran-rpact")
        return
    rates = json.loads(done.stdout)
    version = rates.pop("version")
    for name, scenario, key in (
        ("log-rank and hazard ratio", scenarios.one_look(), "one"),
        ("two looks", scenarios.two_looks(), "two"),
        ("delayed effect", scenarios.delayed(), "delayed"),
    ):
        rate = best_rate(scenario, 50_000)
        times = rate / rates[key]
        yield Figure(
            name=f"{name}, beside rpact",
            value=rate,
            unit=UNIT,
            yardstick=f"rpact {version} ({rates[key]:,.0f})",
            ratio=times,
            aim="≥ 15 ×",
            met=times >= 15,
        )


def lifelines(trials: int) -> Iterator[Figure]:
    """lifelines' log-rank test and Cox fit on trials that are drawn for it, which is not timed."""
    try:
        import pandas
        from lifelines import CoxPHFitter
        from lifelines.statistics import logrank_test
    except ImportError:
        print("lifelines is not here: its figure is left out. It comes with")
        print("    pip install --require-hashes -r requirements-bench.lock")
        return
    scenario, plan = scenarios.one_look(), plan_of(scenarios.one_look())
    frames = []
    for number in range(trials):
        drawn = reference.subjects_of(plan, 1, number)
        data = reference.data_at(drawn, reference.looks_of(plan, drawn)[0].day)
        frames.append(pandas.DataFrame({"days": data.days, "event": data.event, "arm": data.arm}))

    def analyse() -> None:
        for frame in frames:
            by = [frame[frame.arm == arm] for arm in (0, 1)]
            logrank_test(by[0].days, by[1].days, by[0].event, by[1].event)
            CoxPHFitter().fit(frame, "days", "event")

    rate, ours = trials / _cpu(analyse), best_rate(scenario, 50_000)
    yield _beside("log-rank and hazard ratio, beside lifelines without drawing", ours, rate)


def numpy_reference(trials: int) -> Iterator[Figure]:
    """The reference draws and analyses the very same trials; its numbers must be the kernel's."""
    scenario = scenarios.one_look()
    plan = plan_of(scenario)
    found: list[float] = []

    def analyse() -> None:
        for number in range(trials):
            look = reference.looks_of(plan, reference.subjects_of(plan, 1, number))[0]
            found.append(look.z)

    rate, ours = trials / _cpu(analyse), best_rate(scenario, 50_000)
    yield _beside("log-rank and hazard ratio, beside the twin in NumPy", ours, rate)
    details = simulate(scenario, trials, 1, details=True).details
    assert details is not None
    furthest = max(abs(a - b) for a, b in zip(found, details.statistic[:, 0], strict=True))
    again = redo(scenario, 1, trials - 1).looks.statistic[0]
    furthest = max(furthest, abs(float(again) - found[-1]))
    yield Figure(
        name=f"largest difference from the twin in {trials:,} statistics",
        value=furthest,
        unit="z",
        aim="≤ 1e-10",
        met=furthest <= 1e-10,
    )


def _beside(name: str, ours: float, theirs: float) -> Figure:
    return Figure(
        name=name, value=ours, unit=UNIT, yardstick=f"theirs ({theirs:,.0f})", ratio=ours / theirs
    )


def _cpu(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
