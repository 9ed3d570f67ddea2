"""What forbids a dose: asked of a plan when it is made, and again when it is checked.

A stop stands unless it is known not to hold: what is not recorded is never taken for a no.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from equipoise.conduct.cycle_calendar import paused
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.cycles import NO_AMOUNT
from equipoise.conduct.treatment.modifying import modified
from equipoise.conduct.treatment.proposal import figure, rate_of
from equipoise.logic.evaluate import answer
from equipoise.logic.extremes import half_up
from equipoise.logic.language import parsed
from equipoise.logic.truth import Truth
from equipoise.study.catalogue import spoken, translator
from equipoise.study.kinds.number_text import is_number
from equipoise.study.model import Study
from equipoise.study.reader import ReaderOf
from equipoise.study.reason import Amount, Given, Phrase, Reason, Refusal
from equipoise.study.sections.pump_facts import EXPLANTED_ON, IMPLANTED_ON
from equipoise.study.sections.treatment import (
    FULL,
    DosePart,
    Drug,
    Regimen,
    Treatment,
    quantity,
)

__all__ = ["Standing", "amount_of", "hard_stops", "standing"]

STANDS = Reason("treatment.stop", "", "{drug}: {because}. It is lifted so: {lifts}")
STANDS_IN_PUMP = Reason(
    "treatment.stop-in-pump",
    "",
    "{drug}: {because}. It is lifted so: {lifts} Until then the pump is filled with {instead}",
)
NOT_KNOWN = Reason(
    "treatment.stop-unknown", "", "{drug}: not known whether it is so: {because}. {why}. {lifts}"
)
IS_OVER = Phrase("The pause counts from {since}; a cycle may be planned from {until} on.")
TOO_MUCH = Reason(
    "treatment.too-much", "", "{drug}: {amount} cannot be right; no dose is above {most}"
)
NOT_PRESCRIBED = Reason(
    "treatment.not-prescribed",
    "",
    "{drug}: type in the dose that stands in the hospital's own prescribing system",
)
PRESCRIBED_OTHERWISE = Reason(
    "treatment.prescribed-otherwise",
    "",
    "{drug}: the prescribing system says {prescribed}, and {amount} is planned; find out which is "
    "right, and mend the other",
)
RATE = Reason(
    "treatment.rate",
    "",
    "{drug}: at {rate} it would run for {hours} and not for {over}; {right} is right",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A stop, or a hold of a decision table, that stands on a day."""

    id: str
    """Of the stop, or of the modification whose table holds."""
    because: Mapping[str, str]
    lifts: Mapping[str, str]
    drugs: tuple[Drug, ...]
    """Those that it stops, of the ones asked about."""
    known: bool
    why: Mapping[str, str]
    instead: Mapping[str, str] | None = None
    """What goes into the pump meanwhile, where it stops what would."""

    @property
    def refusal(self) -> Refusal:
        """The same as the reason why a dose is refused."""
        values: dict[str, Given] = {"because": self.because, "lifts": self.lifts}
        values["drug"] = tuple(drug.label for drug in self.drugs)
        if not self.known:
            return NOT_KNOWN(**values, why=self.why)
        return STANDS_IN_PUMP(**values, instead=self.instead) if self.instead else STANDS(**values)


def standing(
    study: Study,
    facts: SubjectFacts,
    drugs: Iterable[str],
    on: date,
    regimens: Iterable[str] = (),
) -> Iterator[Standing]:
    """Every stop that stands on a day for any of these drugs.

    :param regimens: those in which they are given, where it is asked whether these pause
    """
    treatment = study.treatment
    if treatment is None:
        return
    wanted = [treatment.drug_of[name] for name in dict.fromkeys(drugs)]
    regimens = dict.fromkeys(regimens)
    for stop in treatment.stops:
        concerned = tuple(drug for drug in wanted if not stop.drugs or drug.id in stop.drugs)
        elsewhere = stop.regimens and regimens.keys().isdisjoint(stop.regimens)
        if not concerned or elsewhere or facts.holds(stop.when) is Truth.FALSE:
            continue
        found = answer(parsed(stop.when), study.vocabulary, facts, on)
        why = {language: found.sentence(translator(language)) for language in spoken()}
        yield Standing(
            id=stop.id,
            because=stop.because,
            lifts=stop.lifts,
            drugs=concerned,
            known=found.truth is Truth.TRUE,
            why=why,
            instead=_instead(study, facts, concerned),
        )
    yield from _held(study, facts, wanted, on)
    for name in regimens:
        yield from _paused(study, treatment, facts, treatment.regimen_of.get(name), on)


def _paused(
    study: Study, treatment: Treatment, facts: SubjectFacts, regimen: Regimen | None, on: date
) -> Iterator[Standing]:
    """The pauses in which a day lies; each says on which day it is over."""
    if regimen is None:
        return
    names = dict.fromkeys(part.drug for part in regimen.parts)
    drugs = tuple(treatment.drug_of[name] for name in names)
    for pause, since, until in paused(treatment, facts.subject, facts):
        if pause.stops(regimen.id) and since <= on < until:
            values = {"until": until, "since": since}
            yield Standing(
                id=pause.id,
                because=pause.because,
                lifts={name: ReaderOf(name).written(IS_OVER(**values)) for name in spoken()},
                drugs=drugs,
                known=True,
                why={},
                instead=_instead(study, facts, drugs),
            )


