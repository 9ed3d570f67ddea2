"""Days that visits wait for: which they are, and which are themselves due.

A visit counts from the participant's own anchor, and may be for those alone of whom something is
known. Where that was never recorded the visit has no day, so that nothing would ever ask for it.
The missing fact is therefore due itself, from the day on which the form that asks it was filled
without it. Until that form is filled, it is the form that is due.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from equipoise.conduct.cycle_calendar import reads
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.schedule import Planned, applies, has_ended
from equipoise.conduct.state.forms import Record
from equipoise.conduct.subject import Subject
from equipoise.logic.evaluate import answer
from equipoise.logic.language import parsed
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.study.sections.visits import Visit

__all__ = ["MissingDay", "missing_days", "waits_for"]

ACTS = ("screening", "consent", "registration", "randomisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingDay:
    """A fact that was not recorded on the form that asks it, and the visits that wait for it."""

    name: str
    record: Record
    since: date
    until: date
    holds: tuple[Visit, ...]

    def is_late(self, on: date) -> bool:
        """Whether the window of the visit at which it is asked has passed."""
        return on > self.until


def waits_for(
    study: Study, subject: Subject, visit: Visit, on: date, facts: SubjectFacts | None = None
) -> tuple[str, ...]:
    """What a visit without a day waits for: an act, a form that is done, or items.

    Acts are named as anchors are, a form by its id and `_done`.

    :param facts: the participant's facts on that day, where several visits are asked about
    """
    facts = facts or SubjectFacts(study, subject, on)
    has = applies(study, subject, visit, on, facts)
    if has is Truth.FALSE:
        return ()
    firsts = list(reads(study, subject, visit.cycles))
    if has is Truth.UNKNOWN:
        conditions = [text for text in (visit.when, *(one.when for one in firsts)) if text]
        found = [answer(parsed(text), study.vocabulary, facts, on) for text in conditions]
        names = (name for one in found for name in one.waits_for)
        return tuple(dict.fromkeys(name.partition("[")[0] for name in names))
    if visit.cycles:
        return tuple(dict.fromkeys(one.anchor for one in firsts if not facts.anchor(one.anchor)))
    done = {"registration": subject.registered_on, "randomisation": subject.randomised_on}
    day = done[visit.anchor] if visit.anchor in done else facts.anchor(visit.anchor)
    return () if day else (visit.anchor,)


def missing_days(
    study: Study,
    subject: Subject,
    planned: list[Planned],
    on: date,
    facts: SubjectFacts | None = None,
) -> Iterator[MissingDay]:
    """Every fact that is due because visits wait for it, in the order of the study file.

    :param planned: the participant's visits as they stand on the day
    :param facts: by which they were planned
    """
    holds: dict[str, list[Visit]] = {}
    facts = facts or SubjectFacts(study, subject, on)
    for visit in {one.visit.id: one.visit for one in planned if one.state == "waiting"}.values():
        for name in waits_for(study, subject, visit, on, facts):
            holds.setdefault(name, []).append(visit)
    windows = {one.key: one.last for one in planned}
    for name, visits in holds.items():
        record = _left_open(study, subject, name)
        if record is None:
            continue
        until = max(record.on, windows.get(record.visit) or record.on)
        # Whoever died or left before it had to be known is not waited for.
        if not has_ended(subject, until):
            yield MissingDay(
                name=name, record=record, since=record.on, until=until, holds=tuple(visits)
            )


def _left_open(study: Study, subject: Subject, name: str) -> Record | None:
    """The last copy of its form that leaves an item open which is asked there, or may be."""
    item = study.items.get(name)
    if item is None:
        return None
    facts = SubjectFacts(study, subject, date.max)
    records = [
        record
        for record in subject.forms.of(study.form_asking[name].id)
        if not (record.settles(name) or record.is_none)
        and facts.asks(item, record) is not Truth.FALSE
    ]
    return max(records, key=lambda record: record.on, default=None)
