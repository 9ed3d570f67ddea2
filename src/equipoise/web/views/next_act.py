"""What comes next for a participant: the acts and visits that wait, the most pressing first."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct import consent, eligibility, panel, randomisation, schedule
from equipoise.conduct.act import Act
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.missing_days import missing_days
from equipoise.conduct.not_done import WHOLE, SayNotDone
from equipoise.conduct.status import status
from equipoise.conduct.subject import Subject
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parse
from equipoise.logic.tree import Node
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.web.jinja import day, say
from equipoise.web.views.act_words import said
from equipoise.web.views.page import act_page
from equipoise.web.views.waiting import missing_words
from equipoise.web.views.words_of import names_in

__all__ = [
    "NextAct",
    "Urgency",
    "form_page",
    "next_acts",
    "not_done_page",
    "visit_beside",
    "visit_name",
    "visit_words",
]

Urgency = Literal["overdue", "due", "expiring", "waiting", "open", "coming"]
ORDER: tuple[Urgency, ...] = ("overdue", "expiring", "due", "waiting", "open", "coming")
URGENT_DAYS = 7
PANEL_FACTS = {"panel_verdict", "panel_scan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAct:
    """One thing to do, or to wait for. `url` is empty when there is nothing to do here."""

    urgency: Urgency
    what: str
    when: date | None = None
    url: str = ""
    kind: str = ""


def next_acts(study: Study, subject: Subject, on: date, language: str) -> list[NextAct]:
    """Everything that waits, the most pressing first."""
    place = status(subject)
    acts: list[NextAct] = []
    if place not in ("screen failure", "withdrawn", "died", "off study"):
        acts += _steps(study, subject, on, language)
    if place not in ("screen failure", "withdrawn"):
        acts += _visits(study, subject, on)
    return sorted(acts, key=_pressing)


def _pressing(act: NextAct) -> tuple[int, bool, date]:
    """The steps towards the draw go before the visits that are as pressing."""
    return ORDER.index(act.urgency), not act.kind, act.when or date.max


def form_page(subject_id: str, form: str, visit: str, number: int = 1) -> str:
    """Where a form is filled."""
    return reverse("form", args=(subject_id, form, visit or "-", number))


def not_done_page(subject_id: str, visit: str, form: str = WHOLE) -> str:
    """Where it is said that a form at a visit, or the whole visit, was not done."""
    return reverse(SayNotDone.kind, args=(subject_id, visit, form))


def visit_name(study: Study, key: str) -> str:
    """A visit in the reader's words: Systemic cycle 3."""
    base, _, number = key.partition(".")
    visit = study.visit_of.get(base)
    return f"{say(visit.label)} {number}".strip() if visit else gettext("Outside the visits")


def visit_beside(study: Study, form: str, key: str) -> str:
    """The visit's name to stand beside a form's title; empty where the form is called the same."""
    name, known = visit_name(study, key), study.form_of.get(form)
    return "" if known and say(known.title) == name else name


def _steps(study: Study, subject: Subject, on: date, language: str) -> list[NextAct]:
    """The steps towards the draw."""
    if subject.allocation:
        return _panel_again(study, subject)
    if subject.registered:
        return [_due(subject, randomisation.Randomise)]
    if not subject.consents:
        return [_due(subject, consent.GiveConsent)]
    acts = []
    if study.panel and not subject.reviews:
        acts.append(_due(subject, panel.AskPanel))
    return acts + _panel_again(study, subject) + _gate(study, subject, on, language)


def _gate(study: Study, subject: Subject, on: date, language: str) -> list[NextAct]:
    """What the criteria ask: register, mend, fail, or find out; and what will soon not count."""
    checklist = reverse("checklist", args=(subject.subject_id,))
    now = _stands(study, subject, on)
    failed, unknown = now.count(Truth.FALSE), now.count(Truth.UNKNOWN)
    if panel.open_review(subject):
        unknown -= _for_the_panel(study, now)
    acts = []
    if failed:
        words = gettext("%(count)s criteria not met: mend, or record the failure")
        if failed == 1:
            words = gettext("1 criterion not met: mend it, or record the failure")
        acts.append(NextAct(urgency="due", what=words % {"count": failed}, url=checklist))
    elif unknown:
        words = gettext("%(count)s criteria not known yet")
        if unknown == 1:
            words = gettext("1 criterion not known yet")
        acts.append(NextAct(urgency="due", what=words % {"count": unknown}, url=checklist))
    elif Truth.UNKNOWN not in now:
        words = gettext("Register: every criterion is met")
        acts.append(_step(subject, "registration.register", words, "due"))
    soon = _stands(study, subject, on + timedelta(days=URGENT_DAYS))
    if any(a is Truth.TRUE and b is not Truth.TRUE for a, b in zip(now, soon, strict=True)):
        acts.append(_expiring(study, subject, on, language, checklist))
    return acts