def _held(
    study: Study, facts: SubjectFacts, wanted: Iterable[Drug], on: date
) -> Iterator[Standing]:
    """What the tables of the study hold."""
    for drug in wanted:
        for one in modified(study, facts, drug.id, on):
            if one.state == "holds":
                yield Standing(
                    id=one.rule.id,
                    because=one.why,
                    lifts=one.rule.lifts or {},
                    drugs=(drug,),
                    known=True,
                    why={},
                    instead=_instead(study, facts, (drug,)),
                )


def _instead(study: Study, facts: SubjectFacts, drugs: Iterable[Drug]) -> Mapping[str, str] | None:
    """What goes into a pump that is in place, so that it never runs dry while a drug is held."""
    treatment, section = study.treatment, study.pump
    out = facts.observations(EXPLANTED_ON.name) or not facts.observations(IMPLANTED_ON.name)
    if treatment is None or section is None or out:
        return None
    if not all(drug.id in treatment.in_pump for drug in drugs):
        return None
    substance = section.substance(section.instead)
    return substance.label if substance else None


def hard_stops(
    study: Study,
    subject: Subject,
    day: date,
    doses: Mapping[str, str],
    prescribed: Mapping[str, str],
    rates: Mapping[str, str],
    facts: SubjectFacts | None = None,
) -> Iterator[Refusal]:
    """Every reason why these doses may not be given on a day.

    :param facts: of the participant on that day, where more is asked of them
    """
    treatment = study.treatment
    if treatment is None:
        return
    parts = [treatment.part_of[name] for name in doses if name in treatment.part_of]
    facts = facts or SubjectFacts(study, subject, day)
    drugs, regimens = [part.drug for part in parts], treatment.regimens_with(doses)
    yield from (one.refusal for one in standing(study, facts, drugs, day, regimens))
    for part in parts:
        yield from _of_amount(treatment, part, doses[part.id])
        yield from _of_prescribing(treatment, part, doses[part.id], prescribed.get(part.id, ""))
        if part.id in rates:
            yield from _of_rate(treatment, part, rates[part.id])


def amount_of(text: str) -> Decimal | None:
    """What was typed, if it is a number above nought."""
    if not is_number(text) or text[:1] in "<>":
        return None
    return Decimal(text) if Decimal(text) > 0 else None


def _of_amount(treatment: Treatment, part: DosePart, text: str) -> Iterator[Refusal]:
    drug, amount = treatment.drug_of[part.drug], amount_of(text)
    most = quantity(drug.never_above, drug.unit) if drug.never_above else None
    if amount is not None and most is not None and amount > most:
        yield _at(
            part,
            TOO_MUCH(
                drug=treatment.called(part),
                amount=Amount(amount, drug.unit),
                most=Amount(most, drug.unit),
            ),
        )


def _of_prescribing(
    treatment: Treatment, part: DosePart, text: str, prescribed: str
) -> Iterator[Refusal]:
    """The hospital's own prescribing system leads: a difference is a stop."""
    if not treatment.prescribed:
        return
    drug, amount, other = treatment.drug_of[part.drug], amount_of(text), amount_of(prescribed)
    if not prescribed:
        yield _at(part, NOT_PRESCRIBED(drug=treatment.called(part)), "prescribed")
    elif other is None:
        wrong = NO_AMOUNT(part=treatment.called(part), text=prescribed)
        yield _at(part, wrong, "prescribed")
    elif amount is not None and other != amount:
        yield _at(
            part,
            PRESCRIBED_OTHERWISE(
                drug=treatment.called(part),
                prescribed=Amount(other, drug.unit),
                amount=Amount(amount, drug.unit),
            ),
            "prescribed",
        )


def _of_rate(treatment: Treatment, part: DosePart, text: str) -> Iterator[Refusal]:
    """The rate times the hours is the volume, within what the study allows."""
    rate, right = amount_of(text), rate_of(part)
    volume, hours = quantity(part.volume, "mL"), quantity(part.over, "h")
    if rate is None or right is None or volume is None or hours is None:
        yield _at(part, NO_AMOUNT(part=treatment.called(part), text=text), "rates")
    elif abs(rate * hours - volume) > volume * treatment.rate_within / FULL:
        yield _at(
            part,
            RATE(
                drug=treatment.called(part),
                rate=_mended(rate, "mL/h"),
                hours=_mended(volume / rate, "h"),
                over=_mended(hours, "h"),
                right=_mended(right, "mL/h"),
            ),
            "rates",
        )


def _mended(number: Decimal, unit: str) -> Amount:
    """A number to two decimals, as it is told."""
    return Amount(Decimal(figure(half_up(number, 2))), unit)


def _at(part: DosePart, refusal: Refusal, field: str = "doses") -> Refusal:
    return replace(refusal, where=f"{field}.{part.id}")
