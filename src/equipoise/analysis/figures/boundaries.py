"""The bounds of a trial with interim looks: beyond which Z it stops, and at which hazard ratio.

Z rises with the experimental arm's advantage. Between the bounds the trial goes on.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.analysis.figures.axes import named_level, ticks_below
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
from equipoise.analysis.figures.layout import Scale, round_step, width_of
from equipoise.analysis.figures.texts import Texts
from equipoise.analysis.svg import Element, draw, line, path, through

__all__ = ["Bound", "boundaries_figure"]

HEADERS = (
    "events", "month", "randomised", "bound", "lower", "stops", "nominal", "spent", "with_effect",
    "without_effect",
)  # fmt: skip
_LEFT, _TOP, _HIGH = 56, 34, 230
_ROOM = 62
_HIGHEST = 6.0  # a bound beyond this Z is drawn here, its number beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One look: stop for benefit at or above `upper`, otherwise at or below `lower` (or never)."""

    events: float
    upper: float
    lower: float = -math.inf
    ratio: str = ""  # the hazard ratio at the upper bound, as people read it
    row: tuple[str, ...] = ()  # this look in the table


def boundaries_figure(
    looks: Sequence[Bound], texts: Texts, *, fixed: float, futile: bool = False
) -> Figure:
    """Looks in order; `fixed` is the bound of the same test without interim looks.

    :param futile: whether below the lower bound it stops for lack of benefit, not for harm
    """
    x = Scale(0, looks[-1].events, _LEFT, WIDTH - 84)
    y = _upright_scale(looks)
    drawing = [
        words(texts("up"), 4, _TOP - 14, fill=MUTED),
        *_between(looks, x, y),
        *_axes(looks, x, y, texts, fixed),
        *_bounds(looks, x, y),
        *_said(looks, x, y, texts, futile=futile),
    ]
    table = Table(headers=texts.all(*HEADERS), rows=tuple(look.row for look in looks))
    return figure(drawing, y.first + _ROOM, texts("title"), texts("description"), table)


def _axes(
    looks: Sequence[Bound], x: Scale, y: Scale, texts: Texts, fixed: float
) -> Iterator[Element]:
    yield from _levels(x, y)
    yield line(x.first, y.first, x.last, y.first, stroke=AXIS)
    ticks = ((look.events, f"{look.events:.0f}") for look in looks)
    yield from ticks_below(x, y, ticks, texts("events"))
    yield from named_level(x, y(fixed), f"{texts.number(fixed, 2)} {texts('fixed')}")


def _upright_scale(looks: Sequence[Bound]) -> Scale:
    top = math.ceil(min(max(look.upper for look in looks), _HIGHEST) + 0.4)
    drawn = [look.lower for look in looks if math.isfinite(look.lower)]
    low = math.floor(max(min(drawn, default=0), -_HIGHEST) - 0.4) if drawn else 0
    return Scale(low, top, _TOP + _HIGH, _TOP)


def _between(looks: Sequence[Bound], x: Scale, y: Scale) -> Iterator[Element]:
    """Where the trial goes on, from the first look to the last."""
    over = [(x(look.events), y(min(look.upper, _HIGHEST))) for look in looks]
    under = [(x(look.events), y(max(look.lower, y.low))) for look in reversed(looks)]
    if len(looks) > 1:
        yield path([*through([*over, *under]), "Z"], fill=TINT, stroke="none")


def _levels(x: Scale, y: Scale) -> Iterator[Element]:
    step = max(1, int(round_step(y.high - y.low, 8)))
    for level in range(step * math.ceil(y.low / step), int(y.high) + 1, step):
        height = y(level)
        yield line(x.first, height, x.last, height, stroke=GRID if level else AXIS)
        shown = f"{level}".replace("-", "−")
        yield words(shown, x.first - 10, height + 5, anchor="end", size=SMALL)


def _line(
    looks: Sequence[Bound], heights: Sequence[float], number: int, x: Scale, y: Scale
) -> Iterator[Element]:
    places = [(x(look.events), y(height)) for look, height in zip(looks, heights, strict=True)]
    colour = stroke(number).colour
    yield path(through(places), fill="none", stroke=colour, stroke_width=2, stroke_dasharray="none")
    for across, height in places:
        yield draw("circle", cx=across, cy=height, r=5, fill=colour, class_="bound")


def _bounds(looks: Sequence[Bound], x: Scale, y: Scale) -> Iterator[Element]:
    yield from _line(looks, [min(look.upper, _HIGHEST) for look in looks], 0, x, y)
    kept = [look for look in looks if math.isfinite(look.lower)]
    if kept:
        yield from _line(kept, [max(look.lower, -_HIGHEST) for look in kept], 1, x, y)


def _said(
    looks: Sequence[Bound], x: Scale, y: Scale, texts: Texts, *, futile: bool
) -> Iterator[Element]:
    yield from _names(x, y, texts, futile=futile)
    if len(looks) > 1:
        across = (x(looks[0].events) + x(looks[-1].events)) / 2
        yield words(texts("go_on"), across, y(0.5), anchor="middle", fill=MUTED)
    yield from _labels(looks, x, y, texts)


def _names(x: Scale, y: Scale, texts: Texts, *, futile: bool) -> Iterator[Element]:
    """What is done above and below the bounds."""
    names = [(texts("benefit"), _TOP + 8), (texts("futile" if futile else "harm"), y.first - 10)]
    for number, (name, height) in enumerate(names[: 2 if y.low < 0 else 1]):
        yield words(
            name, x.last - 8, height, anchor="end", fill=stroke(number).colour, bold=True, halo=True
        )


def _labels(looks: Sequence[Bound], x: Scale, y: Scale, texts: Texts) -> Iterator[Element]:
    """Each upper bound with its hazard ratio; left out where it would cover the one before."""
    before = -math.inf
    for look in looks:
        content = f"{texts.number(look.upper, 2)} ({texts('ratio')} {look.ratio})"
        wide, across = width_of(content, SIZE, bold=True), x(look.events)
        last = look is looks[-1]
        left = min(across - wide / 2, WIDTH - 4 - wide)
        if left < before + 8 and not last:
            continue
        height = y(min(look.upper, _HIGHEST)) - 13
        if left < before + 8:
            height = y(min(look.upper, _HIGHEST)) + 24
        yield words(content, left, height, fill=stroke(0).colour, bold=True, halo=True)
        before = left + wide
