"""The flow of participants, as CONSORT asks: who was assessed, left out, allocated and analysed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from equipoise.analysis.figures.figure import (
    AXIS,
    INK,
    PAPER,
    SIZE,
    TINT,
    WIDTH,
    Figure,
    Table,
    figure,
    upright,
    words,
)
from equipoise.analysis.figures.layout import width_of, wrapped
from equipoise.analysis.figures.texts import Texts
from equipoise.analysis.svg import Element, draw, path

_LINE, _PADDING, _GAP = 18, 12, 30
_TOP, _LEFT, _RIGHT = 8, 42, WIDTH - 4  # to the left of it the stages are named
_BETWEEN = 20  # between two arms


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many participants, and of what."""

    label: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A count, and what it is made of (reasons, say)."""

    count: Count
    parts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A box in the middle, before allocation; `aside` are those who left there, and why."""

    box: Box
    aside: Box | None = None
    stage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One stage after allocation: a box for each arm, in the order of the arms."""

    boxes: tuple[Box, ...]
    stage: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A box with its place in the figure, and its lines: the count bold, the parts plain."""

    x: float
    y: float
    width: float
    lines: tuple[tuple[str, bool], ...]

    tall: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.tall


@dataclass(frozen=True, slots=True)
class _Level:
    """Boxes side by side, and the one aside of them; `bottom` is where the lowest ends."""

    stage: str
    boxes: tuple[_Placed, ...]
    aside: _Placed | None
    bottom: float


def consort_figure(trunk: Sequence[Step], branches: Sequence[Branch], texts: Texts) -> Figure:
    """The steps before allocation, one under another, then the arms side by side.

    Raises ValueError when two stages have different numbers of arms, and when
    nothing follows a step that some left.
    """
    if len({len(branch.boxes) for branch in branches}) > 1:
        raise ValueError("branches: give each stage one box for each arm")
    if trunk and trunk[-1].aside and not branches:
        raise ValueError("trunk: give the box of those who went on after the last step aside")
    levels = _levels((*trunk, *branches))
    drawing: list[Element] = [*_stages(levels)]
    above: tuple[_Placed, ...] = ()
    for level in levels:
        drawing += [*_arrows(above, level), *(part for one in level.boxes for part in _box(one))]
        drawing += _box(level.aside) if level.aside else ()
        above = level.boxes
    bottom = (levels[-1].bottom if levels else _TOP) + 2 * _TOP
    table = _table(trunk, branches, texts)
    return figure(drawing, bottom, texts("title"), texts("description"), table)


def _levels(steps: Sequence[Step | Branch]) -> list[_Level]:
    """One under another."""
    levels: list[_Level] = []
    for step in steps:
        y = levels[-1].bottom + _GAP if levels else _TOP
        levels.append(_step(step, y) if isinstance(step, Step) else _branch(step, y))
    return levels


def _step(step: Step, y: float) -> _Level:
    middle, wide = (_LEFT + _RIGHT) / 2, 300
    box = _placed(step.box, middle - wide / 2, y, wide)
    if step.aside is None:
        return _Level(step.stage, (box,), None, box.bottom)
    left = middle + 36
    aside = _placed(step.aside, left, box.bottom + 14, _RIGHT - left)
    return _Level(step.stage, (box,), aside, aside.bottom - 12)


def _branch(branch: Branch, y: float) -> _Level:
    """The boxes of a stage, all as tall as the tallest and as the stage's name beside them."""
    many = len(branch.boxes)
    wide = (_RIGHT - _LEFT - _BETWEEN * (many - 1)) / many
    boxes = [
        _placed(box, _LEFT + index * (wide + _BETWEEN), y, wide)
        for index, box in enumerate(branch.boxes)
    ]
    tall = max([width_of(branch.stage, SIZE, bold=True) + 12, *(box.tall for box in boxes)])
    return _Level(branch.stage, tuple(replace(box, tall=tall) for box in boxes), None, y + tall)


def _placed(box: Box, x: float, y: float, wide: float) -> _Placed:
    lines = _lines(box, wide)
    return _Placed(x, y, wide, lines, len(lines) * _LINE + 16)


