"""What is drawn of a sweep: power, duration and bounds, each with its numbers."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from equipoise.analysis.figures.figure import Figure, Table
from equipoise.design.report.chart import Chart, Line, line_chart
from equipoise.design.report.said import NAMES, named, number, percent, value
from equipoise.design.sweep.ask import Sweep
from equipoise.design.sweep.run import Found
from equipoise.design.sweep.settings import DAYS

__all__ = ["bounds_figure", "characteristics", "duration_figures", "power_figures"]

MOST_LINES = 6
Measure = Callable[[Found], tuple[float, float]]


def power_figures(sweep: Sweep, found: Sequence[Found]) -> Iterator[Figure]:
    """Power over the first axis that is a number, a line for each value of the next."""
    for title, lines in _lines(sweep, found, _power):
        chart = Chart(
            title=f"Power{title}",
            description="Share of simulated trials that end with a crossed efficacy bound; the "
            "bands are two Monte-Carlo errors either way.",
            x=NAMES[_across(sweep)],
            y="Power",
            percent=True,
            marks=(0.8, 0.9),
        )
        yield line_chart(lines, chart, _table(lines, chart, percent))


def duration_figures(sweep: Sweep, found: Sequence[Found]) -> Iterator[Figure]:
    """Months until the trial stops, on average."""
    for title, lines in _lines(sweep, found, _months):
        chart = Chart(
            title=f"Duration{title}",
            description="Mean months from the first entry until the trial stops.",
            x=NAMES[_across(sweep)],
            y="Months",
        )
        yield line_chart(lines, chart, _table(lines, chart, number))


def bounds_figure(found: Sequence[Found]) -> Figure:
    """Bounds in z at each look of the first point, and where the statistic is on average."""
    first = found[0]
    looks = list(zip(first.point.scenario.looks, first.result.looks, strict=True))
    places = [float(plan.events or number) for number, (plan, _) in enumerate(looks, start=1)]
    at = [
        ("Efficacy", [plan.efficacy for plan, _ in looks]),
        ("Futility", [plan.futility for plan, _ in looks]),
        ("Mean statistic", [seen.mean_statistic for _, seen in looks]),
    ]
    lines = [
        Line(name=name, points=tuple((x, z, 0.0) for x, z in zip(places, zs, strict=True)
                                     if math.isfinite(z)))
        for name, zs in at if any(math.isfinite(z) for z in zs)
    ]  # fmt: skip
    by_events = looks[0][0].events is not None
    chart = Chart(
        title="Bounds at each look",
        description=f"Bounds on the statistic, positive when experimental does better, and its "
        f"mean among the trials that reach the look, with {named(first.point.values)}."
        if first.point.values
        else "Bounds on the statistic, positive when experimental does better, and its mean.",
        x="Events" if by_events else "Look",
        y="z",
    )
    return line_chart(lines, chart, _table(lines, chart, lambda z: number(z, 3)))


def characteristics(sweep: Sweep, found: Sequence[Found]) -> Table:
    """The operating characteristics: one row a point. A power without an effect is type I error."""
    names = [name for name, _ in sweep.vary]
    headers = (
        *(NAMES[name] for name in names),
        "Trials",
        "Power",
        "± error",
        "Months",
        "Events",
        "Participants",
        "Stopped early",
        "Events never came",
    )
    rows = []
    for one in found:
        result, last = one.result, one.result.looks[-1]
        rows.append(
            (
                *(value(name, one.point.values[name]) for name in names),
                f"{result.trials:,}",
                percent(result.power),
                f"{result.standard_error:.3%}",
                number(result.expected_day / DAYS),
                number(result.expected_events),
                number(result.expected_entered),
                percent(1.0 - last.stopped / result.trials),
                percent(last.short_of_events / result.trials),
            )
        )
    return Table(headers=headers, rows=tuple(rows))


def _power(one: Found) -> tuple[float, float]:
    return one.result.power, 2.0 * one.result.standard_error


def _months(one: Found) -> tuple[float, float]:
    return one.result.expected_day / DAYS, 0.0


def _across(sweep: Sweep) -> str:
    """The axis that is drawn across: the first with two numbers, else the first that varies."""
    for name, values in sweep.vary:
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)
        if numbers and len(values) > 1:
            return name
    return "hazard_ratio"


def _lines(
    sweep: Sweep, found: Sequence[Found], measure: Measure
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
            name = f"{NAMES[split[0]]} {value(split[0], one)}" if split else "All"
            lines.append(Line(name=name, points=_points(found, across, wanted, measure)))
        yield (f", {named(fixed)}" if fixed else ""), lines


def _points(
    found: Sequence[Found], across: str, wanted: dict[str, Any], measure: Measure
) -> tuple[tuple[float, float, float], ...]:
    mine = [f for f in found if all(f.point.values[name] == one for name, one in wanted.items())]
    points = [(float(getattr(f.point.settings, across)), *measure(f)) for f in mine]
    return tuple(sorted(points))


def _table(lines: Sequence[Line], chart: Chart, said: Callable[[float], str]) -> Table:
    places = sorted({point[0] for one in lines for point in one.points})
    known = [{point[0]: point[1] for point in one.points} for one in lines]
    rows = tuple(
        (f"{place:g}", *(said(points[place]) if place in points else "–" for points in known))
        for place in places
    )
    return Table(headers=(chart.x, *(one.name for one in lines)), rows=rows)
