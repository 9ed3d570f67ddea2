"""What the study's decision tables say of one participant, on a day."""

from collections.abc import Iterable
from datetime import date

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic.decision import Combined, Decided, decide, most_severe
from equipoise.study.model import Study

__all__ = ["decided", "decided_together"]


def decided(study: Study, subject: Subject, table: str, on: date) -> Decided:
    """What one table gives.

    :raises KeyError: where the study has no such table
    """
    facts = SubjectFacts(study, subject, on)
    return decide(study.table_of[table], study.vocabulary, facts, on)


def decided_together(study: Study, subject: Subject, tables: Iterable[str], on: date) -> Combined:
    """The gravest that several tables give, each of them read."""
    return most_severe(decided(study, subject, table, on) for table in tables)
