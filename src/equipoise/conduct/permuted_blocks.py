"""Permuted blocks of random sizes, within each stratum.

In a block every arm comes up exactly as often as the ratio asks. No block is laid out beforehand:
its size is a draw of its own, made again each time it is needed, and each arm is drawn from what
is left of the block. So there is no list that could be read, sorted wrongly, used twice or lost.

Whoever knew the size of the running block could work out its last places. That is why a choice
from blocks is sealed: its chances and its draw stay out of the record until the seed is revealed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from equipoise.conduct.choice import Choice, Unsound, picked, ratio_problems, stranger_problems
from equipoise.conduct.random_source import Draw
from equipoise.study.reason import Phrase, Wording

NO_SIZE = Phrase("there is no block size; name at least one")
SIZE = Phrase("block size {size} is not a multiple of {sum}, the sum of the ratio")


@dataclass(frozen=True, slots=True)
class Block:
    """The running block of a stratum: which one, where it starts, how many places it has."""

    index: int
    start: int
    size: int


def block_choice(
    arms: Mapping[str, int],
    sizes: Sequence[int],
    history_in_stratum: Sequence[str],
    draw_size: Callable[[int], Draw],
    draw: Draw,
) -> Choice:
    """The arm for the next subject of a stratum.

    `sizes` are the possible block sizes, in subjects, each a multiple of the ratio's sum;
    `history_in_stratum` the arms given there, oldest first; `draw_size` gives the draw for the
    size of block 0, 1, 2 … of this stratum. Raises Unsound with every reason why it cannot be done.
    """
    problems = _problems(arms, sizes, history_in_stratum)
    if problems:
        raise Unsound(problems)
    block = running_block(sizes, len(history_in_stratum), draw_size)
    left = _left(arms, block, history_in_stratum)
    places = sum(left.values())
    chances = {arm: Fraction(left[arm], places) for arm in sorted(arms)}
    return Choice(arm=picked(chances, draw), probabilities=chances, draw=draw.hex, sealed=True)


def running_block(sizes: Sequence[int], subjects: int, draw_size: Callable[[int], Draw]) -> Block:
    """The block that the next subject belongs to, after so many subjects in the stratum."""
    # Sorted, so that the order in which a file lists the sizes cannot matter.
    possible = sorted(set(sizes))
    index = start = 0
    while True:
        size = possible[draw_size(index).below(len(possible))]
        if start + size > subjects:
            return Block(index, start, size)
        index, start = index + 1, start + size


def _left(arms: Mapping[str, int], block: Block, history: Sequence[str]) -> dict[str, int]:
    # An allocation made by the back-up procedure can take a place that its arm no longer had;
    # the block then ends uneven, but never fails: some other arm still has a place.
    given = Counter(history[block.start :])
    rounds = block.size // sum(arms.values())
    return {arm: max(0, share * rounds - given[arm]) for arm, share in arms.items()}


def _problems(
    arms: Mapping[str, int], sizes: Sequence[int], history_in_stratum: Sequence[str]
) -> list[Wording]:
    problems = ratio_problems(arms)
    if not sizes:
        problems.append(NO_SIZE())
    if not problems:
        total = sum(arms.values())
        problems += [SIZE(size=size, sum=total) for size in sizes if size < 1 or size % total]
    return problems + stranger_problems(arms, set(history_in_stratum))
