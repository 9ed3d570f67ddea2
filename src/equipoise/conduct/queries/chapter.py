"""What queries add to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date

import msgspec

from equipoise.conduct.act import Unfinished
from equipoise.conduct.chapter import Chapter, Due, RowAt
from equipoise.conduct.queries.acts import (
    AnswerQuery,
    AskQuery,
    AssignQuery,
    CloseQuery,
    ReopenQuery,
    answering,
    items_of,
)
from equipoise.conduct.queries.messages import MESSAGES
from equipoise.conduct.queries.rules import NOT_ASKED, words_of_rules
from equipoise.conduct.queries.standing import OPEN, STATES, QueryState, queries
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import forms_of, visits_of
from equipoise.logic.language import parsed
from equipoise.logic.needed import facts_needed
from equipoise.study.model import Study
from equipoise.study.reason import ENGLISH, Phrase

__all__ = ["BY_STATE", "CHAPTER", "OF_CHECKS", "ORDER", "QUERIES"]

QUERY = Phrase("Query about {item}: {text}")
ANSWERED = Phrase(
    "{count} answer to a query to look at", several="{count} answers to queries to look at"
)
OPEN_QUERIES = Phrase("{count} query to answer", several="{count} queries to answer")


def _agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """Queries that wait for an answer, and answers that wait for whoever asked, at the first.

    Those of a visit that not every arm has are told apart, so that nobody counts arms by them.
    """
    found = queries(study, subject) if answering(study) else []
    of_arms = study.visits_of_an_arm
    for visit in sorted({one.visit if one.visit in of_arms else "" for one in found}):
        here = [
            one for one in found if visit in ("", one.visit) and (visit or one.visit not in of_arms)
        ]
        if waiting := [one for one in here if one.state in OPEN]:
            where = RowAt("query", waiting[0].key, AnswerQuery, visit)
            yield Due(urgency="due", what=OPEN_QUERIES(count=len(waiting)), where=where)
        if answers := [one for one in here if one.state == "answered" and one.turns]:
            where = RowAt("query", answers[0].key, CloseQuery, visit)
            yield Due(urgency="waiting", what=ANSWERED(count=len(answers)), where=where)


def _unfinished(study: Study, subject: Subject, on: date) -> Iterator[Unfinished]:
    """Every query that waits for an answer, or whose answer nobody accepted."""
    for one in queries(study, subject) if answering(study) else ():
        if one.state in (*OPEN, "answered"):
            place = (one.form, one.visit, one.number)
            form = study.form_of.get(one.form)
            about = items_of(study).get(one.item) or (form.title if form else one.form)
            what = QUERY(item=about, text=one.wording)
            yield Unfinished(code="queries", what=what, form=place)


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for one in queries(study, subject):
        yield (
            subject.subject_id,
            one.key,
            one.on,
            one.state,
            one.form,
            one.visit or None,
            one.number,
            one.item or None,
            one.rule or None,
            ENGLISH.written(one.wording),
            one.by or None,
            one.to or None,
            one.answer or None,
            len(one.turns),
            " · ".join(f"{turn.kind} {turn.on} {turn.text}".rstrip() for turn in one.turns) or None,
            one.times,
            one.changed,
            one.confirmed,
        )


def _tells_arm(study: Study, row: Row) -> bool:
    """Whether it is asked by a rule that reads the arm."""
    rule = str(row[8] or "")
    if rule == NOT_ASKED:
        item = study.items.get(str(row[7]))
        rule = item.shown_when if item else ""
    return bool(rule) and "arm" in facts_needed(parsed(rule))


ORDER: tuple[QueryState, ...] = (*OPEN, "answered", "closed", "right")
"""How queries press, in the order of their list."""
BY_STATE, OF_CHECKS = "queries by state", ("waiting", "failed", "changed", "confirmed")


def _counts(row: Row) -> Iterator[tuple[str, str]]:
    """Under what a query is counted: its state for a role; and what came of its check."""
    state, item, rule, text, to = row[3], row[7], row[8], row[9], row[11]
    yield BY_STATE, f"{state} {to or ''}"
    if rule is None:
        return
    waiting, (failed, changed, confirmed) = int(state in OPEN), map(int, map(str, row[-3:]))
    check = msgspec.json.encode([item or row[4], text]).decode()
    for what, times in zip(OF_CHECKS, (waiting, failed, changed, confirmed), strict=True):
        yield from [(f"checks {what}", check)] * times


QUERIES = Table(
    name="queries",
    label=Phrase("Queries"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("query", "text", Phrase("Name of the query")),
        TableColumn("on", "day", Phrase("Asked")),
        TableColumn("state", "text", Phrase("State"), STATES),
        TableColumn("form", "text", Phrase("Form"), forms_of),
        TableColumn("visit", "text", Phrase("Visit"), visits_of),
        TableColumn("number", "number", Phrase("Copy of this form")),
        TableColumn("item", "text", Phrase("Question"), items_of),
        TableColumn("rule", "text", Phrase("Check; empty: a person asked")),
        TableColumn("text", "text", Phrase("What is asked"), words_of_rules),
        TableColumn("by", "text", Phrase("Asked by")),
        TableColumn("to", "text", Phrase("For"), answering),
        TableColumn("answer", "text", Phrase("Answer")),
        TableColumn("turns", "number", Phrase("How often people said something of it")),
        TableColumn("thread", "text", Phrase("What people said, the first first")),
        TableColumn("times", "number", Phrase("How often the check failed")),
        TableColumn("changed", "number", Phrase("How often a value was changed for it")),
        TableColumn("confirmed", "number", Phrase("How often it was said why the value is right")),
    ),
    rows=_rows,
    tells_arm=_tells_arm,
    listed=("on", "state", "form", "visit", "item", "text", "to", "answer"),
    ranks=lambda row: [str(one) for one in ORDER].index(str(row[3])),
    whose="to",
    counts=_counts,
    page=("query", "query"),
    of_study=lambda study: bool(answering(study)),
)

CHAPTER = Chapter(
    name="queries",
    acts=(AskQuery, AnswerQuery, CloseQuery, ReopenQuery, AssignQuery),
    agenda=_agenda,
    unfinished=_unfinished,
    tables=(QUERIES,),
    tells=MESSAGES,
)
