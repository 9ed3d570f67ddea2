"""What the panel adds to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.ballots import awaited, open_review
from equipoise.conduct.chapter import Chapter, Due, Happened
from equipoise.conduct.eligibility import NOT_CONCLUDED
from equipoise.conduct.panel.acts import AskPanel, CastVote, Conclude
from equipoise.conduct.state.panel import Review
from equipoise.conduct.subject import Subject
from equipoise.study.blocks import Panel
from equipoise.study.model import Study
from equipoise.study.reason import Phrase, Refusal, Said

__all__ = ["CHAPTER"]

VOTES_AWAITED = Phrase("{panel}: {missing} votes awaited")
VOTE_AWAITED = Phrase("{panel}: 1 vote awaited")
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


def _awaits(panel: Panel, review: Review) -> Said:
    missing = len(awaited(panel, review))
    if not missing:
        return CHAIR_AWAITED(panel=panel.name)
    if missing == 1:
        return VOTE_AWAITED(panel=panel.name)
    return VOTES_AWAITED(panel=panel.name, missing=missing)


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for review in subject.panel.reviews:
        yield Happened(done=review.asked, act=AskPanel, what=review)
        if end := review.conclusion:
            yield Happened(done=end, act=Conclude, what=end, more=(end.advice,))


CHAPTER = Chapter(
    name="panel",
    acts=(AskPanel, CastVote, Conclude),
    keeps_out=_keeps_out,
    agenda=_agenda,
    course=_course,
)
