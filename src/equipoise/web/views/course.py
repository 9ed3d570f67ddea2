"""What happened to a participant, by day and by whom; and their visits, as a table of states."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from django.utils.translation import gettext

from equipoise.conduct import consent, follow_up, panel, randomisation, schedule, screening
from equipoise.conduct.act import Act
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.missing_days import waits_for
from equipoise.conduct.not_done import WHYS, SayNotDone
from equipoise.conduct.subject import Done, Subject
from equipoise.conduct.voiding import VoidEntry
from equipoise.logic.figures import inner
from equipoise.study.model import Study
from equipoise.web.jinja import day, say
from equipoise.web.views.act_words import choice_said, line_said, said
from equipoise.web.views.audit_words import kind_label
from equipoise.web.views.next_act import form_page, not_done_page, visit_name
from equipoise.web.views.waiting import waits_words

__all__ = ["Happened", "Row", "grid", "happenings", "visit_rows"]

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
CellState = Literal["done", "due", "overdue", "planned", "not-done", "none", "query"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened, and who recorded it."""

    on: date
    what: str
    by: str = ""
    more: str = ""
    at: datetime | None = None  # when it was recorded, which orders what is of one day
    kind: str = ""  # the kind of act, where its entry may be found to be in error
    entry: int = 0  # the number of that entry in the participant's stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One form at one visit, or one visit in the grid."""

    state: CellState
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One visit with its forms."""

    name: str
    planned: schedule.Planned
    state: CellState
    word: str
    cells: tuple[Cell, ...]
    why: str = ""  # what it waits for, or why it was not done
    ends: str = ""  # where it is said that it was not done


def happenings(study: Study, subject: Subject) -> list[Happened]:
    """Everything of note, the first first; votes are not in it, for they may be sealed."""
    found = [*_way_in(study, subject), *_after(study, subject)]
    if subject.entered_on:
        began = said(screening.EnterScreening.words.name)
        found.append(Happened(on=subject.entered_on, what=began, at=FIRST))
    return sorted(found, key=lambda one: (one.on, one.at or LAST))


def _way_in(study: Study, subject: Subject) -> Iterator[Happened]:
    for given in subject.consents:
        yield _happened(given, consent.GiveConsent, _line(study, consent.GiveConsent, given))
    for review in subject.reviews:
        yield _happened(review.asked, panel.AskPanel, _line(study, panel.AskPanel, review))
        if end := review.conclusion:
            told = {"conclusion": choice_said(panel.Conclude, "category", end.category, study)}
            concluded = gettext("Panel: %(conclusion)s") % told
            yield _happened(end, panel.Conclude, concluded, end.advice)
    if subject.registered:
        yield _happened(subject.registered, screening.Register, said(screening.Register.words.name))
    if subject.failure:
        failed = said(screening.FailScreening.words.name)
        yield _happened(subject.failure, screening.FailScreening, failed, _why(study, subject))
    if drawn := subject.allocation:
        what = _line(study, randomisation.Randomise, drawn)
        yield Happened(on=drawn.on, what=what, by=drawn.by, at=drawn.at)
    if wrong := subject.draw_error:
        named = said(randomisation.MarkDraw.words.name)
        yield _happened(wrong, randomisation.MarkDraw, named, wrong.reason)
    for told in subject.not_done:
        yield _happened(told, SayNotDone, _line(study, SayNotDone, told), told.reason)
    for voided in subject.voided:
        what = f"{said(VoidEntry.words.name)}: {inner(kind_label(voided.kind))}"
        on, by, at = voided.on, voided.by, voided.at
        yield Happened(on=on, what=what, by=by, at=at, more=voided.reason)


def _why(study: Study, subject: Subject) -> str:
    if subject.failure is None:
        return ""
    texts = {leaf.id: say(leaf.text) for _, leaf in study.criteria.leaves()}
    reasons = [texts.get(criterion, "") for criterion in subject.failure.criteria]
    return "; ".join(filter(None, [*reasons, subject.failure.note]))


def _after(study: Study, subject: Subject) -> Iterator[Happened]:
    for one in subject.progressions:
        yield _happened(
            one,
            follow_up.RecordProgression,
            _line(study, follow_up.RecordProgression, one),
            one.basis,
        )
    for done in subject.resections:
        yield _happened(
            done, follow_up.RecordResection, _line(study, follow_up.RecordResection, done)
        )
    for left in subject.withdrawals:
        yield _happened(
            left, consent.WithdrawConsent, _line(study, consent.WithdrawConsent, left), left.reason
        )
    if death := subject.death:
        yield _happened(death, follow_up.RecordDeath, _line(study, follow_up.RecordDeath, death))
    elif subject.contacts:
        last = max(subject.contacts, key=lambda contact: contact.on)
        what = gettext("Last known alive")
        kind = follow_up.RecordAlive.kind
        yield Happened(on=last.on, what=what, kind=kind, entry=last.seq)


def _line(study: Study, act: type[Act], done: object) -> str:
    """What the audit says of it too; no line that is told here names a person."""
    return line_said(act, done, study, {})


def _happened(done: Done, act: type[Act], what: str, more: str = "") -> Happened:
    return Happened(
        on=done.on,
        what=what,
        by=done.by,
        more=more,
        at=done.at,
        kind=act.kind,
        entry=done.seq,
    )


def visit_rows(
    study: Study, subject: Subject, planned: list[schedule.Planned], on: date, may_end: bool
) -> list[Row]:
    """Every visit with the state of each of its forms, in the order of their days.

    :param may_end: whether the viewer may say that something was not done
    """
    facts = SubjectFacts(study, subject, on)
    waiting = {one.visit.id: one.visit for one in planned if one.state == "waiting"}
    why = {
        name: waits_words(study, waits_for(study, subject, visit, on, facts))
        for name, visit in waiting.items()
    }
    rows = [
        Row(
            name=visit_name(study, one.key),
            planned=one,
            state=cell_state(one.state),
            word=state_word(one.state),
            cells=tuple(_form_cell(study, subject, one, form) for form in one.visit.forms),
            why=why.get(one.visit.id, "") if one.state == "waiting" else _ended(subject, one),
            ends=not_done_page(subject.subject_id, one.key) if may_end and one.open else "",
        )
        for one in planned
    ]
    return sorted(rows, key=lambda row: row.planned.on or date.max)


def _ended(subject: Subject, one: schedule.Planned) -> str:
    """Why the forms of a visit that were not done were not, each reason once."""
    said = [
        told
        for told in subject.not_done
        if told.visit == one.key and (not told.form or told.form in one.not_done)
    ]
    named = (inner(said_of(told.why)) for told in said) if one.not_done else ()
    return "; ".join(dict.fromkeys(named))


def said_of(why: str) -> str:
    """Why something was not done."""
    return said(WHYS.get(why, why))


def _form_cell(study: Study, subject: Subject, one: schedule.Planned, form: str) -> Cell:
    filled, label = form in one.filled, say(study.form_of[form].title)
    state = "done" if filled else cell_state("due" if one.state == "begun" else one.state)
    if form in one.not_done:
        state, label = "not-done", gettext("%(form)s: not done") % {"form": label}
    return Cell(
        state=state,
        label=label,
        url=form_page(subject.subject_id, form, one.key) if filled or state != "planned" else "",
    )


def grid(
    study: Study, subject: Subject, planned: list[schedule.Planned]
) -> list[tuple[str, list[Cell]]]:
    """The whole course at a glance: a row for each kind of visit, a cell for each time.

    A cell leads to its visit, where why something was not done can be read on any screen.
    """
    rows: dict[str, list[Cell]] = {}
    for one in planned:
        said = f"{visit_name(study, one.key)}: {state_word(one.state)}"
        when = f", {day(one.on)}" if one.on else ""
        label = ". ".join(filter(None, (f"{said}{when}", _ended(subject, one))))
        cell = Cell(state=cell_state(one.state), label=label, url=f"#visit-{one.key}")
        rows.setdefault(say(one.visit.label), []).append(cell)
    return list(rows.items())


def cell_state(state: schedule.State) -> CellState:
    """The look of a visit's state."""
    looks: dict[schedule.State, CellState] = {
        "done": "done",
        "begun": "due",
        "due": "due",
        "overdue": "overdue",
        "coming": "planned",
        "waiting": "planned",
        "missed": "none",
        "not done": "not-done",
    }
    return looks[state]


def state_word(state: schedule.State) -> str:
    """A visit's state in the reader's words."""
    words: dict[schedule.State, str] = {
        "done": gettext("Done"),
        "begun": gettext("Begun"),
        "due": gettext("Due"),
        "overdue": gettext("Overdue"),
        "coming": gettext("Coming"),
        "waiting": gettext("No day yet"),
        "missed": gettext("Not held"),
        "not done": gettext("Not done"),
    }
    return words[state]
