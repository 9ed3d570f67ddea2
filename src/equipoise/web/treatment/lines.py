"""The doses of a cycle as a page shows them: as worked out, and what stops them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment import Proposal, propose, standing
from equipoise.conduct.treatment.proposal import figure
from equipoise.logic.figures import opening
from equipoise.study.catalogue import translator
from equipoise.study.model import Study
from equipoise.study.sections.treatment import DosePart, Regimen
from equipoise.web.reader import HERE
from equipoise.web.views.spoken import label, number_text, unit_label

__all__ = ["DoseLine", "StopLine", "dose_lines", "entered", "schedule_text", "short", "stop_lines"]

SHORT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLine:
    """One part of the regimen, as it is worked out."""

    id: str
    name: str
    unit: str
    schedule: str
    amount: str
    """Worked out, as it is typed by this reader; empty where it is not known."""
    arithmetic: str
    steps: tuple[str, ...]
    """What was done to the arithmetic: cap, level, rounding."""
    missing: str
    rate: str
    optional: bool
    alternatives: str
    """What the other dose levels would give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLine:
    """One stop that stands."""

    drug: str
    because: str
    why: str
    lifts: str
    instead: str
    """What goes into the pump meanwhile."""
    known: bool


def dose_lines(
    page_language: str, study: Study, subject: Subject, regimen: Regimen, on: date
) -> list[DoseLine]:
    """Every dose that the participant would have of a cycle on a day."""
    found = propose(study, subject, regimen, on, translator(page_language))
    return [_line(study, one) for one in found]


def _line(study: Study, one: Proposal) -> DoseLine:
    treatment = study.treatment
    name = label(treatment.called(one.part)) if treatment else one.part.id
    open_rules = (label(rule.why) for rule in one.open_rules)
    missing = [*(label(fact) for fact in one.missing), *open_rules]
    route = label(one.drug.route) if one.drug.route else ""
    return DoseLine(
        id=one.part.id,
        name=name,
        unit=unit_label(one.drug.unit),
        schedule=" · ".join(filter(None, [route, schedule_text(one.part)])),
        amount=number_text(one.text) if one.text else "",
        arithmetic=one.arithmetic,
        steps=tuple(_steps(one)),
        missing=", ".join(dict.fromkeys(missing)),
        rate=short(one.rate) if one.rate is not None else "",
        optional=one.part.optional,
        alternatives=" · ".join(_alternative(one, *found) for found in one.alternatives),
    )


def _alternative(one: Proposal, level: Decimal, amount: Decimal) -> str:
    texts = number_text(figure(level)), number_text(figure(amount))
    return f"{texts[0]} %: {texts[1]} {unit_label(one.drug.unit)}"


def _steps(one: Proposal) -> Iterable[str]:
    if one.capped:
        yield gettext("at most %(cap)s") % {"cap": one.part.cap}
    for rule in one.rules:
        yield label(rule.why)
    if one.exact is None:
        return
    unit = unit_label(one.drug.unit)
    if one.level != 100:
        yield gettext("%(level)s %% of the dose: %(exact)s") % {
            "level": number_text(f"{one.level:f}"),
            "exact": f"{_exact(one.exact)} {unit}",
        }
    if one.last is not None and one.last.amount is not None:
        yield gettext("no more than %(exact)s after the last dose, %(given)s on %(day)s") % {
            "exact": f"{_exact(one.exact)} {unit}",
            "given": f"{_exact(one.last.amount)} {unit}",
            "day": HERE.day(one.last.on),
        }
    if one.part.round and one.last is not None:
        values = {"exact": f"{_exact(one.exact)} {unit}", "to": _amount(one.part.round.to)}
        yield gettext("%(exact)s, down to a multiple of %(to)s") % values
    elif one.part.round:
        values = {"exact": f"{_exact(one.exact)} {unit}", "to": _amount(one.part.round.to)}
        yield gettext("%(exact)s, to the nearest %(to)s, half up") % values


def schedule_text(part: DosePart) -> str:
    """On which days, how often, over how long, in how much."""
    days = ", ".join(map(str, part.days))
    if part.in_a_row > 1:
        days = f"{part.days[0]}–{part.days[-1] + part.in_a_row - 1}"
    schedule = [gettext("day %(days)s") % {"days": days}]
    if part.times_a_day > 1:
        schedule.append(gettext("%(times)s times a day") % {"times": part.times_a_day})
    if part.over:
        schedule.append(gettext("over %(hours)s") % {"hours": _amount(part.over)})
    if part.volume:
        schedule.append(gettext("in %(volume)s") % {"volume": _amount(part.volume)})
    return " · ".join(schedule)


def stop_lines(
    study: Study, subject: Subject, regimen: Regimen, drugs: Iterable[str], on: date
) -> list[StopLine]:
    """Every stop that stands for these drugs of a regimen on a day."""
    facts = SubjectFacts(study, subject, on)
    return [
        StopLine(
            drug=HERE.several(tuple(label(drug.label) for drug in one.drugs)),
            because=label(one.because),
            why=opening(label(one.why)) if one.why else "",
            lifts=label(one.lifts),
            instead=label(one.instead) if one.instead else "",
            known=one.known,
        )
        for one in standing(study, facts, drugs, on, [regimen.id])
    ]


def entered(posted: Mapping[str, str], field: str, parts: Iterable[str]) -> dict[str, str]:
    """What was typed in one field of each part, by its id."""
    form_data = {part: posted.get(f"{field}.{part}", "").strip() for part in parts}
    return {part: text for part, text in form_data.items() if text}


def _amount(text: str) -> str:
    number, _, unit = text.partition(" ")
    return f"{number_text(number)} {unit_label(unit)}".strip()


def _exact(number: Decimal) -> str:
    text = f"{number.quantize(Decimal('0.0001'), rounding=ROUND_HALF_UP):f}"
    return number_text(text.rstrip("0").rstrip("."))


def short(number: Decimal | str) -> str:
    """A number to two decimals, as this reader writes it."""
    text = f"{Decimal(number).quantize(SHORT, rounding=ROUND_HALF_UP):f}"
    return number_text(text.rstrip("0").rstrip("."))
