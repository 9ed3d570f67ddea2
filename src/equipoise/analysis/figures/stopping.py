"""A rule that the monitoring board watches: events against people, and where it is crossed."""

from collections.abc import Iterator, Sequence

from equipoise.analysis.figures.axes import ticks_below
from equipoise.analysis.figures.figure import (
    AXIS,
    GRID,
    INK,
    MUTED,
    SMALL,
    WIDTH,
    Figure,
    Table,
    figure,
    stroke,
    words,
)
from equipoise.analysis.figures.layout import Scale, round_step
from equipoise.analysis.figures.texts import Texts
from equipoise.analysis.stopping import Count
from equipoise.analysis.svg import Element, draw, line, path, through

__all__ = ["stopping_figure"]

_LEFT, _TOP, _HIGH, _ROOM = 56, 34, 200, 62
_BEYOND = "#fbeee6"
Steps = Sequence[tuple[int, int, int]]


def stopping_figure(steps: Steps, now: Count, texts: Texts, people: int) -> Figure:
    """The steps of the boundary up to so many people, and how the trial stands."""
    highest = max([now.events, *(events for events, _, _ in steps)], default=1) + 1
    x = Scale(0, max(people, 1), _LEFT, WIDTH - 24)
    y = Scale(0, highest, _TOP + _HIGH, _TOP)
    drawing = [
        words(texts("up"), 4, _TOP - 14, fill=MUTED),
        *_beyond(steps, x, y),
        *_axes(x, y, texts),
        *_boundary(steps, x, y, texts),
        *_now(now, steps, x, y, texts),
    ]
    rows = tuple((str(events), str(first), str(last)) for events, first, last in steps)
    table = Table(headers=texts.all("events", "first", "last"), rows=rows)
    return figure(drawing, y.first + _ROOM, texts("title"), texts("description"), table)


def _corners(steps: Steps, x: Scale, y: Scale) -> list[tuple[float, float]]:
    """The boundary as a stair: each step from its first people to those of the next."""
    firsts = [first for _, first, _ in steps[1:]]
    lasts = [*firsts, steps[-1][2]] if steps else []
    return [
        (x(across), y(events))
        for (events, first, _), last in zip(steps, lasts, strict=True)
        for across in (first, last)
    ]


def _beyond(steps: Steps, x: Scale, y: Scale) -> Iterator[Element]:
    if stair := _corners(steps, x, y):
        top = [(stair[-1][0], y.last), (stair[0][0], y.last)]
        yield path([*through([*stair, *top]), "Z"], fill=_BEYOND, stroke="none")


def _axes(x: Scale, y: Scale, texts: Texts) -> Iterator[Element]:
    step = int(max(1, round_step(y.high, 8)))
    for level in range(0, int(y.high) + 1, step):
        yield line(x.first, y(level), x.last, y(level), stroke=GRID if level else AXIS)
        yield words(f"{level}", x.first - 10, y(level) + 5, anchor="end", size=SMALL)
    apart = int(max(1, round_step(x.high, 8)))
    ticks = ((float(at), f"{at}") for at in range(0, int(x.high) + 1, apart))
    yield from ticks_below(x, y, ticks, texts("across"))


def _boundary(steps: Steps, x: Scale, y: Scale, texts: Texts) -> Iterator[Element]:
    stair = _corners(steps, x, y)
    if not stair:
        return
    look = stroke(1)
    yield path(through(stair), fill="none", stroke=look.colour, stroke_width=2, class_="bound")
    yield words(texts("crossed"), x.first + 8, y.last + 16, fill=look.colour, bold=True, halo=True)


def _now(now: Count, steps: Steps, x: Scale, y: Scale, texts: Texts) -> Iterator[Element]:
    """The point, and its words on the side of it that the boundary is not on."""
    across, height = x(now.people), y(now.events)
    bounds = [events for events, first, last in steps if first <= now.people <= last]
    above = not now.events or any(now.events >= bound for bound in bounds)
    yield draw("circle", cx=across, cy=height, r=6, fill=stroke(0).colour, class_="now")
    anchor, aside = ("end", -12) if across > (x.first + x.last) / 2 else ("start", 12)
    base = height - 8 if above else height + 18
    yield words(texts("now"), across + aside, base, anchor=anchor, fill=INK, bold=True, halo=True)
