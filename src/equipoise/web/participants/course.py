"""What happened to a participant, by day and by whom; and their visits, as a table of states."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext

from equipoise.conduct import chapters, schedule
from equipoise.conduct.chapter import Happened
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.missing_days import waits_for
from equipoise.conduct.not_done import WHYS
from equipoise.conduct.subject import Subject
from equipoise.logic.figures import inner
from equipoise.study.model import Study
from equipoise.study.reason import Wording
from equipoise.web.jinja import day, say
from equipoise.web.reader import HERE
from equipoise.web.treatment.calendar import why_not_given
from equipoise.web.views.act_words import line_text, wording
from equipoise.web.views.next_act import form_page, not_done_page, visit_name
from equipoise.web.views.waiting import waits_words

__all__ = ["CourseLine", "Row", "grid", "happenings", "visit_rows"]

CellState = Literal["done", "due", "overdue", "planned", "not-done", "none", "query"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLine:
    """One thing that happened, and who recorded it."""

    on: date
    what: str
    by: str = ""
    more: str = ""
    kind: str = ""  # the kind of act, where its entry may be found to be in error
    entry: int = 0  # the number of that entry in the participant's stream
    other: str = ""  # the number of another participant whom it names


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


def happenings(study: Study, subject: Subject) -> list[CourseLine]:
    """Everything of note in the reader's words, the first first."""
    return [_line(study, one) for one in chapters.course(study, subject)]


def _line(study: Study, one: Happened) -> CourseLine:
    done, leads = one.done, one.in_error
    return CourseLine(
        on=done.on,
        what=_what(study, one),
        by=done.by if one.signed else "",
        more="; ".join(filter(None, (HERE.written(part) for part in one.more))),
        kind=one.act.kind if leads else "",
        entry=done.seq if leads else 0,
        other=one.other,
    )


def _what(study: Study, one: Happened) -> str:
    if one.what is None:
        return wording(one.act.words.name)
    if isinstance(one.what, Wording):
        return HERE.written(one.what)
    # What the audit says of it too; no line that is told here names a person.
    return line_text(one.act, one.what, study, {})


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
    if one.cycle and one.cycle.left_on:
        return inner(why_not_given(one.cycle.why))
    stated = [
        not_done
        for not_done in subject.forms.not_done
        if not_done.visit == one.key and (not not_done.form or not_done.form in one.not_done)
    ]
    named = (inner(why_text(not_done.why)) for not_done in stated) if one.not_done else ()
    return "; ".join(dict.fromkeys(named))


def why_text(why: str) -> str:
    """Why something was not done."""
    return wording(WHYS.get(why, why))


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
        text = f"{visit_name(study, one.key)}: {state_word(one.state)}"
        when = f", {day(one.on)}" if one.on else ""
        label = ". ".join(filter(None, (f"{text}{when}", _ended(subject, one))))
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
