"""The expert panel: who is drawn to read a scan, their sealed votes, and the conclusion.

Asking draws the readers at random from the pool, those of the participant's own hospital left out.
The first of them vote independently; only if they disagree do the next vote too. The chair writes
the conclusion, which must follow a majority where there is one.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.ballots import (
    awaited,
    majority,
    open_review,
    readers,
    review_of,
    rule_of,
)
from equipoise.conduct.eligibility import NO_CONSENT
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.state.panel import Conclusion, PanelState, Review, Vote
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.conduct.withdrawal import withdrawn
from equipoise.conduct.words import Ask, Choices, Labels, Words, marked
from equipoise.study.facts import labels_of
from equipoise.study.model import Study
from equipoise.study.reason import OneOf, Reason, Refusal
from equipoise.study.sections.panel import Panel

__all__ = [
    "AskPanel",
    "CastVote",
    "Conclude",
    "pool",
]

NO_PANEL = Reason("panel.none", "", "this study has no panel")
DRAWN_GIVEN = Reason("panel.drawn-given", "", "the trial draws the readers; do not name them")
ASKED_BEFORE = Reason("panel.asked-before", "", "the panel has not concluded the last question yet")
SCAN_LATER = Reason("panel.scan-later", "scan_on", "the scan was made after this day")
TOO_FEW = Reason(
    "panel.too-few",
    "",
    "the {panel} has fewer than {number} member from other hospitals",
    several="the {panel} has fewer than {number} members from other hospitals",
)
FAILED = Reason("screening.failed", "", "the participant failed screening")
NOT_ASKED = Reason("panel.not-asked", "", "the panel has no open question on this participant")
BEFORE_QUESTION = Reason("panel.before-question", "happened", "the panel was asked on {day}")
OWN_HOSPITAL = Reason("panel.own-hospital", "", "you do not vote on your own hospital's scans")
NO_SUCH_REASON = Reason("panel.reason", "reasons", "there is no reason '{reason}'")
VOTED_BEFORE = Reason("panel.voted-before", "", "you have voted on this scan already")
NOT_DRAWN = Reason("panel.not-drawn", "", "you were not drawn to read this scan")
VOTES_MISSING = Reason(
    "panel.votes-missing",
    "",
    "one vote is still missing",
    several="{number} votes are still missing",
)
BEFORE_VOTES = Reason("panel.before-votes", "happened", "the last vote was given on {day}")
CATEGORY = Reason("panel.category", "category", "choose one of {choices}")
AGAINST_MAJORITY = Reason(
    "panel.against-majority", "category", "the conclusion must follow the majority"
)
VOTES_REST = Reason(
    "void.votes-rest", "entry", "votes rest on it; they would have to be voided first"
)
LATER_QUESTION = Reason("void.later-question", "entry", "the panel has been asked again since")
CONCLUSION_RESTS = Reason(
    "void.conclusion-rests", "entry", "the conclusion rests on it; void that first"
)
VOTES_OPEN = Reason("void.votes-open", "entry", "all votes are in and can be read; this one stays")
OTHERS_VOTE = Reason("void.others-vote", "entry", "a vote is voided by who gave it")

RULES = Choices(
    {
        "consensus": "All agree",
        "majority": "Most agree",
        "chair": "No majority: the chair decides",
    }
)


def categories_of(study: Study) -> Labels:
    """What the panel may hold of a scan."""
    return labels_of(study.panel, "categories")


def reasons_of(study: Study) -> Labels:
    """What a reader may give as reasons."""
    return labels_of(study.panel, "reasons")


def rules_of_order(study: Study) -> Mapping[str, Any]:
    """The panel's name and how many read, for the words with which it is asked."""
    panel = study.panel
    return {
        "panel": panel.name if panel else {},
        "question": panel.question if panel else {},
        "first": panel.first if panel else 0,
        "more": panel.more if panel else 0,
    }


def what_readers_see(subject: Subject) -> str:
    """What the readers have to go by."""
    if subject.forms.records:
        return marked("The forms filled so far are shown to the readers. No names here.")
    return marked("No form is filled yet: the readers see only what you write. No names here.")


