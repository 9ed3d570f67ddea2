"""Trials a second of processor time, ours and what the random numbers alone would allow."""

import math
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from typing import cast

import numba
import numpy as np
from numpy.typing import NDArray

from bench.designs import scenarios
from bench.figure import Figure
from equipoise.design.kernel.philox import EVENT, draw_words, whole_groups
from equipoise.design.kernel.scenario import Scenario
from equipoise.design.kernel.simulate import simulate

__all__ = ["best_rate", "both_cores", "growth", "rates", "words_alone"]

UNIT = "trials/CPU-s, one core"


def rates(many: int) -> Iterator[Figure]:
    """10,000 trials and many, then the scenarios that differ; the best of three for the smaller."""
    plain = scenarios.one_look()
    for trials, tries in ((10_000, 3), (many, 1)):
        rate = best_rate(plain, trials, tries)
        yield Figure(
            name=f"log-rank and hazard ratio, {trials:,} trials",
            value=rate,
            unit=UNIT,
            aim="≥ 110,000 (stretch 150,000)",
            met=rate >= 110_000,
        )
    yield Figure(
        name="log-rank alone", value=best_rate(scenarios.one_look(ratio=False), 50_000), unit=UNIT
    )
    for name, scenario, aim in (
        ("two looks", scenarios.two_looks(), 54_700),
        ("delayed effect", scenarios.delayed(), 78_000),
        ("MaxCombo of four and hazard ratio", scenarios.max_combo(), 7_000),
    ):
        rate = best_rate(scenario, 50_000)
        yield Figure(name=name, value=rate, unit=UNIT, aim=f"≥ {aim:,}", met=rate >= aim)


def best_rate(scenario: Scenario, trials: int, tries: int = 3) -> float:
    """Trials a second of processor time on one core."""
    simulate(scenario, 100, 1)
    return trials / min(_cpu(lambda: simulate(scenario, trials, 1)) for _ in range(tries))


def words_alone(trials: int) -> Iterator[Figure]:
    """How many trials' random numbers can be drawn, and how far from that the kernel is."""
    draw, workspace = _drawing(), np.empty(whole_groups(306), np.uint32)
    rate = trials / min(_cpu(lambda: draw(trials, workspace)) for _ in range(3))
    plain = best_rate(scenarios.one_look(), 50_000)
    yield Figure(
        name="the random numbers alone",
        value=rate,
        unit=UNIT,
        yardstick="log-rank and hazard ratio: so far from the cost of drawing alone",
        ratio=rate / plain,
    )


def both_cores(trials: int) -> Iterator[Figure]:
    """Wall-clock time with two threads, each run beside one with one thread: the median of 21.

    A shared machine runs now faster, now slower for some tenths of a second, so that the best of
    each would compare its moods; what it gives two threads that draw words and share nothing is
    told beside it. Other work takes from two threads and not from one: the load is told.
    """
    scenario, draw = scenarios.one_look(), _drawing()
    workspaces = [np.empty(whole_groups(306), np.uint32) for _ in range(2)]
    simulate(scenario, 100, 1, workers=2)
    faster, possible, twos = [], [], []
    for _ in range(21):
        ours = [_wall(partial(simulate, scenario, trials, 1, workers=n)) for n in (1, 2)]
        plain = [_wall(partial(_by_hands, n, draw, 20 * trials, workspaces)) for n in (1, 2)]
        faster.append(ours[0] / ours[1])
        possible.append(plain[0] / plain[1])
        twos.append(ours[1])
    yield Figure(
        name=f"both cores (load of the machine {os.getloadavg()[0]:.1f})",
        value=trials / median(twos),
        unit="trials/s",
        yardstick=f"one core; two threads that share nothing: {median(possible):.2f}",
        ratio=median(faster),
        aim="≥ 1.9 ×",
        met=median(faster) >= 1.9,
    )
    both, one = (
        min(_cpu(partial(simulate, scenario, trials, 1, workers=n)) for _ in range(3))
        for n in (2, 1)
    )
    yield Figure(
        name="processor time that two threads take",
        value=both / trials * 1e6,
        unit="µs/trial",
        yardstick="one thread",
        ratio=both / one,
    )


def growth(largest: int) -> Iterator[Figure]:
    """Processor time for a trial as subjects grow, against n log n."""
    known: dict[int, float] = {}
    for subjects in (306, 1_000, 10_000, largest):
        scenario, trials = scenarios.one_look(subjects), max(10, 20_000_000 // subjects)
        trials = min(trials, 50_000)
        known[subjects] = 1.0 / best_rate(scenario, trials, 2)
        expected = subjects * math.log(subjects) / (306 * math.log(306)) * known[306]
        ratio = known[subjects] / expected
        yield Figure(
            name=f"a trial of {subjects:,} subjects",
            value=known[subjects] * 1e6,
            unit="µs",
            yardstick="what n log n from 306 would give",
            ratio=ratio,
            aim="≤ 1 ×" if subjects > 306 else "",
            met=ratio <= 1 if subjects > 306 else None,
        )


def _drawing() -> Callable[[int, NDArray[np.uint32]], None]:
    """A loop that draws the words of so many trials, and does nothing else."""

    @numba.njit(nogil=True)
    def draw(count, out):  # type: ignore[no-untyped-def]
        for trial in range(count):
            draw_words(1, trial, EVENT, out)

    draw(10, np.empty(whole_groups(306), np.uint32))
    return cast(Callable[[int, NDArray[np.uint32]], None], draw)


def _by_hands(
    hands: int,
    draw: Callable[[int, NDArray[np.uint32]], None],
    trials: int,
    workspaces: list[NDArray[np.uint32]],
) -> None:
    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(draw, [trials // hands] * hands, workspaces))


def _wall(task: Callable[[], object]) -> float:
    began = time.perf_counter()
    task()
    return time.perf_counter() - began


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
