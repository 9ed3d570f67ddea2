"""One participant's course: what happened on which day, and what lasted from when to when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from equipoise.analysis.figures.figure import (
    AXIS,
    GRID,
    MUTED,
    PAPER,
    SIZE,
    SMALL,
    WIDTH,
    Figure,
    Stroke,
    Table,
    figure,
    stroke,
    words,
)
from equipoise.analysis.figures.layout import Scale, month_step, width_of, wrapped
from equipoise.analysis.svg import Element, draw, line, path

_DAYS_PER_MONTH = 365.25 / 12
_LEVEL, _BAR, _TOP = 34, 14, 10
_LONGEST_LANE = 150
_FLAG = 5  # from a mark to its words


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened on one day."""

    label: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that lasted; `last` is None while it goes on."""

    label: str
    first: date
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One row of the figure: a name, and what belongs to it."""

    name: str
    happenings: tuple[Happening, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All that the figure says, in the reader's language."""

    title: str
    description: str
    across: str  # "Months since randomisation"
    lane: str
    what: str
    first: str  # "From"
    last: str  # "To"
    ongoing: str
    say_date: Callable[[date], str] = date.isoformat


@dataclass(frozen=True, slots=True)
class _Label:
    """The words of one mark: where the mark is, and on which level they stand."""

    mark: float
    level: int
    rows: tuple[str, str]


def timeline_figure(
    lanes: Sequence[Lane], anchor: date, first: date, last: date, said: Words
) -> Figure:
    """The lanes one under another, from `first` to `last`; months count from `anchor`.

    What lies outside is left out of the drawing and stays in the table.
    """
    names = [wrapped(lane.name, SIZE, _LONGEST_LANE, bold=True) for lane in lanes]
    widest = max((width_of(row, SIZE, bold=True) for rows in names for row in rows), default=0)
    right = WIDTH - _right_margin(lanes, first, last, said)
    x = Scale((first - anchor).days, (last - anchor).days, widest + 34, right)
    rows: list[Element] = []
    y = float(_TOP)
    for index, (lane, name) in enumerate(zip(lanes, names, strict=True)):
        drawn, height = _lane(lane, name, x, anchor, y, stroke(index), said)
        rows += [*drawn, line(4, y + height, WIDTH - 4, y + height, stroke=GRID)]
        y += height
    axis = list(_axis(x, y, said))
    return figure([*axis, *rows], y + 52, said.title, said.description, _table(lanes, said))


def _right_margin(lanes: Sequence[Lane], first: date, last: date, said: Words) -> float:
    """Room for the words of what happened last."""
    late = last - (last - first) * 0.2
    flags = [one for lane in lanes for one in lane.happenings if late <= one.on <= last]
    return max([24.0, *(_wide((one.label, said.say_date(one.on))) + 14 for one in flags)])


def _lane(
    lane: Lane, name: Sequence[str], x: Scale, anchor: date, top: float, look: Stroke, said: Words
) -> tuple[list[Element], float]:
    """The lane, and how much height it takes."""
    shown = sorted(
        (one for one in lane.happenings if x.low <= (one.on - anchor).days <= x.high),
        key=lambda one: one.on,
    )
    labels = _labels(shown, x, anchor, said)
    levels = max((label.level + 1 for label in labels), default=0)
    bars = _rows_of_spans(lane.spans, x, anchor)
    marks = top + 8 + levels * _LEVEL + 8  # the line on which the marks stand
    drawn: list[Element] = []
    for label in labels:
        drawn += _mark(label, marks, look)
    base = marks + 14 if labels else top + 10
    for number, row in enumerate(bars):
        for span in row:
            drawn += _bar(span, x, anchor, base + number * (_BAR + 24), look)
    height = base - top + len(bars) * (_BAR + 24) + (0 if bars else 2)
    height = max(height, len(name) * 18 + 16)
    middle = top + height / 2 + 5 - (len(name) - 1) * 9
    drawn += [words(row, 4, middle + i * 18, bold=True) for i, row in enumerate(name)]
    return drawn, height


def _labels(shown: Sequence[Happening], x: Scale, anchor: date, said: Words) -> list[_Label]:
    """Words fly like flags to the right of their marks, each on the lowest level that is free.

    From the last to the first: what comes earlier rises above what comes later,
    and no staff crosses words.
    """
    placed: list[_Label] = []
    for one in reversed(shown):
        label = _Label(x((one.on - anchor).days), 0, (one.label, said.say_date(one.on)))
        end = label.mark + _FLAG + _wide(label.rows) + 10
        taken = {other.level for other in placed if other.mark < end}
        level = next(number for number in range(len(placed) + 1) if number not in taken)
        placed.append(replace(label, level=level))
    return placed


def _wide(rows: tuple[str, str]) -> float:
    return max(width_of(rows[0], SMALL, bold=True), width_of(rows[1], SMALL))


def _mark(label: _Label, y: float, look: Stroke) -> Iterator[Element]:
    foot = y - 12 - label.level * _LEVEL
    yield line(label.mark, y - 6, label.mark, foot - 24, stroke=AXIS, stroke_width=0.8)
    diamond: list[str | float] = ["M", label.mark, y - 6, "l", 6, 6, "l", -6, 6, "l", -6, -6, "Z"]
    yield path(diamond, fill=look.colour, stroke=PAPER, stroke_width=1, class_="happening")
    yield words(label.rows[0], label.mark + _FLAG, foot - 14, size=SMALL, bold=True, halo=True)
    yield words(label.rows[1], label.mark + _FLAG, foot, size=SMALL, fill=MUTED, halo=True)


def _rows_of_spans(spans: Sequence[Span], x: Scale, anchor: date) -> list[list[Span]]:
    """Spans in as few rows as keep bars and the words under them apart."""
    rows: list[tuple[float, list[Span]]] = []
    for span in sorted(spans, key=lambda one: one.first):
        start, end = _ends(span, x, anchor)
        if start > x.last or end < x.first:
            continue
        reach = max(end, _words_left(span, start, x) + width_of(span.label, SMALL)) + 10
        free = next((i for i, (until, _) in enumerate(rows) if until <= start), None)
        if free is None:
            rows.append((reach, [span]))
        else:
            rows[free] = (reach, [*rows[free][1], span])
    return [row for _, row in rows]


def _ends(span: Span, x: Scale, anchor: date) -> tuple[float, float]:
    """Pixels from the first day to the end of the last."""
    start = x((span.first - anchor).days)
    last = x.last if span.last is None else x((span.last + timedelta(days=1) - anchor).days)
    return start, last


def _words_left(span: Span, start: float, x: Scale) -> float:
    wide = width_of(span.label, SMALL)
    return max(min(max(start, x.first), WIDTH - 4 - wide), x.first)


def _bar(span: Span, x: Scale, anchor: date, y: float, look: Stroke) -> Iterator[Element]:
    start, end = _ends(span, x, anchor)
    left, right = max(start, x.first), min(end, x.last)
    if span.last is None or end > x.last:
        # It goes on: the bar ends in a point.
        outline: list[str | float] = ["M", left, y, "H", right, "l", 8, _BAR / 2, -8, _BAR / 2]
        yield path([*outline, "H", left, "Z"], fill=look.colour, class_="span")
    else:
        yield draw(
            "rect",
            x=left,
            y=y,
            width=max(right - left, 2),
            height=_BAR,
            fill=look.colour,
            stroke=PAPER,
            stroke_width=0.5,
            class_="span",
        )
    yield words(span.label, _words_left(span, start, x), y + _BAR + 15, size=SMALL, halo=True)


def _axis(x: Scale, bottom: float, said: Words) -> Iterator[Element]:
    months = (x.high - x.low) / _DAYS_PER_MONTH
    step = month_step(months)
    first = -int(-x.low / _DAYS_PER_MONTH // step) * step if x.low < 0 else 0
    for month in range(first, int(x.high / _DAYS_PER_MONTH) + 1, step):
        across = x(month * _DAYS_PER_MONTH)
        colour = AXIS if month == 0 else GRID
        yield line(across, _TOP, across, bottom + 5, stroke=colour)
        minus = "\u2212" if month < 0 else ""
        yield words(
            f"{minus}{abs(month)}",
            across,
            bottom + 21,
            anchor="middle",
            size=SMALL,
            class_="tick-across",
        )
    yield words(said.across, (x.first + x.last) / 2, bottom + 42, anchor="middle", fill=MUTED)


def _table(lanes: Sequence[Lane], said: Words) -> Table:
    """Everything by day."""
    rows: list[tuple[date, tuple[str, ...]]] = []
    for lane in lanes:
        for one in lane.happenings:
            rows.append((one.on, (lane.name, one.label, said.say_date(one.on), "")))
        for span in lane.spans:
            last = said.ongoing if span.last is None else said.say_date(span.last)
            rows.append((span.first, (lane.name, span.label, said.say_date(span.first), last)))
    rows.sort(key=lambda row: row[0])
    headers = (said.lane, said.what, said.first, said.last)
    return Table(headers=headers, rows=tuple(cells for _, cells in rows))
