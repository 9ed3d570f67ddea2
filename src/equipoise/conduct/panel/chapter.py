"""What the panel adds to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.act import Unfinished
from equipoise.conduct.ballots import awaited, open_review, visible_votes
from equipoise.conduct.chapter import Chapter, Due, Happened
from equipoise.conduct.eligibility import NOT_CONCLUDED
from equipoise.conduct.panel.acts import AskPanel, CastVote, Conclude
from equipoise.conduct.panel.messages import MESSAGES
from equipoise.conduct.seals import Seals
from equipoise.conduct.sight import Sight
from equipoise.conduct.state.panel import Review, Vote
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Phrase, Refusal, Wording
from equipoise.study.sections.panel import Panel

__all__ = ["CHAPTER"]

VOTES_AWAITED = Phrase(
    "{panel}: {missing} vote awaited", several="{panel}: {missing} votes awaited"
)
OPEN_QUESTION = Phrase("the panel has not concluded on the question of {day}")
CHAIR_AWAITED = Phrase("{panel}: the chair will conclude")


def _keeps_out(study: Study, subject: Subject, on: date) -> Iterator[Refusal]:
    concluded = (review.conclusion for review in subject.panel.reviews)
    if study.panel and not any(done and done.on <= on for done in concluded):
        yield NOT_CONCLUDED(panel=study.panel.name)


def _agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    if study.panel is None or subject.is_out:
        return
    if subject.is_entering and subject.consent.given and not subject.panel.reviews:
        yield Due(urgency="due", what=AskPanel, where=AskPanel)
    review = open_review(subject)
    if review and (subject.is_entering or subject.randomised_on):
        yield Due(urgency="waiting", what=_awaits(study.panel, review), when=review.asked.on)


def _awaits(panel: Panel, review: Review) -> Wording:
    missing = len(awaited(panel, review))
    if not missing:
        return CHAIR_AWAITED(panel=panel.name)
    return VOTES_AWAITED(panel=panel.name, missing=missing)


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for review in subject.panel.reviews:
        yield Happened(done=review.asked, act=AskPanel, what=review)
        if end := review.conclusion:
            yield Happened(done=end, act=Conclude, what=end, more=(end.advice,))


def _unfinished(study: Study, subject: Subject, on: date) -> Iterator[Unfinished]:
    """A question on which nobody could vote once the participant is locked."""
    review = open_review(subject)
    if review and not subject.is_out:
        yield Unfinished(code="panel", what=OPEN_QUESTION(day=review.asked.on))


def _open_to(study: Study, sight: Sight, subject: Subject, entry: Entry) -> bool:
    """Whether the question of an entry is answered, or the entry is a vote that they see."""
    if entry.seq in {voided.entry for voided in subject.voiding.voided}:
        return _voided_open(sight, subject, entry)
    for review in subject.panel.reviews:
        seen = {vote.seq for vote in _visible(study, sight, review)}
        of_review = {review.asked.seq, *(vote.seq for vote in review.votes)}
        if entry.seq in of_review:
            return review.conclusion is not None or entry.seq in seen
    return False


def _voided_open(sight: Sight, subject: Subject, entry: Entry) -> bool:
    """A question that was voided has no votes; a voided vote is opened with the others."""
    if entry.kind != CastVote.kind:
        return True
    concluded = any(review.conclusion for review in subject.panel.reviews)
    return entry.by == sight.person_id or (concluded and not _waits(subject))


def _waits(subject: Subject) -> bool:
    """Whether some question on this participant is still closed."""
    return any(review.conclusion is None for review in subject.panel.reviews)


def _hide(study: Study, sight: Sight, subject: Subject) -> None:
    """Leave those votes only that they may see; the readers who were drawn once it is concluded."""
    for review in subject.panel.reviews:
        review.votes = _visible(study, sight, review)
        if review.conclusion is None:
            review.drawn = []


def _visible(study: Study, sight: Sight, review: Review) -> list[Vote]:
    panel = study.panel
    return visible_votes(panel, review, sight.person_id, sight.all_votes) if panel else []


SEALS = Seals(
    fields={AskPanel: ("drawn",), CastVote: ("category", "reasons", "remark")},
    open_to=_open_to,
    waits=_waits,
    hide=_hide,
)

CHAPTER = Chapter(
    name="panel",
    acts=(AskPanel, CastVote, Conclude),
    keeps_out=_keeps_out,
    agenda=_agenda,
    unfinished=_unfinished,
    course=_course,
    tells=MESSAGES,
    seals=SEALS,
)
