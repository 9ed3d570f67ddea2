"""The survival figure: a curve for each arm, named beside it, over the numbers at risk."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analysis.figures.figure import (
    AXIS,
    GRID,
    INK,
    MUTED,
    SIZE,
    SMALL,
    WIDTH,
    Figure,
    Table,
    figure,
    stroke,
    upright,
    words,
)
from equipoise.analysis.figures.layout import Scale, month_step, spread, width_of, wrapped
from equipoise.analysis.figures.texts import Texts
from equipoise.analysis.follow_up import Days
from equipoise.analysis.survival import KaplanMeier, at_risk_on, survival_at
from equipoise.analysis.svg import Element, line, path
from equipoise.logic.days import DAYS_PER_MONTH

_LINE = 18  # height of a line of text
_TOP, _PLOT = 16, 320
_SAMPLE = 26  # length of the piece of line shown before a name
_LONGEST_LABEL = 170
_LONGEST_NAME = 120  # a longer one stands above its numbers at risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A curve and its name, in the reader's language."""

    name: str
    curve: KaplanMeier


@dataclass(frozen=True, slots=True)
class _Place:
    """The plot within the figure, from days to pixels across and from survival to pixels up."""

    x: Scale
    y: Scale
    months: tuple[int, ...]
    stacked: bool  # names above their numbers at risk


def kaplan_meier_figure(
    arms: Sequence[Arm], horizon: int, texts: Texts, *, band: bool = False
) -> Figure:
    """Curves up to `horizon` months (of 365.25 / 12 days); with `band`, their confidence limits.

    A curve ends at the last follow-up in its arm; upright marks show censoring.
    """
    place = _place(arms, horizon)
    drawing = [*_axes(place, texts)]
    for index, arm in enumerate(arms):
        if band:
            drawing.append(_band(arm.curve, place, index))
    for index, arm in enumerate(arms):
        drawing += _curve(arm.curve, place, index)
    drawing += _labels(arms, place)
    below, height = _numbers_at_risk(arms, place, texts)
    return figure(
        [*drawing, *below], height, texts("title"), texts("description"), _table(arms, place, texts)
    )


def _place(arms: Sequence[Arm], horizon: int) -> _Place:
    names = [width_of(arm.name, SIZE, bold=True) for arm in arms]
    stacked = max(names, default=0) > _LONGEST_NAME
    left = 76 if stacked else max(76, max(names, default=0) + 28)
    labels = [
        width_of(row, SIZE, bold=True)
        for arm in arms
        for row in wrapped(arm.name, SIZE, _LONGEST_LABEL, bold=True)
    ]
    right = WIDTH - max(labels, default=0) - _SAMPLE - 24
    return _Place(
        x=Scale(0, horizon * DAYS_PER_MONTH, left, right),
        y=Scale(0, 1, _TOP + _PLOT, _TOP),
        months=tuple(range(0, horizon + 1, month_step(horizon))),
        stacked=stacked,
    )


def _axes(place: _Place, texts: Texts) -> Iterator[Element]:
    x, y = place.x, place.y
    for percent in range(0, 101, 20):
        height = y(percent / 100)
        if percent:
            yield line(x.first, height, x.last, height, stroke=GRID)
        yield words(
            f"{percent} %", x.first - 10, height + 5, anchor="end", size=SMALL, class_="tick-up"
        )
    yield line(x.first, y.last, x.first, y.first, stroke=AXIS)
    yield line(x.first, y.first, x.last, y.first, stroke=AXIS)
    for month in place.months:
        across = x(month * DAYS_PER_MONTH)
        yield line(across, y.first, across, y.first + 5, stroke=AXIS)
        yield words(
            str(month), across, y.first + 21, anchor="middle", size=SMALL, class_="tick-across"
        )
    middle = (x.first + x.last) / 2
    yield words(texts("across"), middle, y.first + 42, anchor="middle", fill=MUTED)
    yield upright(texts("up"), x.first - 56, (y.first + y.last) / 2, fill=MUTED)


def _shown(curve: KaplanMeier, place: _Place) -> tuple[list[int], float]:
    """The rows of the curve within the horizon, and the day on which its line ends."""
    rows = _apart(np.flatnonzero(curve.days <= place.x.high), curve, place)
    last = float(curve.days[-1]) if curve.subjects else 0.0
    return rows.tolist(), min(last, place.x.high)


def _apart(rows: Days, curve: KaplanMeier, place: _Place) -> Days:
    """The last row of each pixel, where there are more rows than anybody can see apart."""
    wide = place.x.last - place.x.first
    if rows.size <= 2 * wide:
        return rows
    pixels = np.floor(curve.days[rows] / place.x.high * wide)
    return rows[np.diff(pixels, append=np.inf) > 0]


def _steps(curve: KaplanMeier, values: Sequence[float], place: _Place) -> list[tuple[float, float]]:
    """Corners of the staircase through `values`, one for each row shown, from (0, 1)."""
    rows, last = _shown(curve, place)
    corners = [(place.x(0), place.y(1))]
    for row, value in zip(rows, values, strict=False):
        if place.y(value) != corners[-1][1]:
            across = place.x(float(curve.days[row]))
            corners += [(across, corners[-1][1]), (across, place.y(value))]
    end = (place.x(last), corners[-1][1])
    return corners if corners[-1] == end else [*corners, end]


