"""The plain methods: complete randomisation, and the big stick.

Complete randomisation draws each arm by the ratio, whatever went before. The big stick (Soares and
Wu, Communications in Statistics 1983;12:2017) does the same until an arm would get too far ahead,
and then leaves that arm out. For two arms at 1:1 it is theirs; for more arms, or another ratio, the
difference is the range of the counts divided by the ratio.
"""

from collections.abc import Mapping
from fractions import Fraction

from equipoise.conduct.choice import (
    Choice,
    Unsound,
    by_ratio,
    picked,
    ratio_problems,
    stranger_problems,
)
from equipoise.conduct.imbalance import imbalance
from equipoise.conduct.random_source import Draw
from equipoise.study.reason import Phrase

DIFFERENCE = Phrase("the largest difference is {limit}; 1 or more would do")


def complete(arms: Mapping[str, int], draw: Draw) -> Choice:
    """The arm for the next subject, by the ratio alone. Raises Unsound when there is no ratio."""
    problems = ratio_problems(arms)
    if problems:
        raise Unsound(problems)
    chances = by_ratio(arms)
    return Choice(arm=picked(chances, draw), probabilities=chances, draw=draw.hex)


def big_stick(arms: Mapping[str, int], counts: Mapping[str, int], limit: int, draw: Draw) -> Choice:
    """The arm for the next subject, given the counts so far and the most they may differ.

    When a back-up allocation has passed the limit already, the arms that leave the smallest
    difference are drawn from. Raises Unsound with every reason why it cannot be done.
    """
    problems = ratio_problems(arms) + stranger_problems(arms, counts)
    if limit < 1:
        problems.append(DIFFERENCE(limit=limit))
    if problems:
        raise Unsound(problems)
    difference = {arm: _difference(arms, counts, arm) for arm in sorted(arms)}
    most = max(Fraction(limit), min(difference.values()))
    allowed = tuple(arm for arm in difference if difference[arm] <= most)
    chances = by_ratio(arms, allowed)
    return Choice(
        arm=picked(chances, draw),
        probabilities=chances,
        draw=draw.hex,
        imbalance=difference,
        favoured=allowed,
    )


def _difference(arms: Mapping[str, int], counts: Mapping[str, int], candidate: str) -> Fraction:
    after = [counts.get(arm, 0) + (arm == candidate) for arm in arms]
    return imbalance(after, list(arms.values()), "range").rounded
