"""What the acts of treatment share: which regimen, which cycle, and who may be treated at all."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date

from equipoise.conduct.act import Context
from equipoise.conduct.state.treatment import Plan, TreatmentState
from equipoise.conduct.subject import Subject
from equipoise.conduct.withdrawal import withdrawn
from equipoise.conduct.words import Labels
from equipoise.study.facts import labels_of
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.dose_parts import parts_of
from equipoise.study.sections.treatment import Regimen

__all__ = [
    "GIVEN_BEFORE",
    "NO_AMOUNT",
    "NO_PART",
    "ByPart",
    "cycle_refusals",
    "digest_of_plan",
    "drugs_of",
    "next_cycle",
    "of_an_arm",
    "parts_of",
    "regimens_for",
    "regimens_of",
    "treatable",
]

NO_TREATMENT = Reason("treatment.none", "", "this study says nothing of its treatment")
NO_REGIMEN = Reason("treatment.no-regimen", "regimen", "there is no regimen '{regimen}'")
NO_CYCLE = Reason(
    "treatment.no-cycle", "cycle", "{regimen} has {times} cycles at most, the first is number 1"
)
NOT_DRAWN = Reason("treatment.not-randomised", "", "the participant has not been randomised")
OTHER_ARM = Reason("treatment.other-arm", "regimen", "{regimen} is not given to this participant")
NO_TREATMENT_ANY_MORE = Reason(
    "treatment.withdrawn", "", "the participant agrees to no more treatment since {day}"
)

NO_PART = Reason("treatment.no-part", "", "'{part}' is no dose of this participant's {regimen}")
NO_AMOUNT = Reason("treatment.no-amount", "", "{part}: '{text}' is no amount")
GIVEN_BEFORE = Reason(
    "treatment.given-before", "cycle", "cycle {cycle} of {regimen} was given on {day}"
)
ByPart = dict[str, str]
"""Something of each part of a regimen, by its id."""


def of_an_arm(study: Study) -> bool:
    """Whether not every arm is given the same: then the number of doses alone may tell the arm."""
    regimens = study.treatment.regimens if study.treatment else ()
    return any(one.arms or any(part.arms for part in one.parts) for one in regimens)


def regimens_of(study: Study) -> Labels:
    """The regimens of the study."""
    return labels_of(study.treatment, "regimens")


def drugs_of(study: Study) -> Labels:
    """The drugs of the study."""
    return labels_of(study.treatment, "drugs")


def regimens_for(study: Study, subject: Subject) -> list[str]:
    """The regimens that a participant may be given."""
    found = study.treatment.regimens if study.treatment else ()
    return [one.id for one in found if not one.arms or subject.arm in one.arms]


def next_cycle(state: TreatmentState, regimen: str) -> int:
    """The cycle that comes next of a regimen: after the last that was given or left out."""
    given = [one.cycle for one in state.given if one.regimen == regimen]
    left = [one.cycle for one in state.not_given if one.regimen == regimen and one.until is None]
    return max([*given, *left], default=0) + 1


def cycle_refusals(study: Study, regimen: str, cycle: int) -> Iterator[Refusal]:
    """Why there is no such cycle."""
    found = study.treatment.regimen_of.get(regimen) if study.treatment else None
    if study.treatment is None:
        yield NO_TREATMENT()
    elif found is None:
        yield NO_REGIMEN(regimen=regimen)
    elif not 1 <= cycle <= found.times:
        yield NO_CYCLE(regimen=found.label, times=found.times)


def treatable(context: Context, regimen: Regimen, day: date) -> Iterator[Refusal]:
    """Why a participant may not be given a regimen from a day on, whatever its doses."""
    subject = context.subject
    if subject.randomised_on is None:
        yield NOT_DRAWN()
    elif regimen.id not in regimens_for(context.study, subject):
        yield OTHER_ARM(regimen=regimen.label)
    yield from withdrawn(context.study, subject, context.stamp.on, "data")
    left = subject.consent.without("treatment")
    if left and day >= left:
        yield NO_TREATMENT_ANY_MORE(day=left)


def digest_of_plan(plan: Plan) -> str:
    """The digest of a plan: of its doses and of the entry that made it."""
    content = [
        *(plan.seq, plan.regimen, plan.cycle, plan.day.isoformat()),
        *(sorted(part.items()) for part in (plan.doses, plan.prescribed, plan.rates)),
    ]
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
