"""The power curve: the chance that the trial shows an effect, for each effect it may have.

One line a design, the chance that is wanted as a level, and the effect assumed as a point.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.analysis.figures.axes import named_level, ticks_below
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
from equipoise.analysis.figures.layout import Scale, width_of
from equipoise.analysis.svg import Element, draw, line, path

__all__ = ["Curve", "Words", "power_curve_figure"]

_LEFT, _TOP, _HIGH, _RIGHT = 56, 34, 230, 20
_ROOM = 62  # below the axis: ticks and its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One design: its power (0 to 1) at each hazard ratio of the figure."""

    name: str
    powers: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All that the figure says, in the reader's language."""

    title: str
    description: str
    across: str  # "True hazard ratio"
    up: str  # "Power (%)"
    wanted: str  # "wanted"
    assumed: str  # "assumed"
    decimal_mark: str = "."


def power_curve_figure(
    ratios: Sequence[float],
    curves: Sequence[Curve],
    said: Words,
    *,
    wanted: float,
    assumed: tuple[float, float],
) -> Figure:
    """Curves over rising hazard ratios; `assumed` is the hazard ratio and its power."""
    x = Scale(ratios[0], ratios[-1], _LEFT, WIDTH - _RIGHT)
    y = Scale(0, 1, _TOP + _HIGH, _TOP)
    drawing = [
        words(said.up, 4, _TOP - 14, fill=MUTED),
        *_levels(x, y),
        *ticks_below(x, y, _ticks(x, said), said.across),
        *named_level(x, y(wanted), f"{_percent(wanted, said, 0)} % {said.wanted}"),
        *(_drawn(number, ratios, curve, x, y) for number, curve in reversed([*enumerate(curves)])),
        *_key(curves, x),
        *_point(assumed, x, y, said),
    ]
    table = _table(ratios, curves, assumed[0], said)
    return figure(drawing, y.first + _ROOM, said.title, said.description, table)


def _levels(x: Scale, y: Scale) -> Iterator[Element]:
    for percent in range(0, 101, 20):
        height = y(percent / 100)
        yield line(x.first, height, x.last, height, stroke=GRID if percent else AXIS)
        yield words(str(percent), x.first - 10, height + 5, anchor="end", size=SMALL)


def _ticks(x: Scale, said: Words) -> Iterator[tuple[float, str]]:
    for tenth in range(1, 11):
        ratio = tenth / 10
        if x.low - 1e-9 <= ratio <= x.high + 1e-9:
            yield ratio, _decimal(ratio, 1, said)


def _drawn(number: int, ratios: Sequence[float], curve: Curve, x: Scale, y: Scale) -> Element:
    steps: list[str | float] = []
    for ratio, power in zip(ratios, curve.powers, strict=True):
        steps += ["L" if steps else "M", x(ratio), y(power)]
    look = stroke(number)
    return path(
        steps, fill="none", stroke=look.colour, stroke_dasharray=look.dashes,
        stroke_width=2.6 if number == 0 else 1.8, stroke_linejoin="round", class_="power",
    )  # fmt: skip


def _key(curves: Sequence[Curve], x: Scale) -> Iterator[Element]:
    """The names of the lines, at the top right, where hardly any curve comes."""
    if len(curves) < 2:
        return
    start = x.last - max(width_of(curve.name, SIZE, bold=True) for curve in curves)
    for number, curve in enumerate(curves):
        look, height = stroke(number), _TOP + 6 + 22 * number
        yield line(
            start - 40, height, start - 8, height, stroke=look.colour,
            stroke_dasharray=look.dashes, stroke_width=2.6 if number == 0 else 1.8,
        )  # fmt: skip
        yield words(curve.name, start, height + 5, fill=look.colour, bold=True, halo=True)


def _point(assumed: tuple[float, float], x: Scale, y: Scale, said: Words) -> Iterator[Element]:
    ratio, power = assumed
    if not x.low <= ratio <= x.high:
        return
    across, height = x(ratio), y(power)
    yield line(across, height, across, y.first, stroke=stroke(0).colour, stroke_width=1)
    yield draw("circle", cx=across, cy=height, r=5, fill=stroke(0).colour, class_="assumed")
    told = f"{_percent(power, said, 1)} %"
    right = across + 11 + width_of(told, SIZE, bold=True) < x.last
    yield words(
        told, across + 11 if right else across - 11, height - 6 if right else height - 12,
        anchor="start" if right else "end", fill=stroke(0).colour, bold=True, halo=True,
    )  # fmt: skip


def _table(ratios: Sequence[float], curves: Sequence[Curve], assumed: float, said: Words) -> Table:
    """Every fifth hundredth and the ratio assumed."""
    kept = [
        number
        for number, ratio in enumerate(ratios)
        if abs(ratio * 20 - round(ratio * 20)) < 1e-6 or abs(ratio - assumed) < 1e-9
    ]
    rows = tuple(
        (
            _decimal(ratios[number], 2, said)
            + (f" ({said.assumed})" if abs(ratios[number] - assumed) < 1e-9 else ""),
            *(f"{_percent(curve.powers[number], said, 1)} %" for curve in curves),
        )
        for number in kept
    )
    names = [curve.name if len(curves) > 1 else said.up for curve in curves]
    return Table(headers=(said.across, *names), rows=rows)


def _percent(share: float, said: Words, decimals: int) -> str:
    return f"{100 * share:.{decimals}f}".replace(".", said.decimal_mark)


def _decimal(value: float, decimals: int, said: Words) -> str:
    return f"{value:.{decimals}f}".replace(".", said.decimal_mark)
