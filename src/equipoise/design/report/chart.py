"""Lines over a number: the one chart that a sweep's report needs, with bands and marks."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.analysis.figures.figure import (
    AXIS,
    GRID,
    MUTED,
    SIZE,
    SMALL,
    WIDTH,
    Figure,
    Table,
    figure,
    stroke,
    words,
)
from equipoise.analysis.figures.layout import Scale, spread, width_of
from equipoise.analysis.svg import Element, draw, line, path, through
from equipoise.design.report.wording import ENGLISH, Words

__all__ = ["Chart", "Line", "line_chart"]

_TOP, _HIGH, _LEFT = 40, 330, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its name, its points (x, y, half the width of its band)."""

    name: str
    points: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What the chart says, how its axes run and its numbers are written.

    `percent` prints y as per cent.
    """

    title: str
    description: str
    x: str
    y: str
    words: Words = ENGLISH
    percent: bool = False
    marks: tuple[float, ...] = ()  # y values drawn across, such as a wanted power


def line_chart(lines: Sequence[Line], chart: Chart, table: Table) -> Figure:
    """The chart with the numbers it shows."""
    places = sorted({point[0] for one in lines for point in one.points})
    x, y = _scales(lines, places, chart)
    drawing: list[Element] = [
        words(chart.y, 4, _TOP - 18, fill=MUTED),
        *_grid(y, x, chart),
        *_ticks(x, y, places, chart.words),
        words(chart.x, (x.first + x.last) / 2, y.first + 46, anchor="middle", fill=MUTED),
    ]
    drawing += [line(x.first, y(m), x.last, y(m), stroke=AXIS, stroke_dasharray="4 4")
                for m in chart.marks]  # fmt: skip
    for number, one in enumerate(lines):
        drawing += _line(one, x, y, number)
    if len(lines) > 1:
        drawing += _names(lines, x, y)
    return figure(drawing, y.first + 60, chart.title, chart.description, table)


def _scales(lines: Sequence[Line], places: Sequence[float], chart: Chart) -> tuple[Scale, Scale]:
    named = max((width_of(one.name, SIZE, bold=True) for one in lines), default=0.0)
    right = WIDTH - (named + 24 if len(lines) > 1 else 24)
    low, high = (places[0], places[-1]) if len(places) > 1 else (places[0] - 1, places[0] + 1)
    values = [point[1] for one in lines for point in one.points if math.isfinite(point[1])]
    if chart.percent:
        bottom, top = 0.0, 1.0
    else:
        step = _step(max([*values, 0.0]) - min([*values, 0.0]) or 1.0)
        bottom = math.floor(min([*values, 0.0]) / step) * step
        top = math.ceil(max([*values, step]) / step) * step
    return Scale(low, high, _LEFT, right), Scale(bottom, top, _TOP + _HIGH, _TOP)


def _step(span: float) -> float:
    power = 10.0 ** math.floor(math.log10(span / 6))
    return next(power * one for one in (1, 2, 5, 10) if span / (power * one) <= 6)


def _grid(y: Scale, x: Scale, chart: Chart) -> Iterator[Element]:
    step = 0.2 if chart.percent else _step(y.high - y.low)
    for number in range(round((y.high - y.low) / step) + 1):
        value = y.low + number * step
        across = y(value)
        yield line(x.first, across, x.last, across, stroke=GRID if value else AXIS)
        words_of = chart.words
        text = words_of.exact_percent(value, 0) if chart.percent else words_of.place(value)
        yield words(text, x.first - 10, across + 5, anchor="end", size=SMALL)


def _ticks(x: Scale, y: Scale, places: Sequence[float], words_of: Words) -> Iterator[Element]:
    """A tick at each place that was simulated, as long as the numbers do not touch."""
    last = -math.inf
    yield line(x.first, y.first, x.last, y.first, stroke=AXIS)
    for place in places:
        across, text = x(place), words_of.place(place)
        yield line(across, y.first, across, y.first + 5, stroke=AXIS)
        if across - last > width_of(text, SMALL) + 8:
            yield words(text, across, y.first + 21, anchor="middle", size=SMALL)
            last = across


def _line(one: Line, x: Scale, y: Scale, number: int) -> Iterator[Element]:
    look = stroke(number)
    known = [point for point in one.points if math.isfinite(point[1])]
    upper = [(x(a), y(b + c)) for a, b, c in known]
    lower = [(x(a), y(b - c)) for a, b, c in reversed(known)]
    if any(point[2] > 0 for point in known):
        yield path([*through([*upper, *lower]), "Z"], fill=look.colour, fill_opacity=0.15)
    yield path(
        through((x(a), y(b)) for a, b, _ in known),
        fill="none",
        stroke=look.colour,
        stroke_width=2.2,
        stroke_dasharray=look.dashes,
    )
    for a, b, _ in known:
        yield draw("circle", cx=x(a), cy=y(b), r=3, fill=look.colour)


def _names(lines: Sequence[Line], x: Scale, y: Scale) -> Iterator[Element]:
    """Each line's name beside its end."""
    ends = [y(one.points[-1][1]) if one.points else y.first for one in lines]
    middles = spread(ends, [18.0] * len(lines), y.last, y.first)
    for number, (one, middle) in enumerate(zip(lines, middles, strict=True)):
        yield words(one.name, x.last + 12, middle + 5, fill=stroke(number).colour, bold=True)
