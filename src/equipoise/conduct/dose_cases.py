"""What worked cases say of doses and stops, of somebody as if they had been drawn to an arm."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

import msgspec

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.randomisation import Allocation
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment import propose, standing
from equipoise.study.cases import Case
from equipoise.study.model import Study

__all__ = ["doses_otherwise", "drawn"]

NONE, UNKNOWN = "none", "unknown"


def doses_otherwise(study: Study, subject: Subject, case: Case) -> Iterator[str]:
    """What is worked out, or stands, otherwise than the case says."""
    if not (case.doses or case.stops) or study.treatment is None:
        yield from (f"there is no dose {name}" for name in case.doses)
        return
    of_arm = drawn(subject, case)
    for name, expected in case.doses.items():
        regimen = next(
            (r for r in study.treatment.regimens if any(p.id == name for p in r.parts)), None
        )
        if regimen is None:
            yield f"there is no dose {name}"
            continue
        found = propose(study, of_arm, regimen, case.on)
        one = next((one for one in found if one.part.id == name), None)
        now = NONE if one is None else f"{one.text} {one.drug.unit}" if one.text else UNKNOWN
        if now != expected:
            way = f", as {one.arithmetic}" if one and one.arithmetic else ""
            yield f"{name} is {now}, not {expected}{way}"
    facts = SubjectFacts(study, of_arm, case.on)
    for drug, names in case.stops.items():
        if drug not in study.treatment.drug_of:
            yield f"there is no drug {drug}"
            continue
        regimens = study.treatment.regimens_giving(drug, case.arm)
        found_stops = standing(study, facts, [drug], case.on, regimens)
        stops = sorted({one.id for one in found_stops})
        if stops != sorted(names):
            yield f"of {drug} stands {', '.join(stops) or NONE}, not {', '.join(names) or NONE}"


def drawn(subject: Subject, case: Case) -> Subject:
    """The same, drawn on that day to the arm of the case."""
    if case.arm is None:
        return subject
    at = datetime.combine(case.on, time(12), tzinfo=UTC)
    allocation = Allocation(by="", at=at, on=case.on, number=1, arm=case.arm, strata={})
    randomisation = msgspec.structs.replace(subject.randomisation, allocation=allocation)
    return msgspec.structs.replace(subject, randomisation=randomisation)
