"""Accrual so far, and the fan of what may follow, up to the participants who are wanted."""

from collections.abc import Iterator
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
from equipoise.analysis.figures.texts import FORECAST, Texts
from equipoise.analysis.svg import Element, line, path, through
from equipoise.design.forecast import Forecast
from equipoise.logic.figures import day_text
from equipoise.logic.translator import ENGLISH, Translator

__all__ = ["forecast_figure"]

_LEFT, _TOP, _BOTTOM, _RIGHT = 56, 52, 360, 150


def forecast_figure(answer: Forecast, into: Translator = ENGLISH) -> Figure:
    """The picture of a forecast, with the fan as its table."""
    texts = _texts(answer, into)
    days, x, y = _scales(answer)
    drawing = [
        *_axes(answer, x, y, texts),
        *_fan(answer, x, y, texts),
        *_so_far(answer, days, x, y, texts),
    ]
    description = texts("description" if "middle" in texts.places else "all_in")
    table = _table(answer, texts)
    return figure(drawing, _BOTTOM + 40, texts("title"), description, table)


def _table(answer: Forecast, texts: Texts) -> Table:
    rows = (
        (day_text(fan.on, texts.into), f"{fan.middle:.0f}", f"{fan.low:.0f}", f"{fan.high:.0f}")
        for fan in answer.fan
    )
    return Table(headers=texts.all("day", "middle", "from", "to"), rows=tuple(rows))


def _texts(answer: Forecast, into: Translator) -> Texts:
    """The texts with their places; without the days of the last when all are in."""
    places = {
        "have": str(len(answer.observed.randomised)),
        "wanted": str(answer.plan.participants),
        "level": f"{100 * answer.level:.0f}\N{NO-BREAK SPACE}%",
    }
    for last in (when for when in answer.whens if when.kind == "randomisation"):
        days = {"middle": last.middle, "early": last.early, "late": last.late}
        never = FORECAST.said("never", into)
        places |= {name: day_text(on, into) if on else never for name, on in days.items()}
    return Texts(FORECAST, into, places)


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


def _axes(answer: Forecast, x: Scale, y: Scale, texts: Texts) -> Iterator[Element]:
    yield words(texts("up"), 4, 26, fill=MUTED)
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
    yield words(texts("wanted"), x.last + 8, wanted + 5, fill=MUTED, size=SMALL)


def _fan(answer: Forecast, x: Scale, y: Scale, texts: Texts) -> Iterator[Element]:
    if not answer.fan:
        return
    days = [x(fan.on.toordinal()) for fan in answer.fan]
    above = zip(days, (y(fan.high) for fan in answer.fan), strict=True)
    below = zip(reversed(days), (y(fan.low) for fan in reversed(answer.fan)), strict=True)
    middle = zip(days, (y(fan.middle) for fan in answer.fan), strict=True)
    look = stroke(2)
    edge = [*through((*above, *below)), "Z"]
    yield path(edge, fill=TINT, stroke=look.colour, stroke_width=0.8)
    yield path(through(middle), fill="none", stroke=look.colour, stroke_width=1.8,
               stroke_dasharray=look.dashes)  # fmt: skip
    half = answer.fan[len(answer.fan) // 2]
    yield words(
        texts("forecast"),
        x(half.on.toordinal()) + 14, y(half.low) + 26, fill=stroke(2).colour, size=SMALL, halo=True,
    )  # fmt: skip


def _so_far(
    answer: Forecast, days: list[date], x: Scale, y: Scale, texts: Texts
) -> Iterator[Element]:
    steps: list[str | float] = ["M", x(x.low), y(0)]
    for number, day in enumerate(days, start=1):
        steps += ["H", x(day.toordinal()), "V", y(number)]
    steps += ["H", x(answer.observed.on.toordinal())]
    yield path(steps, fill="none", stroke=stroke(0).colour, stroke_width=2.2, class_="so-far")
    at = x(answer.observed.on.toordinal())
    # Early in a trial there is no room for it left of its end, and the axis has numbers there.
    fits = at - 8 - len(texts("so_far")) * SMALL / 2 > x.first
    yield words(texts("so_far"), at - 8 if fits else x.first + 6,
                y(len(days)) - (10 if fits else 30), anchor="end" if fits else "start",
                fill=stroke(0).colour, size=SMALL, bold=True, halo=True)  # fmt: skip
