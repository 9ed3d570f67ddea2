"""Eligibility: every criterion, met, not met or not known, and what would mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from equipoise.conduct.act import Refusal
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic.evaluate import Missing, Used, evaluate
from equipoise.logic.language import parse
from equipoise.logic.tree import Node
from equipoise.logic.truth import Truth, all_of
from equipoise.study.blocks import Criterion
from equipoise.study.model import Study
from equipoise.study.parts import say

__all__ = ["Line", "checklist", "open_points", "verdict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the checklist. `stands` says whether the criterion lets the participant in."""

    criterion: Criterion
    side: Literal["inclusion", "exclusion"]
    stands: Truth
    sentence: str
    used: tuple[Used, ...]
    missing: tuple[Missing, ...]
    changes_on: date | None
    judged: bool


def checklist(
    study: Study,
    subject: Subject,
    on: date,
    language: str = "en",
    registering: date | None = None,
) -> list[Line]:
    """Every criterion as it stands on a day, in the protocol's order."""
    facts = SubjectFacts(study, subject, on, registering, language)
    lines = []
    for side, criterion in study.criteria.leaves():
        outcome = evaluate(_tree(criterion.when), study.vocabulary, facts, on, language)
        stands = outcome.truth if side == "inclusion" else ~outcome.truth
        lines.append(
            Line(
                criterion=criterion,
                side=side,
                stands=stands,
                sentence=outcome.sentence,
                used=outcome.used,
                missing=outcome.missing,
                changes_on=outcome.changes_on,
                judged=outcome.judged,
            )
        )
    return lines


def verdict(lines: list[Line]) -> Truth:
    """Whether the participant may enter: every criterion stands, some does not, or not known."""
    return all_of(*(line.stands for line in lines))


def open_points(
    study: Study, subject: Subject, on: date, registering: date | None = None
) -> Iterator[Refusal]:
    """Everything that still keeps the participant out on a day."""
    yield from _consent(study, subject, on)
    if study.panel and not any(review.conclusion for review in subject.reviews):
        name = say(study.panel.name)
        yield Refusal("panel.no-conclusion", f"the {name} has not concluded", "panel")
    for line in checklist(study, subject, on, registering=registering):
        text = say(line.criterion.text)
        if line.stands is Truth.FALSE:
            yield Refusal(
                "criterion.not-met", f"{text}: not met. {line.sentence}", line.criterion.id
            )
        elif line.stands is Truth.UNKNOWN:
            yield Refusal(
                "criterion.unknown", f"{text}: not known. {line.sentence}", line.criterion.id
            )


def _consent(study: Study, subject: Subject, on: date) -> Iterator[Refusal]:
    if subject.consent_on is None or subject.consent_on > on:
        yield Refusal("consent.none", "there is no signed consent on this day", "consent")
    if subject.withdrawals:
        yield Refusal("consent.withdrawn", "the participant has withdrawn consent", "consent")


@lru_cache(maxsize=4096)
def _tree(text: str) -> Node:
    return parse(text)
