"""Two pictures of the trial, drawn from its arms and visits: what happens to whom, and when.

Each says in words what it shows, for those who do not see it; its colours also differ in shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from django.utils.translation import gettext
from markupsafe import Markup

from equipoise.analysis import svg
from equipoise.analysis.svg import Element, draw, line, path, text
from equipoise.logic.figures import with_unit
from equipoise.study.model import Study
from equipoise.study.sections.arms import Arm
from equipoise.web.jinja import say
from equipoise.web.public.schedule import Line, of_arm
from equipoise.web.reader import HERE

__all__ = ["time_line", "way"]

INK, MUTED, NAVY, WASH, LINE, MINT = (
    "#1b2733",
    "#4d5b67",
    "#12303f",
    "#eef3f6",
    "#b8c5cf",
    "#0b6e4f",
)
LETTER = 0.53  # of the size of the type: the width of a letter on average
MONTH = 30.4375
WIDE = 300


@dataclass(frozen=True, slots=True)
class _Text:
    """Words broken into lines that fit, and how high they are."""

    lines: tuple[str, ...]
    size: float

    @property
    def high(self) -> float:
        return len(self.lines) * self.size * 1.25

    def at(self, x: float, y: float, **look: str | float) -> list[Element]:
        """The lines from `y` downwards."""
        step = self.size * 1.25
        first = y + self.size
        return [
            text(one, x, first + n * step, font_size=self.size, **{"fill": INK, **look})
            for n, one in enumerate(self.lines)
        ]


def _fit(words: str, width: float, size: float) -> _Text:
    return _Text(tuple(wrap(words, max(int(width / (size * LETTER)), 8))), size)


def way(study: Study) -> Markup:
    """From the first talk through the draw to each group, and what happens there."""
    arms = study.arms_drawn
    column = 160 if len(arms) < 3 else 130
    wide, middle = column * len(arms) + 20, (column * len(arms) + 20) / 2
    drawing = _before(study, middle)
    top, columns, lowest = 178.0, [], 0.0
    for n, arm in enumerate(arms):
        x = 10 + n * column
        drawing += _fork(middle, x + column / 2, top)
        steps, end = _steps(study, arm, x + 5, top + 14, column - 10, n)
        columns += steps
        lowest = max(lowest, end)
    title = gettext("What happens in each group")
    return Markup(svg.document(wide, lowest + 8, title, _way_in_words(study), [*drawing, *columns]))


def _before(study: Study, middle: float) -> list[Element]:
    """A person, the tests, and the draw."""
    first = _fit(say(study.epochs[0].label), 150, 15)
    drawing = [
        draw("circle", cx=middle, cy=14, r=8, fill=NAVY),
        path(["M", middle - 14, 42, "a", 14, 16, 0, 0, 1, 28, 0, "z"], fill=NAVY),
        line(middle, 42, middle, 54, stroke=LINE, stroke_width=2),
        draw("rect", x=middle - 80, y=54, width=160, height=30, rx=6, fill=WASH, stroke=LINE),
        *first.at(middle, 59, text_anchor="middle"),
        line(middle, 84, middle, 98, stroke=LINE, stroke_width=2),
        draw("circle", cx=middle, cy=128, r=30, fill="#fff", stroke=NAVY, stroke_width=3),
        *_fit(gettext("draw"), 60, 16).at(middle, 108, text_anchor="middle", font_weight=700),
    ]
    ratio = " : ".join(str(arm.ratio) for arm in study.arms_drawn)
    return [*drawing, *_fit(ratio, 70, 14).at(middle, 128, text_anchor="middle", fill=MUTED)]


def _fork(middle: float, x: float, top: float) -> list[Element]:
    steps: list[str | float] = ["M", middle, 158, "V", 168, "H", x, "V", top + 14]
    return [path(steps, fill="none", stroke=LINE, stroke_width=2)]


def _steps(
    study: Study, arm: Arm, x: float, y: float, width: float, n: int
) -> tuple[list[Element], float]:
    """The box of one group, and below it each step; where its last one ends."""
    name = _fit(say(arm.label), width - 12, 16)
    high = name.high + 16
    dashes = {"stroke_dasharray": "5 3"} if n % 2 == 0 else {}
    drawing = [
        draw("rect", x=x, y=y, width=width, height=high, rx=6, fill=WASH, stroke=NAVY,
             stroke_width=2, **dashes),
        *name.at(x + width / 2, y + 7, text_anchor="middle", font_weight=700),
    ]  # fmt: skip
    y += high
    for one in of_arm(study, arm):
        label = _fit(f"{one.label} {_times(one)}".strip(), width - 12, 14.5)
        drawing += [
            line(x + width / 2, y, x + width / 2, y + 10, stroke=LINE, stroke_width=2),
            draw("rect", x=x, y=y + 10, width=width, height=label.high + 12, rx=6, fill="#fff",
                 stroke=LINE),
            *label.at(x + width / 2, y + 15, text_anchor="middle"),
        ]  # fmt: skip
        y += label.high + 22
    return drawing, y


def _times(one: Line) -> str:
    return f"({len(one.days)}×)" if len(one.days) > 1 else ""


def _way_in_words(study: Study) -> str:
    first = gettext("First %(tests)s, then a draw.") % {"tests": say(study.epochs[0].label)}
    groups = [f"{say(arm.label)}: {_steps_in_words(study, arm)}." for arm in study.arms_drawn]
    return " ".join([first, *groups])


def _steps_in_words(study: Study, arm: Arm) -> str:
    return ", ".join(f"{one.label} {_times(one)}".strip() for one in of_arm(study, arm))


def time_line(study: Study, arm: Arm) -> Markup:
    """When each thing happens in one group, from the draw on, by months."""
    rows = of_arm(study, arm)
    months = max(int(max((day for one in rows for day in one.days), default=0) / MONTH) + 1, 1)
    across = (WIDE - 24) / months
    drawing: list[Element] = []
    y = 34.0
    for one in rows:
        label = _fit(f"{one.label} {_times(one)}".strip(), WIDE, 15)
        drawing += label.at(0, y)
        y += label.high + 12
        drawing += [line(8, y, WIDE - 8, y, stroke=LINE)]
        drawing += [_mark(8 + day / MONTH * across, y, len(one.days) == 1) for day in one.days]
        y += 18
    title = gettext("Time line: %(group)s") % {"group": say(arm.label)}
    words = " ".join(f"{one.label}: {one.when}." for one in rows)
    drawing = [*_axis(months, across, y), *drawing]
    return Markup(svg.document(WIDE, y + 4, title, words, drawing))


def _axis(months: int, across: float, low: float) -> list[Element]:
    """The months above the rows, as many as find room."""
    every = next((n for n in (1, 2, 3, 6, 12, 24) if months / n <= 5), 36)
    drawing: list[Element] = []
    for n in range(0, months + 1, every):
        x, last = 8 + n * across, n + every > months
        label = with_unit(str(n), "mo", HERE.translator) if last else str(n)
        drawing += [
            line(x, 22, x, low, stroke="#e3e9ed"),
            text(
                gettext("draw") if n == 0 else label,
                0 if n == 0 else WIDE if last else x,
                14,
                font_size=13,
                fill=MUTED,
                text_anchor="start" if n == 0 else "end" if last else "middle",
            ),
        ]
    return drawing


def _mark(x: float, y: float, single: bool) -> Element:
    """A diamond for what comes once, a dot for each of a row."""
    if single:
        steps: Sequence[str | float] = ["M", x, y - 8, "l", 8, 8, -8, 8, -8, -8, "z"]
        return path(steps, fill=NAVY)
    return draw("circle", cx=x, cy=y, r=5, fill=MINT)
