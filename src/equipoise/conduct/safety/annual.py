"""The line listing of serious adverse reactions for the annual report, as ICH E2F describes it.

A row a reaction: serious, to be reported, and related by the investigator or the sponsor. Those of
one organ class stand together once it is sorted by the first columns.
"""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.safety.choices import CRITERIA, OUTCOMES, interventions_of, words_of_terms
from equipoise.conduct.safety.clocks import is_related, is_susar, reporting_of
from equipoise.conduct.safety.coding import coding_of
from equipoise.conduct.safety.e2b_record import age_at, last_value
from equipoise.conduct.state.safety import AdverseEvent, days_of
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import YES_NO
from equipoise.study.model import Study
from equipoise.study.reason import Phrase
from equipoise.study.sections.safety.reporting import Described

__all__ = ["ANNUAL"]


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for event in subject.safety.events:
        if event.now.is_reportable and is_related(event):
            yield _row(study, subject, event)


def _row(study: Study, subject: Subject, event: AdverseEvent) -> Row:
    now, coded, clocks = event.now, coding_of(event), reporting_of(study)
    facts = SubjectFacts(study, subject, now.on)
    known = clocks.participant if clocks else Described()
    began, first = days_of(now.begin), _first_dose(study, facts)
    opinion = event.assessed[-1] if event.assessed else None
    age = age_at(facts, known.birth, now.begin) if known.birth else ""
    causes = [*now.interventions, *(opinion.interventions if opinion else ())]
    return (
        coded.soc_name if coded else None,
        coded.pt_name if coded else None,
        study.identity.id,
        subject.subject_id,
        event.number,
        clocks.country or None if clocks else None,
        last_value(facts, known.sex) or None,
        int(age) if age else None,
        now.term,
        " ".join(now.criteria),
        now.outcome,
        now.begin,
        (began[0] - first).days if began and first and began[0] == began[1] else None,
        " ".join(dict.fromkeys(causes)) or None,
        first,
        opinion.expected if opinion else None,
        is_susar(event) if opinion else None,
    )


def _first_dose(study: Study, facts: SubjectFacts) -> date | None:
    """The day of the first dose that the record has."""
    rows = facts.rows("doses") or () if study.treatment else ()
    days = [row["given_on"].value for row in rows]
    return min((day for day in days if isinstance(day, date)), default=None)


ANNUAL = Table(
    name="serious_reactions",
    label=Phrase("Serious adverse reactions, for the annual report"),
    columns=(
        TableColumn("soc", "text", Phrase("System organ class")),
        TableColumn("pt", "text", Phrase("Preferred term")),
        TableColumn("study", "text", Phrase("Study")),
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("event", "number", Phrase("Entry that first told of the event")),
        TableColumn("country", "text", Phrase("Country")),
        TableColumn("sex", "text", Phrase("Sex")),
        TableColumn("age", "number", Phrase("Age when it began")),
        TableColumn("term", "text", Phrase("Event"), words_of_terms),
        TableColumn("criteria", "codes", Phrase("What makes it serious?"), CRITERIA),
        TableColumn("outcome", "text", Phrase("Outcome"), OUTCOMES),
        TableColumn("begin", "partial", Phrase("Began")),
        TableColumn("days_since", "number", Phrase("Days since the first dose"), by_arm=True),
        TableColumn("interventions", "codes", Phrase("Related to"), interventions_of, by_arm=True),
        TableColumn("first_dose", "day", Phrase("First dose"), by_arm=True),
        TableColumn("expected", "text", Phrase("Expected"), YES_NO),
        TableColumn("susar", "yes or no", Phrase("SUSAR")),
    ),
    rows=_rows,
    of_study=lambda study: reporting_of(study) is not None,
)
