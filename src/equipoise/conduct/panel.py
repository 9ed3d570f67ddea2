"""The expert panel: who is drawn to read a scan, their sealed votes, and the conclusion.

Asking draws the readers at random from the pool, those of the participant's own hospital left out.
The first of them vote independently; only if they disagree do the next vote too. The chair writes
the conclusion, which must follow a majority where there is one.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Refusal, Scene, Stamp
from equipoise.conduct.luck import Luck
from equipoise.conduct.subject import Conclusion, Done, Review, Subject, Vote
from equipoise.conduct.whole import Whole
from equipoise.study.blocks import Panel
from equipoise.study.model import Study
from equipoise.study.parts import say

__all__ = [
    "AskPanel",
    "CastVote",
    "Conclude",
    "Rule",
    "awaited",
    "majority",
    "open_review",
    "pool",
    "readers",
    "rule_of",
    "visible_votes",
]

Rule = Literal["consensus", "majority", "chair"]


class AskPanel(Act, frozen=True, kw_only=True):
    """The site puts a scan to the panel; the trial draws who reads it."""

    kind: ClassVar[str] = "panel.ask"
    irreversible: ClassVar[bool] = True
    scan_on: date
    question: str = ""
    drawn: list[str] = []

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        panel = scene.study.panel
        if panel is None:
            yield Refusal("panel.none", "this study has no panel")
            return
        if self.drawn:
            yield Refusal("panel.drawn-given", "the trial draws the readers; do not name them")
        yield from _may_be_asked(scene)
        review = open_review(scene.subject)
        if review and not _stuck(panel, review, scene.whole, scene.subject):
            yield Refusal("panel.asked-before", "the panel has not concluded the last question yet")
        if self.scan_on > scene.stamp.on:
            yield Refusal("panel.scan-later", "the scan was made after this day", "scan_on")
        if len(pool(scene.study, scene.whole, scene.subject)) < panel.first:
            yield Refusal(
                "panel.too-few",
                f"the {say(panel.name)} has fewer than {panel.first} members from other hospitals",
            )

    def settled(self, scene: Scene, luck: Luck | None) -> Self:
        panel, sealed = scene.study.panel, scene.sealed(luck)
        seats = panel.first + panel.more if panel else 0
        members = pool(scene.study, scene.whole, scene.subject)
        number = len(scene.subject.reviews) + 1
        order = sealed.draw("panel", scene.subject.subject_id, number).shuffled(members)
        return msgspec.structs.replace(self, drawn=list(order[:seats]))

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.reviews.append(
            Review(
                number=len(subject.reviews) + 1,
                asked=Done(by=stamp.by, at=stamp.at, on=stamp.on),
                scan_on=self.scan_on,
                drawn=self.drawn,
            )
        )


class CastVote(Act, frozen=True, kw_only=True):
    """One reader's opinion; nobody sees another's before the votes are in."""

    kind: ClassVar[str] = "panel.vote"
    irreversible: ClassVar[bool] = True
    category: str
    reasons: list[str] = []
    remark: str = ""

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        panel, review, by = scene.study.panel, open_review(scene.subject), scene.stamp.by
        if panel is None or review is None:
            yield Refusal("panel.not-asked", "the panel has no open question on this participant")
            return
        if self.category not in {category.id for category in panel.categories}:
            yield from _choose(panel)
        if scene.stamp.on < review.asked.on:
            yield Refusal(
                "panel.before-question",
                f"the panel was asked on {review.asked.on:%-d %B %Y}",
                "happened",
            )
        if panel.own_site_excluded and scene.subject.site in _sites(scene.whole, by):
            yield Refusal("panel.own-hospital", "you do not vote on your own hospital's scans")
        for reason in sorted(set(self.reasons) - {reason.id for reason in panel.reasons}):
            yield Refusal("panel.reason", f"there is no reason {reason!r}", "reasons")
        if any(vote.by == by for vote in review.votes):
            yield Refusal("panel.voted-before", "you have voted on this scan already")
        elif by not in readers(panel, review):
            yield Refusal("panel.not-drawn", "you were not drawn to read this scan")

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.reviews[-1].votes.append(
            Vote(
                category=self.category,
                reasons=self.reasons,
                remark=self.remark,
                by=stamp.by,
                at=stamp.at,
                on=stamp.on,
            )
        )


class Conclude(Act, frozen=True, kw_only=True):
    """The chair writes what the panel holds, and its advice to the site."""

    kind: ClassVar[str] = "panel.conclude"
    irreversible: ClassVar[bool] = True
    sealed: ClassVar[bool] = True
    category: str
    advice: str = ""
    rule: str = ""

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        panel, review = scene.study.panel, open_review(scene.subject)
        if panel is None or review is None:
            yield Refusal("panel.not-asked", "the panel has no open question on this participant")
            return
        if waiting := awaited(panel, review):
            count = "one vote is" if len(waiting) == 1 else f"{len(waiting)} votes are"
            yield Refusal("panel.votes-missing", f"{count} still missing")
        if self.category not in {category.id for category in panel.categories}:
            yield from _choose(panel)
        last = max((vote.on for vote in review.votes), default=review.asked.on)
        if scene.stamp.on < last:
            because = f"the last vote was given on {last:%-d %B %Y}"
            yield Refusal("panel.before-votes", because, "happened")
        held = majority(review.votes)
        if not waiting and held is not None and self.category != held:
            yield Refusal(
                "panel.against-majority", "the conclusion must follow the majority", "category"
            )

    def settled(self, scene: Scene, luck: Luck | None) -> Self:
        review = open_review(scene.subject)
        return msgspec.structs.replace(self, rule=rule_of(review.votes) if review else "")

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.reviews[-1].conclusion = Conclusion(
            category=self.category,
            rule=self.rule,
            advice=self.advice,
            by=stamp.by,
            at=stamp.at,
            on=stamp.on,
        )


def pool(study: Study, whole: Whole, subject: Subject) -> list[str]:
    """The ids of the panel members who may read this participant's scans."""
    if study.panel is None:
        return []
    own = {subject.site} if study.panel.own_site_excluded else set()
    members = whole.holders(study.panel.role)
    return [member.person_id for member in members if not member.sites() & own]


def open_review(subject: Subject) -> Review | None:
    """The question that the panel has not concluded yet."""
    last = subject.reviews[-1] if subject.reviews else None
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


def _may_be_asked(scene: Scene) -> Iterator[Refusal]:
    subject, on = scene.subject, scene.stamp.on
    if subject.consent_on is None or subject.consent_on > on:
        yield Refusal("consent.none", "there is no signed consent on this day", "consent")
    if subject.left_on:
        yield Refusal("consent.withdrawn", "the participant has withdrawn consent", "consent")
    if subject.failure:
        yield Refusal("screening.failed", "the participant failed screening")


def _stuck(panel: Panel, review: Review, whole: Whole, subject: Subject) -> bool:
    """Whether a vote that is awaited can no longer come: its reader left, or moved here.

    The question may then be put again, and is drawn anew; the old one stays without conclusion.
    """
    able = {member.person_id for member in whole.holders(panel.role)}
    if panel.own_site_excluded:
        able = {reader for reader in able if subject.site not in _sites(whole, reader)}
    return any(reader not in able for reader in awaited(panel, review))


def _sites(whole: Whole, person_id: str) -> set[str]:
    person = whole.people.get(person_id)
    return person.sites() if person else set()


def _choose(panel: Panel) -> Iterator[Refusal]:
    known = ", ".join(say(category.label) for category in panel.categories)
    yield Refusal("panel.category", f"choose one of {known}", "category")
