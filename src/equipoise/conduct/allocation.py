"""Which arm the study's own method draws for a subject, given everyone who was drawn before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from equipoise.conduct.choice import Choice, Unsound
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.minimisation import Placed, minimise
from equipoise.conduct.permuted_blocks import block_choice
from equipoise.conduct.random_source import SHORTEST_SEED, Draw, RandomSource
from equipoise.conduct.simple import big_stick, complete
from equipoise.conduct.state.randomisation import Draw as Drawn
from equipoise.conduct.subject import Subject
from equipoise.logic.evaluate import value_of
from equipoise.logic.language import parsed
from equipoise.study.model import Study

__all__ = ["Corrected", "choose", "corrected", "strata_of", "unsound"]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A factor whose level, as it is known now, is not the one that was drawn under."""

    factor: str
    drawn: str
    now: str


def strata_of(study: Study, subject: Subject, on: date) -> dict[str, str]:
    """The subject's level of every factor; an empty text where it is not known."""
    facts = SubjectFacts(study, subject, on)
    levels = {}
    for factor in study.randomisation.factors:
        value = value_of(parsed(factor.of), study.vocabulary, facts, on)
        level = value if isinstance(value, str) else ""
        levels[factor.id] = level if not factor.levels or level in factor.levels else ""
    return levels


def corrected(study: Study, subject: Subject) -> list[Corrected]:
    """The factors that were put right after the draw, which stays as it was drawn.

    They are those of the text it was drawn under; where that is lost, nothing can be said.
    """
    drawn = subject.randomisation.allocation
    if drawn is None:
        return []
    then = study.under(drawn.study)
    now = strata_of(then, subject, drawn.on) if then else {}
    return [
        Corrected(factor=factor, drawn=drawn.strata.get(factor, ""), now=level)
        for factor, level in now.items()
        if level != drawn.strata.get(factor, "")
    ]


def choose(
    study: Study,
    before: Sequence[Drawn],
    strata: Mapping[str, str],
    number: int,
    random_source: RandomSource,
    since: int = 0,
) -> Choice:
    """The arm of draw `number`, from all draws before it and the sealed seed.

    :param since: the first draw that counts, where an amendment let the balance begin anew
    :raises Unsound: when the study's randomisation cannot be carried out, with every reason
    """
    how = study.randomisation
    arms = {arm.id: arm.ratio for arm in study.arms_drawn}
    # The arms that are left are balanced among themselves, as if the retired one had not been.
    counted = (drawn for drawn in before if drawn.number >= since)
    before = [drawn for drawn in counted if drawn.arm not in study.arm_of or drawn.arm in arms]
    draw = random_source.draw("allocation", number)
    if how.method == "minimisation":
        return minimise(
            arms,
            {factor.id: Fraction(factor.weight) for factor in how.factors},
            [Placed(strata=drawn.strata, arm=drawn.arm) for drawn in before],
            strata,
            Fraction(how.favoured),
            how.measure,
            draw,
        )
    if how.method == "blocks":
        return _from_block(study, arms, before, strata, draw, random_source, since)
    if how.method == "big-stick":
        return big_stick(arms, Counter(drawn.arm for drawn in before), how.tolerated, draw)
    return complete(arms, draw)


def unsound(study: Study) -> str:
    """Why the first arm could not be drawn as the study says; empty when it can."""
    how = study.randomisation
    strata = {f.id: next(iter(f.levels), study.sites[0].id) for f in how.factors}
    try:
        choose(study, [], strata, 1, RandomSource(bytes(SHORTEST_SEED)))
    except Unsound as error:
        return str(error)
    return ""


def _from_block(
    study: Study,
    arms: Mapping[str, int],
    before: Sequence[Drawn],
    strata: Mapping[str, str],
    draw: Draw,
    random_source: RandomSource,
    since: int,
) -> Choice:
    # The stratum is the levels in the order of the study file, joined by a sign no code may have.
    stratum = "|".join(strata[factor.id] for factor in study.randomisation.factors)
    here = [drawn.arm for drawn in before if dict(drawn.strata) == dict(strata)]
    sizes = study.randomisation.block_sizes
    # Blocks that begin anew have sizes of their own, not those of the first blocks once more.
    path = ("block", since, stratum) if since else ("block", stratum)
    return block_choice(arms, sizes, here, lambda i: random_source.draw(*path, i), draw)
