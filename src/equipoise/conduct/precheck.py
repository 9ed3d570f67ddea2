"""The private pre-check: what a layperson's answers say of the criteria, before any doctor does.

Everything is worked out beforehand: of each question the truth of every answer that is offered, and
of each criterion how these are joined. Whoever answers need send nothing. Who does not know says
nothing, and then nothing is known; what nobody is asked is left to the doctor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from equipoise.conduct.facts import observation
from equipoise.logic import tree
from equipoise.logic.evaluate import truth_of
from equipoise.logic.facts import Observation, Row
from equipoise.logic.language import parse
from equipoise.logic.needed import facts_needed
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.study.sections.consent import CONSENT_ON
from equipoise.study.sections.criteria import Criterion
from equipoise.study.sections.questions import Question, Stated, YearsAgo
from equipoise.study.vocabulary import CODE

__all__ = [
    "AnswerFacts",
    "Criteria",
    "Denied",
    "Joined",
    "Looked",
    "PreCheck",
    "Settled",
    "Tree",
    "precheck",
]


@dataclass(frozen=True, slots=True)
class Looked:
    """The truth that an answer gives: one for each that is offered to the question."""

    question: int
    truths: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A truth that no answer changes."""

    truth: Truth


@dataclass(frozen=True, slots=True)
class Denied:
    """The opposite."""

    part: "Tree"


@dataclass(frozen=True, slots=True)
class Joined:
    """All of the parts, or any of them."""

    how: Literal["and", "or"]
    parts: tuple["Tree", ...]


Tree = Looked | Settled | Denied | Joined


@dataclass(frozen=True, slots=True)
class Criteria:
    """One line of the protocol as a layperson reads it, and what it comes to.

    :param tree: whether the line lets the person in
    """

    criterion: Criterion
    side: Literal["inclusion", "exclusion"]
    tree: Tree


@dataclass(frozen=True, slots=True)
class PreCheck:
    """The questions in the protocol's order, and every line of the protocol."""

    questions: tuple[Question, ...]
    lines: tuple[Criteria, ...]


def precheck(study: Study, on: date) -> PreCheck:
    """The pre-check as of a day, which is taken for that of consent and of registration."""
    making = _Making(study, on)
    lines = [
        Criteria(one, side, making.line(one, side))
        for side in ("inclusion", "exclusion")
        for one in getattr(study.criteria, side)
    ]
    return PreCheck(making.questions, tuple(lines))


class AnswerFacts:
    """What some answers say, as the language of rules sees it; nothing else is known."""

    def __init__(self, study: Study, stated: Mapping[str, Stated], on: date) -> None:
        self._study, self._stated, self._on = study, stated, on

    def observations(self, name: str) -> Sequence[Observation]:
        """What was said of a fact; consent would be signed today."""
        if name == CONSENT_ON.name:
            return [Observation(value=self._on, on=self._on)]
        value = self._stated.get(name)
        if isinstance(value, YearsAgo):
            return [Observation(value=value.days(self._on), on=self._on)]
        if isinstance(value, str):
            return [observation(self._study.items[name], value, self._on)]
        return []

    def rows(self, name: str) -> Sequence[Row] | None:
        """The rows of a list that was spoken of, with as much of each as was said."""
        value, item = self._stated.get(name), self._study.items.get(name)
        if isinstance(value, str) and item and item.of_kind.many:
            return [{CODE: Observation(value=c, on=self._on)} for c in item.of_kind.codes(value)]
        if not isinstance(value, tuple):
            return None
        columns = {column.id: column for column in self._study.items[name].columns}
        return [{c: observation(columns[c], t, self._on) for c, t in row.items()} for row in value]

    def anchor(self, name: str) -> date | None:
        """Every day that is counted from is today."""
        return self._on


@dataclass(frozen=True)
class _Making:
    study: Study
    on: date

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        leaves = (leaf for _, leaf in self.study.criteria.leaves())
        return tuple(question for leaf in leaves for question in leaf.questions())

    @cached_property
    def speaking(self) -> dict[str, int]:
        """Of each fact the question whose answers speak of it; `check` lets no two do so."""
        return {
            fact: number
            for number, question in enumerate(self.questions)
            for answer in question.answers
            for fact in answer.facts
        }

    def line(self, criterion: Criterion, side: str) -> Tree:
        found = self._criterion(criterion)
        return found if side == "inclusion" else Denied(found)

    def _criterion(self, criterion: Criterion) -> Tree:
        if criterion.parts:
            return Joined("and", tuple(map(self._criterion, criterion.parts)))
        if next(criterion.questions(), None) is None:
            return Settled(Truth.UNKNOWN)
        return self._part(parse(criterion.when))

    def _part(self, node: tree.Node) -> Tree:
        if isinstance(node, tree.Not):
            return Denied(self._part(node.arg))
        if isinstance(node, tree.And | tree.Or):
            how: Literal["and", "or"] = "and" if isinstance(node, tree.And) else "or"
            return Joined(how, tuple(map(self._part, node.args)))
        return self._leaf(node)

    def _leaf(self, node: tree.Node) -> Tree:
        needed = facts_needed(node, self.study.vocabulary)
        bearing = {self.speaking[fact] for fact in needed & self.speaking.keys()}
        if len(bearing) != 1:
            return Settled(self._truth(node, {}) if not bearing else Truth.UNKNOWN)
        question = bearing.pop()
        answers = self.questions[question].answers
        return Looked(question, tuple(self._truth(node, answer.facts) for answer in answers))

    def _truth(self, node: tree.Node, stated: Mapping[str, Stated]) -> Truth:
        facts = AnswerFacts(self.study, stated, self.on)
        return truth_of(node, self.study.vocabulary, facts, self.on)
