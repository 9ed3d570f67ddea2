"""Accrual so far, and the fan of what may follow, up to the participants who are wanted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from equipoise.analysis.figures.figure import (
    AXIS,
    GRID,
    MUTED,
    SMALL,
    TINT,
    WIDTH,
    Figure,
    Table,
    figure,
    stroke,
    words,
)
from equipoise.analysis.figures.layout import Scale, round_step
from equipoise.analysis.svg import Element, line, path
from equipoise.design.forecast import Forecast

__all__ = ["Words", "english", "forecast_figure"]

_LEFT, _TOP, _BOTTOM, _RIGHT = 56, 52, 360, 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All that the figure says, in the reader's language."""

    title: str
    description: str
    up: str
    wanted: str
    forecast: str
    so_far: str
    headers: tuple[str, str, str, str]
    day: Callable[[date], str]


def forecast_figure(answer: Forecast, said: Words | None = None) -> Figure:
    """The picture of a forecast, with the fan as its table; in English unless told otherwise."""
    told = said or english(answer)
    days, x, y = _scales(answer)
    drawing = [
        *_axes(answer, x, y, told),
        *_fan(answer, x, y, told),
        *_so_far(answer, days, x, y, told),
    ]
    rows = tuple(
        (told.day(fan.on), f"{fan.middle:.0f}", f"{fan.low:.0f}", f"{fan.high:.0f}")
        for fan in answer.fan
    )
    table = Table(headers=told.headers, rows=rows)
    return figure(drawing, _BOTTOM + 40, told.title, told.description, table)


def english(answer: Forecast) -> Words:
    """What the figure says in English."""
    return Words(
        title=f"Participants randomised until {answer.observed.on}, and the forecast",
        description=_told(answer),
        up="Participants randomised",
        wanted=f"{answer.plan.participants} wanted",
        forecast=f"Forecast, {100 * answer.level:.0f} % interval",
        so_far=f"Randomised so far: {len(answer.observed.randomised)}",
        headers=("Day", "Middle", "From", "To"),
        day=date.isoformat,
    )


def _scales(answer: Forecast) -> tuple[list[date], Scale, Scale]:
    days = list(answer.observed.randomised)
    first = min([*days, *(site.opens for site in answer.observed.sites)])
    last = answer.fan[-1].on if answer.fan else answer.observed.on
    last = max(last, date.fromordinal(first.toordinal() + 1))
    most = max(answer.plan.participants, len(days), 1)
    step = round_step(most, 6)
    return (
        days,
        Scale(first.toordinal(), last.toordinal(), _LEFT, WIDTH - _RIGHT),
        Scale(0, step * -(-most // step), _BOTTOM, _TOP),
    )


def _axes(answer: Forecast, x: Scale, y: Scale, said: Words) -> Iterator[Element]:
    yield words(said.up, 4, 26, fill=MUTED)
    step = round_step(y.high, 6)
    for number in range(round(y.high / step) + 1):
        height = y(number * step)
        yield line(x.first, height, x.last, height, stroke=GRID if number else AXIS)
        yield words(f"{number * step:.0f}", x.first - 10, height + 5, anchor="end", size=SMALL)
    years = range(date.fromordinal(int(x.low)).year + 1, date.fromordinal(int(x.high)).year + 1)
    every = max(1, -(-len(years) // 10))
    for year in years[::every]:
        at = x(date(year, 1, 1).toordinal())
        yield line(at, y.first, at, y.first + 5, stroke=AXIS)
        yield words(str(year), at, y.first + 22, anchor="middle", size=SMALL)
    wanted = y(answer.plan.participants)
    yield line(x.first, wanted, x.last, wanted, stroke=MUTED, stroke_dasharray="4 4")
    yield words(said.wanted, x.last + 8, wanted + 5, fill=MUTED, size=SMALL)


def _fan(answer: Forecast, x: Scale, y: Scale, said: Words) -> Iterator[Element]:
    if not answer.fan:
        return
    edge: list[str | float] = []
    for fan in answer.fan:
        edge += ["L" if edge else "M", x(fan.on.toordinal()), y(fan.high)]
    for fan in reversed(answer.fan):
        edge += ["L", x(fan.on.toordinal()), y(fan.low)]
    yield path([*edge, "Z"], fill=TINT, stroke=stroke(2).colour, stroke_width=0.8)
    middle: list[str | float] = []
    for fan in answer.fan:
        middle += ["L" if middle else "M", x(fan.on.toordinal()), y(fan.middle)]
    yield path(middle, fill="none", stroke=stroke(2).colour, stroke_width=1.8,
               stroke_dasharray=stroke(2).dashes)  # fmt: skip
    half = answer.fan[len(answer.fan) // 2]
    yield words(
        said.forecast,
        x(half.on.toordinal()) + 14, y(half.low) + 26, fill=stroke(2).colour, size=SMALL, halo=True,
    )  # fmt: skip


def _so_far(
    answer: Forecast, days: list[date], x: Scale, y: Scale, said: Words
) -> Iterator[Element]:
    steps: list[str | float] = ["M", x(x.low), y(0)]
    for number, day in enumerate(days, start=1):
        steps += ["H", x(day.toordinal()), "V", y(number)]
    steps += ["H", x(answer.observed.on.toordinal())]
    yield path(steps, fill="none", stroke=stroke(0).colour, stroke_width=2.2, class_="so-far")
    at = x(answer.observed.on.toordinal())
    # Early in a trial there is no room for it left of its end, and the axis has numbers there.
    fits = at - 8 - len(said.so_far) * SMALL / 2 > x.first
    yield words(said.so_far, at - 8 if fits else x.first + 6, y(len(days)) - 10,
                anchor="end" if fits else "start",
                fill=stroke(0).colour, size=SMALL, bold=True, halo=True)  # fmt: skip


def _told(answer: Forecast) -> str:
    ends = [when for when in answer.whens if when.kind == "randomisation"]
    if not ends:
        return f"All {len(answer.observed.randomised)} participants have been randomised."
    last = ends[-1]
    return (
        f"{len(answer.observed.randomised)} of {answer.plan.participants} participants have been "
        f"randomised. The median day of the last is {last.middle or 'beyond a century'}, from "
        f"{last.early or 'never'} to {last.late or 'never'}."
    )
