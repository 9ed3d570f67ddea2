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
from equipoise.analysis.figures.texts import Texts
from equipoise.analysis.svg import Element, draw, line, path, through

__all__ = ["Curve", "power_curve_figure"]

_LEFT, _TOP, _HIGH, _RIGHT = 56, 34, 230, 20
_ROOM = 62  # below the axis: ticks and its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One design: its power (0 to 1) at each hazard ratio of the figure."""

    name: str
    powers: tuple[float, ...]


def power_curve_figure(
    ratios: Sequence[float],
    curves: Sequence[Curve],
    texts: Texts,
    *,
    wanted: float,
    assumed: tuple[float, float],
) -> Figure:
    """Curves over rising hazard ratios; `assumed` is the hazard ratio and its power."""
    x = Scale(ratios[0], ratios[-1], _LEFT, WIDTH - _RIGHT)
    y = Scale(0, 1, _TOP + _HIGH, _TOP)
    drawing = [
        words(texts("up"), 4, _TOP - 14, fill=MUTED),
        *_levels(x, y),
        *ticks_below(x, y, _ticks(x, texts), texts("across")),
        *named_level(x, y(wanted), f"{texts.number(100 * wanted, 0)} % {texts('wanted')}"),
        *(_drawn(number, ratios, curve, x, y) for number, curve in reversed([*enumerate(curves)])),
        *_key(curves, x),
        *_point(assumed, x, y, texts),
    ]
    table = _table(ratios, curves, assumed[0], texts)
    return figure(drawing, y.first + _ROOM, texts("title"), texts("description"), table)


def _levels(x: Scale, y: Scale) -> Iterator[Element]:
    for percent in range(0, 101, 20):
        height = y(percent / 100)
        yield line(x.first, height, x.last, height, stroke=GRID if percent else AXIS)
        yield words(str(percent), x.first - 10, height + 5, anchor="end", size=SMALL)


def _ticks(x: Scale, texts: Texts) -> Iterator[tuple[float, str]]:
    for tenth in range(1, 11):
        ratio = tenth / 10
        if x.low - 1e-9 <= ratio <= x.high + 1e-9:
            yield ratio, texts.number(ratio, 1)


def _drawn(number: int, ratios: Sequence[float], curve: Curve, x: Scale, y: Scale) -> Element:
    look, places = stroke(number), zip(map(x, ratios), map(y, curve.powers), strict=True)
    return path(
        through(places), fill="none", stroke=look.colour, stroke_dasharray=look.dashes,
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


def _point(assumed: tuple[float, float], x: Scale, y: Scale, texts: Texts) -> Iterator[Element]:
    ratio, power = assumed
    if not x.low <= ratio <= x.high:
        return
    across, height = x(ratio), y(power)
    yield line(across, height, across, y.first, stroke=stroke(0).colour, stroke_width=1)
    yield draw("circle", cx=across, cy=height, r=5, fill=stroke(0).colour, class_="assumed")
    told = f"{texts.number(100 * power, 1)} %"
    right = across + 11 + width_of(told, SIZE, bold=True) < x.last
    yield words(
        told, across + 11 if right else across - 11, height - 6 if right else height - 12,
        anchor="start" if right else "end", fill=stroke(0).colour, bold=True, halo=True,
    )  # fmt: skip


def _table(ratios: Sequence[float], curves: Sequence[Curve], assumed: float, texts: Texts) -> Table:
    """Every fifth hundredth and the ratio assumed."""
    kept = [
        number
        for number, ratio in enumerate(ratios)
        if abs(ratio * 20 - round(ratio * 20)) < 1e-6 or abs(ratio - assumed) < 1e-9
    ]
    rows = tuple(
        (
            texts.number(ratios[number], 2)
            + (f" ({texts('assumed')})" if abs(ratios[number] - assumed) < 1e-9 else ""),
            *(f"{texts.number(100 * curve.powers[number], 1)} %" for curve in curves),
        )
        for number in kept
    )
    names = [curve.name if len(curves) > 1 else texts("up") for curve in curves]
    return Table(headers=(texts("across"), *names), rows=rows)
