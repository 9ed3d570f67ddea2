"""How the study itself gives out arms, as the kernel simulates it.

A factor matters for the draw alone: survival is taken as the same in all its levels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from equipoise.design.kernel.scenario import MOST_STRATA, Factor
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Scheme, Simple
from equipoise.design.predictability.population import population_of
from equipoise.study.model import Study

__all__ = ["OwnScheme", "in_whole_numbers", "own_scheme"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnScheme:
    """The scheme and its factors; `otherwise` says where it differs from the study's own."""

    scheme: Scheme
    factors: tuple[Factor, ...] = ()
    otherwise: str = ""


def own_scheme(
    study: Study, ratio: float, common: Mapping[str, Sequence[float]] | None = None
) -> OwnScheme:
    """The study's own scheme at this ratio, experimental to control.

    `common` says how common the levels of a factor are, in any unit; else the study's design
    figures do, or all are equally so. Raises BadDesign where the factors cannot be read.
    """
    scheme, otherwise = _scheme(study, in_whole_numbers(ratio))
    if not isinstance(scheme, Minimisation | Blocks):
        return OwnScheme(scheme=scheme, otherwise=otherwise)
    known = common or {}
    declared = {factor.id for factor in study.randomisation.factors}
    factors, lumped = _fitted(
        [
            Factor(name=factor.name, prevalences=_whole(known.get(factor.name, factor.shares)))
            for factor in population_of(study).factors
            if factor.name in declared
        ]
    )
    said = " ".join(filter(None, (otherwise, lumped)))
    return OwnScheme(scheme=scheme, factors=factors, otherwise=said)


def in_whole_numbers(ratio: float) -> tuple[int, int]:
    """The nearest ratio of small whole numbers."""
    share = Fraction(ratio).limit_denominator(20)
    return share.numerator, share.denominator


def _scheme(study: Study, ratio: tuple[int, int]) -> tuple[Scheme, str]:
    how = study.randomisation
    if how.method == "simple":
        return Simple(ratio=ratio), ""
    if how.method == "big-stick":
        return BigStick(limit=how.tolerated, ratio=ratio), ""
    if how.method == "blocks":
        return _blocks(tuple(sorted(set(how.block_sizes))), ratio)
    weights = tuple(factor.weight for factor in how.factors)
    chance = float(how.favoured)
    if chance < 0.5:
        said = f"A favoured arm had a chance of 0.5, not of {how.favoured}."
        return Minimisation(probability=0.5, weights=weights, ratio=ratio), said
    scheme = Minimisation(probability=chance, weights=weights, measure=how.measure, ratio=ratio)
    return scheme, ""


def _blocks(sizes: tuple[int, ...], ratio: tuple[int, int]) -> tuple[Scheme, str]:
    """Blocks of the study's sizes, or where they cannot hold the ratio, of sizes that can."""
    whole = sum(ratio)
    if all(size % whole == 0 for size in sizes):
        return Blocks(sizes=sizes, ratio=ratio), ""
    said = f"Blocks of {whole} and {2 * whole} were simulated: the study's own cannot hold "
    said += f"{ratio[0]}:{ratio[1]}."
    return Blocks(sizes=(whole, 2 * whole), ratio=ratio), said


def _whole(shares: Sequence[float]) -> tuple[float, ...]:
    return tuple(share / sum(shares) for share in shares)


def _fitted(factors: list[Factor]) -> tuple[tuple[Factor, ...], str]:
    """Factors whose combinations the kernel can hold: the rarest levels of the longest as one."""
    lumped = ""
    while prod(len(factor.prevalences) for factor in factors) > MOST_STRATA:
        longest = max(range(len(factors)), key=lambda k: len(factors[k].prevalences))
        name = factors[longest].name
        first, second, *others = sorted(factors[longest].prevalences)
        factors[longest] = Factor(name=name, prevalences=tuple(sorted([first + second, *others])))
        lumped = f"The rarest levels of {name} were simulated as one."
    return tuple(factors), lumped
