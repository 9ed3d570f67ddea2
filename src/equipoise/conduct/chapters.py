"""Every chapter of the protocol, in the order of its pages, and what they answer together.

A chapter enters here with one line; whatever is asked of all of them together is a loop below.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from equipoise.conduct import (
    administration,
    amendments,
    assumptions,
    audit_reviews,
    clock,
    consent,
    follow_up,
    forms,
    laboratory,
    locks,
    not_done,
    openings,
    panel,
    persons,
    pump,
    queries,
    randomisation,
    recist,
    redaction,
    restating,
    restored,
    safety,
    screening,
    signatures,
    study_text,
    treatment,
    verification,
    voiding,
    witnesses,
)
from equipoise.conduct.act import Act, Unfinished
from equipoise.conduct.chapter import Chapter, Due, FormAt, Happened, RowAt, Where
from equipoise.conduct.message import Message
from equipoise.conduct.outlook import Outlook, agenda_on
from equipoise.conduct.seals import Seals
from equipoise.conduct.sight import Sight, closed_visits
from equipoise.conduct.subject import STATES, Subject
from equipoise.conduct.table import Table
from equipoise.logic.watched import Watch
from equipoise.study.model import Study
from equipoise.study.reason import Refusal

__all__ = [
    "ACTS",
    "CHAPTERS",
    "agenda",
    "closed_to",
    "course",
    "keeps_out",
    "messages",
    "outlook",
    "pressing",
    "seals_of",
    "tables",
    "unfinished",
]

CHAPTERS: tuple[Chapter, ...] = (
    administration.CHAPTER,
    study_text.CHAPTER,
    amendments.CHAPTER,
    assumptions.CHAPTER,
    persons.CHAPTER,
    openings.CHAPTER,
    audit_reviews.CHAPTER,
    clock.CHAPTER,
    restored.CHAPTER,
    witnesses.CHAPTER,
    laboratory.CHAPTER,
    screening.CHAPTER,
    consent.CHAPTER,
    forms.CHAPTER,
    not_done.CHAPTER,
    panel.CHAPTER,
    randomisation.CHAPTER,
    follow_up.CHAPTER,
    recist.CHAPTER,
    treatment.CHAPTER,
    safety.CHAPTER,
    pump.CHAPTER,
    queries.CHAPTER,
    verification.CHAPTER,
    signatures.CHAPTER,
    locks.CHAPTER,
    voiding.CHAPTER,
    redaction.CHAPTER,
)

ACTS: dict[str, type[Act]] = {act.kind: act for chapter in CHAPTERS for act in chapter.acts}
"""Every kind of act, by its name in the ledger and in the roles of a study file."""

voiding.KINDS.update(
    (kind, act.words.name)
    for kind, act in ACTS.items()
    if act.stream != "study" and act is not voiding.VoidEntry
)

redaction.KINDS.update((kind, act.words.name) for kind, act in ACTS.items())
redaction.SEALED.update(
    (act.kind, chapter.seals.waits)
    for chapter in CHAPTERS
    if chapter.seals and chapter.seals.waits
    for act in chapter.seals.fields
)
restating.KINDS.update(ACTS)

audit_reviews.KINDS.update((kind, act.words.name) for kind, act in ACTS.items())

verification.ALONE.update(
    (kind, ACTS[kind].words.name) for state in STATES.values() for kind in state.alone
)


def keeps_out(study: Study, subject: Subject, on: date) -> Iterator[Refusal]:
    """Everything that keeps a participant out on a day, beside the criteria."""
    for chapter in CHAPTERS:
        yield from chapter.keeps_out(study, subject, on)


def unfinished(study: Study, subject: Subject, on: date) -> Iterator[Unfinished]:
    """Everything that is left to do before a participant's data are locked."""
    for chapter in CHAPTERS:
        yield from chapter.unfinished(study, subject, on)


def tables() -> Iterator[Table]:
    """Every table that a chapter brings."""
    return (table for chapter in CHAPTERS for table in chapter.tables)


def messages() -> Iterator[Message]:
    """Everything that people are told of by mail."""
    return (message for chapter in CHAPTERS for message in chapter.tells)


def pressing(
    study: Study, subject: Subject, on: date, now: datetime | None = None
) -> Iterator[tuple[Message, str]]:
    """What presses on a day so that people are told of it, each with its name.

    :param now: the moment of the day, for what is a matter of hours
    """
    for chapter in CHAPTERS:
        if timed := [message for message in chapter.tells if message.presses]:
            for due in agenda_on(_asked_by(chapter, study, subject, on), on, now):
                yield from ((one, due.name) for one in timed if one.presses == due.urgency)


def closed_to(study: Study, sight: Sight) -> frozenset[str]:
    """What no list tells this reader of: visits by their keys, acts and deviations by their kinds.

    By them arms could be counted.
    """
    if not sight.could_count_arms:
        return frozenset()
    acts = {act.kind for one in CHAPTERS if one.tells_arm(study) for act in one.acts}
    return closed_visits(study, sight) | acts | ({"dose"} if acts else set())


def seals_of(kind: str) -> Iterator[tuple[Seals, tuple[str, ...]]]:
    """The seals on acts of this kind, with the fields that are under them."""
    for seals in (chapter.seals for chapter in CHAPTERS if chapter.seals):
        for act, fields in seals.fields.items():
            if act.kind == kind:
                yield seals, fields


def agenda(study: Study, subject: Subject, on: date, now: datetime | None = None) -> list[Due]:
    """Everything that comes next for a participant, the most pressing first.

    :param now: the moment of the day; not told: what turns on that day has not turned yet
    """
    return agenda_on(_dues(study, subject, on), on, now)


def outlook(study: Study, subject: Subject, on: date) -> Outlook:
    """The same with all that is ahead, and until when it holds if nothing more is recorded."""
    watch = Watch(on)
    return Outlook.of(_dues(study, subject, watch.day), watch, on)


def _dues(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    return (due for chapter in CHAPTERS for due in _asked_by(chapter, study, subject, on))


def _asked_by(chapter: Chapter, study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """What comes next of one chapter; what a lock closes is asked of nobody."""
    found = (_placed(due) for due in chapter.agenda(study, subject, on))
    return (due for due in found if not _is_shut(subject, due.where))


def _placed(due: Due) -> Due:
    """The same with the other chapter's act by which it is done."""
    return replace(due, where=ACTS[due.elsewhere], elsewhere="") if due.elsewhere else due


def _is_shut(subject: Subject, where: Where) -> bool:
    if isinstance(where, FormAt):
        return locks.shuts(subject, forms.SaveForm, (where.form, where.visit, where.number))
    if isinstance(where, RowAt):
        return locks.shuts(subject, where.act)
    return locks.shuts(subject, where if isinstance(where, type) else None)


def course(study: Study, subject: Subject) -> list[Happened]:
    """Everything of note, the first first; votes are not in it, for they may be sealed."""
    found = (one for chapter in CHAPTERS for one in chapter.course(study, subject))
    return sorted(found, key=lambda one: (one.done.on, one.done.at))
