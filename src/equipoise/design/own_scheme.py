"""How the study itself gives out arms, as the kernel simulates it.

A factor matters for the draw alone: survival is taken as the same in all its levels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd, isclose, prod

from equipoise.design.kernel.scenario import MOST_STRATA, Factor
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Scheme, Simple
from equipoise.design.predictability.population import population_of
from equipoise.design.problems import is_finite, refused
from equipoise.study.model import Study

__all__ = ["Change", "OwnScheme", "own_scheme", "usual_sizes"]

MOST_ASKED = 100  # a term of a ratio that is not the study's own
MOST_SHARE = 1000  # a term that the kernel takes

Change = tuple[str, str]  # a setting as a sweep names it, and how it differs from the study's own


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnScheme:
    """The scheme and its factors; `changes` says where they differ from the study's own."""

    scheme: Scheme
    factors: tuple[Factor, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def otherwise(self) -> str:
        """The changes in sentences; empty when all is the study's own."""
        return " ".join(sentence for _, sentence in self.changes)


def own_scheme(
    study: Study, ratio: float, common: Mapping[str, Sequence[float]] | None = None
) -> OwnScheme:
    """The study's own scheme at this ratio, experimental to control.

    `common` says how common the levels of a factor are, in any unit; else the study's design
    figures do, or all are equally so. Raises BadDesign where the factors or the ratio cannot be.
    """
    shares, nearest = _shares(study, ratio)
    scheme, changes = _scheme(study, shares)
    if not isinstance(scheme, Minimisation | Blocks):
        return OwnScheme(scheme=scheme, changes=(*nearest, *changes))
    known = common or {}
    declared = {factor.id for factor in study.randomisation.factors}
    factors, lumped = _fitted(
        [
            Factor(name=factor.name, prevalences=_whole(known.get(factor.name, factor.shares)))
            for factor in population_of(study).factors
            if factor.name in declared
        ]
    )
    return OwnScheme(scheme=scheme, factors=factors, changes=(*nearest, *changes, *lumped))


def usual_sizes(ratio: tuple[int, int]) -> tuple[int, int]:
    """Sizes of blocks that hold the ratio: once and twice its sum, but no blocks of two."""
    whole = sum(ratio)
    return (2 * whole, 3 * whole) if whole == 2 else (whole, 2 * whole)


def _shares(study: Study, ratio: float) -> tuple[tuple[int, int], tuple[Change, ...]]:
    """The ratio in whole numbers: the arms' own when it is theirs, else the nearest small ones."""
    own = _own_shares(study)
    if own and isclose(own[0] / own[1], ratio, rel_tol=1e-12):
        return own, ()
    one, other = _nearest(ratio)
    if f"{one / other:.3g}" == f"{ratio:.3g}":
        return (one, other), ()
    return (one, other), (("ratio", f"A ratio of {ratio:.6g} was simulated as {one}:{other}."),)


def _own_shares(study: Study) -> tuple[int, int] | None:
    """Experimental to control as the arms say it; None when they are not one of each."""
    tested = [arm.ratio for arm in study.arms if arm.kind == "experimental"]
    others = [arm.ratio for arm in study.arms if arm.kind != "experimental"]
    return (tested[0], others[0]) if len(tested) == len(others) == 1 else None


def _nearest(ratio: float) -> tuple[int, int]:
    if not (is_finite(ratio) and 1 / MOST_ASKED <= ratio <= MOST_ASKED):
        because = f"no whole numbers up to {MOST_ASKED} make this ratio"
        remedy = f"Ask for one from 1:{MOST_ASKED} to {MOST_ASKED}:1."
        raise refused("design.ratio", because, ratio, remedy)
    if ratio > 1:
        share = Fraction(1 / ratio).limit_denominator(MOST_ASKED)
        return share.denominator, share.numerator
    share = Fraction(ratio).limit_denominator(MOST_ASKED)
    return share.numerator, share.denominator


def _scheme(study: Study, ratio: tuple[int, int]) -> tuple[Scheme, tuple[Change, ...]]:
    how = study.randomisation
    shares, times = _simulable(ratio)
    if how.method == "simple":
        return Simple(ratio=shares), ()
    if how.method == "big-stick":
        # Its difference is the counts divided by the ratio, so smaller terms stretch the limit.
        return BigStick(limit=how.tolerated * times, ratio=shares), ()
    if how.method == "blocks":
        return _blocks(tuple(sorted(set(how.block_sizes))), ratio, shares)
    scheme = Minimisation(
        probability=max(float(how.favoured), 0.5),
        weights=tuple(factor.weight for factor in how.factors),
        measure=how.measure,
        ratio=shares,
    )
    if how.favoured >= Decimal("0.5"):
        return scheme, ()
    said = f"A favoured arm had a chance of 0.5, not of {how.favoured}."
    return scheme, (("probability", said),)


def _simulable(ratio: tuple[int, int]) -> tuple[tuple[int, int], int]:
    """The ratio in terms that the kernel takes, and how many times smaller they are."""
    if max(ratio) <= MOST_SHARE:
        return ratio, 1
    times = gcd(*ratio)
    shares = (ratio[0] // times, ratio[1] // times)
    if max(shares) > MOST_SHARE:
        because = f"a share above {MOST_SHARE} cannot be simulated"
        remedy = "Give the arms smaller whole numbers."
        raise refused("arms", because, f"{ratio[0]}:{ratio[1]}", remedy)
    return shares, times


def _blocks(
    sizes: tuple[int, ...], ratio: tuple[int, int], shares: tuple[int, int]
) -> tuple[Scheme, tuple[Change, ...]]:
    """Blocks of the study's sizes, or where they cannot hold the ratio, of sizes that can."""
    if all(size % sum(ratio) == 0 for size in sizes):
        return Blocks(sizes=sizes, ratio=shares), ()
    few, more = usual_sizes(ratio)
    said = f"Blocks of {few} and {more} were simulated: the study's own cannot hold "
    said += f"{ratio[0]}:{ratio[1]}."
    return Blocks(sizes=(few, more), ratio=shares), (("block_sizes", said),)


def _whole(shares: Sequence[float]) -> tuple[float, ...]:
    return tuple(share / sum(shares) for share in shares)


def _fitted(factors: list[Factor]) -> tuple[tuple[Factor, ...], tuple[Change, ...]]:
    """Factors whose combinations the kernel can hold: the rarest levels of the longest as one."""
    lumped: dict[str, Change] = {}
    while prod(len(factor.prevalences) for factor in factors) > MOST_STRATA:
        longest = max(range(len(factors)), key=lambda k: len(factors[k].prevalences))
        name = factors[longest].name
        first, second, *others = sorted(factors[longest].prevalences)
        factors[longest] = Factor(name=name, prevalences=tuple(sorted([first + second, *others])))
        lumped[name] = ("factors", f"The rarest levels of {name} were simulated as one.")
    return tuple(factors), tuple(lumped.values())