def _stands(study: Study, subject: Subject, on: date) -> list[Truth]:
    """Whether each criterion stands, without reasons, as if registered on that day."""
    facts = SubjectFacts(study, subject, on, on)
    return [
        ~answer if side == "exclusion" else answer
        for side, criterion in study.criteria.leaves()
        for answer in [truth_of(_tree(criterion.when), study.vocabulary, facts, on)]
    ]


def _for_the_panel(study: Study, stands: list[Truth]) -> int:
    """How many criteria are not known that wait for the panel: nothing to be done here."""
    leaves = [criterion for _, criterion in study.criteria.leaves()]
    return sum(
        answer is Truth.UNKNOWN and not PANEL_FACTS.isdisjoint(names_in(criterion.when))
        for criterion, answer in zip(leaves, stands, strict=True)
    )


@lru_cache(maxsize=4096)
def _tree(text: str) -> Node:
    return parse(text)


def _expiring(study: Study, subject: Subject, on: date, language: str, checklist: str) -> NextAct:
    """The first fact that counts now and soon will not."""
    lines = eligibility.checklist(study, subject, on, language, registering=on)
    soon = [line for line in lines if line.stands is Truth.TRUE and line.changes_on]
    first = min(soon, key=lambda line: line.changes_on or date.max)
    told = {"what": say(first.criterion.text), "day": _last(first.changes_on)}
    return NextAct(
        urgency="expiring",
        what=gettext("Counts until %(day)s: %(what)s") % told,
        when=first.changes_on,
        url=checklist,
    )


def _last(changes_on: date | None) -> str:
    """The last day on which it still counts."""
    return day(date.fromordinal(changes_on.toordinal() - 1)) if changes_on else ""


def _panel_again(study: Study, subject: Subject) -> list[NextAct]:
    review = panel.open_review(subject)
    if study.panel is None or review is None:
        return []
    missing = len(panel.awaited(study.panel, review))
    told = {"panel": say(study.panel.name), "missing": missing}
    words = gettext("%(panel)s: %(missing)s votes awaited") % told
    if missing == 1:
        words = gettext("%(panel)s: 1 vote awaited") % told
    if not missing:
        words = gettext("%(panel)s: the chair will conclude") % told
    return [NextAct(urgency="waiting", what=words, when=review.asked.on)]


def _visits(study: Study, subject: Subject, on: date) -> list[NextAct]:
    everything = schedule.visits(study, subject, on)
    acts = _missing(study, subject, everything, on)
    coming: NextAct | None = None
    for planned in everything:
        if not planned.open or planned.state not in ("overdue", "due", "begun", "coming"):
            continue
        act = NextAct(
            urgency=_urgency(planned, on),
            what=visit_words(study, planned),
            when=planned.first if planned.state == "coming" else planned.last,
            url=form_page(subject.subject_id, planned.open[0], planned.key),
        )
        if planned.state != "coming":
            acts.append(act)
        elif coming is None or (act.when or date.max) < (coming.when or date.max):
            coming = act
    return [*acts, coming] if coming else acts


def _urgency(planned: schedule.Planned, on: date) -> Urgency:
    """How a visit presses: what has more than a week left may wait."""
    last = planned.last
    if planned.state == "coming":
        return "coming"
    if last is not None and on > last:
        return "overdue"
    return "due" if last is None or last <= on + timedelta(days=URGENT_DAYS) else "open"


def _missing(
    study: Study, subject: Subject, planned: list[schedule.Planned], on: date
) -> list[NextAct]:
    """What was left open on its form, so that visits have no day."""
    return [
        NextAct(
            urgency="overdue" if missing.is_late(on) else "due",
            what=missing_words(study, missing),
            when=missing.until,
            url=form_page(subject.subject_id, record.form, record.visit, record.number),
        )
        for missing in missing_days(study, subject, planned, on)
        for record in [missing.record]
    ]


def visit_words(study: Study, planned: schedule.Planned) -> str:
    """A visit and its open forms, two by name and the others counted."""
    name = visit_name(study, planned.key)
    titles = [say(study.form_of[form].title) for form in planned.open]
    # A form that is called as its visit is named once: `Start of treatment`, and what else is open.
    told = [title for title in titles if title != say(planned.visit.label)]
    named = [name, *told] if len(told) < len(titles) else told
    rest = len(named) - 2
    more = gettext(" and %(count)s more forms") % {"count": rest} if rest > 1 else ""
    if rest == 1:
        more = gettext(" and 1 more form")
    listed = ", ".join(named[:2]) + more
    return listed if named[:1] == [name] else f"{name}: {listed}"


def _due(subject: Subject, act: type[Act]) -> NextAct:
    """An act that may be done now, in its own words."""
    return _step(subject, act.kind, said(act.words.link or act.words.title), "due")


def _step(subject: Subject, kind: str, what: str, urgency: Urgency) -> NextAct:
    return NextAct(urgency=urgency, what=what, url=act_page(kind, subject.subject_id), kind=kind)
