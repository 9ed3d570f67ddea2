"""What is known exactly of guessing, to hold the simulation against.

Blackwell D, Hodges JL. Design for the control of selection bias. Ann Math Statist 1957;28:449.
Soares JF, Wu CFJ. Some restricted randomization rules. Commun Statist 1983;12:2017.
Efron B. Forcing a sequential experiment to be balanced. Biometrika 1971;58:403.
All are for two arms at 1:1 and the guesser who sees the whole sequence.
"""

from math import comb

__all__ = ["big_stick_success", "biased_coin_success", "block_guesses"]


def block_guesses(size: int) -> float:
    """Expected correct guesses in a permuted block of this (even) size."""
    half = size // 2
    return half + (2.0**size / comb(size, half) - 1) / 2


def big_stick_success(limit: int) -> float:
    """The share of correct guesses in the long run: sure at the limit, a coin elsewhere.

    The difference is a walk between -limit and limit that is turned back at both ends; it stands
    at an end for 1/(2 limit) of the time.
    """
    return 0.5 + 1 / (4 * limit)


def biased_coin_success(p: float) -> float:
    """The share of correct guesses in the long run, for Efron's coin with this chance p > 1/2.

    With r = p/(1 - p) the difference is 0 for (r - 1)/(2 r) of the time, and then nothing is known.
    """
    odds = p / (1 - p)
    even = (odds - 1) / (2 * odds)
    return p - (p - 0.5) * even
