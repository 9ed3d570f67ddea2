"""What a cycle of a regimen would be for a participant on a day: each dose with its arithmetic.

Everything is exact decimals until the one rounding at the end, which the study file states; half is
rounded up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.modifying import Modified, modified
from equipoise.conduct.treatment.resuming import GivenDose, last_given
from equipoise.logic.evaluate import calculated, value_of
from equipoise.logic.extremes import half_up, to_step
from equipoise.logic.facts import FactType, Kind, Vocabulary
from equipoise.logic.interval import Interval
from equipoise.logic.language import parsed
from equipoise.logic.translator import ENGLISH, Translator
from equipoise.logic.tree import Name, Rounding
from equipoise.logic.truth import Truth
from equipoise.study.catalogue import everywhere
from equipoise.study.model import Study
from equipoise.study.reason import Phrase
from equipoise.study.sections.treatment import (
    FULL,
    DosePart,
    Drug,
    Regimen,
    Treatment,
    quantity,
)

__all__ = ["Proposal", "figure", "full_dose", "is_part", "propose", "rate_of"]

NO_LAST = Phrase("the last dose that was given, of which this one is a part")
DOSE = "dose"
"""What the dose of a part is called among the facts, while it is worked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One dose as the study file gives it."""

    part: DosePart
    drug: Drug
    amount: Decimal | None
    """Rounded; None where it is not known."""
    exact: Decimal | None = None
    level: Decimal = FULL
    rules: tuple[Modified, ...] = ()
    """The modifications that hold, whichever of them decides."""
    open_rules: tuple[Modified, ...] = ()
    """Those of which it is not known."""
    alternatives: tuple[tuple[Decimal, Decimal], ...] = ()
    """What each other dose level would give."""
    explained: Callable[[], str] = str
    """How its arithmetic is told, once somebody asks."""
    missing: tuple[Mapping[str, str], ...] = ()
    """What is not recorded, as the study calls it."""
    capped: bool = False
    last: GivenDose | None = None
    """The last dose, where it is so many per cent of that."""
    rate: Decimal | None = None
    """In mL/h, where it runs in a volume over a time."""

    @property
    def arithmetic(self) -> str:
        """How it is worked out of what is known."""
        return self.explained()

    @property
    def text(self) -> str:
        """The amount as it is kept; empty where it is not known."""
        return figure(self.amount) if self.amount is not None else ""


def propose(
    study: Study,
    subject: Subject,
    regimen: Regimen,
    on: date,
    into: Translator = ENGLISH,
    facts: SubjectFacts | None = None,
) -> list[Proposal]:
    """The doses of a cycle that begins on a day, one for each part that the participant has."""
    treatment, facts = study.treatment, facts or SubjectFacts(study, subject, on)
    if treatment is None:
        return []
    what = f"proposed {regimen.id} {on} {into.language}"
    if what not in facts.worked_out:
        parts = (part for part in regimen.parts if is_part(part, subject, facts))
        facts.worked_out[what] = [
            _proposal(study, treatment, part, facts, on, into) for part in parts
        ]
    found: list[Proposal] = facts.worked_out[what]
    return found


def is_part(part: DosePart, subject: Subject, facts: SubjectFacts) -> bool:
    """Whether a participant has a part of a regimen; so too where that is not known."""
    if part.arms and subject.arm not in part.arms:
        return False
    return not part.when or facts.holds(part.when) is not Truth.FALSE


def full_dose(study: Study, part: DosePart, facts: SubjectFacts) -> Decimal | None:
    """What a part gives by its formula and cap, neither rounded nor lowered."""
    drug = study.treatment.drug_of[part.drug] if study.treatment else None
    if drug is None:
        return None
    words = _words(study.vocabulary, part.dose, drug)
    exact = _number(value_of(Name(DOSE), words, facts, facts.on))
    cap = _cap(study, part, drug, facts, facts.on)
    if exact is None or (part.cap and cap is None):
        return None
    return exact if cap is None else min(exact, cap)


def rate_of(part: DosePart) -> Decimal | None:
    """The rate in mL/h at which a part runs."""
    volume, hours = quantity(part.volume, "mL"), quantity(part.over, "h")
    return volume / hours if volume and hours else None


def _proposal(
    study: Study,
    treatment: Treatment,
    part: DosePart,
    facts: SubjectFacts,
    on: date,
    into: Translator,
) -> Proposal:
    drug = treatment.drug_of[part.drug]
    words = _words(study.vocabulary, part.dose, drug)
    exact = _number(value_of(Name(DOSE), words, facts, on))
    cap = _cap(study, part, drug, facts, on)
    rules = list(modified(study, facts, part.drug, on))
    lowering = tuple(one for one in rules if one.state == "lowers")
    unknown = tuple(one for one in rules if one.state == "open")
    own = [one.level for one in lowering if one.level and not one.of_last]
    level = min(own, default=max(drug.levels))
    capped = exact is not None and cap is not None and exact > cap
    full = cap if capped else exact
    known = full is not None and not unknown and not (part.cap and cap is None)
    known = known and _is_known_part(part, facts)
    reduced = full * level / FULL if full is not None and known else None
    proposal = Proposal(
        part=part,
        drug=drug,
        amount=None if reduced is None else _rounded(reduced, part, drug),
        exact=reduced,
        level=level,
        rules=lowering,
        open_rules=unknown,
        explained=partial(_worked_out, part, words, facts, on, into) if exact is not None else str,
        missing=_missing(study, words, facts, on, into) if exact is None else (),
        capped=capped,
        alternatives=_alternatives(part, drug, full, level) if reduced is not None else (),
        rate=rate_of(part),
    )
    return _below_last(treatment, proposal, full or Decimal(0), facts, on)


def _worked_out(
    part: DosePart, words: Vocabulary, facts: SubjectFacts, on: date, into: Translator
) -> str:
    """How a dose is worked out; a fixed one as the study file gives it."""
    return calculated(DOSE, words, facts, on, into=into).arithmetic or part.dose


def _missing(
    study: Study, words: Vocabulary, facts: SubjectFacts, on: date, into: Translator
) -> tuple[Mapping[str, str], ...]:
    """What leaves a dose open."""
    found = calculated(DOSE, words, facts, on, into=into)
    return tuple(_called(study, one.name, one.label) for one in found.missing)


def _below_last(
    treatment: Treatment, one: Proposal, full: Decimal, facts: SubjectFacts, on: date
) -> Proposal:
    """The dose, held to what each rule allows of the last that was given; rounded down to that."""
    of_last = tuple(rule for rule in one.rules if rule.of_last)
    levels = [rule.level for rule in of_last if rule.level is not None]
    if one.amount is None or not levels:
        return one
    last = last_given(treatment, facts, one.drug, on)
    if last is None or last.amount is None:
        waits = tuple(
            replace(rule, state="open", because=everywhere(NO_LAST.sentence), decided=None)
            for rule in of_last
        )
        return replace(one, amount=None, exact=None, open_rules=waits, alternatives=())
    bound = last.amount * min(levels) / FULL
    lowest = _rounded(bound, one.part, one.drug, "round_down")
    if lowest >= one.amount:
        return one
    level = half_up(bound * FULL / full, 1)
    return replace(one, amount=lowest, exact=bound, level=level, last=last, alternatives=())


def _alternatives(
    part: DosePart, drug: Drug, full: Decimal | None, level: Decimal
) -> tuple[tuple[Decimal, Decimal], ...]:
    """What the other levels of the drug would give."""
    others = [one for one in drug.levels if one != level] if full is not None else []
    return tuple((one, _rounded((full or 0) * one / FULL, part, drug)) for one in others)


def _words(vocabulary: Vocabulary, formula: str, drug: Drug) -> Vocabulary:
    """The study's facts, and the dose among them."""
    dose = FactType(
        name=DOSE, kind=Kind.DERIVED, label=drug.label, unit=drug.unit, formula=parsed(formula)
    )
    return {**vocabulary, DOSE: dose}


def _cap(study: Study, part: DosePart, drug: Drug, facts: SubjectFacts, on: date) -> Decimal | None:
    if not part.cap:
        return None
    return _number(value_of(Name(DOSE), _words(study.vocabulary, part.cap, drug), facts, on))


def _is_known_part(part: DosePart, facts: SubjectFacts) -> bool:
    return not part.when or facts.holds(part.when) is Truth.TRUE


def _number(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _called(study: Study, name: str, label: str) -> Mapping[str, str]:
    """What a missing fact is called, in every language that the study has."""
    fact = study.vocabulary.get(name.partition("[")[0])
    return fact.label if fact and fact.label else {"en": label}


def _rounded(amount: Decimal, part: DosePart, drug: Drug, way: Rounding = "round") -> Decimal:
    to = quantity(part.round.to, drug.unit) if part.round else None
    rounded = to_step(way, Interval.at(amount), Interval.at(to)) if to else None
    return rounded.lo if rounded else amount


def figure(number: Decimal) -> str:
    """A number as it is kept: `155`, `2.17`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
