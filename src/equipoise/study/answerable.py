"""Whether the questions to a layperson can be answered, and decide what they are asked for."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from equipoise.logic import tree
from equipoise.logic.facts import Kind
from equipoise.logic.language import Unreadable, parse
from equipoise.logic.needed import facts_needed
from equipoise.study.forms import Column, Item
from equipoise.study.kinds.kind import At
from equipoise.study.model import Study
from equipoise.study.places import Key
from equipoise.study.runnable import Report, keyed_criteria
from equipoise.study.sections.criteria import Criterion
from equipoise.study.sections.questions import YES_NO, Answer, Question, Stated, YearsAgo

__all__ = ["answerable"]

_WHENEVER = At("", date.max)


def answerable(study: Study, report: Report) -> None:
    """Report what no answer could be given to, and what an answer could not decide."""
    speakers: dict[str, Key] = {}
    for key, criterion in keyed_criteria(study):
        if criterion.answers and not criterion.ask:
            report((*key, "answers"), "these answers have no question; say it under `ask`")
        for at, question in _questions(key, criterion):
            _answers(study, at, question, report)
            for fact in sorted({fact for one in question.answers for fact in one.facts}):
                if speakers.setdefault(fact, at) != at:
                    report(at, f"another question speaks of {fact!r} already; one question does")
        _decides(study, key, criterion, report)


def _questions(key: Key, criterion: Criterion) -> Iterator[tuple[Key, Question]]:
    """Each question of a criterion, and where its answers stand."""
    own = bool(criterion.ask and criterion.answers)
    for n, question in enumerate(criterion.questions()):
        yield (key if own and n == 0 else (*key, "also_ask", n - own)), question


def _answers(study: Study, key: Key, question: Question, report: Report) -> None:
    times = Counter(answer.id for answer in question.answers)
    if len(times) < 2:
        report((*key, "answers"), "a question offers two answers or more")
    for n, answer in enumerate(question.answers):
        at: Key = (*key, "answers", n)
        if times[answer.id] > 1:
            report(at, f"{answer.id!r} stands twice; every answer stands once")
        if answer.id not in YES_NO and not answer.label:
            report(at, f"the program has no words for {answer.id!r}; give it a label")
        _facts(study, at, answer, report)


def _facts(study: Study, key: Key, answer: Answer, report: Report) -> None:
    for name, stated in answer.facts.items():
        item = study.items.get(name)
        because = _misfit(item, stated) if item else f"no form asks an item named {name!r}"
        if because:
            report((*key, "facts", name), because)


def _misfit(item: Item, stated: Stated) -> str:
    """Why this cannot be said of an item; empty if it can."""
    if isinstance(stated, YearsAgo):
        if item.of_kind.fact is not Kind.DATE:
            return f"{item.id!r} is no date; years ago are said of a date"
        low, high = stated.at_least_years, stated.less_than_years
        return "" if low < high else f"nothing is at least {low} and less than {high} years ago"
    if item.of_kind.rows != isinstance(stated, tuple):
        return f"of the list {item.id!r} rows are said, and of nothing else"
    if isinstance(stated, str):
        return _refused(item, stated)
    columns = {column.id: column for column in item.columns}
    for row in stated:
        for name, text in row.items():
            column = columns.get(name)
            if because := _refused(column, text) if column else f"no column named {name!r}":
                return because
    return ""


def _refused(column: Column, text: str) -> str:
    if isinstance(column, Item) and column.formula:
        return f"{column.id!r} is worked out from other items; say those"
    found = next(iter(column.of_kind.refusals(column, text, _WHENEVER)), None)
    return found.because if found else ""


def _decides(study: Study, key: Key, criterion: Criterion, report: Report) -> None:
    """Each part of the condition rests on one question at most, and each question has a part."""
    by_fact = {
        fact: n
        for n, question in enumerate(criterion.questions())
        for answer in question.answers
        for fact in answer.facts
    }
    if not by_fact or criterion.parts:
        return
    bearing: set[int] = set()
    for node in _leaves(criterion.when):
        found = {by_fact[fact] for fact in facts_needed(node, study.vocabulary) if fact in by_fact}
        if len(found) > 1:
            report(key, "two questions bear on one part of its condition; one question can")
        bearing |= found
    for n in sorted(set(by_fact.values()) - bearing):
        report(key, f"its question {n + 1} speaks of nothing that its condition rests on")


def _leaves(text: str) -> Iterator[tree.Node]:
    """The parts of a condition that `and`, `or` and `not` join."""
    try:
        waiting = [parse(text)]
    except Unreadable:
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.And | tree.Or | tree.Not):
            waiting += tree.children(node)
        else:
            yield node
