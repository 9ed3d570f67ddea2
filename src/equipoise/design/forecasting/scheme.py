"""How the study gives out arms, as the kernel simulates it; what it cannot do is said.

A factor matters for the draw alone: survival is taken as the same in all its levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from equipoise.design.forecasting.so_far import Progress
from equipoise.design.kernel.scenario import MOST_STRATA, Factor
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Scheme, Simple
from equipoise.design.predictability.population import Factor as OfStudy
from equipoise.design.predictability.population import population_of
from equipoise.study.model import Study

__all__ = ["Simulation", "simulation_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """How power is simulated again: so many worlds, so many trials in each, and the scheme.

    `otherwise` says where the scheme differs from the study's own.
    """

    scheme: Scheme = Simple()
    factors: tuple[Factor, ...] = ()
    worlds: int = 200
    trials: int = 500
    otherwise: str = ""


def simulation_of(
    study: Study, progress: Progress, ratio: float, worlds: int = 200, trials: int = 500
) -> Simulation:
    """The study's own scheme, its hospitals as common as their entries so far make them.

    Raises BadDesign where the study's factors cannot be read.
    """
    share = Fraction(ratio).limit_denominator(20)
    both = (share.numerator, share.denominator)
    scheme, otherwise = _scheme(study, both)
    factors: tuple[Factor, ...] = ()
    if isinstance(scheme, Minimisation | Blocks):
        population = population_of(study)
        declared = {factor.id for factor in study.randomisation.factors}
        factors, lumped = _fitted(
            [
                _factor(factor, progress, factor.name == population.centre)
                for factor in population.factors
                if factor.name in declared
            ]
        )
        otherwise = " ".join(filter(None, (otherwise, lumped)))
    return Simulation(
        scheme=scheme, factors=factors, worlds=worlds, trials=trials, otherwise=otherwise
    )


def _scheme(study: Study, ratio: tuple[int, int]) -> tuple[Scheme, str]:
    how, even = study.randomisation, ratio == (1, 1)
    told = ":".join(map(str, ratio))
    if how.method == "simple":
        return Simple(ratio=ratio), ""
    if how.method == "blocks":
        return Blocks(sizes=tuple(sorted(set(how.block_sizes))), ratio=ratio), ""
    if not even:
        whole = sum(ratio)
        said = f"Instead of {how.method} at {told}, permuted blocks were simulated."
        return Blocks(sizes=(whole, 2 * whole), ratio=ratio), said
    if how.method == "big-stick":
        return BigStick(limit=how.tolerated), ""
    weights = tuple(factor.weight for factor in how.factors)
    # Of two arms at 1:1 the standard deviation ranks as the range does.
    same = how.measure in ("range", "sd")
    said = "" if same else f"Imbalance was simulated by the range, not by the {how.measure}."
    return Minimisation(probability=float(how.favoured), weights=weights), said


def _factor(factor: OfStudy, progress: Progress, centre: bool) -> Factor:
    if not centre:
        return Factor(name=factor.name, prevalences=_whole(factor.shares))
    counts = [len(site.randomised) + 1.0 for site in progress.sites]
    return Factor(name=factor.name, prevalences=_whole(counts))


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
