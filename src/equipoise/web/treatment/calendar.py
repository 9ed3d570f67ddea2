"""The calendar of a participant's cycles on their page: planned beside given, and what is next."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from equipoise.conduct.cycle_calendar import Cycle, cycles_of
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment import PlanCycle
from equipoise.conduct.treatment.giving import WHYS
from equipoise.logic.figures import inner
from equipoise.web.jinja import day
from equipoise.web.views.act_words import wording
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.spoken import label

__all__ = ["Clock", "CycleLine", "calendar", "why_not_given"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleLine:
    """One cycle: its days, how it stands, and where its plan is."""

    name: str
    due: str
    planned: str
    given: str
    state: str
    word: str
    note: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The cycles of one clock: those so far and the next, and those after it."""

    name: str
    lines: tuple[CycleLine, ...]
    count: int
    """How many there are after these."""
    later: str
    """Their days, as long as the next is not so late that they have passed."""


def calendar(page: Page, subject: Subject, on: date) -> list[Clock]:
    """Every clock of a participant, those of the study file first."""
    found = cycles_of(page.study, subject, SubjectFacts(page.study, subject, on))
    return [_clock(page, subject, cycles, on) for cycles in found.values()]


def why_not_given(why: str) -> str:
    """Why a cycle was put off or left out."""
    return wording(WHYS.get(why, why))


def _clock(page: Page, subject: Subject, cycles: tuple[Cycle, ...], on: date) -> Clock:
    names = list(dict.fromkeys(label(one.regimen.label) for one in cycles))
    listed = [one for one in cycles if one.state != "coming" or one.own]
    later = [one.day for one in cycles if one.state == "coming" and not one.own and one.day]
    return Clock(
        name=", ".join(names),
        lines=tuple(_line(page, subject, one, on, len(names) > 1) for one in listed),
        count=len(later),
        later="; ".join(day(one) for one in later) if min(later, default=on) > on else "",
    )


def _line(page: Page, subject: Subject, one: Cycle, on: date, named: bool) -> CycleLine:
    state, word = _state(one, on)
    of, number = label(one.regimen.label), one.number
    name = gettext("%(regimen)s, cycle %(cycle)s") % {"regimen": of, "cycle": number}
    return CycleLine(
        name=name if named else gettext("Cycle %(number)s") % {"number": number},
        due=day(one.due.day) if one.due else "",
        planned=day(one.planned) if one.planned else "",
        given=day(one.given) if one.given else "",
        state=state,
        word=word,
        note="; ".join(_notes(one)),
        url=_url(page, subject, one),
    )


def _state(one: Cycle, on: date) -> tuple[str, str]:
    """How a cycle stands, as shape and word."""
    if one.state == "given":
        return "done", gettext("Given")
    if one.state == "left out":
        return "not-done", gettext("Cycle left out")
    if one.state == "missing":
        return "overdue", gettext("Not recorded")
    last = one.own or (one.due.last if one.due else None)
    if last and on > last:
        return "overdue", gettext("Overdue")
    return ("due", gettext("Planned")) if one.planned else ("planned", gettext("Next"))


def _notes(one: Cycle) -> list[str]:
    """Why it does not stand where it was due."""
    notes, why = [], inner(why_not_given(one.why)) if one.why else ""
    if one.until and not one.left_on:
        values = {"day": day(one.until), "why": why}
        notes.append(gettext("put off until %(day)s: %(why)s") % values)
    if one.left_on:
        notes.append(why)
    if one.pause:
        values = {"why": label(one.pause.pause.because), "day": day(one.pause.until)}
        notes.append(gettext("%(why)s: pause until %(day)s") % values)
    return [*notes, *_off(one)]


def _off(one: Cycle) -> list[str]:
    """By how many days it was given otherwise than it was planned, or due."""
    meant = one.planned or one.until or (one.due.day if one.due else None)
    days = (one.given - meant).days if one.given and meant else 0
    if not days:
        return []
    if days > 0:
        return [ngettext("%(num)s day later", "%(num)s days later", days) % {"num": days}]
    return [ngettext("%(num)s day earlier", "%(num)s days earlier", -days) % {"num": -days}]


def _url(page: Page, subject: Subject, one: Cycle) -> str:
    """Its plan; or where the next is planned by who may."""
    plan = subject.treatment.plan_of((one.regimen.id, one.number))
    if plan:
        return reverse("treatment-cycle", args=[subject.subject_id, plan.seq])
    if one.state == "next" and page.may(PlanCycle.kind, subject):
        address = act_page(PlanCycle.kind, subject.subject_id)
        return f"{address}?regimen={one.regimen.id}&cycle={one.number}" if address else ""
    return ""
