"""How invented people fare in safety: events of a rate and of grades, some of which go on."""

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from equipoise.conduct.safety import (
    AssessEvent,
    CodeEvent,
    CorrectEvent,
    DeclineEvent,
    RecordEvent,
    ReportEvent,
    SubmitEvent,
)
from equipoise.conduct.safety.choices import exceptions_of, given, has_clocks
from equipoise.conduct.safety.clocks import report_by
from equipoise.conduct.safety.grades import proposals
from equipoise.conduct.safety.sponsor import documents_in_force
from equipoise.conduct.safety.submissions import submissions
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.habits.habit import Habit, Stay, Step
from equipoise.design.rehearsal.values_drawn import pick
from equipoise.study.facts import labels_of
from equipoise.study.model import Study
from equipoise.study.parts import Number, Part, Source

__all__ = ["HABIT"]


class SafetyPlan(Part):
    """How often events come, how bad they are, and how they end. Nobody dies of one."""

    per_year: Number = Field(gt=0)
    terms: dict[str, Number] = Field(description="a term of the study, or free words: its share")
    grades: dict[str, Number] = Field(description="the grade, 1 to 4: its share")
    serious: Number = Field(description="the share that is serious, of grades 3 and 4")
    related: Number = Field(description="the share that may be related to what was given")
    days_median: Number = Field(gt=0, description="how long an event lasts")
    month_alone: Number = Field(
        default=Decimal(0), description="the share of which only the month of beginning is known"
    )
    not_reported: Number = Field(
        default=Decimal(0), description="the share of serious events that need not be reported"
    )
    unexpected: Number = Field(
        default=Decimal(0), description="the share that is worse than the document expects"
    )
    coded: Number = Field(default=Decimal(0), description="the share of events that is coded soon")
    declined: Number = Field(
        default=Decimal(0), description="the share of events that values propose and that are none"
    )
    late: Number = Field(
        default=Decimal(0), description="the share of reports that a hospital makes too late"
    )
    source: Source


def _steps(stay: Stay) -> Iterator[Step]:
    """Events one after another, each told within days, and told again when it is over."""
    if stay.study.safety is None:
        return
    day = stay.since
    for number in range(1, 1000):
        own = stay.chance.of(number)
        wait = own.of("wait").exponential() / float(stay.plan.per_year) * 365.25
        begin = day + timedelta(days=1 + math.ceil(wait))
        told = stay.moment(begin + timedelta(days=own.of("told").whole(0, 7)))
        if told is None:
            return
        lasts = own.of("lasts").exponential() * float(stay.plan.days_median) / math.log(2)
        over = max(begin + timedelta(days=math.ceil(lasts)), told.date())
        yield Step(at=told, act=RecordEvent(**_event(stay, begin, told, own)))
        if stay.study.safety.meddra and own.of("coded").random() < float(stay.plan.coded):
            yield Step(at=told, act=_coding(stay.study, stay.subject().safety.events[-1]))
        yield from _declined(stay, told, own.of("declined"))
        yield from _reported(stay, told, own.of("reported"))
        again = stay.moment(over + timedelta(days=own.of("again").whole(0, 14)))
        if again is None:
            return
        event = stay.subject().safety.events[-1]
        known = {name: getattr(event.now, name) for name in RecordEvent.__struct_fields__}
        ended = known | {"end": over.isoformat(), "outcome": "recovered", "known_at": ""}
        yield Step(at=again, act=CorrectEvent(**ended, event=event.number, reason="it is over"))
        yield from _reported(stay, again, own.of("reported-again"))
        day = again.date()


def _coding(study: Study, event: Any) -> CodeEvent:
    """Codes that MedDRA does not have, since it is not shipped."""
    meddra = study.safety.meddra if study.safety else None
    codes = {one: f"9000000{n}" for n, one in enumerate(("llt", "pt", "soc"))}
    names = {f"{one}_name": "Invented for a rehearsal" for one in codes}
    version = meddra.version if meddra else ""
    return CodeEvent(event=event.number, version=version, **codes, **names)


