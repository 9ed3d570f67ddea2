"""What every figure gives, and the look that all share."""

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.analysis.svg import Element, document, draw, text

INK = "#1b2733"
MUTED = "#4a5864"
AXIS = "#52606d"
GRID = "#dfe5ea"
PAPER = "#ffffff"
TINT = "#eef3f6"

WIDTH = 760
SIZE = 14  # of text, in pixels at full width
SMALL = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """How one line is told from another: by colour, and by dashes where there is none."""

    colour: str
    dashes: str = "none"


# Each passes 4.5:1 on white, as text too; the dashes tell them apart in print.
STROKES = (
    Stroke(colour="#12303f"),
    Stroke(colour="#a8480f", dashes="9 4"),
    Stroke(colour="#0b6e74", dashes="2 3"),
    Stroke(colour="#6a4c93", dashes="12 3 2 3"),
    Stroke(colour="#5d6b1f", dashes="5 2"),
    Stroke(colour="#8c2f4b", dashes="12 3 2 3 2 3"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The numbers of a figure: as many cells in each row as there are headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure: `svg` to draw, `table` to read, `title` to name both."""

    svg: str
    table: Table
    title: str


def figure(
    drawing: Sequence[Element], height: float, title: str, description: str, table: Table
) -> Figure:
    """The drawing, at full width, with its table."""
    return Figure(
        svg=document(WIDTH, height, title, description, drawing), table=table, title=title
    )


def stroke(index: int) -> Stroke:
    """The look of the line with this number, from 0."""
    return STROKES[index % len(STROKES)]


def words(
    content: str,
    x: float,
    y: float,
    *,
    anchor: str = "start",
    fill: str = INK,
    size: float = SIZE,
    bold: bool = False,
    halo: bool = False,
    class_: str = "",
) -> Element:
    """Text in the figure, its baseline at `y`; with `halo`, clear of the lines behind it."""
    more: dict[str, str | float] = {"font_weight": 600} if bold else {}
    if halo:
        more |= {"stroke": PAPER, "stroke_width": 4, "paint_order": "stroke"}
    if class_:
        more["class_"] = class_
    return text(content, x, y, fill=fill, font_size=size, text_anchor=anchor, **more)


def upright(content: str, x: float, y: float, *, fill: str = INK, bold: bool = False) -> Element:
    """Text that reads upwards, its middle at this place."""
    more: dict[str, str | float] = {"font_weight": 600} if bold else {}
    return draw(
        "text",
        content,
        transform=f"translate({x:.1f} {y:.1f}) rotate(-90)",
        fill=fill,
        font_size=SIZE,
        text_anchor="middle",
        **more,
    )
