"""What is sealed: votes, who was drawn to read, and what an arm was drawn from.

A digest would betray a sealed vote, or the readers who were drawn, to whoever tries the few things
it can say, and so would every later digest of its stream. Until these are opened to a viewer, the
digests are kept back. Those of a draw hold 256 bits that nobody can try.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from equipoise.conduct import panel, randomisation
from equipoise.conduct.subject import Review, Subject, Vote
from equipoise.ledger import Entry
from equipoise.web.viewer import Viewer

__all__ = ["entries_shown", "fields_shown", "has_seals", "opened"]


def opened(viewer: Viewer, subject: Subject) -> Subject:
    """The subject with those votes only that the viewer may see; readers once concluded."""
    for review in subject.reviews:
        review.votes = _visible(viewer, review)
        if review.conclusion is None:
            review.drawn = []
    return subject


def has_seals(subject: Subject) -> bool:
    """Whether some question of the panel on this participant is still closed."""
    return any(review.conclusion is None for review in subject.reviews)


def fields_shown(viewer: Viewer, subject: Subject, entry: Entry) -> dict[str, Any]:
    """What an entry says, without the readers of an open question, or the making of a draw."""
    fields: dict[str, Any] = msgspec.json.decode(entry.payload)
    if entry.kind == panel.AskPanel.kind and not _concluded(subject, entry):
        fields["drawn"] = None
    if entry.kind == randomisation.Randomise.kind and not viewer.sees_draws:
        fields["basis"] = None
    return fields


def entries_shown(
    viewer: Viewer, subject: Subject, entries: Iterable[Entry]
) -> list[dict[str, Any]]:
    """A participant's entries as the viewer may read them."""
    votes = [vote for review in subject.reviews for vote in _visible(viewer, review)]
    open_votes = {vote.seq for vote in votes}
    sealed_streams: set[str] = set()
    shown = []
    for entry in entries:
        told = {**msgspec.structs.asdict(entry), "fields": fields_shown(viewer, subject, entry)}
        del told["payload"]
        if entry.stream in sealed_streams:
            told["previous"] = told["digest"] = None
        if entry.kind == panel.AskPanel.kind and not _concluded(subject, entry):
            sealed_streams.add(entry.stream)
            told["digest"] = None
        if entry.kind == panel.CastVote.kind and entry.seq not in open_votes:
            sealed_streams.add(entry.stream)
            told["fields"] = told["digest"] = None
        shown.append(told)
    return shown


def _concluded(subject: Subject, entry: Entry) -> bool:
    """Whether the question that this entry put has been answered."""
    return any(
        review.conclusion is not None and review.asked.seq == entry.seq
        for review in subject.reviews
    )


def _visible(viewer: Viewer, review: Review) -> list[Vote]:
    room = viewer.study.panel
    if room is None:
        return []
    return panel.visible_votes(room, review, viewer.person_id, viewer.sees_all_votes)
