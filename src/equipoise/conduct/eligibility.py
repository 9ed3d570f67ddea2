"""Eligibility: every criterion, met, not met or not known, and what would mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from equipoise.conduct.act import Refusal
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic.evaluate import Missing, Used, evaluate, truth_of
from equipoise.logic.language import parse
from equipoise.logic.tree import Node
from equipoise.logic.truth import Truth, all_of
from equipoise.study.blocks import Criterion
from equipoise.study.model import Study
from equipoise.study.parts import say

Side = Literal["inclusion", "exclusion"]

__all__ = ["Line", "Side", "checklist", "open_lines", "open_points", "verdict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the checklist. `stands` says whether the criterion lets the participant in.

    A criterion that waits only for what is not asked of this participant does not apply: it stands.
    """

    criterion: Criterion
    side: Side
    stands: Truth
    sentence: str
    used: tuple[Used, ...]
    missing: tuple[Missing, ...]
    changes_on: date | None
    judged: bool
    applies: bool = True


def checklist(
    study: Study,
    subject: Subject,
    on: date,
    language: str = "en",
    registering: date | None = None,
) -> list[Line]:
    """Every criterion as it stands on a day, in the protocol's order, with its reasons."""
    facts = SubjectFacts(study, subject, on, registering, language)
    return [
        _line(study, side, criterion, facts, on, language)
        for side, criterion in study.criteria.leaves()
    ]


def verdict(lines: list[Line]) -> Truth:
    """Whether the participant may enter: every criterion stands, some does not, or not known."""
    return all_of(*(line.stands for line in lines))


def open_points(
    study: Study, subject: Subject, on: date, registering: date | None = None
) -> Iterator[Refusal]:
    """Everything that still keeps the participant out on a day."""
    yield from _consent(study, subject, on)
    concluded = (review.conclusion for review in subject.reviews)
    if study.panel and not any(done and done.on <= on for done in concluded):
        name = say(study.panel.name)
        yield Refusal("panel.no-conclusion", f"the {name} has not concluded", "panel")
    if subject.death and on <= subject.death.on:
        # Whoever is dead enters no trial, on an earlier day either; after it `perform` says so.
        yield Refusal("subject.died", f"the participant died on {subject.death.on:%-d %B %Y}")
    yield from map(_refusal, open_lines(study, subject, on, registering))


def open_lines(
    study: Study, subject: Subject, on: date, registering: date | None = None
) -> Iterator[Line]:
    """The criteria that do not stand on a day; reasons are worked out for these alone."""
    facts = SubjectFacts(study, subject, on, registering)
    for side, criterion in study.criteria.leaves():
        answer = truth_of(_tree(criterion.when), study.vocabulary, facts, on)
        if (answer if side == "inclusion" else ~answer) is not Truth.TRUE:
            line = _line(study, side, criterion, facts, on, "en")
            if line.stands is not Truth.TRUE:
                yield line


def _line(
    study: Study, side: Side, criterion: Criterion, facts: SubjectFacts, on: date, language: str
) -> Line:
    wanted = side == "inclusion"
    outcome = evaluate(_tree(criterion.when), study.vocabulary, facts, on, language, wanted=wanted)
    gaps = {missing.name.partition("[")[0] for missing in outcome.missing}
    applies = not gaps or not all(map(facts.not_applicable, gaps))
    stands = outcome.truth if wanted else ~outcome.truth
    return Line(
        criterion=criterion,
        side=side,
        stands=stands if applies else Truth.TRUE,
        applies=applies,
        sentence=outcome.sentence if applies else "",
        used=outcome.used,
        missing=outcome.missing,
        changes_on=outcome.changes_on,
        judged=outcome.judged,
    )


def _refusal(line: Line) -> Refusal:
    text = say(line.criterion.text)
    if line.stands is Truth.FALSE:
        return Refusal("criterion.not-met", f"{text}: not met. {line.sentence}", line.criterion.id)
    return Refusal("criterion.unknown", f"{text}: not known. {line.sentence}", line.criterion.id)


def _consent(study: Study, subject: Subject, on: date) -> Iterator[Refusal]:
    if subject.consent_on is None or subject.consent_on > on:
        yield Refusal("consent.none", "there is no signed consent on this day", "consent")
    if subject.withdrawals:
        yield Refusal("consent.withdrawn", "the participant has withdrawn consent", "consent")


@lru_cache(maxsize=4096)
def _tree(text: str) -> Node:
    return parse(text)
