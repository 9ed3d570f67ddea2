"""The numbers of the design page as its reader writes them: 84,7 % in Dutch, 84.7 % in English."""

import math

from django.utils.translation import gettext

from equipoise.design.report.wording import Words
from equipoise.design.sweep.words import one
from equipoise.logic.figures import decimals_text
from equipoise.web.jinja import thousands
from equipoise.web.reader import HERE

__all__ = [
    "Wrong", "mark", "number", "percent", "plain", "report_words", "thousands", "typed_number",
]  # fmt: skip

FARTHEST = 2**63


def mark() -> str:
    """The decimal mark of the reader's language."""
    return HERE.signed(".")


def number(value: float, decimals: int = 1) -> str:
    """A number to so many decimals; an en dash when there is none."""
    return decimals_text(value, decimals, HERE.translator)


def percent(chance: float, decimals: int = 1) -> str:
    """A chance as a percentage."""
    return f"{number(100 * chance, decimals)}\N{NO-BREAK SPACE}%"


def plain(value: float) -> str:
    """A number as it would be typed: no more digits than it has."""
    return f"{value:.10g}".replace(".", mark())


def report_words() -> Words:
    """What the figures and tables of a sweep say."""
    return Words(HERE.translator)


class Wrong(ValueError):
    """Something typed that is no value of its setting; its text says what would do."""


def typed_number(text: str, low: float, high: float, *, integer: bool = False) -> float | int:
    """A number in its range, with a point or a decimal comma. Raises Wrong."""
    found = one(text.replace(",", "."))
    limits = {"low": plain(low), "high": plain(high), "given": text[:20]}
    if isinstance(found, int) and abs(found) > FARTHEST:  # more digits than a float could hold
        found = math.copysign(math.inf, found > 0 or -1)
    if isinstance(found, bool) or not isinstance(found, int | float) or math.isnan(found):
        raise Wrong(gettext("Give a number, not %(given)s.") % limits)
    if not low <= found <= high:
        raise Wrong(gettext("Give a number from %(low)s to %(high)s, not %(given)s.") % limits)
    if integer and found != int(found):
        raise Wrong(gettext("Give a whole number, not %(given)s.") % limits)
    return int(found) if integer else float(found)
