"""What the pages of sweeps call settings, their values, and figures, in the reader's language."""

from equipoise.design.report import wording
from equipoise.web.reader import HERE

__all__ = ["codes", "names", "words"]


def words() -> wording.Words:
    """The words of figures and tables."""
    return wording.words(HERE.translator)


def names() -> dict[str, str]:
    """Every setting of a sweep."""
    return dict(words().names)


def codes() -> dict[str, str]:
    """Every value of a setting that is a word."""
    return dict(words().codes)
