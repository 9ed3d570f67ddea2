"""What an adverse event is told by: grades, criteria, outcomes, and what the study itself lists."""

from collections.abc import Mapping
from typing import Any, Literal

from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Choices, Labels
from equipoise.study.facts import labels_of
from equipoise.study.model import Study

__all__ = [
    "ACTIONS",
    "AUTOPSY",
    "CLAVIENS",
    "CRITERIA",
    "GRADES",
    "OUTCOMES",
    "QUALIFICATIONS",
    "RECURRED",
    "Clavien",
    "Criterion",
    "Grade",
    "Outcome",
    "ctcae_of",
    "exceptions_of",
    "given",
    "graded_terms",
    "has_clocks",
    "has_surgery",
    "interventions_of",
    "terms_of",
    "words_of_terms",
]

Grade = Literal["1", "2", "3", "4", "5"]
GRADES = Choices(
    {
        "1": "1, mild",
        "2": "2, moderate",
        "3": "3, severe",
        "4": "4, life-threatening",
        "5": "5, fatal",
    }
)
Criterion = Literal["death", "life", "hospital", "disability", "birth", "other"]
CRITERIA = Choices(
    {
        "death": "They died of it",
        "life": "It was life-threatening",
        "hospital": "It led to admission to hospital, or a longer stay",
        "disability": "It left a lasting or significant disability",
        "birth": "A congenital anomaly or birth defect",
        "other": "Otherwise medically important",
    }
)
Outcome = Literal["recovered", "recovering", "not-recovered", "sequelae", "fatal", "unknown"]
OUTCOMES = Choices(
    {
        "recovered": "Recovered",
        "recovering": "Recovering",
        "not-recovered": "Not recovered",
        "sequelae": "Recovered, with lasting effects",
        "fatal": "Fatal",
        "unknown": "Not known",
    }
)


Clavien = Literal["I", "II", "IIIa", "IIIb", "IVa", "IVb", "V"]
ACTIONS = Choices(
    {
        "withdrawn": "It was stopped for good",
        "reduced": "Its dose was reduced",
        "increased": "Its dose was increased",
        "unchanged": "Its dose was not changed",
        "not-applicable": "Does not apply",
        "unknown": "Not known",
    }
)
RECURRED = Choices(
    {
        "recurred": "It was given again, and the event came back",
        "not-recurred": "It was given again, and the event did not come back",
        "unknown": "It was given again, and what followed is not known",
        "not-given": "It was not given again",
    }
)
QUALIFICATIONS = Choices(
    {
        "physician": "A physician",
        "pharmacist": "A pharmacist",
        "other-professional": "Another health professional",
    }
)
AUTOPSY = Choices({"yes": "Yes", "no": "No", "unknown": "Not known"})
CLAVIENS = Choices(
    {
        "I": "I, no treatment beyond that of any operation",
        "II": "II, treated by drugs, transfusion or feeding into a vein",
        "IIIa": "IIIa, an intervention without general anaesthesia",
        "IIIb": "IIIb, an intervention under general anaesthesia",
        "IVa": "IVa, one organ failed",
        "IVb": "IVb, several organs failed",
        "V": "V, death",
    }
)


def terms_of(study: Study) -> Labels:
    """The events that the study expects."""
    return labels_of(study.safety, "terms")


def words_of_terms(study: Study) -> Labels:
    """The events that the study expects, by what they are called in each language."""
    found = study.safety.terms if study.safety else ()
    return {text: term.label for term in found for text in term.label.values()}


def interventions_of(study: Study) -> Labels:
    """What the study does to people."""
    return labels_of(study.safety, "interventions")


def graded_terms(study: Study) -> Labels:
    """The terms of the CTCAE by which laboratory values are graded."""
    grading = study.safety.grading if study.safety else None
    names = [name for one in grading.values for name in one.terms] if grading else ()
    return {name: {"en": name} for name in names}


def exceptions_of(study: Study) -> Labels:
    """What need not be reported though it is serious."""
    return labels_of(study.safety, "not_reported")


def has_clocks(study: Study, given: Mapping[str, str | int]) -> bool:
    """Whether clocks run for serious events."""
    return study.safety is not None and study.safety.reporting is not None


def has_surgery(study: Study, given: Mapping[str, str | int]) -> bool:
    """Whether events after an operation are graded by Clavien-Dindo."""
    return study.safety is not None and study.safety.surgery is not None


def given(study: Study, subject: Subject) -> list[str]:
    """What this participant may be given; everything, before the draw."""
    found = study.safety.interventions if study.safety else ()
    return [one.id for one in found if not (subject.arm and one.arms) or subject.arm in one.arms]


def ctcae_of(study: Study) -> Mapping[str, Any]:
    """The version of the CTCAE, for the words of the acts."""
    return {"ctcae": study.safety.ctcae if study.safety else ""}
