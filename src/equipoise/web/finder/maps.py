"""A map of where trials run: outlines that are brought along, and a dot for each place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sqrt

import numpy as np
from django.utils.translation import gettext, ngettext
from markupsafe import Markup

from equipoise.analysis.svg import Element, document, draw
from equipoise.exchange.registry.outlines import Box, outlines

__all__ = ["Dot", "drawn"]

WIDTH, TALLEST, SHORTEST = 640.0, 460.0, 260.0
SMALLEST = 5.0  # degrees, so that one town is seen in its country
AROUND = 0.15
STEP = 1.6  # pixels, below which a bend of a coast is left out
NEAR, MOST = 6.0, 400  # pixels within which places are one dot; dots, of which more would be heavy
NAMED = 3
LAND, LINE, SEA, MARK = "#dfe7ea", "#9fb0ba", "#f4f8fa", "#8a1c4a"


@dataclass(frozen=True)
class Dot:
    """A place, and how many sites or trials are there."""

    lat: float
    lon: float
    name: str
    count: int = 1


def drawn(dots: Iterable[Dot], title: str) -> Markup | None:
    """The map of these places; None where there are none. The page lists them beside it."""
    largest_first = sorted(dots, key=lambda dot: (-dot.count, dot.name))
    if not largest_first:
        return None
    box = _box(largest_first)
    height = _height(box)
    marks = [_mark(together, box, height) for together in _together(largest_first, box, height)]
    group = draw("g", *marks, fill=MARK, fill_opacity=0.75, stroke="#fff", stroke_width=1)
    count = len(largest_first)
    places = ngettext("%(num)s place", "%(num)s places", count) % {"num": count}
    description = gettext("%(places)s; they are listed beside the map") % {"places": places}
    sea = draw("rect", x=0, y=0, width=WIDTH, height=height, fill=SEA)
    drawing = [sea, _land(box, height), group]
    return Markup(document(WIDTH, height, title, description, drawing))


def _box(dots: list[Dot]) -> Box:
    """The part of the world with all places in it, in whole degrees, as wide as a map is."""
    west, east = min(dot.lon for dot in dots), max(dot.lon for dot in dots)
    south, north = min(dot.lat for dot in dots), max(dot.lat for dot in dots)
    middle = (south + north) / 2
    high = max((north - south) * (1 + 2 * AROUND), SMALLEST)
    wide = max((east - west) * (1 + 2 * AROUND), SMALLEST / cos(radians(middle)))
    wide = max(wide, high / cos(radians(middle)) * WIDTH / TALLEST)
    center = (west + east) / 2
    if wide >= 300:
        return Box(-180.0, -58.0, 180.0, 80.0)
    return Box(
        float(round(center - wide / 2)),
        float(max(round(middle - high / 2), -85)),
        float(round(center + wide / 2)),
        float(min(round(middle + high / 2), 85)),
    )


def _height(box: Box) -> float:
    stretched = cos(radians((box.south + box.north) / 2)) if box.width < 300 else 1.0
    return min(max(WIDTH / box.width * box.height / stretched, SHORTEST), TALLEST)


@lru_cache(maxsize=256)
def _land(box: Box, height: float) -> Element:
    """The land, in whole steps from place to place: a page is light."""
    across, up = WIDTH / box.width, height / box.height
    written = []
    for outline in outlines(box, STEP / across):
        steps = np.column_stack(
            [(outline[:, 0] - box.west) * across, (box.north - outline[:, 1]) * up]
        ).round()
        first, moves = steps[0].astype(int), np.diff(steps, axis=0).astype(int)
        then = " ".join(f"{x} {y}" for x, y in moves.tolist())
        written.append(f"M{first[0]} {first[1]}l{then}z")
    return draw("path", d="".join(written), fill=LAND, stroke=LINE, stroke_width=0.75)


def _together(dots: Sequence[Dot], box: Box, height: float) -> Iterable[list[Dot]]:
    """The places, those that would lie over one another as one; fewer than a page can bear."""
    near = NEAR
    while True:
        found: dict[tuple[int, int], list[Dot]] = {}
        for dot in dots:
            x, y = _at(dot, box, height)
            found.setdefault((int(x / near), int(y / near)), []).append(dot)
        if len(found) <= MOST or near > WIDTH:
            return found.values()
        near *= 1.5


def _at(dot: Dot, box: Box, height: float) -> tuple[float, float]:
    across, up = WIDTH / box.width, height / box.height
    return (dot.lon - box.west) * across, (box.north - dot.lat) * up


def _mark(dots: list[Dot], box: Box, height: float) -> Element:
    x, y = _at(dots[0], box, height)
    size = min(4.0 + 1.5 * sqrt(sum(dot.count for dot in dots) - 1), 14.0)
    return draw("circle", draw("title", _names(dots)), cx=round(x, 1), cy=round(y, 1), r=size)


def _names(dots: list[Dot]) -> str:
    each = (f"{dot.name} ({dot.count})" if dot.count > 1 else dot.name for dot in dots[:NAMED])
    others = len(dots) - NAMED
    more = ngettext("and %(num)s other place", "and %(num)s other places", others)
    return ", ".join(each) + (f" {more % {'num': others}}" if others > 0 else "")
