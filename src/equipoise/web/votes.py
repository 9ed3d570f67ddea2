"""Sealed votes: what a viewer is shown of a participant's panel reviews, and of the chain.

A digest would betray a sealed vote to whoever tries the few things it can say, and so would every
later digest of its stream. Until the votes are opened to a viewer, these digests are kept back.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from equipoise.conduct import panel, trial
from equipoise.conduct.subject import Review, Subject, Vote
from equipoise.ledger import Entry
from equipoise.web.viewer import Viewer

__all__ = ["entries_shown", "has_sealed_votes", "opened"]


def opened(viewer: Viewer, subject: Subject) -> Subject:
    """The subject with those votes only that the viewer may see."""
    for review in subject.reviews:
        review.votes = _visible(viewer, review)
    return subject


def has_sealed_votes(viewer: Viewer, subject: Subject) -> bool:
    """Whether some vote on this participant is still closed to the viewer."""
    return any(len(_visible(viewer, review)) < len(review.votes) for review in subject.reviews)


def entries_shown(
    viewer: Viewer, subject: Subject, entries: Iterable[Entry]
) -> list[dict[str, Any]]:
    """A participant's entries as the viewer may read them."""
    votes = [vote for review in subject.reviews for vote in _visible(viewer, review)]
    open_votes = {(vote.by, trial.moment(vote.at)) for vote in votes}
    sealed_streams: set[str] = set()
    shown = []
    for entry in entries:
        told = {**msgspec.structs.asdict(entry), "fields": msgspec.json.decode(entry.payload)}
        del told["payload"]
        if entry.stream in sealed_streams:
            told["previous"] = told["digest"] = None
        if entry.kind == panel.CastVote.kind and (entry.by, entry.at) not in open_votes:
            sealed_streams.add(entry.stream)
            told["fields"] = told["digest"] = None
        shown.append(told)
    return shown


def _visible(viewer: Viewer, review: Review) -> list[Vote]:
    room = viewer.study.panel
    if room is None:
        return []
    return panel.visible_votes(room, review, viewer.person_id, viewer.sees_all_votes)
