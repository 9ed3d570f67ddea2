"""The numbers of the design page as its reader writes them: 84,7 % in Dutch, 84.7 % in English."""

from equipoise.design.report.wording import Words
from equipoise.logic.figures import decimals_text
from equipoise.web.jinja import thousands
from equipoise.web.reader import HERE

__all__ = ["mark", "number", "percent", "plain", "report_words", "thousands"]


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
