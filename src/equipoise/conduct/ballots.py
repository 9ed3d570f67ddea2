"""The panel's questions and votes, counted: who votes now, who is awaited, and what they hold."""

from collections import Counter
from typing import Literal

from equipoise.conduct.state.panel import Review, Vote
from equipoise.conduct.subject import Subject
from equipoise.study.sections.panel import Panel

__all__ = [
    "Rule",
    "awaited",
    "majority",
    "open_review",
    "readers",
    "review_of",
    "rule_of",
    "visible_votes",
]

Rule = Literal["consensus", "majority", "chair"]


def open_review(subject: Subject) -> Review | None:
    """The question that the panel has not concluded yet."""
    last = subject.panel.reviews[-1] if subject.panel.reviews else None
    return last if last and last.conclusion is None else None


def readers(panel: Panel, review: Review) -> list[str]:
    """Who may vote now: the first readers, and the next ones once the first disagree."""
    first = review.drawn[: panel.first]
    voted = [vote for vote in review.votes if vote.by in first]
    if len(voted) == len(first) and len({vote.category for vote in voted}) > 1:
        return review.drawn[: panel.first + panel.more]
    return first


def awaited(panel: Panel, review: Review) -> list[str]:
    """Those whose vote is still missing."""
    voted = {vote.by for vote in review.votes}
    return [reader for reader in readers(panel, review) if reader not in voted]


def majority(votes: list[Vote]) -> str | None:
    """The category that more than half of the votes name; None when there is none."""
    category, count = next(iter(Counter(vote.category for vote in votes).most_common(1)), ("", 0))
    return category if 2 * count > len(votes) else None


def rule_of(votes: list[Vote]) -> Rule:
    """How the conclusion was reached: all agree, most agree, or the chair decided."""
    if len({vote.category for vote in votes}) == 1:
        return "consensus"
    return "chair" if majority(votes) is None else "majority"


def visible_votes(panel: Panel, review: Review, viewer: str, sees_all: bool) -> list[Vote]:
    """The votes that someone may see: one's own at any time, all of them once none is awaited."""
    if review.conclusion or (sees_all and not awaited(panel, review)):
        return list(review.votes)
    return [vote for vote in review.votes if vote.by == viewer]


def review_of(subject: Subject, seq: int) -> Review:
    """The question that an entry of the panel belongs to: the last that was put by then."""
    return [review for review in subject.panel.reviews if review.asked.seq <= seq][-1]
