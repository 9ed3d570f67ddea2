"""What is drawn of a sweep: power, duration and bounds, each with its numbers.

Points that the sweep has not reached yet are left out.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from equipoise.analysis.figures.figure import Figure, Table
from equipoise.design.report.chart import Chart, Line, line_chart
from equipoise.design.report.wording import ENGLISH, Words
from equipoise.design.sweep.question import Sweep
from equipoise.design.sweep.run import Found
from equipoise.logic.days import DAYS_PER_MONTH

__all__ = ["bounds_figure", "duration_figures", "power_figures"]

MOST_LINES = 6
Measure = Callable[[Found], tuple[float, float]]


def power_figures(sweep: Sweep, found: Sequence[Found], words: Words = ENGLISH) -> Iterator[Figure]:
    """Power over the first axis that is a number, a line for each value of the next."""
    for title, lines in _lines(sweep, found, _power, words):
        chart = Chart(
            title=f"{words('power')}{title}",
            description=words("about_power"),
            x=words.heading(_across(sweep)),
            y=words("power"),
            words=words,
            percent=True,
            marks=(0.8, 0.9),
        )
        yield line_chart(lines, chart, _table(lines, chart, words.percent))


def duration_figures(
    sweep: Sweep, found: Sequence[Found], words: Words = ENGLISH
) -> Iterator[Figure]:
    """Months until the trial stops, on average."""
    for title, lines in _lines(sweep, found, _months, words):
        chart = Chart(
            title=f"{words('duration')}{title}",
            description=words("about_duration"),
            x=words.heading(_across(sweep)),
            y=words("months"),
            words=words,
        )
        yield line_chart(lines, chart, _table(lines, chart, words.number))


def bounds_figure(found: Sequence[Found], words: Words = ENGLISH) -> Figure:
    """Bounds in z at each look, and where the statistic is on average.

    Of the first point that has the most looks.
    """
    widest = max(found, key=lambda one: len(one.point.scenario.looks))
    looks = list(zip(widest.point.scenario.looks, widest.result.looks, strict=True))
    places = [float(plan.events or number) for number, (plan, _) in enumerate(looks, start=1)]
    at = [
        (words("efficacy"), [plan.efficacy for plan, _ in looks]),
        (words("futility"), [plan.futility for plan, _ in looks]),
        (words("mean_statistic"), [seen.mean_statistic for _, seen in looks]),
    ]
    lines = [
        Line(name=name, points=tuple((x, z, 0.0) for x, z in zip(places, zs, strict=True)
                                     if math.isfinite(z)))
        for name, zs in at if any(math.isfinite(z) for z in zs)
    ]  # fmt: skip
    of = f" {words('bounds_of')} {words.named(widest.point.values)}." if widest.point.values else ""
    chart = Chart(
        title=words("bounds"),
        description=f"{words('about_bounds')}{of}",
        x=words("look") if looks[0][0].events is None else words("events"),
        y="z",
        words=words,
    )
    return line_chart(lines, chart, _table(lines, chart, lambda z: words.number(z, 3)))


def _power(one: Found) -> tuple[float, float]:
    return one.result.power, 2.0 * one.result.standard_error


def _months(one: Found) -> tuple[float, float]:
    return one.result.expected_day / DAYS_PER_MONTH, 0.0


def _across(sweep: Sweep) -> str:
    """The axis that is drawn across: the first with two numbers, else the first that varies."""
    for name, values in sweep.vary:
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)
        if numbers and len(values) > 1:
            return name
    return "hazard_ratio"


def _lines(
    sweep: Sweep, found: Sequence[Found], measure: Measure, words: Words
) -> Iterator[tuple[str, list[Line]]]:
    """For each figure what its title adds, and its lines."""
    across = _across(sweep)
    others = [axis for axis in sweep.vary if axis[0] != across]
    split = others.pop() if others and len(others[-1][1]) <= MOST_LINES else None
    for chosen in itertools.product(*(values for _, values in others)):
        fixed = dict(zip((name for name, _ in others), chosen, strict=True))
        lines = []
        for one in split[1] if split else (None,):
            wanted = fixed | ({split[0]: one} if split else {})
            name = words.named({split[0]: one}) if split else words("all")
            lines.append(Line(name=name, points=_points(found, across, wanted, measure)))
        lines = [one for one in lines if one.points]
        if lines:
            yield (f", {words.named(fixed)}" if fixed else ""), lines


def _points(
    found: Sequence[Found], across: str, wanted: dict[str, Any], measure: Measure
) -> tuple[tuple[float, float, float], ...]:
    mine = [f for f in found if all(f.point.values[name] == one for name, one in wanted.items())]
    points = [(float(getattr(f.point.settings, across)), *measure(f)) for f in mine]
    return tuple(sorted(points))


def _table(lines: Sequence[Line], chart: Chart, text_of: Callable[[float], str]) -> Table:
    places = sorted({point[0] for one in lines for point in one.points})
    known = [{point[0]: point[1] for point in one.points} for one in lines]
    rows = tuple(
        (
            chart.words.place(place),
            *(text_of(points[place]) if place in points else "–" for points in known),
        )
        for place in places
    )
    return Table(headers=(chart.x, *(one.name for one in lines)), rows=rows)
