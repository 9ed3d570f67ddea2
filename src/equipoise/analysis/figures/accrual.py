"""The accrual figure: participants randomised so far against the plan, and how many each month."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from equipoise.analysis.figures.figure import (
    AXIS,
    GRID,
    MUTED,
    SIZE,
    SMALL,
    TINT,
    WIDTH,
    Figure,
    Table,
    figure,
    stroke,
    words,
)
from equipoise.analysis.figures.layout import Scale, round_step, spread, width_of
from equipoise.analysis.figures.texts import Texts
from equipoise.analysis.svg import Element, draw, line, path

_TOP, _TOTALS, _BETWEEN, _MONTHLY = 34, 250, 74, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One calendar month: how many were randomised (None: still to come), how many planned."""

    label: str
    randomised: int | None
    planned: float


@dataclass(frozen=True, slots=True)
class _Place:
    x: Scale
    totals: Scale
    monthly: Scale


def accrual_figure(months: Sequence[Month], texts: Texts) -> Figure:
    """Months in order; the totals are drawn at the end of each month."""
    actual = [
        float(n) for n in accumulate(m.randomised for m in months if m.randomised is not None)
    ]
    plan = list(accumulate(month.planned for month in months))
    place = _place(months, actual, plan, texts)
    bottom = place.monthly.first
    drawing = [
        *_panel(place.totals, place.x, texts("total")),
        *_panel(place.monthly, place.x, texts("monthly")),
        *_bars(months, place),
        _line_of(plan, place, 1),
        _line_of(actual, place, 0),
        *_labels([(texts("actual"), actual), (texts("plan"), plan)], place, texts),
        *_month_names(months, place),
    ]
    table = _table(months, actual, plan, texts)
    return figure(drawing, bottom + 34, texts("title"), texts("description"), table)


def _place(
    months: Sequence[Month], actual: Sequence[float], plan: Sequence[float], texts: Texts
) -> _Place:
    labels = [_label(texts("actual"), actual), _label(texts("plan"), plan)]
    right = WIDTH - max(width_of(label, SIZE, bold=True) for label in labels) - 22
    most = max([*actual, *plan, 1])
    busiest = max([*(month.randomised or 0 for month in months), 1])
    bottom = _TOP + _TOTALS + _BETWEEN + _MONTHLY
    return _Place(
        x=Scale(0, max(len(months), 1), 56, right),
        totals=Scale(0, _round_top(most, 6), _TOP + _TOTALS, _TOP),
        monthly=Scale(0, _round_top(busiest, 3), bottom, bottom - _MONTHLY),
    )


def _round_top(most: float, steps: int) -> float:
    step = round_step(most, steps)
    return step * -(-most // step)


def _panel(y: Scale, x: Scale, name: str) -> Iterator[Element]:
    yield words(name, 4, y.last - 14, fill=MUTED)
    step = round_step(y.high, 6 if y.first - y.last > _MONTHLY else 3)
    for number in range(round(y.high / step) + 1):
        height = y(number * step)
        colour = GRID if number else AXIS
        yield line(x.first, height, x.last, height, stroke=colour)
        yield words(f"{number * step:.0f}", x.first - 10, height + 5, anchor="end", size=SMALL)


def _bars(months: Sequence[Month], place: _Place) -> Iterator[Element]:
    wide = place.x(1) - place.x(0)
    for number, month in enumerate(months):
        if month.randomised:
            top = place.monthly(month.randomised)
            yield draw(
                "rect",
                x=place.x(number) + wide * 0.14,
                y=top,
                width=wide * 0.72,
                height=place.monthly.first - top,
                fill=stroke(0).colour,
                class_="bar",
            )


def _line_of(totals: Sequence[float], place: _Place, index: int) -> Element:
    steps: list[str | float] = ["M", place.x(0), place.totals(0)]
    for number, total in enumerate(totals, start=1):
        steps += ["L", place.x(number), place.totals(total)]
    look = stroke(index)
    return path(
        steps,
        fill="none",
        stroke=look.colour,
        stroke_width=2.4 if index == 0 else 1.8,
        stroke_dasharray=look.dashes,
        stroke_linejoin="round",
        class_="total",
    )


def _label(name: str, totals: Sequence[float]) -> str:
    return f"{name}: {_number(totals[-1] if totals else 0)}"


def _labels(
    named: Sequence[tuple[str, Sequence[float]]], place: _Place, texts: Texts
) -> Iterator[Element]:
    """Each total beside the end of its line."""
    ends = [
        (place.x(len(totals)), place.totals(totals[-1] if totals else 0)) for _, totals in named
    ]
    middles = spread([end[1] for end in ends], [20, 20], _TOP - 10, place.totals.first + 10)
    for index, ((name, totals), end, middle) in enumerate(zip(named, ends, middles, strict=True)):
        look, across = stroke(index), end[0] + 8
        yield draw("circle", cx=end[0], cy=end[1], r=3, fill=look.colour)
        content = _label(name, totals)
        if end[0] < place.x.last:
            # Within the plot the words stand on a ground of their own, off the lines.
            wide = width_of(content, SIZE, bold=True)
            yield draw(
                "rect", x=across - 3, y=middle - 10, width=wide + 6, height=20, rx=2, fill=TINT
            )
        yield words(content, across, middle + 5, fill=look.colour, bold=True)


def _month_names(months: Sequence[Month], place: _Place) -> Iterator[Element]:
    """As many names as fit, each under its bar and under the end of its month above."""
    wide = place.x(1) - place.x(0)
    longest = max((width_of(month.label, SMALL) for month in months), default=0) + 12
    every = next((n for n in (1, 2, 3, 4, 6, 12, 24) if n * wide >= longest), 24)
    for number, month in enumerate(months):
        if number % every == 0:
            across = place.x(number + 0.5)
            for y in (place.totals.first, place.monthly.first):
                yield line(across, y, across, y + 5, stroke=AXIS)
                yield words(month.label, across, y + 20, anchor="middle", size=SMALL)


def _table(
    months: Sequence[Month], actual: Sequence[float], plan: Sequence[float], texts: Texts
) -> Table:
    rows = []
    for number, month in enumerate(months):
        done = number < len(actual) and month.randomised is not None
        rows.append(
            (
                month.label,
                str(month.randomised) if done else "–",
                _number(actual[number]) if done else "–",
                _number(plan[number]),
            )
        )
    headers = texts.all("month", "actual", "randomised_total", "planned_total")
    return Table(headers=headers, rows=tuple(rows))


def _number(value: float) -> str:
    """Participants are counted whole, though an even plan holds parts of one."""
    return str(math.floor(value + 0.5))
