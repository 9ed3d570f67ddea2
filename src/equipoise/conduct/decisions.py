"""What the study's decision tables say of one participant, on a day."""

from datetime import date

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic.decision import Decided, decide
from equipoise.study.model import Study

__all__ = ["decided"]


def decided(study: Study, subject: Subject, table: str, on: date) -> Decided:
    """What one table gives.

    :raises KeyError: where the study has no such table
    """
    facts = SubjectFacts(study, subject, on)
    return decide(study.table_of[table], study.vocabulary, facts, on)