def _curve(curve: KaplanMeier, place: _Place, index: int) -> Iterator[Element]:
    if curve.subjects == 0:
        return
    look = stroke(index)
    rows, _ = _shown(curve, place)
    corners = _steps(curve, [float(curve.survival[row]) for row in rows], place)
    steps: list[str | float] = ["M", *corners[0]]
    for before, corner in zip(corners, corners[1:], strict=False):
        steps += ["V", corner[1]] if corner[0] == before[0] else ["H", corner[0]]
    yield path(
        steps,
        fill="none",
        stroke=look.colour,
        stroke_width=2.2,
        stroke_dasharray=look.dashes,
        class_="curve",
    )
    if marks := _censored(curve, rows, place):
        yield path(marks, fill="none", stroke=look.colour, stroke_width=1, class_="censored")


def _censored(curve: KaplanMeier, rows: Sequence[int], place: _Place) -> list[str | float]:
    """A mark at each row by which somebody was censored since the row before."""
    marks: list[str | float] = []
    gone = np.diff(np.cumsum(curve.censored)[rows], prepend=0)
    for row, censored in zip(rows, gone.tolist(), strict=True):
        if censored:
            across = place.x(float(curve.days[row]))
            marks += ["M", across, place.y(float(curve.survival[row])) - 4.5, "v", 9]
    return marks


def _band(curve: KaplanMeier, place: _Place, index: int) -> Element:
    """The confidence limits; they do not exist once everyone has died."""
    rows, _ = _shown(curve, place)
    rows = [row for row in rows if curve.survival[row] > 0]
    # Before the first event both limits are 1.
    lower = [1.0 if math.isnan(curve.lower[row]) else float(curve.lower[row]) for row in rows]
    upper = [1.0 if math.isnan(curve.upper[row]) else float(curve.upper[row]) for row in rows]
    above, beneath = _steps(curve, upper, place), _steps(curve, lower, place)
    flat = [number for corner in (*above, *reversed(beneath)) for number in corner]
    look = stroke(index)
    return path(["M", *flat, "Z"], fill=look.colour, fill_opacity=0.12, class_="band")


def _labels(arms: Sequence[Arm], place: _Place) -> Iterator[Element]:
    """Each arm's name to the right of its curve, joined to its end by a thin line."""
    rows = [wrapped(arm.name, SIZE, _LONGEST_LABEL, bold=True) for arm in arms]
    ends = [_end(arm.curve, place) for arm in arms]
    sizes = [len(lines) * _LINE + 4 for lines in rows]
    middles = spread([end[1] for end in ends], sizes, place.y.last - 8, place.y.first)
    for index, (lines, end, middle) in enumerate(zip(rows, ends, middles, strict=True)):
        look, left = stroke(index), place.x.last + 12
        if arms[index].curve.subjects and (left - end[0] > 20 or abs(middle - end[1]) > 4):
            yield line(end[0] + 4, end[1], left - 3, middle, stroke=look.colour, stroke_width=0.7)
        yield line(
            left,
            middle,
            left + _SAMPLE,
            middle,
            stroke=look.colour,
            stroke_width=2.2,
            stroke_dasharray=look.dashes,
        )
        first = middle + 5 - (len(lines) - 1) * _LINE / 2
        for number, row in enumerate(lines):
            yield words(
                row,
                left + _SAMPLE + 6,
                first + number * _LINE,
                fill=look.colour,
                bold=True,
                class_="label",
            )


def _end(curve: KaplanMeier, place: _Place) -> tuple[float, float]:
    rows, last = _shown(curve, place)
    return place.x(last), place.y(float(curve.survival[rows[-1]]) if rows else 1.0)


def _numbers_at_risk(
    arms: Sequence[Arm], place: _Place, texts: Texts
) -> tuple[list[Element], float]:
    """The rows under the plot, and the height of the figure with them."""
    y = place.y.first + 74
    drawn = [words(texts("at_risk"), 4, y, fill=MUTED)]
    for index, arm in enumerate(arms):
        look = stroke(index)
        y += _LINE + 5
        drawn.append(words(arm.name, 4, y, fill=look.colour, bold=True))
        y += _LINE if place.stacked else 0
        numbers = at_risk_on(arm.curve, [month * DAYS_PER_MONTH for month in place.months])
        for month, number in zip(place.months, numbers, strict=True):
            across = place.x(month * DAYS_PER_MONTH)
            drawn.append(words(str(number), across, y, anchor="middle", fill=INK, class_="at-risk"))
    return drawn, y + 14


def _table(arms: Sequence[Arm], place: _Place, texts: Texts) -> Table:
    rows = [
        _row(arm, month, number, texts)
        for arm in arms
        for month, number in zip(
            place.months,
            at_risk_on(arm.curve, [month * DAYS_PER_MONTH for month in place.months]),
            strict=True,
        )
    ]
    headers = texts.all("arm", "month", "at_risk", "events", "survival", "interval")
    return Table(headers=headers, rows=tuple(rows))


def _row(arm: Arm, month: int, number: int, texts: Texts) -> tuple[str, ...]:
    day = math.floor(month * DAYS_PER_MONTH)
    events = int(arm.curve.events[arm.curve.days <= day].sum())
    found = survival_at(arm.curve, day)
    survival, interval = "–", "–"
    if found is not None:
        survival = texts.number(100 * found.survival, 1)
        if not math.isnan(found.lower):
            interval = f"{texts.number(100 * found.lower, 1)}–{texts.number(100 * found.upper, 1)}"
    return arm.name, str(month), str(number), str(events), survival, interval
