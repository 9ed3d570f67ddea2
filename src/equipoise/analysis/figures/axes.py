"""What the figures of a design share: ticks below, and a level to compare with."""

from collections.abc import Iterable, Iterator

from equipoise.analysis.figures.figure import AXIS, MUTED, SMALL, words
from equipoise.analysis.figures.layout import Scale
from equipoise.analysis.svg import Element, line

__all__ = ["named_level", "ticks_below"]


def ticks_below(
    x: Scale, y: Scale, marks: Iterable[tuple[float, str]], name: str
) -> Iterator[Element]:
    """A tick and a text at each mark of the axis, and its name in the middle below them."""
    for at, text in marks:
        across = x(at)
        yield line(across, y.first, across, y.first + 5, stroke=AXIS)
        yield words(text, across, y.first + 21, anchor="middle", size=SMALL)
    yield words(name, (x.first + x.last) / 2, y.first + 46, anchor="middle", fill=MUTED)


def named_level(x: Scale, height: float, label: str) -> Iterator[Element]:
    """A dotted line across the figure with its name just below it."""
    yield line(x.first, height, x.last, height, stroke=AXIS, stroke_dasharray="3 4")
    yield words(label, x.first + 6, height + 17, fill=MUTED, size=SMALL, halo=True)