class AskPanel(Act, frozen=True, kw_only=True):
    """The site puts a scan to the panel; the trial draws who reads it."""

    kind: ClassVar[str] = "panel.ask"
    writes: ClassVar[str] = "panel"
    irreversible: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Panel asked",
        title="Ask the {panel}",
        link="Ask the panel",
        line="Panel asked about the scan of {scan_on}",
        intro=(
            "{first} readers from other hospitals are drawn and vote without seeing each other's "
            "votes; {more} more if they disagree."
        ),
        happened="Day on which you ask",
        button="Ask the panel",
        done="The panel is asked; the readers are drawn",
        address="ask-panel",
        of_study=rules_of_order,
    )
    scan_on: Annotated[date, Ask("Day on which the scan was made")]
    question: Annotated[
        str, Ask("What the panel should know", label="Question", kind="area", hint=what_readers_see)
    ] = ""
    drawn: Annotated[
        list[str],
        Ask("Readers drawn, in this order", kind="people", by_trial=True),
    ] = []

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        out = subject.failed_on or subject.died_on
        return bool(study.panel and subject.consent_on) and not (out or open_review(subject))

    def refusals(self, context: Context) -> Iterator[Refusal]:
        panel = context.study.panel
        if panel is None:
            yield NO_PANEL()
            return
        if self.drawn:
            yield DRAWN_GIVEN()
        yield from _may_be_asked(context)
        review = open_review(context.subject)
        if review and not _stuck(panel, review, context.trial_state, context.subject):
            yield ASKED_BEFORE()
        if self.scan_on > context.stamp.on:
            yield SCAN_LATER()
        if len(pool(context.study, context.trial_state, context.subject)) < panel.first:
            yield TOO_FEW(panel=panel.name, number=panel.first)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        panel, sealed = context.study.panel, context.sealed(random_source)
        seats = panel.first + panel.more if panel else 0
        members = pool(context.study, context.trial_state, context.subject)
        taken_back = [done for done in context.subject.voiding.voided if done.voids == self.kind]
        # A question that was voided was drawn too, and its draw is not drawn again.
        number = len(context.subject.panel.reviews) + len(taken_back) + 1
        order = sealed.draw("panel", context.subject.subject_id, number).shuffled(members)
        return msgspec.structs.replace(self, drawn=list(order[:seats]))

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        review = review_of(context.subject, seq)
        if review.votes:
            yield VOTES_REST()
        if review is not context.subject.panel.reviews[-1]:
            yield LATER_QUESTION()

    def apply(self, state: PanelState, stamp: Stamp) -> None:
        state.reviews.append(
            Review(
                number=len(state.reviews) + 1,
                asked=stamp.done,
                scan_on=self.scan_on,
                drawn=self.drawn,
            )
        )


class CastVote(Act, frozen=True, kw_only=True):
    """One reader's opinion; nobody sees another's before the votes are in."""

    kind: ClassVar[str] = "panel.vote"
    writes: ClassVar[str] = "panel"
    irreversible: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Vote cast",
        title="Vote on a scan",
        line="Vote: {category}",
        sealed_line="A sealed vote; it opens when the panel has concluded",
        happened="Day of the vote",
        button="Seal and send my vote",
        of_study=rules_of_order,
    )
    category: Annotated[
        str,
        Ask(
            "{question}",
            categories_of,
            label="Vote",
            needed="Choose what you hold of this scan",
        ),
    ]
    reasons: Annotated[
        list[str],
        Ask("Because", reasons_of, label="Reasons", hint="Tick all that apply."),
    ] = []
    remark: Annotated[
        str,
        Ask(
            "Remark for the chair",
            label="Remark",
            kind="area",
            hint="Sealed with your vote. No names.",
        ),
    ] = ""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        panel, review, by = context.study.panel, open_review(context.subject), context.stamp.by
        if panel is None or review is None:
            yield NOT_ASKED()
            return
        if self.category not in {category.id for category in panel.categories}:
            yield from _choose(panel)
        if context.stamp.on < review.asked.on:
            yield BEFORE_QUESTION(day=review.asked.on)
        if panel.own_site_excluded and context.subject.site in _sites(context.trial_state, by):
            yield OWN_HOSPITAL()
        for reason in sorted(set(self.reasons) - {reason.id for reason in panel.reasons}):
            yield NO_SUCH_REASON(reason=reason)
        if any(vote.by == by for vote in review.votes):
            yield VOTED_BEFORE()
        elif by not in readers(panel, review):
            yield NOT_DRAWN()

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        """A vote is its reader's, and stays once another could have read the others' before it."""
        panel, review = context.study.panel, review_of(context.subject, seq)
        if context.stamp.by != next(vote.by for vote in review.votes if vote.seq == seq):
            yield OTHERS_VOTE()
        elif review.conclusion:
            yield CONCLUSION_RESTS()
        elif panel is None or not awaited(panel, review):
            yield VOTES_OPEN()
        elif len(review.votes) > panel.first and self._among_first(panel, review, seq):
            yield VOTES_REST()

    def _among_first(self, panel: Panel, review: Review, seq: int) -> bool:
        """Whether it is one of the votes whose disagreement called in the next readers."""
        return any(v.seq == seq and v.by in review.drawn[: panel.first] for v in review.votes)

    def apply(self, state: PanelState, stamp: Stamp) -> None:
        state.reviews[-1].votes.append(
            Vote(
                by=stamp.by,
                at=stamp.at,
                on=stamp.on,
                seq=stamp.seq,
                category=self.category,
                reasons=self.reasons,
                remark=self.remark,
            )
        )