def _lines(box: Box, wide: float) -> tuple[tuple[str, bool], ...]:
    room = wide - 2 * _PADDING
    head = [(row, True) for row in wrapped(_counted(box.count), SIZE, room, bold=True)]
    for part in box.parts:
        head += [(row, False) for row in wrapped(_counted(part), SIZE, room)]
    return tuple(head)


def _counted(count: Count) -> str:
    # No-break spaces keep the number on one line.
    return f"{count.label} (n\u00a0=\u00a0{count.number})"


def _box(placed: _Placed) -> Iterator[Element]:
    yield draw(
        "rect",
        x=placed.x,
        y=placed.y,
        width=placed.width,
        height=placed.tall,
        rx=3,
        fill=PAPER,
        stroke=INK,
        stroke_width=1,
        class_="box",
    )
    for number, (row, bold) in enumerate(placed.lines):
        y = placed.y + 21 + number * _LINE
        yield words(row, placed.x + _PADDING, y, bold=bold)


def _arrows(above: Sequence[_Placed], level: _Level) -> Iterator[Element]:
    """From each box to the one under it, or from one box to all under it; and to the one aside."""
    if len(above) == len(level.boxes):
        for upper, lower in zip(above, level.boxes, strict=True):
            yield _arrow([upper.middle, upper.bottom], lower)
    elif above:
        for number, lower in enumerate(level.boxes):
            turn = lower.y - _GAP / 2
            # The way down to the fork is drawn once.
            start = turn if number else above[0].bottom
            yield _arrow([above[0].middle, start, turn], lower)
    if level.aside:
        yield _aside_arrow(level.boxes[0].middle, level.aside)


def _arrow(turns: Sequence[float], target: _Placed) -> Element:
    """An arrow from (x, y) down to the target; a third number is the height at which it turns."""
    x, y, *turn = turns
    across: list[str | float] = ["V", turn[0], "H", target.middle] if turn else []
    head: list[str | float] = ["M", target.middle, target.y, "l", -4, -8, "h", 8, "Z"]
    return _shaft_and_head(["M", x, y, *across, "V", target.y - 1], head)


def _aside_arrow(x: float, target: _Placed) -> Element:
    y = target.y + target.tall / 2
    head: list[str | float] = ["M", target.x, y, "l", -8, -4, "v", 8, "Z"]
    return _shaft_and_head(["M", x, y, "H", target.x - 1], head)


def _shaft_and_head(shaft: Sequence[str | float], head: Sequence[str | float]) -> Element:
    return draw(
        "g",
        path(shaft, fill="none", stroke=AXIS, stroke_width=1.2),
        path(head, fill=AXIS),
        class_="arrow",
    )


def _stages(levels: Sequence[_Level]) -> Iterator[Element]:
    """The stages' names, reading upwards in a band at the left; a level without one goes on."""
    starts = [number for number, level in enumerate(levels) if level.stage]
    for number, following in zip(starts, [*starts[1:], len(levels)], strict=True):
        top, bottom = levels[number].boxes[0].y, levels[following - 1].bottom
        wide = _LEFT - 14
        yield draw("rect", x=4, y=top, width=wide, height=bottom - top, rx=3, fill=TINT)
        yield upright(levels[number].stage, 9 + wide / 2, (top + bottom) / 2, bold=True)


def _table(trunk: Sequence[Step], branches: Sequence[Branch], texts: Texts) -> Table:
    """Every count in reading order, arm after arm within a stage."""
    rows = []
    for step in trunk:
        for box in (step.box, step.aside):
            rows += _rows(step.stage, box) if box else []
    for branch in branches:
        for box in branch.boxes:
            rows += _rows(branch.stage, box)
    return Table(headers=texts.all("stage", "what", "number"), rows=tuple(rows))


def _rows(stage: str, box: Box) -> list[tuple[str, str, str]]:
    whole = [(stage, box.count.label, str(box.count.number))]
    return whole + [(stage, f"{box.count.label}: {p.label}", str(p.number)) for p in box.parts]
