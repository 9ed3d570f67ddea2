"""What still keeps a participant out, in the reader's words, and where each point is mended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from equipoise.conduct import eligibility, panel, schedule
from equipoise.conduct.act import Act
from equipoise.conduct.chapters import keeps_out
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.subject import Subject
from equipoise.logic.truth import Truth
from equipoise.study.reason import Refusal
from equipoise.web.reader import HERE
from equipoise.web.views.act_words import wording
from equipoise.web.views.next_act import form_page
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.spoken import label

__all__ = ["Point", "points_open"]

Link = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that keeps the participant out. `where` is also its place on the page."""

    where: str
    text: str
    why: str = ""
    do: str = ""
    satisfied: Truth | None = None
    side: eligibility.Side = "inclusion"
    links: tuple[Link, ...] = ()


def points_open(
    page: Page, subject: Subject, on: date, *, registering: bool = False
) -> list[Point]:
    """Every point that stands open on a day, in the protocol's order."""
    counted = on if registering else None
    beside = keeps_out(page.study, subject, on)
    act = "registration" if registering else "randomisation"
    first = schedule.unfilled(page.study, subject, act, on)
    lines = eligibility.open_lines(page.study, subject, on, counted, page.language)
    return [
        *(_beside(page, subject, refusal) for refusal in (*beside, *first)),
        *(_criterion(page, subject, line) for line in lines),
    ]


def _beside(page: Page, subject: Subject, refusal: Refusal) -> Point:
    links = _ways(page, subject, refusal)
    return Point(where=refusal.where, text=refusal.wording(HERE), links=links)


def _ways(page: Page, subject: Subject, refusal: Refusal) -> tuple[Link, ...]:
    if refusal.code == "consent.none" and page.may(GiveConsent.kind, subject):
        return (_way(GiveConsent, subject),)
    if refusal.reason is schedule.NOT_FILLED:
        address = form_address(page, subject, refusal.where)
        title = page.study.form_of[refusal.where].title
        return ((label(title), address),) if address else ()
    if refusal.where == "panel" and panel.open_review(subject) is not None:
        return ()
    if refusal.where == "panel" and page.may(panel.AskPanel.kind, subject):
        return (_way(panel.AskPanel, subject),)
    return ()


def _way(act: type[Act], subject: Subject) -> Link:
    return wording(act.words.button), act_page(act.kind, subject.subject_id)


def _criterion(page: Page, subject: Subject, line: eligibility.Line) -> Point:
    return Point(
        where=line.criterion.id,
        text=label(line.criterion.text),
        why=line.sentence,
        do=label(line.criterion.mend) if line.criterion.mend else "",
        satisfied=line.satisfied,
        side=line.side,
        links=tuple(_forms(page, subject, line)),
    )


def _forms(page: Page, subject: Subject, line: eligibility.Line) -> Iterable[Link]:
    """The forms that ask what the criterion rests on."""
    study = page.study
    names = [fact.name for fact in line.missing] + [fact.name for fact in line.used]
    forms = dict.fromkeys(study.form_asking[name].id for name in names if name in study.form_asking)
    for form_id in forms:
        address = form_address(page, subject, form_id)
        if address:
            yield label(study.form_of[form_id].title), address


def form_address(page: Page, subject: Subject, form_id: str) -> str:
    """Where a form is filled: where it stands already, else at the first visit that asks it."""
    filled = subject.forms.of(form_id)
    visit = next((visit for visit in page.study.visits if form_id in visit.forms), None)
    if filled:
        return form_page(subject.subject_id, form_id, filled[-1].visit, filled[-1].number)
    if visit is None:
        return ""
    key = visit.id if visit.times == 1 else f"{visit.id}.1"
    return form_page(subject.subject_id, form_id, key)
