"""Where things go: scales, round ticks, how wide words are, and labels kept apart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Advance widths in thousandths of the size, after DejaVu Sans: the widest font that a reader
# without ours may get, so that what fits here fits in both.
_NARROW = {
    **dict.fromkeys("ijl'", 280),
    **dict.fromkeys(" \u00a0.,:;/\\|", 340),
    **dict.fromkeys("fIJ-·", 362),
    **dict.fromkeys("t()[]!", 401),
    "r": 411,
}
_WIDE = {
    **dict.fromkeys("CDGHNOQU&", 790),
    **dict.fromkeys("w#+<=>~×≥≤−", 840),
    **dict.fromkeys("mMW%@…", 1000),
}
_CAPITAL, _OTHER, _BOLD = 690, 640, 1.15


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to pixels."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)


def width_of(words: str, size: float, bold: bool = False) -> float:
    """Pixels that `words` take at `size`, rather too many than too few."""
    thousandths = sum(
        _NARROW.get(sign, _WIDE.get(sign, _CAPITAL if sign.isupper() else _OTHER)) for sign in words
    )
    return thousandths / 1000 * size * (_BOLD if bold else 1)


def wrapped(words: str, size: float, room: float, bold: bool = False) -> tuple[str, ...]:
    """`words` in lines no wider than `room` pixels; a single longer word is cut."""
    lines: list[str] = []
    for word in _pieces(words, size, room, bold):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size, bold) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return tuple(lines) or ("",)


def _pieces(words: str, size: float, room: float, bold: bool) -> list[str]:
    pieces = []
    for word in words.split(" "):  # not at a no-break space
        rest = word
        while width_of(rest, size, bold) > room and len(rest) > 1:
            fits = max(1, int(len(rest) * room / width_of(rest, size, bold)))
            while fits > 1 and width_of(rest[:fits], size, bold) > room:
                fits -= 1
            pieces.append(rest[:fits])
            rest = rest[fits:]
        pieces.append(rest)
    return pieces


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Middles near those wanted, in the same order, so that labels of these sizes do not overlap.

    They stay between `low` and `high` if there is room for all of them.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    floor = low
    for index in order:
        placed[index] = max(wanted[index], floor + sizes[index] / 2)
        floor = placed[index] + sizes[index] / 2
    ceiling = high
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling - sizes[index] / 2)
        ceiling = placed[index] - sizes[index] / 2
    return placed


def round_step(span: float, at_most: int, steps: Sequence[int] = ()) -> float:
    """The smallest round step that needs no more than `at_most` steps to cover `span`."""
    for step in steps:
        if span / step <= at_most:
            return step
    power: float = 10.0 ** math.floor(math.log10(max(span / at_most, 1)))
    return next(power * one for one in (1, 2, 5, 10) if span / (power * one) <= at_most)


def month_step(months: float) -> int:
    """Months between ticks: no more than eight of them, and whole years where it can be."""
    return int(round_step(months, 8, (1, 2, 3, 6, 12, 24, 36, 60, 120)))
