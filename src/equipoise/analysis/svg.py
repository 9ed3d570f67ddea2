"""A small SVG writer: elements, and the document a reader with or without eyes can use.

Only presentation attributes are written, never a `style` attribute or element,
so that a figure may stand inline under a strict content security policy. All
text is escaped.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

FONT = "'Source Sans 3', sans-serif"

_FORBIDDEN = {"style", "script", "foreignObject", "href"}
# Characters that no XML document may hold.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Element:
    """One SVG element; `attributes` in the order in which they are written."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple["Element | str", ...]


def draw(tag: str, *children: Element | str, **attributes: str | float) -> Element:
    """An element; `stroke_width=2` is written stroke-width="2", `class_` is class.

    Raises ValueError for what a strict content security policy forbids.
    """
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    refused = _FORBIDDEN & {tag, *named} or {name for name in named if name.startswith("on")}
    if refused:
        raise ValueError(f"{', '.join(sorted(refused))}: not in a figure; use attributes of look")
    written = tuple((name, _value(value)) for name, value in named.items())
    return Element(tag, written, children)


def line(x1: float, y1: float, x2: float, y2: float, **look: str | float) -> Element:
    return draw("line", x1=x1, y1=y1, x2=x2, y2=y2, **look)


def through(places: Iterable[tuple[float, float]]) -> list[str | float]:
    """The steps of a path through these places, straight from each to the next."""
    return [
        step for number, place in enumerate(places) for step in ("L" if number else "M", *place)
    ]


def path(steps: Sequence[str | float], **look: str | float) -> Element:
    """A path from its letters and numbers, such as path(["M", 0, 10, "H", 4])."""
    return draw("path", d=" ".join(_value(step) for step in steps), **look)


def text(content: str, x: float, y: float, **look: str | float) -> Element:
    return draw("text", content, x=x, y=y, **look)


def document(
    width: float, height: float, title: str, description: str, drawing: Sequence[Element]
) -> str:
    """The whole figure as SVG text, named by `title` and told in words by `description`.

    Identifiers are taken from the content, so that two figures can share a page.
    """
    body = "".join(render(element) for element in drawing)
    digest = hashlib.sha256(f"{title}\n{description}\n{body}".encode("utf-8", "replace"))
    key = f"figure-{digest.hexdigest()[:10]}"
    root = draw(
        "svg",
        draw("title", title, id=f"{key}-title"),
        draw("desc", description, id=f"{key}-desc"),
        *drawing,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-desc",
        font_family=FONT,
    )
    return render(root)


def render(element: Element | str) -> str:
    """The element as text."""
    if isinstance(element, str):
        return escape(_UNWRITABLE.sub("", element))
    attributes = "".join(
        f" {name}={quoteattr(_UNWRITABLE.sub('', value))}" for name, value in element.attributes
    )
    if not element.children:
        return f"<{element.tag}{attributes}/>"
    inside = "".join(render(child) for child in element.children)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def _value(value: str | float) -> str:
    """Numbers to a hundredth of a pixel, without trailing zeros."""
    if isinstance(value, str):
        return value
    shortened = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shortened == "-0" else shortened
