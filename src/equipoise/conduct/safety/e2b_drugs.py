"""The drugs of a report: G of E2B(R3), with every dose that the record has of them.

What may have caused the event comes first (role 1). An intervention that names its drugs is told
by each of them that was given; what the participant used besides is concomitant (role 2).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.safety.choices import interventions_of
from equipoise.conduct.safety.e2b_record import Found, cell
from equipoise.conduct.state.safety import AdverseEvent, Assessed, EventTold, ReportTold, days_of
from equipoise.logic.facts import Observation
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.sections.safety.reporting import Medicines

__all__ = ["drugs"]

ACTION = {
    "withdrawn": "1",
    "reduced": "2",
    "increased": "3",
    "unchanged": "4",
    "unknown": "0",
    "not-applicable": "9",
}
RECURRED = {"recurred": "1", "not-recurred": "2", "unknown": "3", "not-given": "4"}
DAYS = "d"

Doses = list[Mapping[str, Observation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One report of one event, for whatever may have caused it."""

    study: Study
    facts: SubjectFacts
    version: EventTold
    report: ReportTold
    sponsor: Assessed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """One drug, or an intervention of which no drug is known to have been given."""

    intervention: str
    name: str
    route: str = ""
    doses: Doses


def drugs(
    study: Study, facts: SubjectFacts, event: AdverseEvent, version: EventTold, report: ReportTold
) -> Iterator[Found]:
    """Every element of every drug."""
    opinions = [one for one in event.assessed if one.report == report.seq]
    sponsor = opinions[-1] if opinions else None
    case = Case(study=study, facts=facts, version=version, report=report, sponsor=sponsor)
    suspects = list(_suspects(case))
    for k, suspect in enumerate(suspects, start=1):
        yield from _suspected(case, str(k), suspect)
    yield from _besides(case, len(suspects))


def _suspects(case: Case) -> Iterator[Suspect]:
    """By either opinion, each drug that was given of an intervention; else that itself."""
    safety, names = case.study.safety, interventions_of(case.study)
    found = [*case.version.interventions, *(case.sponsor.interventions if case.sponsor else ())]
    own = {one.id: one.drugs for one in safety.interventions} if safety else {}
    doses = case.facts.rows("doses") or () if case.study.treatment else ()
    for one in dict.fromkeys(found):
        given = {
            drug: [row for row in doses if cell(row, "drug") == drug] for drug in own.get(one, ())
        }
        for drug, rows in given.items():
            if rows and case.study.treatment:
                known = case.study.treatment.drug_of[drug]
                route = say(known.route) if known.route else ""
                yield Suspect(intervention=one, name=say(known.label), route=route, doses=rows)
        if not any(given.values()):
            yield Suspect(intervention=one, name=say(names[one]) if one in names else one, doses=[])


def _suspected(case: Case, k: str, suspect: Suspect) -> Iterator[Found]:
    yield "G.k.1", k, "1"
    yield "G.k.2.2", k, suspect.name
    yield from _doses(case, k, suspect)
    yield "G.k.8", k, ACTION[case.report.action]
    yield "G.k.9.i.1", f"{k}.1", "1"
    yield from _causality(case, k, suspect.intervention)
    yield from _intervals(case, k, suspect.doses)
    yield "G.k.9.i.4", f"{k}.1", RECURRED.get(case.report.recurred, case.report.recurred)


def _doses(case: Case, k: str, suspect: Suspect) -> Iterator[Found]:
    """Each dose of the record by itself; what the hospital told in words where there is none."""
    for r, row in enumerate(suspect.doses, start=1):
        place, amount = f"{k}.{r}", row["amount"]
        yield "G.k.4.r.1a", place, str(amount.value)
        yield "G.k.4.r.1b", place, amount.unit
        yield "G.k.4.r.4", place, cell(row, "given_on")
        yield "G.k.4.r.5", place, cell(row, "given_on")
        yield "G.k.4.r.8", place, case.report.dose
        yield "G.k.4.r.10.1", place, suspect.route
    if not suspect.doses:
        yield "G.k.4.r.4", f"{k}.1", case.report.first_given
        yield "G.k.4.r.5", f"{k}.1", case.report.last_given
        yield "G.k.4.r.8", f"{k}.1", case.report.dose


def _causality(case: Case, k: str, intervention: str) -> Iterator[Found]:
    """The investigator's opinion and the sponsor's, side by side."""
    opinions = [("investigator", case.version.interventions)]
    if case.sponsor:
        opinions.append(("sponsor", case.sponsor.interventions))
    for r, (whose, causes) in enumerate(opinions, start=1):
        yield "G.k.9.i.2.r.1", f"{k}.1.{r}", whose
        held = "related" if intervention in causes else "not related"
        yield "G.k.9.i.2.r.3", f"{k}.1.{r}", held


def _intervals(case: Case, k: str, doses: Doses) -> Iterator[Found]:
    """What had been given by the day on which it began, where that day is known."""
    began = days_of(case.version.begin)
    if began is None or began[0] != began[1]:
        return
    before = [(on, row) for row in doses if (on := _day(row)) and on <= began[0]]
    if not before:
        return
    units = {row["amount"].unit for _, row in before}
    if len(units) == 1:
        total = sum((Decimal(str(row["amount"].value)) for _, row in before), Decimal(0))
        yield "G.k.5a", k, str(total)
        yield "G.k.5b", k, units.pop()
    days = [on for on, _ in before]
    yield "G.k.9.i.3.1a", f"{k}.1", str((began[0] - min(days)).days)
    yield "G.k.9.i.3.1b", f"{k}.1", DAYS
    yield "G.k.9.i.3.2a", f"{k}.1", str((began[0] - max(days)).days)
    yield "G.k.9.i.3.2b", f"{k}.1", DAYS


def _besides(case: Case, after: int) -> Iterator[Found]:
    """Concomitant drugs: those of the list that the study file names, and those told in words."""
    clocks = case.study.safety.reporting if case.study.safety else None
    listed = clocks.participant.medicines if clocks else None
    rows = list(case.facts.rows(listed.rows) or ()) if listed else []
    for number, row in enumerate(rows, start=after + 1):
        if listed:
            yield from _concomitant(str(number), row, listed)
    if case.report.medicines:
        k = str(after + len(rows) + 1)
        yield "G.k.1", k, "2"
        yield "G.k.2.2", k, case.report.medicines


def _concomitant(k: str, row: Mapping[str, Observation], listed: Medicines) -> Iterator[Found]:
    yield "G.k.1", k, "2"
    yield "G.k.2.2", k, cell(row, listed.name)
    yield "G.k.4.r.4", f"{k}.1", cell(row, listed.since)
    yield "G.k.4.r.5", f"{k}.1", cell(row, listed.until)
    yield "G.k.4.r.8", f"{k}.1", cell(row, listed.dose)
    yield "G.k.4.r.10.1", f"{k}.1", cell(row, listed.route)
    yield "G.k.7.r.1", f"{k}.1", cell(row, listed.reason)


def _day(row: Mapping[str, Observation]) -> date | None:
    value = row["given_on"].value
    return value if isinstance(value, date) else None
