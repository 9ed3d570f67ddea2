"""The table from which a statistician chooses a method of randomisation."""

from dataclasses import dataclass

from equipoise.design.answer.sheet import Part, Sheet, number, percent
from equipoise.design.drawn import SEED
from equipoise.design.predictability.compare import Measured, Spread, measured
from equipoise.design.predictability.methods import Method
from equipoise.design.predictability.population import Population
from equipoise.design.results import remakeable

__all__ = ["RandomisationChoice", "randomisation_choice"]


@dataclass(frozen=True, kw_only=True)
class RandomisationChoice(Sheet):
    """Methods of randomisation compared.

    `own` is the method that the study file has now, None when it is not among those compared.
    """

    population: Population
    trials: int
    seed: int
    own: Method | None
    methods: tuple[Measured, ...]

    @property
    def title(self) -> str:
        people = self.population
        ratio = ":".join(map(str, people.ratios))
        return (
            f"Randomising {people.subjects} participants {ratio}, "
            f"{self.trials:,} simulated trials a method, seed {self.seed}"
        )

    def parts(self) -> tuple[Part, ...]:
        return _people(self.population), _balance(self), _guesses(self)

    def label_of(self, found: Measured) -> str:
        """The method's name; the study's own is marked."""
        return found.method.label + (" (the study's own)" if found.method == self.own else "")


@remakeable
def randomisation_choice(
    population: Population,
    methods: tuple[Method, ...],
    own: Method | None = None,
    trials: int = 2000,
    seed: int = SEED,
) -> RandomisationChoice:
    """Simulate each method on the same people. Raises BadDesign with all that is wrong."""
    compared = methods if own is None or own in methods else (*methods, own)
    return RandomisationChoice(
        population=population,
        trials=trials,
        seed=seed,
        own=own,
        methods=measured(population, compared, trials, seed),
    )


def _people(population: Population) -> Part:
    rows = tuple(
        (
            factor.name + (" (centre)" if factor.name == population.centre else ""),
            ", ".join(
                f"{level} {number(100 * share, 0)} %"
                for level, share in zip(factor.levels, factor.shares, strict=True)
            ),
            "yes" if factor.name in population.balanced else "no",
            _marked(factor.provenance),
        )
        for factor in population.factors
    )
    return Part(
        title="Who is randomised",
        headers=("factor", "shares", "balanced", "where the shares come from"),
        rows=rows,
        note="Factors are drawn independently of one another.",
    )


def _marked(provenance: str) -> str:
    unverified = provenance.split(":")[0] in ("assumed", "recalled")
    return f"{provenance} [unverified]" if unverified else provenance


def _balance(answer: RandomisationChoice) -> Part:
    rows = tuple(
        (
            answer.label_of(found),
            *_cells(found.overall),
            *_cells(found.level),
            *_cells(found.centre),
            *_cells(found.stratum),
        )
        for found in answer.methods
    )
    kinds = ("whole trial", "worst level", "worst centre", "worst stratum")
    columns = (cell for kind in kinds for cell in (f"{kind}: mean", "95th", "most"))
    return Part(
        title="Imbalance at the end: the difference between the arms in participants",
        headers=("method", *columns),
        rows=rows,
        note="In order: the whole trial, the worst level of a balanced factor, the worst centre, "
        "the worst stratum; each as mean, 95th percentile and largest over the trials.",
    )


def _cells(spread: Spread) -> tuple[str, str, str]:
    return number(spread.mean), number(spread.high, 0), number(spread.most, 0)


def _guesses(answer: RandomisationChoice) -> Part:
    rows = tuple(
        (
            answer.label_of(found),
            percent(found.by_centre.mean),
            percent(found.by_centre.high),
            percent(found.by_stratum.mean),
            percent(found.by_trial.mean),
            percent(found.knowing.mean),
            number(found.excess),
        )
        for found in answer.methods
    )
    return Part(
        title="Predictability: the share of allocations that are guessed right",
        headers=(
            "method",
            "own centre",
            "95th",
            "own stratum",
            "whole trial",
            "knows all",
            "excess",
        ),  # fmt: skip
        rows=rows,
        note="The guess is the arm that is behind so far, in what the guesser sees: the own "
        "centre, the own stratum there, the whole trial. Knows all: the method and every earlier "
        "subject. Excess: correct guesses in a trial beyond chance, for the best of the first "
        "two (the selection bias factor of Blackwell and Hodges 1957).",
    )
