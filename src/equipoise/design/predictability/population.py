"""Who is to be randomised: how many, to which arms, and how common each level of a factor is.

Factors are drawn independently of one another, the centre among them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from equipoise.design.problems import Problem, is_finite, refuse
from equipoise.study.model import Study

__all__ = ["Factor", "Population", "population_of"]

EQUAL = "assumed: equal shares, for nothing else was told"
MOST_SUBJECTS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor: its levels, the share of each, its weight, and where the shares come from."""

    name: str
    levels: tuple[str, ...]
    shares: tuple[float, ...]
    weight: int = 1
    provenance: str = EQUAL

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the factor."""
        place = f"share.{self.name}"
        if not self.levels or len(self.shares) != len(self.levels):
            remedy = f"Give one share for each of: {', '.join(self.levels)}."
            yield Problem(place, "as many shares as levels are needed", self.shares, remedy)
        elif any(not is_finite(s) or s <= 0 for s in self.shares):
            yield Problem(place, "every share is above 0", self.shares, "Leave a level out.")
        elif abs(sum(self.shares) - 1) > 1e-6:
            yield Problem(place, "the shares do not add to 1", self.shares, "Let them add to 1.")
        if self.weight < 1:
            yield Problem(f"weight.{self.name}", "a weight is 1 or more", self.weight, "Give 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """All who will be randomised. `ratios` belong to `arms`; `centre` names the factor that is
    the hospital; `balanced` names the factors that minimisation and blocks take into account."""

    subjects: int
    arms: tuple[str, ...]
    ratios: tuple[int, ...]
    factors: tuple[Factor, ...]
    centre: str
    balanced: tuple[str, ...]

    def problems(self) -> Iterator[Problem]:
        """Everything wrong with the population."""
        if not 2 <= self.subjects <= MOST_SUBJECTS:
            remedy = f"Give 2 to {MOST_SUBJECTS}."
            yield Problem("subjects", "so many cannot be simulated", self.subjects, remedy)
        if len(self.arms) < 2 or len(self.arms) != len(self.ratios) or min(self.ratios) < 1:
            pair = (self.arms, self.ratios)
            yield Problem(
                "arms", "two or more arms, each with its share, are needed", pair, "Mend."
            )
        for factor in self.factors:
            yield from factor.problems()
        names = {factor.name for factor in self.factors}
        for name in {self.centre, *self.balanced} - names:
            yield Problem("factors", "no such factor", name, f"There are {', '.join(names)}.")

    def place(self, name: str) -> int:
        """Where a factor stands in the order of the factors."""
        return [factor.name for factor in self.factors].index(name)

    def strata(self, names: Sequence[str]) -> int:
        """How many combinations of levels these factors have."""
        return prod(len(self.factors[self.place(name)].levels) for name in names)


def population_of(
    study: Study,
    shares: Mapping[str, tuple[Sequence[float], str]] | None = None,
    subjects: int | None = None,
) -> Population:
    """The study's own arms, factors and hospitals.

    `shares` has, by factor, the share of each level in the order of the file, and its provenance;
    else the study file's design figure `share.FACTOR` counts, such as "0.8 0.2"; else equal shares.
    Raises BadDesign with all that is wrong.
    """
    told = shares or {}
    arms = sorted(study.arms_drawn, key=lambda arm: arm.id)
    declared = study.randomisation.factors
    centre = next((factor.id for factor in declared if not factor.levels), "site")
    names = [*dict.fromkeys([*(factor.id for factor in declared), centre])]
    population = Population(
        subjects=int(float(str(study.identity.enrolment.value))) if subjects is None else subjects,
        arms=tuple(arm.id for arm in arms),
        ratios=tuple(arm.ratio for arm in arms),
        factors=tuple(_with_shares(study, name, told) for name in names),
        centre=centre,
        balanced=tuple(factor.id for factor in declared) or (centre,),
    )
    strangers = [
        Problem(f"share.{name}", "no such factor", name, f"There are {', '.join(names)}.")
        for name in told
        if name not in names
    ]
    refuse(strangers, population.problems())
    return population


def _with_shares(
    study: Study, name: str, told: Mapping[str, tuple[Sequence[float], str]]
) -> Factor:
    declared = next((one for one in study.randomisation.factors if one.id == name), None)
    levels = tuple(declared.levels) if declared else ()
    levels, weight = levels or _hospitals(study), declared.weight if declared else 1
    shares: tuple[float, ...] = tuple(1 / len(levels) for _ in levels)
    provenance, figure = EQUAL, study.design.get(f"share.{name}")
    if name in told:
        shares, provenance = tuple(float(s) for s in told[name][0]), told[name][1]
    elif figure is not None:
        shares = tuple(_number(word) for word in str(figure.value).replace(",", " ").split())
        provenance = f"{figure.source.tag}: {figure.source.where}"
    return Factor(name=name, levels=levels, shares=shares, weight=weight, provenance=provenance)


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")


def _hospitals(study: Study) -> tuple[str, ...]:
    return tuple(site.id for site in study.sites_taking)
