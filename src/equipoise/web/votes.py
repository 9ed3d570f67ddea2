"""What is sealed: votes, who was drawn to read, and what an arm was drawn from.

A digest would betray a sealed vote, or the readers who were drawn, to whoever tries the few things
it can say, and so would every later digest of its stream. Until these are opened to a viewer, the
digests are kept back. Those of a draw hold 256 bits that nobody can try.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from equipoise.conduct import panel, trial
from equipoise.conduct.how import FIELD, How, how_of
from equipoise.conduct.state.panel import Review, Vote
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Seal, asks
from equipoise.ledger import Entry
from equipoise.web.viewer import Viewer

__all__ = [
    "closed",
    "entries_shown",
    "fields_shown",
    "has_seals",
    "how_shown",
    "opened",
    "opened_draws",
    "withheld",
]


def opened(viewer: Viewer, subject: Subject) -> Subject:
    """The subject with those votes only that the viewer may see; readers once concluded."""
    for review in subject.panel.reviews:
        review.votes = _visible(viewer, review)
        if review.conclusion is None:
            review.drawn = []
    return subject


def has_seals(subject: Subject) -> bool:
    """Whether some question of the panel on this participant is still closed."""
    return any(review.conclusion is None for review in subject.panel.reviews)


def closed(viewer: Viewer, subject: Subject, entry: Entry) -> set[Seal]:
    """The seals of an entry that are not open to this viewer; the act declares what is under them.

    :param subject: whom the entry concerns; it is read only where votes are sealed
    """
    seals = _seals(entry)
    if "votes" in seals and _votes_open(viewer, subject, entry):
        seals.discard("votes")
    if "draws" in seals and viewer.sees_draws:
        seals.discard("draws")
    return seals


def opened_draws(viewer: Viewer, entries: Iterable[Entry]) -> bool:
    """Whether these entries show what an arm was drawn from, which is closed to most."""
    return viewer.sees_draws and any("draws" in _seals(entry) for entry in entries)


def fields_shown(viewer: Viewer, subject: Subject, entry: Entry) -> dict[str, Any]:
    """What an entry says, without the fields that are sealed to this viewer."""
    fields: dict[str, Any] = msgspec.json.decode(entry.payload)
    fields.pop(FIELD, None)
    seals = closed(viewer, subject, entry)
    for name, ask in asks(trial.ACTS[entry.kind]).items() if seals else ():
        if ask.sealed in seals:
            fields[name] = None
    return fields


def how_shown(viewer: Viewer, subject: Subject, entry: Entry) -> How:
    """How it was done. The digest of what was shown could be tried out, as that of an entry."""
    how = how_of(entry)
    return msgspec.structs.replace(how, shown="") if closed(viewer, subject, entry) else how


def entries_shown(
    viewer: Viewer, subject: Subject, entries: Iterable[Entry]
) -> list[dict[str, Any]]:
    """A participant's entries as the viewer may read them."""
    sealed_streams: set[str] = set()
    voids = {voided.entry: voided.seq for voided in subject.voiding.voided}
    shown = []
    for entry in entries:
        fields = fields_shown(viewer, subject, entry)
        everything = bool(fields) and all(value is None for value in fields.values())
        told = {**msgspec.structs.asdict(entry), "fields": None if everything else fields}
        told["how"] = msgspec.to_builtins(how_shown(viewer, subject, entry))
        told["voided_by"] = voids.get(entry.seq) if entry.stream == subject.subject_id else None
        del told["payload"]
        if entry.stream in sealed_streams:
            told["previous"] = told["digest"] = None
        if "votes" in closed(viewer, subject, entry):
            sealed_streams.add(entry.stream)
            told["digest"] = None
        shown.append(told)
    return shown


def withheld(viewer: Viewer, subject: Subject, entries: Iterable[Entry]) -> set[tuple[str, int]]:
    """Which of a participant's entries can not be given letter by letter: stream and number.

    An entry tells the digest of the one before it, and so betrays a sealed vote before it.
    """
    found: set[tuple[str, int]] = set()
    sealed_streams: set[str] = set()
    for entry in entries:
        seals = closed(viewer, subject, entry)
        if seals or entry.stream in sealed_streams:
            found.add((entry.stream, entry.seq))
        if "votes" in seals:
            sealed_streams.add(entry.stream)
    return found


def _seals(entry: Entry) -> set[Seal]:
    act = trial.ACTS.get(entry.kind)
    return {ask.sealed for ask in asks(act).values() if ask.sealed} if act else set()


def _votes_open(viewer: Viewer, subject: Subject, entry: Entry) -> bool:
    """Whether the question of an entry is answered, or the entry is a vote that they see."""
    if entry.seq in {voided.entry for voided in subject.voiding.voided}:
        return _voided_open(viewer, subject, entry)
    for review in subject.panel.reviews:
        seen = {vote.seq for vote in _visible(viewer, review)}
        of_review = {review.asked.seq, *(vote.seq for vote in review.votes)}
        if entry.seq in of_review:
            return review.conclusion is not None or entry.seq in seen
    return False


def _voided_open(viewer: Viewer, subject: Subject, entry: Entry) -> bool:
    """A question that was voided has no votes; a voided vote is opened with the others."""
    if entry.kind != panel.CastVote.kind:
        return True
    concluded = any(review.conclusion for review in subject.panel.reviews)
    return entry.by == viewer.person_id or (concluded and not has_seals(subject))


def _visible(viewer: Viewer, review: Review) -> list[Vote]:
    room = viewer.study.panel
    if room is None:
        return []
    return panel.visible_votes(room, review, viewer.person_id, viewer.sees_all_votes)
