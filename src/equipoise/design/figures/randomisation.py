"""Predictability against imbalance: one point a method, each with its own label.

A good method lies low and to the left. From each point a line rises to what one who knows
everything could guess. Minimisation with several chances is one chain.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.analysis.figures.figure import (
    AXIS,
    GRID,
    MUTED,
    PAPER,
    SMALL,
    WIDTH,
    Figure,
    Table,
    figure,
    stroke,
    words,
)
from equipoise.analysis.figures.layout import Scale, round_step, width_of
from equipoise.analysis.svg import Element, draw, line, path, through
from equipoise.design.predictability.choice import RandomisationChoice
from equipoise.design.predictability.compare import Measured
from equipoise.design.predictability.methods import BigStick, Blocks, Complete, Minimisation

__all__ = ["randomisation_figure"]

_LEFT, _TOP, _BOTTOM, _RIGHT = 62, 52, 420, 120
_REACH = 12  # pixels from a point to its label
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class _Point:
    found: Measured
    label: str
    x: float
    y: float
    top: float
    own: bool

    @property
    def kind(self) -> int:
        return (Minimisation, Blocks, BigStick, Complete).index(type(self.found.method))


def randomisation_figure(answer: RandomisationChoice) -> Figure:
    """The picture of a comparison, with its table."""
    x, y = _scales(answer.methods)
    points = [
        _Point(
            found=found,
            label=_label(found, answer),
            x=x(found.level.mean),
            y=y(100 * found.best),
            top=y(100 * found.knowing.mean),
            own=found.method == answer.own,
        )
        for found in answer.methods
    ]
    drawing = [
        *_axes(x, y),
        *_chain(points),
        *(element for point in points for element in _mark(point)),
        *_labels(points),
    ]
    title = "Predictability against imbalance, one point for each method of randomisation"
    return figure(drawing, _BOTTOM + 62, title, _told(answer), _table(answer))


def _scales(methods: Sequence[Measured]) -> tuple[Scale, Scale]:
    most = max(1.0, *(found.level.mean for found in methods))
    step = round_step(most, 8)
    high = 100 * max(found.knowing.mean for found in methods)
    low = 100 * min(found.best for found in methods)
    return (
        Scale(0, step * -(-most // step), _LEFT, WIDTH - _RIGHT),
        Scale(5 * (low // 5), 5 * -(-high // 5), _BOTTOM, _TOP),
    )


def _label(found: Measured, answer: RandomisationChoice) -> str:
    """The method's name; of minimisation's chain only the end bears it, the others their chance."""
    chain = [other for other in answer.methods if isinstance(other.method, Minimisation)]
    end = max(chain, key=lambda other: other.level.mean, default=None)
    method, name = found.method, found.method.label
    if isinstance(method, Minimisation):
        name = f"p {method.p:.2f}" if found is not end else f"minimisation, p {method.p:.2f}"
    return f"{name}, the study's own" if method == answer.own else name


def _axes(x: Scale, y: Scale) -> Iterator[Element]:
    yield words("Guessed right, %: point, best guess at a centre; tick, knowing all", 4, 22,
                fill=MUTED)  # fmt: skip
    yield words("lower is harder to guess", 4, 40, fill=MUTED, size=SMALL)
    for value in range(round(y.low), round(y.high) + 1, 5):
        yield line(x.first, y(value), x.last, y(value), stroke=GRID if value > y.low else AXIS)
        yield words(str(value), x.first - 10, y(value) + 5, anchor="end", size=SMALL)
    step = round_step(x.high, 8)
    for number in range(round(x.high / step) + 1):
        yield line(x(number * step), y.first, x(number * step), y.first + 5, stroke=AXIS)
        yield words(f"{number * step:g}", x(number * step), y.first + 22, anchor="middle",
                    size=SMALL)  # fmt: skip
    yield words(
        "Difference between the arms in the worst level of a factor, participants (mean); "
        "left is more even",
        x.first, y.first + 48, fill=MUTED, size=SMALL,
    )  # fmt: skip


def _chain(points: Sequence[_Point]) -> Iterator[Element]:
    """A line through minimisation's points, so that they are read as one method."""
    links = [point for point in points if point.kind == 0]
    if len(links) > 1:
        steps = through((point.x, point.y) for point in links)
        yield path(steps, fill="none", stroke=stroke(0).colour, stroke_width=1.2)


def _mark(point: _Point) -> Iterator[Element]:
    colour = stroke(point.kind).colour
    yield line(point.x, point.y, point.x, point.top, stroke=colour, stroke_width=1,
               stroke_dasharray="2 3")  # fmt: skip
    yield line(point.x - 5, point.top, point.x + 5, point.top, stroke=colour, stroke_width=1.6)
    yield draw(
        "circle", cx=point.x, cy=point.y, r=7 if point.own else 5,
        fill=colour, stroke=PAPER, stroke_width=1.5, class_="method",
    )  # fmt: skip


def _labels(points: Sequence[_Point]) -> Iterator[Element]:
    """Each label at the first side of its point where nothing stands yet."""
    taken: list[Box] = [(p.x - 8, p.y - 8, p.x + 8, p.y + 8) for p in points]
    taken += [(p.x - 3, p.top - 3, p.x + 3, p.y) for p in points]
    for point in points:
        long = width_of(point.label, SMALL, bold=point.own)
        places = list(_places(point, long))
        x, baseline, box = next((p for p in places if not _hit(p[2], taken)), places[0])
        taken.append(box)
        yield words(point.label, x, baseline, fill=stroke(point.kind).colour, size=SMALL,
                    bold=point.own, halo=True, class_="label")  # fmt: skip


def _places(point: _Point, long: float) -> Iterator[tuple[float, float, Box]]:
    for dx, dy in (
        (_REACH, 5), (-_REACH - long, 5), (-long / 2, 24), (_REACH, 20), (_REACH, -10),
        (-_REACH - long, 20), (-_REACH - long, -10), (_REACH, 36), (-_REACH - long, 36),
    ):  # fmt: skip
        left, base = point.x + dx, point.y + dy
        if left >= 2 and left + long <= WIDTH - 2:
            yield left, base, (left, base - 12, left + long, base + 4)
    yield 2.0, point.y, (2.0, point.y - 12, 2.0 + long, point.y + 4)


def _hit(box: Box, taken: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    return any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        for other in taken
    )


def _told(answer: RandomisationChoice) -> str:
    even = min(answer.methods, key=lambda found: found.level.mean)
    hard = min(answer.methods, key=lambda found: found.best)
    return (
        f"{len(answer.methods)} methods over {answer.trials:,} simulated trials. Most even: "
        f"{even.method.label}, {even.level.mean:.1f} apart in the worst level of a factor, "
        f"guessed right {100 * even.best:.1f} %. Hardest to guess: {hard.method.label}, "
        f"{hard.level.mean:.1f} apart, guessed right {100 * hard.best:.1f} %."
    )


def _table(answer: RandomisationChoice) -> Table:
    headers = (
        "Method", "Worst level, mean difference", "Best guess at a centre, %", "Knowing all, %",
    )  # fmt: skip
    rows = tuple(
        (
            answer.label_of(found),
            f"{found.level.mean:.1f}",
            f"{100 * found.best:.1f}",
            f"{100 * found.knowing.mean:.1f}",
        )
        for found in answer.methods
    )
    return Table(headers=headers, rows=rows)
