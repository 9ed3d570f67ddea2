"""Heads that someone else has in words alone: which of the roots here they are of, or of none."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field

from equipoise.ledger.head_words import SpokenHead, found_in, how_far, read_words
from equipoise.ledger.line import Unreadable
from equipoise.ledger.tree_head import TreeHead
from equipoise.ledger.verify import Fault

__all__ = ["Heard", "heard"]

Roots = Callable[[Container[int]], Iterable[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class Heard:
    """The heads that were found, by where their words come from; and what does not fit."""

    heads: dict[str, TreeHead] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def heard(texts: Mapping[str, str], origin: str, roots: Roots, sizes: set[int], most: int) -> Heard:
    """Look the words up among the roots.

    :param sizes: those of heads, which are tried first
    :param most: how many leaves there are
    """
    result = Heard()
    for name, text in texts.items():
        try:
            told = read_words(text)
        except Unreadable as error:
            result.faults.append(Fault("head", 0, "head-unreadable", f"{name}: {error}"))
            continue
        if head := _found(told, origin, roots, sizes, most):
            result.heads[name] = head
            result.said.extend(f"{name}: {said}" for said in [how_far(told)] if said)
        else:
            said = f"{name}: {_not_here(told, most, _meant(told, origin, roots, most))}"
            result.faults.append(Fault("head", told.size or 0, "head-words", said))
    return result


def _found(
    told: SpokenHead, origin: str, roots: Roots, sizes: set[int], most: int
) -> TreeHead | None:
    """By the number that was told; without one any of them may be meant."""
    if told.size is not None:
        return found_in(told, origin, roots({told.size}))
    tries = (sizes, range(most + 1))
    return next((head for s in tries if (head := found_in(told, origin, roots(s)))), None)


def _meant(told: SpokenHead, origin: str, roots: Roots, most: int) -> TreeHead | None:
    """The head that the words are of, where another number was named with them."""
    wrong = told.size is not None
    return found_in(told, origin, roots(range(most + 1))) if wrong else None


def _not_here(told: SpokenHead, most: int, meant: TreeHead | None) -> str:
    if told.size is None:
        return f"no first so many of the {most} entries in the tree have these words"
    said = f"not the first {told.size} of the {most} entries in the tree have these words"
    return f"{said}, but the first {meant.size}: ask for the number again" if meant else said
