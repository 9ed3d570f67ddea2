"""Answers to the pre-check's questions, drawn at random, and what the interpreter makes of them."""

import random
from collections.abc import Iterator
from datetime import date

from equipoise.conduct.precheck import AnswerFacts, PreCheck
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth, all_of
from equipoise.study.model import Study
from equipoise.study.sections.criteria import Criterion

Chosen = dict[int, int]
"""Of each question that is answered, which of its answers; the others are not known."""


def drawn(check: PreCheck, count: int) -> Iterator[Chosen]:
    """Nothing answered, then answers to some of the questions, the same ones in every run."""
    source = random.Random(20261129)
    yield {}
    for _ in range(count):
        yield {
            n: source.randrange(len(question.answers))
            for n, question in enumerate(check.questions)
            if source.random() < 0.7
        }


def interpreted(study: Study, check: PreCheck, chosen: Chosen, on: date) -> dict[str, Truth]:
    """Whether each line lets the person in, by the criteria themselves over all that was said."""
    facts = {
        fact: value
        for n, answer in chosen.items()
        for fact, value in check.questions[n].answers[answer].facts.items()
    }
    known = AnswerFacts(study, facts, on)

    def truth(criterion: Criterion) -> Truth:
        if criterion.parts:
            return all_of(*map(truth, criterion.parts))
        if not any(True for _ in criterion.questions()):
            return Truth.UNKNOWN
        return truth_of(parse(criterion.when), study.vocabulary, known, on)

    found = {line.criterion.id: truth(line.criterion) for line in check.lines}
    excludes = {line.criterion.id for line in check.lines if line.side == "exclusion"}
    return {name: ~one if name in excludes else one for name, one in found.items()}