def _declined(stay: Stay, told: datetime, chance: Chance) -> Iterator[Step]:
    """What values propose by then is looked at too, and some of it is no event."""
    for number, one in enumerate(proposals(stay.study, stay.subject(), told.date())):
        if chance.of(number).random() < float(stay.plan.declined):
            told_of = dict(zip(("term", "grade", "begin"), one.named, strict=True))
            act: dict[str, Any] = {**told_of, "reason": "Invented for a rehearsal."}
            yield Step(at=told, act=DeclineEvent(**act))


def _reported(stay: Stay, told: datetime, chance: Chance) -> Iterator[Step]:
    """A serious event is reported, in time or not, then assessed, and sent on where it must be."""
    event, late = (
        stay.subject().safety.events[-1],
        chance.of("late").random() < float(stay.plan.late),
    )
    if report_by(stay.study, event) is None:
        return
    # What follows in the hours after is of the participant's stay too: nobody is gone within a day.
    at = told + timedelta(minutes=chance.of("minutes").whole(20, 300), days=2 if late else 0)
    yield Step(at=at, act=ReportEvent(**_report(event)))
    at += timedelta(hours=20)
    worse = chance.of("worse").random() < float(stay.plan.unexpected)
    yield Step(at=at, act=AssessEvent(**_opinion(stay.study, event, worse=worse)))
    for receiver, _ in list(submissions(stay.study, stay.subject().safety.events[-1])):
        number = f"{stay.study.identity.prefix}-{stay.subject().subject_id}-{event.number}"
        sent = {"receiver": receiver.id, "number": number}
        at += timedelta(hours=24)
        yield Step(at=at, act=SubmitEvent(**sent, complete="yes", event=event.number))


def _report(event: Any) -> dict[str, Any]:
    """What a hospital reports of an invented event."""
    return {
        "event": event.number,
        "narrative": "Invented for a rehearsal.",
        "action": "unchanged",
        "qualification": "physician",
    }


def _opinion(study: Study, event: Any, *, worse: bool) -> dict[str, Any]:
    """What the sponsor thinks of it: as the investigator does, and by the document."""
    document = documents_in_force(study, event)[0]
    return {
        "event": event.number,
        "document": document.id,
        "expected": "yes" if event.now.code in document.expects and not worse else "no",
        "comments": "worse than the document says" if worse else "",
        "related": event.now.related,
        "interventions": event.now.interventions,
    }


def _event(stay: Stay, begin: date, told: datetime, chance: Chance) -> dict[str, Any]:
    """What is told of an event that goes on."""
    plan, safety = stay.plan, stay.study.safety
    term, grade = pick(plan.terms, chance.of("term")), pick(plan.grades, chance.of("grade"))
    labels = labels_of(safety, "terms")
    bad = grade in ("3", "4") and chance.of("serious").random() < float(plan.serious)
    related = chance.of("related").random() < float(plan.related)
    own = given(stay.study, stay.subject())
    causes = [own[chance.of("cause").whole(0, len(own) - 1)]] if related else []
    exceptions = list(exceptions_of(stay.study)) if bad else []
    excepted = chance.of("excepted").random() < float(plan.not_reported)
    vague = chance.of("month").random() < float(plan.month_alone)
    since = f"{begin:%Y-%m}" if vague else begin.isoformat()
    local = told.astimezone(ZoneInfo(stay.study.identity.timezone))
    return {
        "term": labels[term].get("en", term) if term in labels else term,
        "code": term if term in labels else "other" if "other" in labels else "",
        "grade": grade,
        "serious": "yes" if bad else "no",
        "criteria": ["life" if grade == "4" else "hospital"] if bad else [],
        "related": "yes" if related else "no",
        "interventions": causes,
        "begin": since,
        "clavien": "II" if _is_surgical(stay.study, causes) else "",
        "not_reported": pick({one: Decimal(1) for one in exceptions}, chance.of("exception"))
        if exceptions and excepted
        else "",
        "known_at": f"{local:%H:%M}" if bad and has_clocks(stay.study, {}) else "",
        "outcome": "not-recovered",
    }


def _is_surgical(study: Study, causes: list[str]) -> bool:
    """Whether an operation may have caused it."""
    surgery = study.safety.surgery if study.safety else None
    return surgery is not None and not set(surgery.interventions).isdisjoint(causes)


HABIT = Habit(plan=SafetyPlan, steps=_steps)