class Conclude(Act, frozen=True, kw_only=True):
    """The chair writes what the panel holds, and its advice to the site."""

    kind: ClassVar[str] = "panel.conclude"
    writes: ClassVar[str] = "panel"
    irreversible: ClassVar[bool] = True
    sealed: ClassVar[bool] = True
    step_up: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Panel concluded",
        title="Conclude for the panel",
        line="Conclusion: {category}",
        happened="Day of the conclusion",
        button="Send the conclusion",
        meaning="This is the panel's conclusion. With it the votes are no longer sealed.",
    )
    category: Annotated[
        str,
        Ask(
            "The panel holds the metastases to be",
            categories_of,
            label="Conclusion",
            needed="Choose what the panel holds",
        ),
    ]
    rule: Annotated[str, Ask("How it was reached", RULES, by_trial=True)] = ""
    advice: Annotated[
        str,
        Ask(
            "Advice to the hospital",
            label="Advice",
            kind="area",
            hint="The hospital reads this with the conclusion. No names.",
            needed="Write the advice that the hospital will read",
        ),
    ] = ""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        panel, review = context.study.panel, open_review(context.subject)
        if panel is None or review is None:
            yield NOT_ASKED()
            return
        if waiting := awaited(panel, review):
            yield VOTES_MISSING(number=len(waiting))
        if self.category not in {category.id for category in panel.categories}:
            yield from _choose(panel)
        last = max((vote.on for vote in review.votes), default=review.asked.on)
        if context.stamp.on < last:
            yield BEFORE_VOTES(day=last)
        held = majority(review.votes)
        if not waiting and held is not None and self.category != held:
            yield AGAINST_MAJORITY()

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        review = open_review(context.subject)
        return msgspec.structs.replace(self, rule=rule_of(review.votes) if review else "")

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        if review_of(context.subject, seq) is not context.subject.panel.reviews[-1]:
            yield LATER_QUESTION()

    def apply(self, state: PanelState, stamp: Stamp) -> None:
        state.reviews[-1].conclusion = Conclusion(
            category=self.category,
            rule=self.rule,
            advice=self.advice,
            **stamp.marks,
        )


def pool(study: Study, trial_state: TrialState, subject: Subject) -> list[str]:
    """The ids of the panel members who may read this participant's scans."""
    if study.panel is None:
        return []
    own = {subject.site} if study.panel.own_site_excluded else set()
    members = trial_state.holders(study.panel.role)
    return [member.person_id for member in members if not member.sites() & own]


def _may_be_asked(context: Context) -> Iterator[Refusal]:
    subject, on = context.subject, context.stamp.on
    if subject.consent_on is None or subject.consent_on > on:
        yield NO_CONSENT()
    yield from withdrawn(context.study, subject, on, "panel")
    if subject.failed_on:
        yield FAILED()


def _stuck(panel: Panel, review: Review, trial_state: TrialState, subject: Subject) -> bool:
    """Whether a vote that is awaited can no longer come: its reader left, or moved here.

    The question may then be put again, and is drawn anew; the old one stays without conclusion.
    """
    able = {member.person_id for member in trial_state.holders(panel.role)}
    if panel.own_site_excluded:
        able = {reader for reader in able if subject.site not in _sites(trial_state, reader)}
    return any(reader not in able for reader in awaited(panel, review))


def _sites(trial_state: TrialState, person_id: str) -> set[str]:
    person = trial_state.people.get(person_id)
    return person.sites() if person else set()


def _choose(panel: Panel) -> Iterator[Refusal]:
    yield CATEGORY(choices=OneOf(tuple(category.label for category in panel.categories)))
